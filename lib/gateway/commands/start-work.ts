import type { Origin } from '../../event/catalogue.ts'
import type { Graph } from '../../event/graph.ts'
import { createId } from '../../base/ids.ts'
import { errorMessage } from '../../protocol/encode.ts'
import type { ProtocolError } from '../../protocol/protocol-error.ts'
import { serverMessage } from '../../protocol/server-payloads.ts'
import type { OrderContext } from '../command-context.ts'
import type { OutcomeKind, TerminalEvent } from '../outcomes.ts'

// What a client's own command and a planned one have in common: accepted first, then ordered through the bus.

export interface WorkflowWish extends Graph {
  readonly workflowId: string | undefined
  readonly executionId: string | undefined
}

/** Called with the last event of the run, after everybody was offered it. It then ends the command. */
export type OnEnd = (event: TerminalEvent) => void

/** A command travels in `dsl.command_received`, whose data may take 256 KiB. Only chat can make one as long as this. */
const MAX_COMMAND_BYTES = 250 * 1024
const RETRY_AFTER_MS = 1_000

export const noExecutor: ProtocolError = { code: 'NO_EXECUTOR', message: 'nobody here runs commands' }

/** Orders a run of `wish`; what it answers is why not. */
export function startWorkflow(
  wish: WorkflowWish,
  origin: Origin,
  context: OrderContext,
  onEnd?: OnEnd,
): ProtocolError | undefined {
  const { executor } = context
  if (executor === undefined || !executor.isTaking()) return noExecutor
  const { nodes, edges, workflowId = createId(), executionId = createId() } = wish
  const valid = executor.validate({ workflowId, executionId, graph: { nodes, edges } })
  if (valid._tag === 'Left') {
    return { code: 'INVALID_WORKFLOW', message: 'the workflow cannot run', details: valid.left }
  }
  const concealed = executor.concealGraph?.({ nodes, edges })
  const { shown, id, forget } = concealed ?? { shown: { nodes, edges }, id: undefined, forget: nothing }
  const data = { workflowId, executionId, nodes: shown.nodes, edges: shown.edges, origin }
  const event = { type: 'workflow.requested', data, ...(id === undefined ? {} : { id }) } as const
  return order({ kind: 'workflow', ids: { executionId, workflowId }, event, forget, onEnd }, context)
}

/** Orders a run of `command`; what it answers is why not. A syntax error is no reason: the run tells of it. */
export function startCommand(
  command: string,
  origin: 'dsl' | 'chat',
  context: OrderContext,
  onEnd?: OnEnd,
): ProtocolError | undefined {
  const { executor } = context
  if (executor?.isTaking() !== true) return noExecutor
  const bytes = Buffer.byteLength(JSON.stringify(command))
  if (bytes > MAX_COMMAND_BYTES) {
    const details = [
      { path: '', expected: `a command of at most ${MAX_COMMAND_BYTES} bytes`, actual: `${bytes} bytes` },
    ]
    return { code: 'INVALID_PAYLOAD', message: 'the command is too large', details }
  }
  const executionId = createId()
  // The lane shows in an event that others may see, so it is not the client's own id.
  const lane = context.session.connection.id
  const concealed = executor.concealCommand?.(command)
  const { shown, id, forget } = concealed ?? { shown: command, id: undefined, forget: nothing }
  const data = { command: shown, executionId, origin, lane }
  const event = { type: 'dsl.command_received', data, ...(id === undefined ? {} : { id }) } as const
  return order({ kind: 'command', ids: { executionId }, event, forget, onEnd }, context)
}

interface WorkOrder {
  readonly kind: OutcomeKind
  readonly ids: { readonly executionId: string; readonly workflowId?: string }
  readonly event: Parameters<OrderContext['bus']['publish']>[0]
  /** What the executor holds for the order is not needed any more. */
  readonly forget: () => void
  readonly onEnd: OnEnd | undefined
}

const nothing = (): void => undefined

/** `accepted` before the order: whatever the run says comes after it. An order that cannot be stored is taken back, and told. */
function order({ kind, ids, event, forget, onEnd }: WorkOrder, context: OrderContext): ProtocolError | undefined {
  const { bus, command, liveWork, outcomes, scope, session, watchers } = context
  const owner = session.principal?.id
  if (scope === 'own' && owner === undefined) {
    forget()
    return { code: 'UNAUTHORIZED', message: 'commands are for those who are known here' }
  }
  const who = owner ?? session.connection.id
  if (!liveWork.begin(who)) {
    forget()
    return { code: 'RATE_LIMITED', message: 'too many runs at the same time', retryAfterMs: RETRY_AFTER_MS }
  }
  const { executionId } = ids
  const takeBack = (): void => {
    forget()
    command.forget()
    outcomes.forget(executionId)
    watchers.forget(executionId)
    liveWork.end(who)
  }
  const { epoch, seq } = context.position()
  command.answer(serverMessage('accepted', { epoch, seq, ...ids }))
  outcomes.expect(executionId, kind, (last) => {
    watchers.forget(executionId)
    liveWork.end(who)
    if (onEnd === undefined) command.end(last)
    else onEnd(last)
  })
  watchers.order(session, executionId)
  try {
    const of = { source: 'gateway', correlationId: executionId, ...(owner === undefined ? {} : { owner }) }
    const stored = bus.publish(Object.assign(of, event))
    stored.catch(() => {
      takeBack()
      command.answer(errorMessage({ code: 'BUS_UNAVAILABLE', message: 'the order could not be stored' }))
    })
  } catch (error) {
    takeBack()
    throw error
  }
  return undefined
}
