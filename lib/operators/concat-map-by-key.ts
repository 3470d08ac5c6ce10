import { from, Observable, type ObservableInput, type OperatorFunction } from 'rxjs'
import { subscribeTied } from './subscribe-tied.ts'

/** The values of one key. It exists while one of its inner streams runs. */
interface Lane<Value> {
  readonly waiting: Value[]
  isBusy: boolean
  isLooping: boolean
}

/**
 * `concatMap` for each key, `mergeMap` between keys: the inner streams of one key run one after the other in the order of their
 * values, those of different keys side by side. A key with nothing left to do costs nothing (`groupBy` would keep it).
 *
 * ```
 * source         -a1-b1-a2-----------|      (keys a, b; each inner stream is --x|)
 * result         ---a1-b1-a2---------|
 * ```
 *
 * Completes when the source and every inner stream have. An error of any of them, or of a callback, ends it all. Unsubscribing ends
 * the running inner streams and forgets the waiting values.
 */
export function concatMapByKey<Value, Result>(
  keyOf: (value: Value) => unknown,
  project: (value: Value) => ObservableInput<Result>,
): OperatorFunction<Value, Result> {
  return (source) =>
    new Observable((subscriber) => {
      const lanes = new Map<unknown, Lane<Value>>()
      let isSourceComplete = false

      const completeIfDone = (): void => {
        if (isSourceComplete && lanes.size === 0) subscriber.complete()
      }

      const run = (key: unknown, lane: Lane<Value>, value: Value): void => {
        lane.isBusy = true
        const inner = subscribeTied(from(project(value)), subscriber, {
          next: (result) => subscriber.next(result),
          error: (error) => subscriber.error(error),
          complete: () => undefined,
        })
        // Not before the inner stream has cleaned up after itself: the next one may want what it held.
        inner.add(() => {
          lane.isBusy = false
          advance(key, lane)
        })
      }

      // A loop: inner streams that complete at once would pile up on the stack otherwise, one for each value that waits.
      const advance = (key: unknown, lane: Lane<Value>): void => {
        if (lane.isLooping) return
        lane.isLooping = true
        while (!lane.isBusy && lane.waiting.length > 0 && !subscriber.closed) {
          try {
            run(key, lane, lane.waiting.shift() as Value)
          } catch (error) {
            subscriber.error(error)
          }
        }
        lane.isLooping = false
        if (lane.isBusy) return
        lanes.delete(key)
        completeIfDone()
      }

      const take = (value: Value): void => {
        const key = keyOf(value)
        const known = lanes.get(key)
        if (known !== undefined) {
          known.waiting.push(value)
          return
        }
        const lane: Lane<Value> = { waiting: [value], isBusy: false, isLooping: false }
        lanes.set(key, lane)
        advance(key, lane)
      }

      subscriber.add(() => lanes.clear())
      subscribeTied(source, subscriber, {
        next: take,
        error: (error) => subscriber.error(error),
        complete: () => {
          isSourceComplete = true
          completeIfDone()
        },
      })
    })
}
