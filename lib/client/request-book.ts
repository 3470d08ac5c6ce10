import { type SchedulerLike, type Subscription, timer } from 'rxjs'
import type { ErrorPayload } from '../protocol/server-payloads.ts'
import { ClientError } from './client-error.ts'
import type { ServerFrame } from './message.ts'
import { createUuid } from './uuid.ts'

/** A message that waits for its answer. */
export interface Request {
  readonly type: string
  readonly payload: object
  /** What answered it; true ends the waiting. Errors go to `onError`. */
  readonly onAnswer: (message: ServerFrame) => boolean
  readonly onError: (error: ClientError) => void
  /** Called each time it went out. */
  readonly onSent?: () => void
  /** Called where it went out and the link is gone since. What is not withdrawn then goes out again with the next link. */
  readonly onLost?: () => void
}

/** The messages that wait for an answer, in the order they were asked in. */
export interface RequestBook {
  /** Sends `request` now or with the next link, and returns its id. Where too many wait it errors, in this call. */
  readonly ask: (request: Request, id?: string) => string
  /** Nobody waits for the answer any more. */
  readonly withdraw: (id: string) => void
  /** Whether it waits for a link, and was never sent. */
  readonly isUnsent: (id: string) => boolean
  /** Whether it was refused for now, and waits to be sent again. */
  readonly isDelayed: (id: string) => boolean
  /** True where the message answered something. */
  readonly receive: (message: ServerFrame) => boolean
  /** There is a link: everything unanswered goes out, under the id it had. */
  readonly attach: (send: (text: string) => void) => void
  readonly detach: () => void
  /** Errors all that waits, and all that will be asked. */
  readonly close: (error: ClientError) => void
}

export interface RequestBookOptions {
  /** How many may wait that were never sent. */
  readonly maxQueued: number
  readonly scheduler: SchedulerLike
}

interface Entry {
  readonly request: Request
  readonly text: string
  wasSent: boolean
  refusals: number
  retry: Subscription | undefined
}

const MAX_REFUSALS = 5
const RETRY_AFTER_MS = 1_000

/**
 * Keeps each message until it is answered by its `correlation_id`. The server runs an id once (P8), so what was not answered is sent
 * again after a reconnect. `RATE_LIMITED` is no answer: the message goes out again when the server said, five times at most.
 */
export function createRequestBook({ maxQueued, scheduler }: RequestBookOptions): RequestBook {
  const entries = new Map<string, Entry>()
  let send: ((text: string) => void) | undefined
  let closed: ClientError | undefined
  let queuedCount = 0

  const pass = (entry: Entry): void => {
    if (send === undefined) return
    if (!entry.wasSent) queuedCount -= 1
    entry.wasSent = true
    entry.retry?.unsubscribe()
    entry.retry = undefined
    send(entry.text)
    entry.request.onSent?.()
  }
  const forget = (id: string): Entry | undefined => {
    const entry = entries.get(id)
    if (entry === undefined) return undefined
    entries.delete(id)
    entry.retry?.unsubscribe()
    if (!entry.wasSent) queuedCount -= 1
    return entry
  }
  const refuse = (id: string, entry: Entry, payload: ErrorPayload): void => {
    const { code, retryAfterMs = RETRY_AFTER_MS } = payload
    entry.refusals += 1
    if (code === 'RATE_LIMITED' && entry.refusals <= MAX_REFUSALS) {
      entry.retry = timer(retryAfterMs, scheduler).subscribe(() => pass(entry))
      return
    }
    forget(id)
    entry.request.onError(errorOf(payload))
  }

  return {
    ask: (request, id = createUuid()) => {
      const refused = closed ?? (send === undefined && queuedCount >= maxQueued ? queueFull(maxQueued) : undefined)
      if (refused !== undefined) {
        request.onError(refused)
        return id
      }
      const text = textOf(id, request)
      if (text === undefined) {
        request.onError(new ClientError('INVALID_PAYLOAD', 'the payload cannot be written as JSON'))
        return id
      }
      const entry: Entry = { request, text, wasSent: false, refusals: 0, retry: undefined }
      entries.set(id, entry)
      queuedCount += 1
      pass(entry)
      return id
    },
    withdraw: (id) => void forget(id),
    isUnsent: (id) => entries.get(id)?.wasSent === false,
    isDelayed: (id) => entries.get(id)?.retry !== undefined,
    receive: (message) => {
      const { correlation_id: id } = message
      const entry = id === undefined ? undefined : entries.get(id)
      if (id === undefined || entry === undefined) return false
      if (message.type === 'error') refuse(id, entry, message.payload)
      else if (entry.request.onAnswer(message)) forget(id)
      return true
    },
    attach: (given) => {
      send = given
      for (const entry of [...entries.values()]) pass(entry)
    },
    detach: () => {
      send = undefined
      // What was refused for now was not taken: nothing is lost with it.
      const lost = [...entries.values()].filter(({ wasSent, retry }) => wasSent && retry === undefined)
      for (const { request } of lost) request.onLost?.()
    },
    close: (error) => {
      closed = error
      send = undefined
      for (const id of [...entries.keys()]) forget(id)?.request.onError(error)
    },
  }
}

/** Undefined where it cannot be written: a cycle, or a bigint. */
function textOf(id: string, { type, payload }: Request): string | undefined {
  try {
    return JSON.stringify({ type, payload, id })
  } catch {
    return undefined
  }
}

/** An `error` message as an error. */
export function errorOf({ code, message, details }: ErrorPayload): ClientError {
  return new ClientError(code, message, details)
}

function queueFull(maxQueued: number): ClientError {
  return new ClientError('queue_full', `${maxQueued} messages wait for a connection already`)
}
