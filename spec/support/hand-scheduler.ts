import { type SchedulerAction, type SchedulerLike, Subscription } from 'rxjs'
import { schedulerOf, type Work } from './wrapped-scheduler.ts'

/** A scheduler whose turns come when a spec says so. Its clock stands still, and so what waits for a time waits for ever. */
export interface HandScheduler {
  readonly scheduler: SchedulerLike
  /** How many turns are booked. */
  readonly booked: () => number
  /** Runs the turn that was booked first. */
  readonly turn: () => void
}

/** @param msPerLook by how much the clock goes on whenever somebody looks at it: how long work seems to take. */
export function createHandScheduler(msPerLook = 0): HandScheduler {
  const turns: (() => void)[] = []
  let nowMs = 0

  const now = (): number => {
    nowMs += msPerLook
    return nowMs
  }

  const schedule = <State>(work: Work<State>, delayMs: number, state: State | undefined): Subscription => {
    const action = new Subscription() as SchedulerAction<State>
    action.schedule = (next, nextDelayMs = 0) => {
      if (nextDelayMs <= 0) turns.push(() => action.closed || work.call(action, next))
      return action
    }
    return action.schedule(state, delayMs)
  }

  return {
    scheduler: schedulerOf(now, schedule),
    booked: () => turns.length,
    turn: () => turns.shift()?.(),
  }
}
