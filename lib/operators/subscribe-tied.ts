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
  const upstream = new Subscriber<Value>({
    next: (value: Value) => {
      try {
        observer.next(value)
      } catch (error) {
        observer.error(error)
      }
    },
    error: (error: unknown) => observer.error(error),
    complete: () => observer.complete(),
  })
  owner.add(upstream)
  if (!upstream.closed) source.subscribe(upstream)
  return upstream
}
