import { type MonoTypeOperatorFunction, Observable } from 'rxjs'
import { CodedError } from '../base/coded-error.ts'
import { subscribeTied } from './subscribe-tied.ts'

export interface BackpressureBufferOptions<Value> {
  /**
   * Whether the consumer takes more. Must tell its state on subscription. While it is true values pass, while it is false they
   * wait. It may change while a value is being taken.
   */
  readonly ready$: Observable<boolean>
  /** The size of a value in bytes. */
  readonly sizeOf: (value: Value) => number
  /** The most values that may wait. */
  readonly maxCount: number
  /** The most bytes that may wait. */
  readonly maxBytes: number
  /** Told whenever what waits has changed. */
  readonly onDepth?: (count: number, bytes: number) => void
}

/** The consumer of an {@link onBackpressureBuffer} fell too far behind. */
export class OverflowError extends CodedError<'OVERFLOW'> {
  readonly count: number
  readonly bytes: number

  constructor(count: number, bytes: number) {
    super('OVERFLOW', `the consumer is too slow: ${count} values of ${bytes} bytes are waiting`)
    this.count = count
    this.bytes = bytes
  }
}

/**
 * Passes values while the consumer is ready and keeps them, in order, while it is not.
 *
 * RxJS has no backpressure: an operator that is not read from keeps everything (its buffering operators have no bound in bytes).
 * This one is bounded twice. An empty queue always takes one value, however large. A value beyond the bounds is the end: the
 * stream errors with {@link OverflowError} (policy `disconnect`), because a consumer that missed something unannounced is worse off
 * than one that has to come back (SEMANTICS P4, P6).
 *
 * ```
 * source  -a-b-c-d-----|
 * ready$  t-f-----t-----
 * result  -a------(bcd)-|
 * ```
 *
 * Completes when the source has completed and all that waited has passed. An error of the source passes at once, and what waited
 * is gone. Unsubscribing forgets what waits.
 */
export function onBackpressureBuffer<Value>(
  options: BackpressureBufferOptions<Value>,
): MonoTypeOperatorFunction<Value> {
  const { ready$, sizeOf, maxCount, maxBytes, onDepth } = options
  const isBeyondBounds = (count: number, bytes: number): boolean => count > 1 && (count > maxCount || bytes > maxBytes)
  return (source) =>
    new Observable((subscriber) => {
      let queue: Waiting<Value>[] = []
      // Values before `first` have passed; they are cut off in one go now and then, so that passing one costs nothing.
      let first = 0
      let bytes = 0
      let isReady = false
      let isPassing = false
      let isComplete = false

      const count = (): number => queue.length - first
      const mayPass = (): boolean => isReady && count() > 0

      const tellDepth = (): void => {
        try {
          onDepth?.(count(), bytes)
        } catch (error) {
          subscriber.error(error)
        }
      }

      const passFirst = (): void => {
        const { value, size } = queue[first] as Waiting<Value>
        first += 1
        bytes -= size
        if (first === queue.length || first > 1024) {
          queue = queue.slice(first)
          first = 0
        }
        tellDepth()
        subscriber.next(value)
      }

      const passWaiting = (): void => {
        while (mayPass()) passFirst()
        isPassing = false
        if (isBeyondBounds(count(), bytes)) subscriber.error(new OverflowError(count(), bytes))
        if (isComplete && count() === 0) subscriber.complete()
      }

      const take = (value: Value): void => {
        // What arrives while the consumer is being given a value waits until it has returned: it must not overtake.
        if (isReady && !isPassing) {
          isPassing = true
          subscriber.next(value)
          passWaiting()
          return
        }
        const size = sizeOf(value)
        // A burst to a consumer that is ready is no overflow, even one it causes itself: what it leaves is counted when it has returned.
        if (!isReady && isBeyondBounds(count() + 1, bytes + size)) throw new OverflowError(count() + 1, bytes + size)
        queue.push({ value, size })
        bytes += size
        tellDepth()
      }

      subscriber.add(() => {
        if (count() === 0) return
        queue = []
        first = 0
        bytes = 0
        tellDepth()
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
          if (count() === 0 && !isPassing) subscriber.complete()
        },
      })
    })
}

interface Waiting<Value> {
  readonly value: Value
  /** Asked once, so that what leaves weighs what came. */
  readonly size: number
}

const nothing = (): void => undefined
