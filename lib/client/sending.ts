import { type Observable, ReplaySubject, type SchedulerLike, type Subscription, timer } from 'rxjs'
import { ClientError } from './client-error.ts'
import { fence } from './fence.ts'
import type { ReceivedMessage } from './message.ts'
import type { RequestBook } from './request-book.ts'
import { createUuid } from './uuid.ts'

export interface SendOptions<Answer = ReceivedMessage> {
  /**
   * How many answers end it, or which one is the last; by default the first. 0: it completes as soon as the server has taken the
   * message, without waiting for an answer.
   */
  readonly answers?: number | ((answer: Answer) => boolean)
  /** How long the next answer may take while there is a link: 30,000. `Infinity`: as long as it likes. Beyond that it errors with `no_answer`. */
  readonly timeoutMs?: number
  /**
   * Whether the server may be given it twice. By default it may not: where the link is lost before it was answered it errors with
   * `link_lost`. With `true` it goes out again under the same id, which its handler gets as `messageId`.
   */
  readonly idempotent?: boolean
}

/** A message of a host's own. */
export interface OwnMessage {
  readonly type: string
  readonly payload: object
}

const ANSWER_TIMEOUT_MS = 30_000
/** More no timer can hold. */
const MAX_TIMER_MS = 2 ** 31 - 1

/**
 * Sends a message of a host's own and emits what answers it. The protocol does not say how many answers there are, nor does the server
 * know such a message again when it comes twice, as it does a command. So whoever sends says when it has ended, it is waited for in
 * bounds, and it goes out once.
 */
export function sendMessage(
  { requests, scheduler }: { readonly requests: RequestBook; readonly scheduler: SchedulerLike },
  { type, payload }: OwnMessage,
  { answers = 1, timeoutMs = ANSWER_TIMEOUT_MS, idempotent = false }: SendOptions = {},
): Observable<ReceivedMessage> {
  const answer$ = new ReplaySubject<ReceivedMessage>(1)
  const id = createUuid()
  let count = 0
  let patience: Subscription | undefined

  const rest = (): void => patience?.unsubscribe()
  const fail = (error: unknown): void => {
    rest()
    answer$.error(error)
  }
  const complete = (): void => {
    rest()
    answer$.complete()
  }
  const giveUp = (error: ClientError): void => {
    requests.withdraw(id)
    fail(error)
  }
  const wait = (): void => {
    rest()
    if (timeoutMs > MAX_TIMER_MS) return
    patience = timer(timeoutMs, scheduler).subscribe(() => {
      // Refused for now, it is not with the server.
      if (requests.isDelayed(id)) wait()
      else giveUp(new ClientError('no_answer', `nothing answered ${type} within ${timeoutMs} ms`))
    })
  }
  const isLast = (answer: ReceivedMessage): boolean =>
    typeof answers === 'function' ? answers(answer) : count >= answers

  if (!(timeoutMs > 0)) {
    fail(new ClientError('INVALID_OPTION', 'send: option "timeoutMs" must be a number of milliseconds above 0'))
    return answer$.asObservable()
  }
  requests.ask(
    {
      type,
      payload,
      onAnswer: (answer) => {
        count += 1
        answer$.next(answer)
        try {
          if (!isLast(answer)) {
            wait()
            return false
          }
          complete()
        } catch (error) {
          // The host's own judgement of the answer failed: nobody can say any more when it ends.
          fail(error)
        }
        return true
      },
      onError: fail,
      onSent: () => {
        wait()
        if (answers === 0) fence(requests, id, { onTaken: complete, onError: fail })
      },
      onLost: () => {
        rest()
        if (!idempotent) giveUp(new ClientError('link_lost', `the link was lost before ${type} was answered`))
      },
    },
    id,
  )
  return answer$.asObservable()
}
