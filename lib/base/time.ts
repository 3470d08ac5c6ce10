import { asyncScheduler, type SchedulerAction, type SchedulerLike, Subscription } from 'rxjs'

/**
 * The scheduler of production: RxJS's timers, with a monotonic `now()` in milliseconds. `asyncScheduler.now()` is the wall
 * clock, which jumps (THREATS T27); everything here that measures a duration asks its scheduler.
 *
 * `schedule(work)` without a delay is the next *turn*: after the input that is waiting has been read, before the next timer
 * (SEMANTICS "Turns and time"). A timer of 0 ms would come up to a millisecond later.
 */
export const monotonicScheduler: SchedulerLike = {
  now: () => performance.now(),
  schedule: <State>(work: (this: SchedulerAction<State>, state?: State) => void, delay?: number, state?: State) =>
    delay !== undefined && delay > 0
      ? asyncScheduler.schedule(work, delay, state)
      : new TurnAction<State>(work).schedule(state),
}

/** Work for the next turn. It may book itself again, as RxJS's own actions do: that is how `timer` and `interval` repeat. */
class TurnAction<State> extends Subscription implements SchedulerAction<State> {
  readonly #work: (this: SchedulerAction<State>, state?: State) => void
  #immediate: NodeJS.Immediate | undefined
  #timer: Subscription | undefined
  #isBookedAgain = false

  constructor(work: (this: SchedulerAction<State>, state?: State) => void) {
    super()
    this.#work = work
    this.add(() => this.#cancel())
  }

  schedule(state?: State, delay = 0): Subscription {
    if (this.closed) return this
    this.#cancel()
    this.#isBookedAgain = true
    if (delay > 0) this.#timer = asyncScheduler.schedule(() => this.#run(state), delay)
    else this.#immediate = setImmediate(() => this.#run(state))
    return this
  }

  #run(state?: State): void {
    this.#isBookedAgain = false
    this.#immediate = undefined
    this.#timer = undefined
    try {
      Reflect.apply(this.#work, this, [state])
    } finally {
      if (!this.#isBookedAgain) this.unsubscribe()
    }
  }

  #cancel(): void {
    clearImmediate(this.#immediate)
    this.#timer?.unsubscribe()
  }
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
