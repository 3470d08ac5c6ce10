import { fromEvent, type Observable, of, take } from 'rxjs'

/** Emits once, when `signal` is aborted or if it already is. */
export function abortOf(signal: AbortSignal): Observable<unknown> {
  return signal.aborted ? of(signal.reason) : fromEvent(signal, 'abort').pipe(take(1))
}
