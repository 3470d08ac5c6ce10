import { filter, map, type Observable, ReplaySubject, type SchedulerLike, Subject, Subscription, timer } from 'rxjs'
import { isDebugEnabled, type Logger } from '../base/logger.ts'
import { printable } from '../base/printable.ts'
import { isoNow } from '../base/time.ts'
import { onBackpressureBuffer, OverflowError } from '../operators/on-backpressure-buffer.ts'
import { closeCodes } from '../protocol/codes.ts'
import { isStored } from '../event/event.ts'
import type { Frame } from '../transport/frame.ts'
import type { Incoming, Transport } from '../transport/transport.ts'
import { type Ending, endingOf } from './ending.ts'
import type { Entitlement } from './entitlement.ts'
import type { Outgoing } from './outgoing.ts'
import type { EventSubscription } from './subscription.ts'

export type ConnectionState = 'connecting' | 'connected' | 'disconnecting' | 'disconnected' | 'error'

/** What may wait for one peer: what its socket did not take (PROTOCOL section 10). */
export interface QueueLimits {
  readonly maxMessages: number
  readonly maxBytes: number
}

export interface ConnectionOptions {
  readonly id: string
  readonly transport: Transport
  readonly subscription: EventSubscription
  readonly isEntitled: Entitlement
  readonly queue: QueueLimits
  readonly scheduler: SchedulerLike
  readonly logger: Logger
  /** Called with each text that arrives. */
  readonly onText: (text: string, bytes: number) => void
  /** Called when what waits for the peer has changed, with its bytes. It may end the connection. */
  readonly onQueued?: (bytes: number) => void
  /** Called after each frame that was handed to the socket. */
  readonly onSent: (outgoing: Outgoing, bytes: number) => void
}

/** What a connection has done so far. */
export interface ConnectionCounts {
  readonly sent: number
  readonly sentBytes: number
  readonly received: number
  /** Frames that were queued for the peer and will never be sent. */
  readonly dropped: number
  readonly queued: number
  readonly queuedBytes: number
}

/** How a connection ended, known when that is decided, which may be before the socket is gone. */
export interface Ended extends Ending, ConnectionCounts {
  readonly durationMs: number
}

/** One peer's pipeline on the server. */
export interface Connection {
  readonly id: string
  readonly state: () => ConnectionState
  readonly counts: () => ConnectionCounts
  readonly subscription: () => EventSubscription
  readonly changeSubscription: (next: EventSubscription) => void
  /** When the peer last gave a sign of life, and when it was last sent something; monotonic. */
  readonly lastSeenMs: () => number
  readonly lastSentMs: () => number
  /** Begins to listen to the peer. */
  readonly start: () => void
  /** Offers an event or answers; both pass the same queue, first in, first out. */
  readonly offer: (outgoing: Outgoing) => void
  readonly ping: () => void
  /** Ends it now: what waits is dropped. */
  readonly end: (ending: Ending) => void
  /** Ends it when what waits has been handed to the socket. */
  readonly finish: (ending: Ending) => void
  /** Cuts the socket, without a goodbye. */
  readonly cut: () => void
  /** Emits once, when the end is decided, then completes. */
  readonly ended$: Observable<Ended>
  /** Completes when the socket is gone. */
  readonly gone$: Observable<never>
}

/** A close that the peer does not answer is cut short (THREATS T25). */
const CLOSE_DEADLINE_MS = 3_000

/**
 * Connects a peer: from what is offered to its socket in one pipe,
 *
 *     offered$ → new, subscribed and entitled? → has a frame? → backpressure → socket
 *
 * and from its socket to `onText`. A fault in the pipe ends this connection and nothing else (SEMANTICS P9).
 */
export function createConnection(options: ConnectionOptions): Connection {
  const { id, transport, isEntitled, queue, scheduler, logger } = options
  const connectedAtMs = scheduler.now()
  const offered$ = new Subject<Outgoing>()
  const ended$ = new ReplaySubject<Ended>(1)
  const gone$ = new ReplaySubject<never>(1)
  let subscription = options.subscription
  let state: ConnectionState = 'connecting'
  let lastSeenMs = connectedAtMs
  let lastSentMs = connectedAtMs
  let sent = 0
  let sentBytes = 0
  let received = 0
  let dropped = 0
  let queued = 0
  let queuedBytes = 0
  let finishing: Ending | undefined
  /** The newest position that was offered. */
  let cursor = 0
  let isListening = false

  const counts = (): ConnectionCounts => ({ sent, sentBytes, received, dropped, queued, queuedBytes })

  /** First the position, then the subscription: what was offered once is never offered again (SEMANTICS P3, P4). */
  const isWanted = ({ event }: Outgoing): boolean => {
    if (event === undefined) return true
    if (isStored(event)) {
      if (event.seq <= cursor) return false
      cursor = event.seq
    }
    return subscription.accepts(event) && isEntitled(event)
  }

  const write = ({ outgoing, frame }: Framed): void => {
    const bytes = frame.wire.length
    transport.write(frame)
    sent += 1
    sentBytes += bytes
    lastSentMs = scheduler.now()
    if (isDebugEnabled(logger)) logger.debug(trace(outgoing.label, frame.payload.toString('utf8')), 'message out')
    options.onSent(outgoing, bytes)
  }

  const pipe = new Subscription()
  const lifetime = new Subscription()

  /** The end, once: the slot is free from here on, whatever the socket still does. */
  const decide = (ending: Ending, next: 'disconnecting' | 'error'): boolean => {
    if (state !== 'connecting' && state !== 'connected') return false
    state = next
    dropped += queued
    pipe.unsubscribe()
    const durationMs = Math.round(scheduler.now() - connectedAtMs)
    logger.info({ connectionId: id, ...ending, durationMs, ...counts() }, 'a connection ends')
    ended$.next({ ...ending, durationMs, ...counts() })
    ended$.complete()
    return true
  }

  const close = (ending: Ending, next: 'disconnecting' | 'error'): void => {
    if (!decide(ending, next)) return
    transport.close(ending.code, ending.reason)
    lifetime.add(
      timer(CLOSE_DEADLINE_MS, scheduler).subscribe(() => {
        logger.info({ connectionId: id, afterMs: CLOSE_DEADLINE_MS }, 'a close was not answered: the socket is cut')
        transport.terminate()
      }),
    )
  }

  const end = (ending: Ending): void => close(ending, 'disconnecting')

  const fail = (error: unknown): void => {
    const ending = endingOf(error)
    logger.warn({ connectionId: id, err: error, code: ending.code }, 'the pipeline of a connection failed')
    // What did not fit is lost too; what waits is counted with the end.
    if (error instanceof OverflowError) dropped += error.count - queued
    close(ending, 'error')
  }

  const hear = (incoming: Incoming): void => {
    lastSeenMs = scheduler.now()
    switch (incoming._tag) {
      case 'Text':
        if (state !== 'connected') return
        received += 1
        if (isDebugEnabled(logger)) logger.debug(trace('', incoming.text), 'message in')
        options.onText(incoming.text, incoming.bytes)
        return
      case 'Binary':
        end({ code: closeCodes.binary, reason: 'binary frames are not spoken here' })
        return
      case 'SignOfLife':
        return
      case 'Fault':
        logger.warn({ connectionId: id, err: incoming.error, code: incoming.code }, 'a peer broke the protocol')
        close({ code: incoming.code, reason: 'protocol error' }, 'error')
        return
      case 'Closed':
        decide({ code: incoming.code, reason: printable(incoming.reason, 123) }, 'disconnecting')
        state = 'disconnected'
        lifetime.unsubscribe()
        gone$.complete()
        return
      default:
        incoming satisfies never
    }
  }

  const trace = (label: string, text: string) => ({
    connectionId: id,
    at: isoNow(),
    ...(label === '' ? {} : { label }),
    text: printable(text),
  })

  pipe.add(
    offered$
      .pipe(
        filter(isWanted),
        map((outgoing) => ({ outgoing, frame: outgoing.frame })),
        filter((framed): framed is Framed => framed.frame !== undefined),
        onBackpressureBuffer({
          ready$: transport.writable$,
          sizeOf: ({ frame }) => frame.wire.length,
          maxCount: queue.maxMessages,
          maxBytes: queue.maxBytes,
          onDepth: (count, bytes) => {
            queued = count
            queuedBytes = bytes
            options.onQueued?.(bytes)
          },
        }),
      )
      .subscribe({
        next: guarded(write, fail),
        error: fail,
        complete: () => end(finishing ?? { code: closeCodes.normal, reason: '' }),
      }),
  )

  return {
    id,
    state: () => state,
    counts,
    subscription: () => subscription,
    changeSubscription: (next) => {
      subscription = next
    },
    lastSeenMs: () => lastSeenMs,
    lastSentMs: () => lastSentMs,
    start: () => {
      if (isListening) return
      isListening = true
      // Also when the end was decided before: somebody has to hear when the socket is gone.
      if (state === 'connecting') state = 'connected'
      lifetime.add(transport.incoming$.subscribe({ next: guarded(hear, fail) }))
    },
    offer: (outgoing) => offered$.next(outgoing),
    ping: () => transport.ping(),
    end,
    finish: (ending) => {
      finishing = ending
      offered$.complete()
    },
    cut: () => transport.terminate(),
    ended$: ended$.asObservable(),
    gone$: gone$.asObservable(),
  }
}

interface Framed {
  readonly outgoing: Outgoing
  readonly frame: Frame
}

/** What a callback of the end of a pipe throws would otherwise end the process. */
function guarded<Value>(action: (value: Value) => void, onError: (error: unknown) => void): (value: Value) => void {
  return (value) => {
    try {
      action(value)
    } catch (error) {
      onError(error)
    }
  }
}
