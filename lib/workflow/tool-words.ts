import type { SchedulerLike } from 'rxjs'
import type { LogLevel, ToolContext } from '../tools/tool.ts'

/** What a tool says while it works. */
export type ToolWord =
  | { readonly _tag: 'Progress'; readonly percent: number; readonly message?: string }
  | { readonly _tag: 'Log'; readonly level: LogLevel; readonly message: string }

/** A sentence for people; a longer one is cut. */
const MAX_MESSAGE_LENGTH = 2_000
/** Progress beyond so much at once, and so much a second after that, tells nobody anything and pushes the history out. */
const PROGRESS_BURST = 100
const PROGRESS_PER_SECOND = 10
/** Of one try. */
const MAX_LOG_ENTRIES = 200
const levels: ReadonlySet<unknown> = new Set<LogLevel>(['debug', 'info', 'warn', 'error'])

/**
 * The `progress` and `log` of one try, which hand what a tool says to `tell`, within bounds: a tool may be written without types, or
 * call them in a loop. Where log entries are left out, the last one says so.
 */
export function createToolWords(
  scheduler: SchedulerLike,
  tell: (word: ToolWord) => void,
): Pick<ToolContext, 'progress' | 'log'> {
  let allowance = PROGRESS_BURST
  let lastMs = scheduler.now()
  let entries = 0

  const mayTellProgress = (): boolean => {
    const nowMs = scheduler.now()
    allowance = Math.min(PROGRESS_BURST, allowance + ((nowMs - lastMs) * PROGRESS_PER_SECOND) / 1_000)
    lastMs = nowMs
    if (allowance < 1) return false
    allowance -= 1
    return true
  }

  return {
    progress: (percent, message) => {
      if (!mayTellProgress()) return
      const bounded = Number.isFinite(percent) ? Math.min(100, Math.max(0, percent)) : 0
      tell({ _tag: 'Progress', percent: bounded, ...(message === undefined ? {} : { message: textOf(message) }) })
    },
    log: (level, message) => {
      if (entries > MAX_LOG_ENTRIES) return
      entries += 1
      if (entries > MAX_LOG_ENTRIES) {
        tell({ _tag: 'Log', level: 'warn', message: `further log entries are left out (more than ${MAX_LOG_ENTRIES})` })
        return
      }
      tell({ _tag: 'Log', level: levels.has(level) ? level : 'info', message: textOf(message) })
    },
  }
}

/** A tool without types may say anything. */
function textOf(message: unknown): string {
  return typeof message === 'string' ? message.slice(0, MAX_MESSAGE_LENGTH) : `(${typeof message})`
}
