import type { ClientPayloads } from '../../protocol/client-payloads.ts'
import { type RunEntry, serverMessage } from '../../protocol/server-payloads.ts'
import type { KnownRun } from '../../workflow/executor.ts'
import type { CommandContext, CommandHandler } from '../command-context.ts'
import { isOwnRun, withoutResults } from '../known-runs.ts'
import { noExecutor } from './start-work.ts'

/** In one answer: it is about runs the client may long have forgotten. */
const MAX_ENTRIES = 50

/**
 * Live runs end in `workflowError` `cancelled`; an id that has not begun never will; what is over is answered with `runStatus`. So
 * is an id nobody knows, with the status `unknown`: no request is left without an answer. With scope `own`, another's run is
 * `FORBIDDEN`.
 */
export const handleCancelWorkflow: CommandHandler<ClientPayloads['CANCEL_WORKFLOW']> = (payload, context) => {
  const { executor } = context
  if (executor === undefined) return noExecutor
  const { executionId, workflowId = '', reason } = payload
  const known = executor.runs(executionId === undefined ? { workflowId } : { executionId })
  const runs = known.filter(isOwnRun(context))
  if (executionId !== undefined && known.length > runs.length) {
    return { code: 'FORBIDDEN', message: 'that run is not yours to cancel' }
  }
  const live = runs.filter(({ isLive }) => isLive)
  for (const { entry } of live) request(entry.executionId, reason, context)
  if (live.length > 0) return undefined
  if (executionId !== undefined && runs.length === 0) request(executionId, reason, context)
  context.session.answer(serverMessage('runStatus', { runs: entriesOf(runs, executionId) }), context.messageId)
  return undefined
}

/** Of one run all that is known; of many, the newest, without their results: those may be large. */
function entriesOf(runs: readonly KnownRun[], executionId: string | undefined): readonly RunEntry[] {
  if (executionId === undefined) return runs.slice(-MAX_ENTRIES).map(({ entry }) => withoutResults(entry))
  const [only] = runs
  return [only?.entry ?? { executionId, status: 'unknown', nodes: {} }]
}

function request(executionId: string, reason: string | undefined, { bus, session }: CommandContext): void {
  const owner = session.principal?.id
  void bus.publish({
    type: 'workflow.cancel_requested',
    data: { executionId, ...(reason === undefined ? {} : { reason: reason.slice(0, 1_000) }) },
    source: 'gateway',
    correlationId: executionId,
    ...(owner === undefined ? {} : { owner }),
  })
}
