import type { SchedulerAction, SchedulerLike, Subscription } from 'rxjs'

/** Work as `SchedulerLike.schedule` takes it, whichever of its forms. */
export type Work<State> = (this: SchedulerAction<State>, state?: State) => void

/** A scheduler that does as `schedule` says, with the time of `now`. */
export function schedulerOf(
  now: () => number,
  schedule: <State>(work: Work<State>, delay: number, state: State | undefined) => Subscription,
): SchedulerLike {
  return {
    now,
    schedule: <State>(work: Work<State>, delay?: number, state?: State) => schedule(work, delay ?? 0, state),
  }
}
