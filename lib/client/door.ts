import { catchError, defer, from, map, type Observable, of, type SchedulerLike, switchMap, timeout } from 'rxjs'
import { isRecord } from '../base/is-record.ts'
import type { Fate } from './fate.ts'

/** As much of `fetch` as is used. */
export type Fetch = (url: string, init: { readonly credentials: 'include' }) => Promise<DoorAnswer>

interface DoorAnswer {
  readonly status: number
  readonly headers: { readonly get: (name: string) => string | null }
  readonly json: () => Promise<unknown>
}

/** What the door says of an upgrade that failed. */
export interface DoorVerdict {
  readonly fate: Fate
  /** The HTTP status; 0 where there was no answer. */
  readonly status: number
  readonly reason: string
  /** Not to be tried again before that; 0 where it told no time. */
  readonly retryAfterMs: number
}

/** The next try waits for the answer, and some servers never give one. */
const PATIENCE_MS = 2_000
const noAnswer: DoorVerdict = { fate: 'again', status: 0, reason: '', retryAfterMs: 0 }
const fates: Readonly<Record<number, Fate>> = { 400: 'never', 401: 'credentials', 403: 'never' }

/**
 * Asks the door at `url` (the WebSocket's) why it does not open: a page is not told why an upgrade failed, a `GET` at the same place
 * is (PROTOCOL section 1). Emits one verdict and completes; no answer within 2 s, or one a page may not read, is `again`.
 */
export function askDoor(fetch: Fetch, url: string, scheduler: SchedulerLike): Observable<DoorVerdict> {
  return defer(() => fetch(url.replace(/^ws/, 'http'), { credentials: 'include' })).pipe(
    switchMap((answer) =>
      from(answer.json()).pipe(
        catchError(() => of(undefined)),
        map((body) => verdictOf(answer, body)),
      ),
    ),
    timeout({ first: PATIENCE_MS, scheduler }),
    catchError(() => of(noAnswer)),
  )
}

function verdictOf({ status, headers }: DoorAnswer, body: unknown): DoorVerdict {
  const error = isRecord(body) && isRecord(body['error']) ? body['error'] : {}
  const words = [error['code'], error['message']].filter((word) => typeof word === 'string')
  const seconds = Number(headers.get('retry-after') ?? 0)
  return {
    fate: fates[status] ?? 'again',
    status,
    reason: words.length === 0 ? `HTTP ${status}` : words.join(': '),
    retryAfterMs: seconds > 0 && Number.isFinite(seconds) ? seconds * 1_000 : 0,
  }
}
