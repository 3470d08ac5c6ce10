import type { ClientPayloads } from '../../protocol/client-payloads.ts'
import { type RunEntry, serverMessage } from '../../protocol/server-payloads.ts'
import type { CommandHandler } from '../command-context.ts'
import { isOwnRun, withoutResults } from '../known-runs.ts'
import { noExecutor } from './start-work.ts'

/** How runs stand, live or among those that ended last. Of what nobody knows, or another's run, only that it is `unknown`. */
export const handleRunStatus: CommandHandler<ClientPayloads['RUN_STATUS']> = ({ executionIds }, context) => {
  const { executor } = context
  if (executor === undefined) return noExecutor
  const entryOf = (executionId: string): RunEntry => {
    const run = executor.runs({ executionId }).find(isOwnRun(context))
    return run?.entry ?? { executionId, status: 'unknown', nodes: {} }
  }
  const runs = [...new Set(executionIds)].map(entryOf)
  context.session.answer(serverMessage('runStatus', { runs }), context.messageId)
  return undefined
}

const DEFAULT_LIMIT = 50

/** The runs a client may see, newest first, a page at a time. */
export const handleListRuns: CommandHandler<ClientPayloads['LIST_RUNS']> = (query, context) => {
  const { executor } = context
  if (executor === undefined) return noExecutor
  const { status, limit = DEFAULT_LIMIT, before } = query
  const found = executor
    .runs('all')
    .filter(isOwnRun(context))
    .filter((run) => status === undefined || run.entry.status === status)
    .filter(({ ordinal }) => before === undefined || ordinal < Number(before))
    .sort((one, other) => other.ordinal - one.ordinal)
  const page = found.slice(0, limit)
  const last = page.at(-1)
  const next = last === undefined || page.length === found.length ? {} : { next: String(last.ordinal) }
  const runs = page.map(({ entry }) => withoutResults(entry))
  context.session.answer(serverMessage('runList', { runs, ...next }), context.messageId)
  return undefined
}
