import { type SchedulerLike, Subscription, timer } from 'rxjs'
import type { LogLevel, ToolContext } from '../tools/tool.ts'

/** What a tool says while it works. */
export type ToolWord =
  | { readonly _tag: 'Progress'; readonly percent: number; readonly message?: string }
  | { readonly _tag: 'Log'; readonly level: LogLevel; readonly message: string }

/** What one try of a tool may say. */
export interface ToolWords extends Pick<ToolContext, 'progress' | 'log'> {
  /** Tells the progress that is held back. To be called before the end is told. */
  readonly flush: () => void
  /** Ends it: nothing is told any more. */
  readonly subscription: Subscription
}

/** A sentence for people; a longer one is cut. */
const MAX_MESSAGE_LENGTH = 2_000
/** Progress beyond so much at once, and so much a second after that, tells nobody anything and pushes the history out. */
const PROGRESS_BURST = 100
const PROGRESS_PER_SECOND = 10
/** Of one try, and of its warnings and errors once more: what went wrong is not lost among lines that say how it goes. */
const MAX_LOG_ENTRIES = 200
const levels: ReadonlySet<unknown> = new Set<LogLevel>(['debug', 'info', 'warn', 'error'])

/**
 * The `progress` and `log` of one try, which hand what a tool says to `tell`, within bounds: a tool may be written without types, or
 * call them in a loop. Of progress that comes too fast the newest is told as soon as there is room, and at the end. Where log entries
 * are left out, the last one says so.
 */
export function createToolWords(scheduler: SchedulerLike, tell: (word: ToolWord) => void): ToolWords {
  const subscription = new Subscription()
  let allowance = PROGRESS_BURST
  let lastMs = scheduler.now()
  let held: ToolWord | undefined
  let waiting: Subscription | undefined
  const entries = { usual: 0, grave: 0 }

  const renew = (): void => {
    const nowMs = scheduler.now()
    allowance = Math.min(PROGRESS_BURST, allowance + ((nowMs - lastMs) * PROGRESS_PER_SECOND) / 1_000)
    lastMs = nowMs
  }

  const flush = (): void => {
    waiting?.unsubscribe()
    waiting = undefined
    const word = held
    held = undefined
    if (word === undefined || subscription.closed) return
    allowance -= 1
    tell(word)
  }

  const hold = (word: ToolWord): void => {
    held = word
    if (waiting !== undefined) return
    const waitMs = Math.ceil(((1 - allowance) * 1_000) / PROGRESS_PER_SECOND)
    waiting = timer(waitMs, scheduler).subscribe(() => {
      renew()
      flush()
    })
    subscription.add(waiting)
  }

  return {
    progress: (percent, message) => {
      const bounded = Number.isFinite(percent) ? Math.min(100, Math.max(0, percent)) : 0
      const word: ToolWord = {
        _tag: 'Progress',
        percent: bounded,
        ...(message === undefined ? {} : { message: textOf(message) }),
      }
      renew()
      if (subscription.closed) return
      if (held !== undefined || allowance < 1) return hold(word)
      allowance -= 1
      tell(word)
    },
    log: (given, message) => {
      const level = levels.has(given) ? given : 'info'
      const kind = level === 'warn' || level === 'error' ? 'grave' : 'usual'
      if (entries[kind] > MAX_LOG_ENTRIES || subscription.closed) return
      entries[kind] += 1
      if (entries[kind] <= MAX_LOG_ENTRIES) return tell({ _tag: 'Log', level, message: textOf(message) })
      const what = kind === 'grave' ? 'warnings and errors' : 'log entries'
      tell({ _tag: 'Log', level: 'warn', message: `further ${what} are left out (more than ${MAX_LOG_ENTRIES})` })
    },
    flush,
    subscription,
  }
}

/** A tool without types may say anything. */
function textOf(message: unknown): string {
  return typeof message === 'string' ? message.slice(0, MAX_MESSAGE_LENGTH) : `(${typeof message})`
}
