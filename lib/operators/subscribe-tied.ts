import { type Observable, type Observer, Subscriber, type Subscription } from 'rxjs'

/**
 * Subscribes to `source` for no longer than `owner` lives, also while `source` emits within this very call.
 * `owner.add(source.subscribe(…))` ties what is left when the call returns: an endless synchronous source would never hear of a
 * `take(1)`. RxJS's own operators have a function for this, which it keeps to itself.
 *
 * @param observer must not throw: what it throws goes to `source`.
 */
export function subscribeTied<Value>(
  source: Observable<Value>,
  owner: Subscription,
  observer: Observer<Value>,
): Subscription {
  const upstream = new Subscriber<Value>(observer)
  owner.add(upstream)
  if (!upstream.closed) source.subscribe(upstream)
  return upstream
}
