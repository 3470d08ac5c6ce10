import { type Observable, ReplaySubject } from 'rxjs'
import type { RunEntry } from '../protocol/server-payloads.ts'
import type { RequestBook } from './request-book.ts'
import { createUuid } from './uuid.ts'

/** Which runs to cancel: one, or all live ones of a workflow. */
export type CancelTarget = { readonly executionId: string } | { readonly workflowId: string }

/**
 * Asks for the cancellation of a run. Emits what the server tells of runs that need none (they are over, or never began), an empty
 * list where live ones were told to end, and completes. Asked at the call; errors as the server's answer says.
 *
 * A live run answers by its own end, which may be a while and may not be subscribed to. So a `PING` follows: the server takes one
 * message after the other, and its `PONG` says that the request was taken.
 */
export function askCancel(
  requests: RequestBook,
  target: CancelTarget,
  reason?: string,
): Observable<readonly RunEntry[]> {
  const answer$ = new ReplaySubject<readonly RunEntry[]>(1)
  const settle = (runs: readonly RunEntry[]): void => {
    answer$.next(runs)
    answer$.complete()
  }
  const id = createUuid()
  const fence = (): void => {
    requests.ask({
      type: 'PING',
      payload: {},
      onAnswer: () => {
        if (requests.isDelayed(id)) return true
        requests.withdraw(id)
        settle([])
        return true
      },
      onError: (error) => {
        if (requests.isDelayed(id)) return
        requests.withdraw(id)
        answer$.error(error)
      },
    })
  }
  requests.ask(
    {
      type: 'CANCEL_WORKFLOW',
      payload: { ...target, ...(reason === undefined ? {} : { reason }) },
      onAnswer: ({ type, payload }) => {
        if (type === 'runStatus') settle(payload.runs)
        return true
      },
      onError: (error) => answer$.error(error),
      onSent: fence,
    },
    id,
  )
  return answer$.asObservable()
}
