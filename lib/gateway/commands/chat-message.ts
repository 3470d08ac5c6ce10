import {
  catchError,
  defer,
  EMPTY,
  finalize,
  from,
  type Observable,
  of,
  takeUntil,
  tap,
  throwError,
  timeout,
} from 'rxjs'
import { createGuardedController } from '../../base/guarded-abort.ts'
import { createId } from '../../base/ids.ts'
import { describeOutcome } from '../../chat/outcome.ts'
import type { PlanRequest } from '../../chat/planner.ts'
import { codecDetails } from '../../base/codec-details.ts'
import { isRecord } from '../../base/is-record.ts'
import { isThenable } from '../../base/is-thenable.ts'
import { type ClientPayloads, ExecuteWorkflow } from '../../protocol/client-payloads.ts'
import type { ProtocolError } from '../../protocol/protocol-error.ts'
import { serverMessage } from '../../protocol/server-payloads.ts'
import type { OrderContext, OrderHandler } from '../command-context.ts'
import type { TerminalEvent } from '../outcomes.ts'
import { noExecutor, startCommand, startWorkflow } from './start-work.ts'

/** A planner that has not answered by then has hung. */
const PLANNER_DEADLINE_MS = 30_000
const MAX_ECHO_LENGTH = 1_000
/** Of what a planner says itself. */
const MAX_ANSWER_LENGTH = 64 * 1024

/** "Processing", then what was planned, then one message that states the outcome (PROTOCOL section 11, transcript 6). */
export const handleChatMessage: OrderHandler<ClientPayloads['CHAT_MESSAGE']> = ({ content }, context) => {
  if (context.executor?.isTaking() !== true) return noExecutor
  say(`Processing: ${echoOf(content, context)}`, 'text', context)
  let isPlanned = false
  plan(content, context)
    .pipe(
      // In the pipe, so that whatever a planner returns ends this command and nothing else.
      tap((reply) => {
        isPlanned = true
        follow(reply, context)
      }),
      catchError((error: unknown) => {
        isPlanned = true
        const correlationId = createId()
        context.logger.error({ err: error, correlationId }, 'the planner failed')
        conclude(`That could not be planned (error ${correlationId}).`, 'error', context)
        return EMPTY
      }),
      // Its sender is gone: given again, it is planned again.
      finalize(() => {
        if (!isPlanned) context.command.forget()
      }),
    )
    .subscribe()
  return undefined
}

/** What was said, as everybody may read it: it may name a tool, and hold what that one marks. */
function echoOf(content: string, { executor }: OrderContext): string {
  const concealed = executor?.concealCommand?.(content)
  concealed?.forget()
  const { shown = content } = concealed ?? {}
  return shown.length > MAX_ECHO_LENGTH ? `${shown.slice(0, MAX_ECHO_LENGTH)}…` : shown
}

/** What the planner makes of `text`, once. Errors when it throws, rejects or hangs; empty when the connection ends first. */
function plan(text: string, context: OrderContext): Observable<unknown> {
  const { planner, executor, scheduler, command, conversations, session, logger } = context
  const controller = createGuardedController((error) => {
    logger.warn({ err: error }, "a listener of a planner's signal failed")
  })
  const pending = conversations.take(session)
  let isAnswered = false
  return defer((): Observable<unknown> => {
    const request: PlanRequest = { text, tools: executor?.tools() ?? [], ...(pending === undefined ? {} : { pending }) }
    const reply: unknown = planner.plan(request, controller.signal)
    // resolve: a promise of somebody's own may be anything else too
    return isThenable(reply) ? from(Promise.resolve(reply)) : of(reply)
  }).pipe(
    timeout({
      first: PLANNER_DEADLINE_MS,
      scheduler,
      with: () => throwError(() => new Error(`the planner has not answered within ${PLANNER_DEADLINE_MS} ms`)),
    }),
    takeUntil(command.abandoned$),
    tap(() => {
      isAnswered = true
    }),
    finalize(() => {
      // What was said may be said again, by a client that lost its connection or met a fault.
      if (!isAnswered && pending !== undefined) conversations.putBack(session, pending)
      controller.abort()
    }),
  )
}

/** @throws Error for a reply that is none. */
function follow(reply: unknown, context: OrderContext): void {
  const onEnd = (event: TerminalEvent): void => tell(event, context)
  const { _tag, content, command, graph, pending } = isRecord(reply) ? reply : {}
  const words = typeof content === 'string' && content.trim() !== '' ? cut(content) : undefined
  if (_tag === 'Answer' && words !== undefined) return conclude(words, 'text', context)
  if (_tag === 'Question' && words !== undefined) {
    // Asked all the same it could not be answered.
    if (pending !== undefined && !context.conversations.keep(context.session, pending)) {
      throw new TypeError('what a Question of a planner leaves open is no JSON, or takes more than 64 KiB')
    }
    return conclude(words, 'text', context)
  }
  if (_tag === 'Command' && typeof command === 'string')
    return report(startCommand(command, 'chat', context, onEnd), context)
  if (_tag !== 'Workflow')
    throw new TypeError('the reply of a planner is an Answer, a Question, a Command or a Workflow')
  const decoded = ExecuteWorkflow.decode(graph)
  if (decoded._tag === 'Right') return report(startWorkflow(decoded.right, 'chat', context, onEnd), context)
  const details = codecDetails(decoded.left)
  const hidesValues = context.executor?.takesSecrets?.() === true
  const shown = hidesValues ? details.map(({ path, expected }) => ({ path, expected })) : details
  context.logger.warn({ details: shown }, 'the planner made no valid workflow')
  return conclude('What was planned is not a valid workflow.', 'error', context)
}

function cut(content: string): string {
  return content.length > MAX_ANSWER_LENGTH ? `${content.slice(0, MAX_ANSWER_LENGTH)}…` : content
}

function report(error: ProtocolError | undefined, context: OrderContext): void {
  if (error === undefined) return
  const { message, details = [] } = error
  const listed = details.map(({ path, expected, actual }) => `${path || 'it'}: expected ${expected}, got ${actual}`)
  conclude([message, ...listed].join('; '), 'error', context)
}

function tell(event: TerminalEvent, context: OrderContext): void {
  const { content, success } = outcomeOf(event)
  conclude(content, success ? 'text' : 'error', context, event.data.executionId)
}

function outcomeOf(event: TerminalEvent): { readonly content: string; readonly success: boolean } {
  switch (event.type) {
    case 'dsl.command_completed': {
      const { success, tool, result, error } = event.data
      const content = describeOutcome({
        success,
        result,
        ...(tool === undefined ? {} : { tool }),
        ...(error === undefined ? {} : { error }),
      })
      return { content, success }
    }
    case 'workflow.completed':
      return { content: describeOutcome({ success: true, result: event.data.results ?? {} }), success: true }
    case 'workflow.failed':
      return { content: describeOutcome({ success: false, error: { message: event.data.error } }), success: false }
    case 'workflow.cancelled':
      return { content: describeOutcome({ success: false, error: { message: 'cancelled' } }), success: false }
    default:
      return event satisfies never
  }
}

/** The last word. */
function conclude(content: string, type: 'text' | 'error', context: OrderContext, executionId?: string): void {
  say(content, type, context, executionId)
  context.command.end()
}

function say(content: string, type: 'text' | 'error', { command }: OrderContext, executionId?: string): void {
  command.answer(
    serverMessage('chatMessage', {
      content,
      sender: 'assistant',
      type,
      ...(executionId === undefined ? {} : { metadata: { executionId } }),
    }),
  )
}
