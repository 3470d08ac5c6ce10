import { map, mergeMap, type Observable, scan, startWith, switchMap, throwError, timer } from 'rxjs'
import { ConnectionError } from './connection-error.ts'
import type { Frame } from './frame.ts'
import { numberIn, recordIn } from './payload.ts'

const LEAST_PATIENCE_MS = 10_000
const MOST_PATIENCE_MS = 86_400_000

/**
 * Errors when the server is no longer heard. It sends a `heartbeat` when it has nothing to say for an interval, which its welcome
 * tells; three of them without a word, and it or the network is gone.
 */
export function silenceOf(frame$: Observable<Frame>, url: string): Observable<never> {
  return frame$.pipe(
    map(({ payload }) => numberIn(recordIn(payload, 'metadata'), 'heartbeatIntervalMs')),
    startWith(undefined),
    scan((patienceMs, intervalMs) => (intervalMs === undefined ? patienceMs : patience(intervalMs)), LEAST_PATIENCE_MS),
    switchMap((patienceMs) => timer(patienceMs).pipe(map(() => patienceMs))),
    mergeMap((patienceMs) =>
      throwError(() => new ConnectionError(`lost the connection to ${url}: not a word for ${patienceMs / 1_000} s`)),
    ),
  )
}

function patience(intervalMs: number): number {
  return Math.min(Math.max(3 * intervalMs, LEAST_PATIENCE_MS), MOST_PATIENCE_MS)
}
