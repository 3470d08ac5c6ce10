import { type SchedulerLike, VirtualTimeScheduler } from 'rxjs'
import { schedulerOf } from './wrapped-scheduler.ts'

export interface BusyTime {
  readonly scheduler: SchedulerLike
  readonly now: () => number
  /** Lets whoever calls it have worked for so long. */
  readonly work: (ms: number) => void
  /** Lets all that falls due run, in its order. */
  readonly run: () => void
}

/** The time of a process with one thread: work takes time, and what falls due meanwhile runs when it is done. */
export function createBusyTime(): BusyTime {
  const due: { readonly atMs: number; readonly run: () => void }[] = []
  const clock = new VirtualTimeScheduler()
  let nowMs = 0
  const scheduler = schedulerOf(
    () => nowMs,
    (work, delay, state) => {
      // An action of another scheduler's, for what an action can do; when it runs is ours to say.
      const action = clock.schedule(work, 0, state)
      const run = (): void => {
        if (!action.closed) Reflect.apply(work, action, [state])
      }
      due.push({ atMs: nowMs + delay, run })
      return action
    },
  )
  return {
    scheduler,
    now: () => nowMs,
    work: (ms: number) => {
      nowMs += ms
    },
    run: () => {
      for (;;) {
        const next = due.reduce<(typeof due)[number] | undefined>(
          (first, one) => (first === undefined || one.atMs < first.atMs ? one : first),
          undefined,
        )
        if (next === undefined) return
        due.splice(due.indexOf(next), 1)
        nowMs = Math.max(nowMs, next.atMs)
        next.run()
      }
    },
  }
}
