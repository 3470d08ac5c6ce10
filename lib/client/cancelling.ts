import { type Observable, ReplaySubject } from 'rxjs'
import type { RunEntry } from '../protocol/server-payloads.ts'
import type { ClientError } from './client-error.ts'
import { fence } from './fence.ts'
import type { RequestBook } from './request-book.ts'
import { createUuid } from './uuid.ts'

/** Which runs to cancel: one, or all live ones of a workflow. */
export type CancelTarget = { readonly executionId: string } | { readonly workflowId: string }

/**
 * Asks for the cancellation of a run. Emits what the server tells of runs that need none (they are over, or never began), an empty
 * list where live ones were told to end, and completes. Asked at the call; errors as the server's answer says.
 *
 * A live run answers by its own end, which may be a while and may not be subscribed to: that the request was taken has to do.
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
  const onError = (error: ClientError): void => answer$.error(error)
  const id = createUuid()
  requests.ask(
    {
      type: 'CANCEL_WORKFLOW',
      payload: { ...target, ...(reason === undefined ? {} : { reason }) },
      onAnswer: ({ type, payload }) => {
        if (type === 'runStatus') settle(payload.runs)
        return true
      },
      onError,
      onSent: () => fence(requests, id, { onTaken: () => settle([]), onError }),
    },
    id,
  )
  return answer$.asObservable()
}
