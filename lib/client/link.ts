import {
  combineLatest,
  concat,
  defer,
  ignoreElements,
  merge,
  type Observable,
  of,
  repeat,
  type SchedulerLike,
  switchMap,
  take,
  takeWhile,
  tap,
  timer,
} from 'rxjs'
import { type BackOff, backOffMs } from './back-off.ts'
import type { ConnectionEnd, ConnectionEvent } from './connection.ts'
import { isSameQuery, type QueryParameters, type QuerySource, readQuery } from './credentials.ts'
import type { DoorVerdict } from './door.ts'
import { type Fate, fateOf } from './fate.ts'

/** What happens on a link: connection after connection, and what lies between them. */
export type LinkEvent =
  | ConnectionEvent
  | { readonly _tag: 'Connecting' }
  | { readonly _tag: 'Waiting'; readonly attempt: number; readonly retryAtMs: number }
  /** For good: no further connection would fare better. */
  | { readonly _tag: 'Stopped'; readonly code: number; readonly reason: string }

export interface LinkOptions {
  readonly connect: (query: QueryParameters) => Observable<ConnectionEvent>
  /** Asks why opening fails; one verdict. Undefined: nobody can be asked. */
  readonly ask: ((query: QueryParameters) => Observable<DoorVerdict>) | undefined
  readonly query: QuerySource
  readonly backoff: BackOff
  /** Uniform in [0, 1). */
  readonly random: () => number
  readonly scheduler: SchedulerLike
  /** Cuts a wait short: the network is back, or the page is seen again. */
  readonly wake$: Observable<unknown>
}

/** A link that held for so long starts its back-off anew. One that is accepted and cut at once does not. */
const HELD_MS = 5_000
const OPENS_BEFORE_ASKING = 2

interface Doubt {
  readonly fate: Fate
  readonly code: number
  readonly reason: string
  readonly retryAfterMs: number
}

/**
 * Keeps a connection: opens on subscription, and again after each end that allows it. Completes after `Stopped`; never errors.
 * Unsubscribing closes what is open.
 */
export function link({
  connect,
  ask,
  query: source,
  backoff,
  random,
  scheduler,
  wake$,
}: LinkOptions): Observable<LinkEvent> {
  return defer(() => {
    let attempt = 0
    let failedOpens = 0
    let query: QueryParameters = {}
    let ended: ConnectionEnd = failed('')

    const once$: Observable<LinkEvent> = readQuery(source).pipe(
      switchMap((read) => {
        if (read instanceof Error) return of(failed(read.message))
        query = read
        return connect(read)
      }),
      tap((event) => {
        if (event._tag === 'Ended') ended = event
      }),
    )

    const next$: Observable<LinkEvent> = defer(() => {
      const { wasOpen, heldMs, code, reason, retryAfterMs } = ended
      attempt = heldMs >= HELD_MS ? 1 : attempt + 1
      failedOpens = wasOpen ? 0 : failedOpens + 1
      const delayMs = backOffMs(attempt, backoff, random)
      const startMs = scheduler.now()
      const told = { fate: fateOf(code), code, reason, retryAfterMs }
      // A code that says more than that it failed needs no asking.
      const isClear = told.fate !== 'again' || failedOpens < OPENS_BEFORE_ASKING
      if (isClear || ask === undefined) return judge(told, delayMs, startMs)
      return concat(
        of(waiting(startMs + Math.max(delayMs, retryAfterMs))),
        ask(query).pipe(
          switchMap(({ fate, status, reason: why, retryAfterMs: askedMs }) =>
            judge({ fate, code: status, reason: why, retryAfterMs: Math.max(askedMs, retryAfterMs) }, delayMs, startMs),
          ),
        ),
      )
    })

    const judge = (doubt: Doubt, delayMs: number, startMs: number): Observable<LinkEvent> => {
      const { fate, code, reason, retryAfterMs } = doubt
      const stop$ = of<LinkEvent>({ _tag: 'Stopped', code, reason })
      if (fate === 'never') return stop$
      const floorMs = Math.max(retryAfterMs, fate === 'later' ? backoff.maxMs : 0)
      const wait$ = wait(startMs + floorMs, startMs + Math.max(floorMs, delayMs))
      if (fate !== 'credentials') return wait$
      if (typeof source !== 'function') return stop$
      return readQuery(source).pipe(
        // One that cannot be had now may be had later; the same again would be refused again.
        switchMap((fresh) => (fresh instanceof Error || !isSameQuery(fresh, query) ? wait$ : stop$)),
      )
    }

    const waiting = (retryAtMs: number): LinkEvent => ({ _tag: 'Waiting', attempt, retryAtMs })

    /** Until `dueMs`; being woken cuts it short, though not before `floorMs`. */
    const wait = (floorMs: number, dueMs: number): Observable<LinkEvent> => {
      const until = (timeMs: number): Observable<unknown> => timer(Math.max(0, timeMs - scheduler.now()), scheduler)
      const woken$ = combineLatest([until(floorMs), wake$])
      return concat(
        of(waiting(dueMs)),
        defer(() => merge(until(dueMs), woken$).pipe(take(1), ignoreElements())),
      )
    }

    return concat(of<LinkEvent>({ _tag: 'Connecting' }), once$, next$).pipe(
      repeat(),
      takeWhile(({ _tag }) => _tag !== 'Stopped', true),
    )
  })
}

function failed(reason: string): ConnectionEnd {
  return { _tag: 'Ended', code: 1006, reason, wasOpen: false, heldMs: 0, retryAfterMs: 0 }
}
