import { defer, EMPTY, merge, mergeMap, type Observable, of, repeat, type SchedulerLike, take, timer } from 'rxjs'

export interface SilenceOptions {
  /** When something was last heard, in the scheduler's time. */
  readonly lastHeardMs: () => number
  readonly timeoutMs: number
  /** Asks the other end for a sign of life. */
  readonly probe: () => void
  readonly scheduler: SchedulerLike
  /** Worth a look: the network is back, or the page is seen again. */
  readonly wake$: Observable<unknown>
}

const LATE_MS = 1_000
const GRACE_MS = 5_000

/**
 * Emits once, and completes, when nothing was heard for `timeoutMs`. It goes by the clock, not by ticks: a hidden page has its timers
 * throttled, a sleeping machine stops them. A look that comes late proves nothing, since what was sent meanwhile may be waiting
 * behind it: then it asks, and gives the other end 5 s.
 */
export function silence({ lastHeardMs, timeoutMs, probe, scheduler, wake$ }: SilenceOptions): Observable<void> {
  return defer(() => {
    const dueMs = lastHeardMs() + timeoutMs
    return merge(timer(Math.max(0, dueMs - scheduler.now()), scheduler), wake$).pipe(
      take(1),
      mergeMap(() => {
        const nowMs = scheduler.now()
        if (nowMs - lastHeardMs() < timeoutMs) return EMPTY
        if (nowMs - dueMs < LATE_MS) return of(undefined)
        probe()
        return timer(GRACE_MS, scheduler).pipe(mergeMap(() => (lastHeardMs() <= nowMs ? of(undefined) : EMPTY)))
      }),
    )
  }).pipe(repeat(), take(1))
}
