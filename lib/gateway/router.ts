import type { Mixed } from 'io-ts'
import { createId } from '../base/ids.ts'
import { isThenable } from '../base/is-thenable.ts'
import { tooMany } from '../connection/ending.ts'
import type { ClientPayloads } from '../protocol/client-payloads.ts'
import { createDecoder, type DecodedMessage } from '../protocol/decode.ts'
import { errorMessage } from '../protocol/encode.ts'
import type { ProtocolError } from '../protocol/protocol-error.ts'
import type { ClientSession } from './client-session.ts'
import { type CommandDeps, type CommandHandler, contextOf, type OrderHandler } from './command-context.ts'
import { handleCancelWorkflow } from './commands/cancel-workflow.ts'
import { handleChatMessage } from './commands/chat-message.ts'
import { handleDslCommand } from './commands/dsl-command.ts'
import { handleExecuteWorkflow } from './commands/execute-workflow.ts'
import { handlePing } from './commands/ping.ts'
import { handleProvideInput } from './commands/provide-input.ts'
import { handleListRuns, handleRunStatus } from './commands/run-status.ts'
import { handleSubscribe, handleUnsubscribe } from './commands/subscribe-events.ts'
import type { GivenCommands } from './given-commands.ts'
import type { MessageHandler } from './message-handler.ts'
import type { RateLimiter, RateVerdict } from './rate-limiter.ts'

const usedId: ProtocolError = {
  code: 'INVALID_PAYLOAD',
  message: "that id was another command's: an id sent again must come with the same command",
  details: [{ path: 'id', expected: 'an id that was not used in the last 10 minutes', actual: 'one that was' }],
}

/** The messages that order something which must happen once, however often they are sent with the same id. */
const orderHandlers: { readonly [Type in OrderType]: OrderHandler<ClientPayloads[Type]> } = {
  DSL_COMMAND: handleDslCommand,
  EXECUTE_WORKFLOW: handleExecuteWorkflow,
  CHAT_MESSAGE: handleChatMessage,
  PROVIDE_INPUT: handleProvideInput,
}
type OrderType = 'DSL_COMMAND' | 'EXECUTE_WORKFLOW' | 'CHAT_MESSAGE' | 'PROVIDE_INPUT'

/** The other built-in messages. A new one is added here, with its codec in `protocol/client-payloads.ts`. */
const builtInHandlers: {
  readonly [Type in Exclude<keyof ClientPayloads, OrderType>]: CommandHandler<ClientPayloads[Type]>
} = {
  SUBSCRIBE_EVENTS: handleSubscribe,
  UNSUBSCRIBE_EVENTS: handleUnsubscribe,
  PING: handlePing,
  CANCEL_WORKFLOW: handleCancelWorkflow,
  RUN_STATUS: handleRunStatus,
  LIST_RUNS: handleListRuns,
}

/** The messages that order something, whose rate has a limit of its own. */
const commandTypes: ReadonlySet<string> = new Set([...Object.keys(orderHandlers), 'CANCEL_WORKFLOW'])
/** Of those, what runs that go on need to end: it is taken while the server is shutting down. */
const endingTypes: ReadonlySet<string> = new Set(['CANCEL_WORKFLOW', 'PROVIDE_INPUT'])

export interface RouterOptions {
  readonly deps: CommandDeps
  readonly given: GivenCommands
  readonly handlers: Readonly<Record<string, MessageHandler>>
  /** Whether work is still taken; not while shutting down. */
  readonly isTaking: () => boolean
  /** Told of every message that decoded, by type, and of its size. */
  readonly onReceived: (session: ClientSession, type: string, bytes: number) => void
  /** Told of every message that was answered with an error. */
  readonly onError: (session: ClientSession, error: ProtocolError) => void
}

/** Takes a text from a client to the handler of its type. Whatever is wrong with it is told to the client, and to nobody else. */
export type Router = (session: ClientSession, limiter: RateLimiter, text: string, bytes: number) => void

export function createRouter({ deps, given, handlers, isTaking, onReceived, onError }: RouterOptions): Router {
  const own = new Map(Object.entries(handlers))
  const decode = createDecoder(new Map([...own].map(([type, { payload }]): [string, Mixed] => [type, payload])))
  const builtIn = new Map(Object.entries(builtInHandlers))
  const orders = new Map(Object.entries(orderHandlers))
  const { scheduler } = deps

  const refuse = (session: ClientSession, error: ProtocolError): void => {
    onError(session, error)
    session.answer(errorMessage(error), error.correlationId)
  }

  const fail = (session: ClientSession, cause: unknown, messageId: string | undefined): void => {
    // The client's own id, where it gave one, is what it will look for; the log holds the same.
    const correlationId = messageId ?? createId()
    deps.logger.error(
      { err: cause, correlationId, connectionId: session.connection.id },
      'a message could not be handled',
    )
    refuse(session, { code: 'WEBSOCKET_ERROR', message: 'the message could not be handled', correlationId })
  }

  const reject = (session: ClientSession, error: ProtocolError): void =>
    error.cause === undefined ? refuse(session, error) : fail(session, error.cause, error.correlationId)

  const mayPass = (session: ClientSession, verdict: RateVerdict, correlationId: string | undefined): boolean => {
    if (verdict._tag === 'Pass') return true
    if (verdict._tag === 'Persistent') {
      session.connection.end(tooMany)
      return false
    }
    const { retryAfterMs } = verdict
    refuse(session, { code: 'RATE_LIMITED', message: 'too many messages', retryAfterMs, correlationId })
    return false
  }

  const order = (session: ClientSession, handler: OrderHandler<never>, { type, payload, id }: DecodedMessage): void => {
    const taken = given.take(session, id, type, payload)
    if (taken._tag === 'Repeated') return
    if (taken._tag === 'Conflict') return refuse(session, { ...usedId, correlationId: id })
    const { command } = taken
    let error: ProtocolError | undefined
    try {
      error = handler(payload as never, Object.assign(contextOf(deps, session, id), { command }))
    } catch (cause) {
      command.forget()
      throw cause
    }
    if (error === undefined) return
    command.forget()
    refuse(session, { ...error, correlationId: id })
  }

  const dispatch = (session: ClientSession, decoded: DecodedMessage): void => {
    const { type, payload, id } = decoded
    const orderHandler = orders.get(type)
    if (orderHandler !== undefined) return order(session, orderHandler, decoded)
    const handler = builtIn.get(type)
    if (handler !== undefined) {
      // The decoder chose the codec by the same type that chose the handler.
      const error = handler(payload as never, contextOf(deps, session, id))
      if (error !== undefined) refuse(session, { ...error, correlationId: id })
      return
    }
    const { connection, principal } = session
    const reply = (message: Parameters<ClientSession['answer']>[0]): void => session.answer(message, id)
    const context = { connectionId: connection.id, principal, messageId: id, reply }
    const result: unknown = own.get(type)?.handle(payload as never, context)
    if (isThenable(result)) result.then(undefined, (cause: unknown) => fail(session, cause, id))
  }

  return (session, limiter, text, bytes) => {
    const nowMs = scheduler.now()
    const verdict = limiter.message(bytes, nowMs)
    if (verdict._tag === 'Persistent') return void mayPass(session, verdict, undefined)
    // Also one over the limit: the answer carries its id, or a client would wait for the answer to a command for ever.
    const decoded = decode(text)
    if (!mayPass(session, verdict, decoded._tag === 'Left' ? decoded.left.correlationId : decoded.right.id)) return
    if (decoded._tag === 'Left') return reject(session, decoded.left)
    const { type, id } = decoded.right
    onReceived(session, type, bytes)
    if (commandTypes.has(type)) {
      if (!mayPass(session, limiter.command(nowMs), id)) return undefined
      if (!isTaking() && !endingTypes.has(type)) {
        return refuse(session, { code: 'NO_EXECUTOR', message: 'the server is shutting down', correlationId: id })
      }
    }
    try {
      return dispatch(session, decoded.right)
    } catch (cause) {
      return fail(session, cause, id)
    }
  }
}
