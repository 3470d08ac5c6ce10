import type { ClientError } from './client-error.ts'
import type { RequestBook } from './request-book.ts'

/** What became of a message that was fenced. */
export interface Fenced {
  readonly onTaken: () => void
  readonly onError: (error: ClientError) => void
}

/**
 * Waits for the server to have taken the message `id`, which may have no answer of its own. A `PING` follows it: the server takes one
 * message after the other, and its `PONG` says that what was sent before was taken. Nobody waits for `id` after that, except where it
 * was refused for now: then it goes out again, and is to be fenced again.
 */
export function fence(requests: RequestBook, id: string, { onTaken, onError }: Fenced): void {
  requests.ask({
    type: 'PING',
    payload: {},
    onAnswer: () => {
      if (requests.isDelayed(id)) return true
      requests.withdraw(id)
      onTaken()
      return true
    },
    onError: (error) => {
      if (requests.isDelayed(id)) return
      requests.withdraw(id)
      onError(error)
    },
  })
}
