import { EMPTY, filter, fromEvent, merge, type Observable } from 'rxjs'

interface Listened {
  readonly addEventListener: (type: string, handler: (event: unknown) => void) => void
  readonly removeEventListener: (type: string, handler: (event: unknown) => void) => void
}

/** As much of a page as is listened to. */
export interface WakeHost extends Partial<Listened> {
  readonly document?: Listened & { readonly visibilityState: string }
}

/** When a try may succeed that would have failed before: the network is back (`online`), or the page is seen again. Never, in Node. */
export function wakeSignals(host: WakeHost): Observable<unknown> {
  const { document, addEventListener, removeEventListener } = host
  const online$ =
    addEventListener === undefined || removeEventListener === undefined
      ? EMPTY
      : fromEvent(
          {
            addEventListener: addEventListener.bind(host),
            removeEventListener: removeEventListener.bind(host),
          },
          'online',
        )
  const visible$ =
    document === undefined
      ? EMPTY
      : fromEvent(document, 'visibilitychange').pipe(filter(() => document.visibilityState === 'visible'))
  return merge(online$, visible$)
}
