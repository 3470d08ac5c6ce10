import { asyncScheduler, type SchedulerLike } from 'rxjs'

/**
 * The scheduler of production: RxJS's timers, with a monotonic `now()` in milliseconds. `asyncScheduler.now()` is the wall
 * clock, which jumps (THREATS T27); everything here that measures a duration asks its scheduler.
 */
export const monotonicScheduler: SchedulerLike = {
  now: () => performance.now(),
  schedule: asyncScheduler.schedule.bind(asyncScheduler),
}

let lastMs = Number.NaN
let lastIso = ''

/** The wall clock as ISO 8601 with `Z`, for time stamps only, never for durations. */
export function isoNow(): string {
  // Formatting costs more than all else in a publish, and many fall into one millisecond.
  const nowMs = Date.now()
  if (nowMs !== lastMs) {
    lastMs = nowMs
    lastIso = new Date(nowMs).toISOString()
  }
  return lastIso
}
