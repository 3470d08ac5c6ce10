import { type SchedulerLike, type Subscription, timer } from 'rxjs'
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
/** Of one try, and of its warnings and errors once more: what went wrong is not lost among lines that say how it goes. */
const MAX_LOG_ENTRIES = 200
const levels: ReadonlySet<unknown> = new Set<LogLevel>(['debug', 'info', 'warn', 'error'])

/**
 * The `progress` and `log` of one try, which hand what a tool says to `tell`, within bounds: a tool may be written without types, or
 * call them in a loop. Of progress that comes too fast the newest is told as soon as there is room, and at the end. Where log entries
 * are left out, the last one says so. A class, because there is one for each try of each node.
 */
export class ToolWords implements Pick<ToolContext, 'progress' | 'log'> {
  readonly #scheduler: SchedulerLike
  readonly #tell: (word: ToolWord) => void
  #allowance = PROGRESS_BURST
  #lastMs: number
  #held: ToolWord | undefined
  #waiting: Subscription | undefined
  #usualEntries = 0
  #graveEntries = 0
  #hasEnded = false

  constructor(scheduler: SchedulerLike, tell: (word: ToolWord) => void) {
    this.#scheduler = scheduler
    this.#tell = tell
    this.#lastMs = scheduler.now()
  }

  readonly progress: ToolContext['progress'] = (percent, message) => {
    if (this.#hasEnded) return
    const word: ToolWord = {
      _tag: 'Progress',
      percent: Number.isFinite(percent) ? Math.min(100, Math.max(0, percent)) : 0,
      ...(message === undefined ? {} : { message: textOf(message) }),
    }
    this.#renew()
    if (this.#held !== undefined || this.#allowance < 1) return this.#hold(word)
    this.#allowance -= 1
    this.#tell(word)
  }

  readonly log: ToolContext['log'] = (given, message) => {
    if (this.#hasEnded) return
    const level = levels.has(given) ? given : 'info'
    const isGrave = level === 'warn' || level === 'error'
    const count = isGrave ? ++this.#graveEntries : ++this.#usualEntries
    if (count <= MAX_LOG_ENTRIES) return this.#tell({ _tag: 'Log', level, message: textOf(message) })
    if (count > MAX_LOG_ENTRIES + 1) return
    const what = isGrave ? 'warnings and errors' : 'log entries'
    this.#tell({ _tag: 'Log', level: 'warn', message: `further ${what} are left out (more than ${MAX_LOG_ENTRIES})` })
  }

  /** Tells the progress that is held back. To be called before the end is told. */
  flush(): void {
    this.#waiting?.unsubscribe()
    this.#waiting = undefined
    const word = this.#held
    if (word === undefined) return
    this.#held = undefined
    this.#allowance -= 1
    this.#tell(word)
  }

  /** Nothing is told any more. */
  end(): void {
    this.#hasEnded = true
    this.#held = undefined
    this.#waiting?.unsubscribe()
  }

  #renew(): void {
    const nowMs = this.#scheduler.now()
    this.#allowance = Math.min(PROGRESS_BURST, this.#allowance + ((nowMs - this.#lastMs) * PROGRESS_PER_SECOND) / 1_000)
    this.#lastMs = nowMs
  }

  #hold(word: ToolWord): void {
    this.#held = word
    if (this.#waiting !== undefined) return
    const waitMs = Math.ceil(((1 - this.#allowance) * 1_000) / PROGRESS_PER_SECOND)
    this.#waiting = timer(waitMs, this.#scheduler).subscribe(() => {
      this.#renew()
      this.flush()
    })
  }
}

/** A tool without types may say anything. */
function textOf(message: unknown): string {
  return typeof message === 'string' ? message.slice(0, MAX_MESSAGE_LENGTH) : `(${typeof message})`
}
