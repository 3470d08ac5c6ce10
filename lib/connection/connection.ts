import { type Observable, ReplaySubject, type SchedulerLike, Subject, Subscription, timer } from 'rxjs'
import { isDebugEnabled, type Logger } from '../base/logger.ts'
import { printable } from '../base/printable.ts'
import { isoNow } from '../base/time.ts'
import { onBackpressureBuffer } from '../operators/on-backpressure-buffer.ts'
import { type Loss, OverflowError, type OverflowPolicy } from '../operators/overflow-queue.ts'
import { closeCodes } from '../protocol/codes.ts'
import { serverMessage } from '../protocol/server-payloads.ts'
import type { Incoming, Transport } from '../transport/transport.ts'
import { type Ending, endingOf, tooSlow } from './ending.ts'
import type { Audience, Member } from './audience.ts'
import { createAnswer, type Outgoing } from './outgoing.ts'
import { type Link, Parcel } from './parcel.ts'

export type ConnectionState = 'connecting' | 'connected' | 'disconnecting' | 'disconnected' | 'error'

/** What may wait for one peer: what its socket did not take (PROTOCOL section 10). And what gives way when it is more. */
export interface QueueLimits {
  readonly maxMessages: number
  readonly maxBytes: number
  readonly policy: OverflowPolicy | ((arriving: Outgoing) => OverflowPolicy)
}

export interface ConnectionOptions {
  readonly id: string
  readonly transport: Transport
  /** With whom it sees events, until it joins another. */
  readonly audience: Audience
  readonly queue: QueueLimits
  readonly scheduler: SchedulerLike
  readonly logger: Logger
  /** Called with each text that arrives. */
  readonly onText: (text: string, bytes: number) => void
  /** Called when what waits for the peer has changed, with its bytes. It may end the connection. */
  readonly onQueued?: (bytes: number) => void
  /** Called after frames were handed to the socket. */
  readonly onSent: (parcel: Parcel) => void
}

/** What a connection has done so far. */
export interface ConnectionCounts {
  readonly sent: number
  readonly sentBytes: number
  readonly received: number
  /** Frames that were meant for the peer and will never be sent. */
  readonly dropped: number
  /** Frames that a newer one stands for; not among the dropped. */
  readonly conflated: number
  /** Whether it ever lost something to its policy. */
  readonly isSlow: boolean
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
  /** With whom it sees events. */
  readonly audience: () => Audience
  /** Sees with others from here on: what came before it gets first. */
  readonly join: (audience: Audience) => void
  /** When the peer last gave a sign of life, and when it was last sent something; monotonic. */
  readonly lastSeenMs: () => number
  readonly lastSentMs: () => number
  /** See `Transport.progress`; undefined also where the policy lets a peer stall. */
  readonly progress: () => number | undefined
  /** Begins to listen to the peer. */
  readonly start: () => void
  /** Offers an answer. It passes the same queue as what the audience gets, first in, first out. */
  readonly offer: (outgoing: Outgoing) => void
  readonly ping: () => void
  /** Makes room for others: what waits and may be lost is; where nothing may be, it ends. */
  readonly shed: () => void
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
 *     audience, answers → offered$ → backpressure → socket
 *
 * and from its socket to `onText`. A fault in the pipe ends this connection and nothing else (SEMANTICS P9).
 */
export function createConnection(options: ConnectionOptions): Connection {
  const { id, transport, queue, scheduler, logger } = options
  const { policy } = queue
  const connectedAtMs = scheduler.now()
  const offered$ = new Subject<Parcel>()
  // Without a policy that loses something there is nothing to shed.
  const shed$ = queue.policy === 'disconnect' ? undefined : new Subject<void>()
  const ended$ = new ReplaySubject<Ended>(1)
  const gone$ = new ReplaySubject<never>(1)
  let audience = options.audience
  /** How far it has come in what its audience gets. */
  let seen: Link | undefined = audience.last
  let state: ConnectionState = 'connecting'
  let lastSeenMs = connectedAtMs
  let lastSentMs = connectedAtMs
  let sent = 0
  let sentBytes = 0
  let received = 0
  let dropped = 0
  let conflated = 0
  let isSlow = false
  let queued = 0
  let queuedBytes = 0
  let finishing: Ending | undefined
  /** The newest position that was handed to the socket. */
  let sentSeq = 0
  let isListening = false

  const counts = (): ConnectionCounts => ({
    sent,
    sentBytes,
    received,
    dropped,
    conflated,
    isSlow,
    queued,
    queuedBytes,
  })

  const isOver = (): boolean => state !== 'connecting' && state !== 'connected'

  /** What the audience got and this peer has not been given. */
  const unseen = (): Parcel | undefined => (seen === undefined ? undefined : audience.since(seen))

  const member: Member = {
    isPatient: transport.writeJoined !== undefined,
    catchUp: () => {
      const parcel = unseen()
      if (parcel === undefined) return
      seen = audience.last
      offered$.next(parcel)
    },
    fail: (error) => fail(error),
  }

  const write = (parcel: Parcel): void => {
    const { count, bytes, seq } = parcel
    if (transport.writeJoined !== undefined) transport.writeJoined(parcel.wire)
    else for (const { frame } of parcel.items()) if (frame !== undefined) transport.write(frame)
    sentSeq = seq ?? sentSeq
    sent += count
    sentBytes += bytes
    lastSentMs = scheduler.now()
    if (isDebugEnabled(logger)) {
      for (const { label, frame } of parcel.items()) {
        logger.debug(trace(label, frame?.payload.toString('utf8') ?? ''), 'message out')
      }
    }
    options.onSent(parcel)
  }

  const pipe = new Subscription()
  const lifetime = new Subscription()

  /** The end, once: the slot is free from here on, whatever the socket still does. */
  const decide = (ending: Ending, next: 'disconnecting' | 'error'): boolean => {
    if (isOver()) return false
    state = next
    dropped += queued + (unseen()?.count ?? 0)
    audience.leave(member)
    // A link keeps all that follow it.
    seen = undefined
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

  const end = (ending: Ending): void => {
    member.catchUp()
    close(ending, 'disconnecting')
  }

  const onLost = (how: 'dropped' | 'conflated'): void => {
    isSlow = true
    if (how === 'dropped') dropped += 1
    else conflated += 1
  }

  /** Told in the place of what was lost. Of what has no position the range is empty: it begins after what it ends with. */
  const toGap = ({ from = sentSeq + 1, to = sentSeq, ...losses }: Loss): Parcel =>
    Parcel.of(createAnswer(serverMessage('gap', { fromSeq: from, toSeq: to, ...losses }), undefined))

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
        onBackpressureBuffer({
          ready$: transport.writable$,
          ...giveWay,
          ...(shed$ === undefined ? {} : { shed$ }),
          maxCount: queue.maxMessages,
          maxBytes: queue.maxBytes,
          policy: typeof policy === 'string' ? policy : (parcel) => policy(parcel.first),
          onLost,
          toNotice: toGap,
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

  audience.enter(member)

  return {
    id,
    state: () => state,
    counts,
    audience: () => audience,
    join: (next) => {
      if (isOver()) return
      member.catchUp()
      audience.leave(member)
      audience = next
      seen = next.last
      next.enter(member)
    },
    lastSeenMs: () => lastSeenMs,
    lastSentMs: () => lastSentMs,
    progress: () => (queue.policy === 'disconnect' ? transport.progress?.() : undefined),
    start: () => {
      if (isListening) return
      isListening = true
      // Also when the end was decided before: somebody has to hear when the socket is gone.
      if (state === 'connecting') state = 'connected'
      lifetime.add(transport.incoming$.subscribe({ next: guarded(hear, fail) }))
    },
    offer: (outgoing) => {
      member.catchUp()
      offered$.next(Parcel.of(outgoing))
    },
    ping: () => transport.ping(),
    shed: () => {
      if (shed$ === undefined) end(tooSlow)
      else shed$.next()
    },
    end,
    finish: (ending) => {
      member.catchUp()
      finishing = ending
      offered$.complete()
    },
    cut: () => transport.terminate(),
    ended$: ended$.asObservable(),
    gone$: gone$.asObservable(),
  }
}

/** How frames wait, one by one, and which of them may be lost. */
const giveWay = {
  sizeOf: ({ bytes }: Parcel): number => bytes,
  split: (parcel: Parcel): readonly Parcel[] => parcel.split(),
  isProtected: ({ first }: Parcel): boolean => first.isProtected,
  keyOf: ({ first }: Parcel): string | undefined => first.conflationKey,
  positionOf: ({ first }: Parcel): number | undefined => first.seq,
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
