import { type MonoTypeOperatorFunction, Observable, type Observer, type Subscriber, type Unsubscribable } from 'rxjs'
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
  readonly shed$?: Observable<unknown> | undefined
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
  return (source) =>
    new Observable((subscriber) => {
      const buffer = new BackpressureBuffer(options, subscriber)
      subscriber.add(buffer)
      subscribeTied(options.ready$, subscriber, new Readiness(buffer))
      subscribeTied(source, subscriber, buffer)
      if (options.shed$ !== undefined) subscribeTied(options.shed$, subscriber, new Shedding(buffer))
    })
}

/** One subscription's buffer, as the observer of its source. A class, because there is one for each connection. */
class BackpressureBuffer<Value> implements Observer<Value>, Unsubscribable {
  readonly #options: BackpressureBufferOptions<Value>
  readonly #subscriber: Subscriber<Value>
  /** Made when something has to wait: most consumers never let anything. */
  #queue: OverflowQueue<Value> | undefined
  #isReady = false
  #isPassing = false
  #isComplete = false

  constructor(options: BackpressureBufferOptions<Value>, subscriber: Subscriber<Value>) {
    this.#options = options
    this.#subscriber = subscriber
  }

  next(value: Value): void {
    // What arrives while the consumer is being given a value waits until it has returned: it must not overtake.
    if (!this.#isReady || this.#isPassing) return this.#keep(value)
    this.#isPassing = true
    this.#subscriber.next(value)
    return this.#passWaiting()
  }

  error(error: unknown): void {
    this.#subscriber.error(error)
  }

  complete(): void {
    this.#isComplete = true
    if (this.#queue === undefined && !this.#isPassing) this.#subscriber.complete()
  }

  ready(isReady: boolean): void {
    this.#isReady = isReady
    // A consumer that becomes ready while it is being given a value must not start a second loop, for the same reason.
    if (!isReady || this.#isPassing) return
    this.#isPassing = true
    this.#passWaiting()
  }

  shed(): void {
    this.#queue?.shed()
    this.#tellDepth()
  }

  /** Its finalization: forgets what waits. */
  unsubscribe(): void {
    const hadWaiting = (this.#queue?.count ?? 0) > 0
    this.#queue = undefined
    if (hadWaiting) this.#tellDepth()
  }

  #keep(value: Value): void {
    const parts = this.#options.split?.(value) ?? [value]
    this.#queue ??= new OverflowQueue(this.#options)
    // A burst to a consumer that is ready is no overflow, even one it causes itself: what it leaves is counted when it has returned.
    if (this.#isReady) for (const part of parts) this.#queue.push(part)
    else this.#queue.offerAll(parts)
    this.#tellDepth()
  }

  #passWaiting(): void {
    for (let released = this.#release(); released !== undefined; released = this.#release()) {
      if (released._tag === 'Value') {
        this.#tellDepth()
        this.#subscriber.next(released.value)
      } else if (this.#options.toNotice !== undefined) this.#subscriber.next(this.#options.toNotice(released.loss))
    }
    this.#isPassing = false
    if (this.#queue?.isDrained === false) {
      if (this.#queue.enforce()) this.#tellDepth()
      return
    }
    this.#queue = undefined
    if (this.#isComplete) this.#subscriber.complete()
  }

  #release(): Released<Value> | undefined {
    return this.#isReady ? this.#queue?.release() : undefined
  }

  #tellDepth(): void {
    try {
      this.#options.onDepth?.(this.#queue?.count ?? 0, this.#queue?.bytes ?? 0)
    } catch (error) {
      this.#subscriber.error(error)
    }
  }
}

/** Hears of something else than values for a buffer. Its end is none of the buffer's. */
abstract class Signal<Value> {
  protected readonly buffer: BackpressureBuffer<Value>

  constructor(buffer: BackpressureBuffer<Value>) {
    this.buffer = buffer
  }

  error(error: unknown): void {
    this.buffer.error(error)
  }

  complete(): void {
    // Its last word stands.
  }
}

class Readiness<Value> extends Signal<Value> implements Observer<boolean> {
  next(isReady: boolean): void {
    this.buffer.ready(isReady)
  }
}

class Shedding<Value> extends Signal<Value> implements Observer<unknown> {
  next(): void {
    this.buffer.shed()
  }
}
