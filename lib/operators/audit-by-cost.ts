import { type MonoTypeOperatorFunction, Observable, type SchedulerLike, type Subscription } from 'rxjs'
import { subscribeTied } from './subscribe-tied.ts'

export interface AuditByCostOptions {
  /**
   * The share of the time that the consumer may take, above 0 and at most 1: after a value that took it F ms it is left alone for
   * F × (1 - share) / share ms. 1 never waits longer than a turn.
   */
  readonly share: number
  /** The longest it is left alone, in milliseconds. 0 never waits longer than a turn. */
  readonly maxWaitMs: number
  readonly scheduler: SchedulerLike
  /** What the cost is measured by, in milliseconds; the scheduler's own time by default. */
  readonly clock?: () => number
}

/**
 * RxJS's `audit` whose window is set by what the consumer costs: the newest value is passed at the end of the turn in which the
 * first one came, and the next one not before the consumer has been left alone for as long as its share of the time asks. Idle,
 * that is at once; loaded, the consumer takes a known share of the time, and what arrives meanwhile rides along.
 *
 * A fixed window cannot do that: below the consumer's cost it has no effect, above it an idle system waits for nothing.
 *
 * ```
 * source  -a--bc-d-------|      (the consumer takes 2 for each value; share 1/3: 4 are left free)
 * result  -a------d------|
 * ```
 *
 * Completes when the source has, after the value that waits has passed. An error of the source passes at once, and the value that
 * waits is gone.
 */
export function auditByCost<Value>(options: AuditByCostOptions): MonoTypeOperatorFunction<Value> {
  const { share, maxWaitMs, scheduler, clock = () => scheduler.now() } = options
  const restOf = (costMs: number): number => Math.min(maxWaitMs, (costMs * (1 - share)) / share)
  return (source) =>
    new Observable((subscriber) => {
      let newest: Value | undefined
      let isWaiting = false
      let isComplete = false
      let isPassing = false
      let freeAtMs = Number.NEGATIVE_INFINITY
      let booked: Subscription | undefined

      const book = (): void => {
        const restMs = Math.max(0, freeAtMs - scheduler.now())
        booked = scheduler.schedule(pass, restMs)
        subscriber.add(booked)
      }

      const pass = (): void => {
        if (booked !== undefined) subscriber.remove(booked)
        const value = newest as Value
        newest = undefined
        isWaiting = false
        isPassing = true
        const startedAtMs = clock()
        subscriber.next(value)
        // The clock may be another than the scheduler's; the rest begins when the consumer has returned.
        freeAtMs = scheduler.now() + restOf(clock() - startedAtMs)
        isPassing = false
        if (isWaiting) book()
        else if (isComplete) subscriber.complete()
      }

      subscribeTied(source, subscriber, {
        next: (value) => {
          newest = value
          if (isWaiting) return
          isWaiting = true
          // While the consumer is at work nobody knows yet what it costs.
          if (!isPassing) book()
        },
        error: (error) => subscriber.error(error),
        complete: () => {
          isComplete = true
          if (!isWaiting && !isPassing) subscriber.complete()
        },
      })
    })
}
