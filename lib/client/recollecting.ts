import { concatMap, finalize, type Observable, ReplaySubject, Subject, takeUntil, tap } from 'rxjs'
import type { History } from './history.ts'
import type { ServerFrame } from './message.ts'
import { unharmed } from './unharmed.ts'

/** The past of one run, while it is read. */
export interface Recollection {
  /** What happens meanwhile. */
  readonly keep: (message: ServerFrame) => void
  /** Nobody needs it any more. */
  readonly drop: () => void
}

/** Where what was said of runs before they were found is read from. */
export interface Recollections {
  /** Calls `onRead` once with what was said of the run, what was kept meanwhile included; never where that cannot be had. */
  readonly begin: (run: Recollected, onRead: (past: History) => void) => Recollection
}

export interface Recollected {
  readonly executionId: string
  /** The position of its first event. */
  readonly startSeq: number
}

/** So much happens meanwhile that the past is not worth the waiting. */
const MAX_KEPT = 1_000

/**
 * Puts together what was and what is: the history of a run up to a position, and of what came over the client's own connection in the
 * meantime that which lies beyond. One run is read after the other, so that a page with many of them opens one connection more and not
 * many.
 */
export function createRecollections(history: (run: Recollected) => Observable<History>): Recollections {
  const asked$ = new Subject<() => Observable<unknown>>()
  asked$.pipe(concatMap((read) => read())).subscribe()
  return {
    begin: (run, onRead) => {
      const dropped$ = new ReplaySubject<void>(1)
      let kept: ServerFrame[] | undefined = []
      const drop = (): void => {
        kept = undefined
        dropped$.next()
      }
      asked$.next(() =>
        history(run).pipe(
          takeUntil(dropped$),
          tap(({ messages, seq }) => {
            const later = kept?.filter((message) => message.seq === undefined || message.seq > seq) ?? []
            unharmed(() => onRead({ messages: [...messages, ...later], seq }))
          }),
          finalize(drop),
        ),
      )
      return {
        keep: (message) => {
          if ((kept?.push(message) ?? 0) > MAX_KEPT) drop()
        },
        drop,
      }
    },
  }
}
