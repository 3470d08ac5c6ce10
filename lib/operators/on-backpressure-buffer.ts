import { type MonoTypeOperatorFunction, NEVER, Observable } from 'rxjs'
import { type Loss, OverflowQueue, type OverflowQueueOptions, type Released } from './overflow-queue.ts'
import { subscribeTied } from './subscribe-tied.ts'

export interface BackpressureBufferOptions<Value> extends OverflowQueueOptions<Value> {
  /**
   * Whether the consumer takes more. Must tell its state on subscription. While it is true values pass, while it is false they
   * wait. It may change while a value is being taken.
   */
  readonly ready$: Observable<boolean>
  /** Takes a value that has to wait apart, into what may be lost one by one. By default it stays whole. */
  readonly split?: (value: Value) => readonly Value[]
  /** What the consumer is given where values were lost, in their place; made when it passes. Absent: it is not told. */
  readonly toNotice?: (loss: Loss) => Value
  /** Whenever it emits, all that waits and may be lost is lost. */
  readonly shed$?: Observable<unknown>
  /** Told whenever what waits has changed. */
  readonly onDepth?: (count: number, bytes: number) => void
}

/**
 * Passes values while the consumer is ready and keeps them, in order, while it is not.
 *
 * RxJS has no backpressure: an operator that is not read from keeps everything (its buffering operators have no bound in bytes).
 * This one is bounded twice. An empty queue always takes one value, however large. What is beyond the bounds is a matter of the
 * {@link OverflowPolicy}; by default it is the end: the stream errors with {@link OverflowError}, because a consumer that missed
 * something unannounced is worse off than one that has to come back (SEMANTICS P4, P6). The other policies lose values, never
 * protected ones, and `toNotice` tells the consumer in the place of what it lost.
 *
 * ```
 * source  -a-b-c-d-----|
 * ready$  t-f-----t-----
 * result  -a------(bcd)-|
 *
 * result  -a------(ncd)-|    with maxCount 2 and dropOldest, n the notice of b
 * ```
 *
 * Completes when the source has completed and all that waited has passed. An error of the source passes at once, and what waited
 * is gone. Unsubscribing forgets what waits.
 */
export function onBackpressureBuffer<Value>(
  options: BackpressureBufferOptions<Value>,
): MonoTypeOperatorFunction<Value> {
  const { ready$, split = alone, toNotice, shed$ = NEVER, onDepth } = options
  return (source) =>
    new Observable((subscriber) => {
      // Made when something has to wait: most consumers never let anything.
      let queue: OverflowQueue<Value> | undefined
      let isReady = false
      let isPassing = false
      let isComplete = false

      const tellDepth = (): void => {
        try {
          onDepth?.(queue?.count ?? 0, queue?.bytes ?? 0)
        } catch (error) {
          subscriber.error(error)
        }
      }

      const nextWaiting = (): Released<Value> | undefined => (isReady ? queue?.release() : undefined)

      const passWaiting = (): void => {
        for (let released = nextWaiting(); released !== undefined; released = nextWaiting()) {
          if (released._tag === 'Value') {
            tellDepth()
            subscriber.next(released.value)
          } else if (toNotice !== undefined) subscriber.next(toNotice(released.loss))
        }
        isPassing = false
        if (queue?.isDrained === false) queue.enforce()
        else queue = undefined
        if (isComplete && queue === undefined) subscriber.complete()
      }

      const take = (value: Value): void => {
        // What arrives while the consumer is being given a value waits until it has returned: it must not overtake.
        if (isReady && !isPassing) {
          isPassing = true
          subscriber.next(value)
          passWaiting()
          return
        }
        queue ??= new OverflowQueue(options)
        // A burst to a consumer that is ready is no overflow, even one it causes itself: what it leaves is counted when it has returned.
        if (isReady) for (const part of split(value)) queue.push(part)
        else queue.offerAll(split(value))
        tellDepth()
      }

      subscriber.add(() => {
        const hadWaiting = (queue?.count ?? 0) > 0
        queue?.clear()
        queue = undefined
        if (hadWaiting) tellDepth()
      })
      subscribeTied(ready$, subscriber, {
        next: (ready) => {
          isReady = ready
          // A consumer that becomes ready while it is being given a value must not start a second loop, for the same reason.
          if (!ready || isPassing) return
          isPassing = true
          passWaiting()
        },
        error: (error) => subscriber.error(error),
        complete: nothing,
      })
      subscribeTied(source, subscriber, {
        next: take,
        error: (error) => subscriber.error(error),
        complete: () => {
          isComplete = true
          if (queue === undefined && !isPassing) subscriber.complete()
        },
      })
      if (shed$ !== NEVER) {
        subscribeTied(shed$, subscriber, {
          next: () => {
            queue?.shed()
            tellDepth()
          },
          error: (error) => subscriber.error(error),
          complete: nothing,
        })
      }
    })
}

const nothing = (): void => undefined

function alone<Value>(value: Value): readonly Value[] {
  return [value]
}
