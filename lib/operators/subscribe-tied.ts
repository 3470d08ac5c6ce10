import { type Observable, type Observer, Subscriber, type Subscription } from 'rxjs'

/**
 * Subscribes to `source` for no longer than `owner` lives, also while `source` emits within this very call.
 * `owner.add(source.subscribe(…))` ties what is left when the call returns: an endless synchronous source would never hear of a
 * `take(1)`. RxJS's own operators have a function for this, which it keeps to itself.
 *
 * What `observer.next` throws goes to `observer.error`: a callback's fault is an error of the stream, and never the source's.
 */
export function subscribeTied<Value>(
  source: Observable<Value>,
  owner: Subscription,
  observer: Observer<Value>,
): Subscription {
  const upstream = new TiedSubscriber<Value>(observer)
  owner.add(upstream)
  if (!upstream.closed) source.subscribe(upstream)
  return upstream
}

/** A class of its own, because there are three for each connection: an observer made for each would cost five objects more. */
class TiedSubscriber<Value> extends Subscriber<Value> {
  readonly #observer: Observer<Value>

  constructor(observer: Observer<Value>) {
    super()
    this.#observer = observer
  }

  protected override _next(value: Value): void {
    try {
      this.#observer.next(value)
    } catch (error) {
      this.#observer.error(error)
    }
  }

  protected override _error(error: unknown): void {
    try {
      this.#observer.error(error)
    } finally {
      this.unsubscribe()
    }
  }

  protected override _complete(): void {
    try {
      this.#observer.complete()
    } finally {
      this.unsubscribe()
    }
  }
}
