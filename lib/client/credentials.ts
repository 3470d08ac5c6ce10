import { catchError, defer, from, map, type Observable, of } from 'rxjs'
import { isThenable } from '../base/is-thenable.ts'

/** Query parameters of the host's own, a token for instance. */
export type QueryParameters = Readonly<Record<string, string>>

/** Parameters, or what gives them at every open: a token that expires is asked for anew. */
export type QuerySource = QueryParameters | (() => QueryParameters | PromiseLike<QueryParameters>)

/** What `source` gives now, or why it gave none; one value, in this turn unless it is waited for. Never errors. */
export function readQuery(source: QuerySource): Observable<QueryParameters | Error> {
  return defer(() => {
    const given = typeof source === 'function' ? source() : source
    return isThenable(given) ? from(given) : of(given)
  }).pipe(
    map((query) => ({ ...query })),
    catchError((error: unknown) => of(error instanceof Error ? error : new Error(String(error)))),
  )
}

export function isSameQuery(one: QueryParameters, other: QueryParameters): boolean {
  const names = Object.keys(one)
  return names.length === Object.keys(other).length && names.every((name) => one[name] === other[name])
}
