import type { SchedulerLike } from 'rxjs'

/** A clock that stands still until a test moves it. Schedules nothing. */
export function createHandClock(): SchedulerLike & { nowMs: number } {
  const clock = {
    nowMs: 0,
    now: () => clock.nowMs,
    schedule: () => {
      throw new Error('nothing is to be scheduled')
    },
  }
  return clock
}
