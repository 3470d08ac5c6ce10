import type { Origin } from '../../event/catalogue.ts'
import type { Graph } from '../../event/graph.ts'
import { createId } from '../../base/ids.ts'
import type { ProtocolError } from '../../protocol/protocol-error.ts'
import { serverMessage } from '../../protocol/server-payloads.ts'
import type { Executor } from '../../workflow/executor.ts'
import type { CommandContext } from '../command-context.ts'

// What a client's own command and a planned one have in common: accepted first, then ordered through the bus.

export interface WorkflowWish extends Graph {
  readonly workflowId: string | undefined
  readonly executionId: string | undefined
}

/** What became of a wish: the run that was ordered, or why not. */
export type Started =
  | { readonly _tag: 'Ordered'; readonly executionId: string }
  | { readonly _tag: 'Refused'; readonly error: ProtocolError }

/** `beforeOrder` is called with the run's id between the acceptance and the order: whatever the run says comes after it. */
export type BeforeOrder = (executionId: string) => void

const nothing: BeforeOrder = () => undefined

/** A command travels in `dsl.command_received`, whose data may take 256 KiB. Only chat can make one as long as this. */
const MAX_COMMAND_BYTES = 250 * 1024

export function startWorkflow(
  wish: WorkflowWish,
  origin: Origin,
  context: CommandContext,
  beforeOrder = nothing,
): Started {
  const { executor } = context
  if (executor === undefined) return noExecutor
  const { nodes, edges, workflowId = createId(), executionId = createId() } = wish
  const valid = executor.validate({ workflowId, executionId, graph: { nodes, edges } })
  if (valid._tag === 'Left') {
    const error = { code: 'INVALID_WORKFLOW', message: 'the workflow cannot run', details: valid.left } as const
    return { _tag: 'Refused', error }
  }
  accept({ executionId, workflowId }, context)
  beforeOrder(executionId)
  order(
    { type: 'workflow.requested', data: { workflowId, executionId, nodes: [...nodes], edges: [...edges], origin } },
    context,
    executionId,
  )
  return { _tag: 'Ordered', executionId }
}

export function startCommand(
  command: string,
  origin: 'dsl' | 'chat',
  context: CommandContext,
  beforeOrder = nothing,
): Started {
  if (context.executor === undefined) return noExecutor
  const bytes = Buffer.byteLength(JSON.stringify(command))
  if (bytes > MAX_COMMAND_BYTES) return tooLarge(bytes)
  const executionId = createId()
  accept({ executionId }, context)
  beforeOrder(executionId)
  // The lane shows in an event that others may see, so it is not the client's own id.
  const lane = context.session.connection.id
  order({ type: 'dsl.command_received', data: { command, executionId, origin, lane } }, context, executionId)
  return { _tag: 'Ordered', executionId }
}

/** The runs a client may give orders about: with scope `own` those its principal started. */
export function mayCommand(owner: string | undefined, { scope, session }: CommandContext): boolean {
  return scope === 'all' || owner === session.principal?.id
}

export function ownRuns(executor: Executor, selector: Parameters<Executor['runs']>[0], context: CommandContext) {
  return executor.runs(selector).filter(({ owner }) => mayCommand(owner, context))
}

export const noExecutor: Started = {
  _tag: 'Refused',
  error: { code: 'NO_EXECUTOR', message: 'nobody here runs commands' },
}

function tooLarge(bytes: number): Started {
  const details = [{ path: '', expected: `a command of at most ${MAX_COMMAND_BYTES} bytes`, actual: `${bytes} bytes` }]
  return { _tag: 'Refused', error: { code: 'INVALID_PAYLOAD', message: 'the command is too large', details } }
}

function accept(ids: { readonly executionId: string; readonly workflowId?: string }, context: CommandContext): void {
  context.session.answer(serverMessage('accepted', { ...ids, ...context.position() }), context.messageId)
}

function order(
  event: Parameters<CommandContext['bus']['publish']>[0],
  { bus, session }: CommandContext,
  correlationId: string,
): void {
  const owner = session.principal?.id
  void bus.publish({ ...event, source: 'gateway', correlationId, ...(owner === undefined ? {} : { owner }) })
}
