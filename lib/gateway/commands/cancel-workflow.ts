import type { ClientPayloads } from '../../protocol/client-payloads.ts'
import { type RunEntry, serverMessage } from '../../protocol/server-payloads.ts'
import type { RunSelector } from '../../workflow/executor.ts'
import type { CommandContext, CommandHandler } from '../command-context.ts'
import { noExecutor, ownRuns } from './start-work.ts'

/**
 * Live runs end in `workflowError` `cancelled`; an id that has not begun never will; what is over is answered with `runStatus`. So
 * is an id nobody knows, with the status `unknown`: no request is left without an answer.
 */
export const handleCancelWorkflow: CommandHandler<ClientPayloads['CANCEL_WORKFLOW']> = (payload, context) => {
  const { executor } = context
  if (executor === undefined) return noExecutor._tag === 'Refused' ? noExecutor.error : undefined
  const { executionId, workflowId = '', reason } = payload
  const selector: RunSelector = executionId === undefined ? { workflowId } : { executionId }
  const runs = ownRuns(executor, selector, context)
  if (executionId !== undefined && runs.length === 0 && executor.runs(selector).length > 0) {
    return { code: 'FORBIDDEN', message: 'that run is not yours to cancel' }
  }
  const live = runs.filter(({ isLive }) => isLive)
  for (const { entry } of live) request(entry.executionId, reason, context)
  if (live.length > 0) return undefined
  if (executionId !== undefined && runs.length === 0) request(executionId, reason, context)
  const entries =
    runs.length === 0 && executionId !== undefined ? [unknownRun(executionId)] : runs.map(({ entry }) => entry)
  context.session.answer(serverMessage('runStatus', { runs: entries }), context.messageId)
  return undefined
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

function unknownRun(executionId: string): RunEntry {
  return { executionId, status: 'unknown', nodes: {} }
}
