import type { ToolContext } from '../../lib/tools/tool.ts'

/** The context of a call that nobody cancels and nobody listens to, but for what `given` says. */
export function toolContext(given: Partial<ToolContext> = {}): ToolContext {
  return {
    signal: new AbortController().signal,
    progress: () => undefined,
    log: () => undefined,
    executionId: 'e1',
    nodeId: 'n1',
    attempt: 1,
    ...given,
  }
}
