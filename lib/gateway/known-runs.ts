import type { RunEntry } from '../protocol/server-payloads.ts'
import type { KnownRun } from '../workflow/executor.ts'
import type { CommandContext } from './command-context.ts'

/** Whether a run is one that the sender of a message may see and cancel: in scope `own`, those its principal started. */
export function isOwnRun({ scope, session }: CommandContext): (run: KnownRun) => boolean {
  const { principal } = session
  return ({ owner }) => scope === 'all' || (owner !== undefined && owner === principal?.id)
}

/** Of several runs in one answer: results may be large. */
export function withoutResults(entry: RunEntry): RunEntry {
  const { results, ...rest } = entry
  return results === undefined ? entry : rest
}
