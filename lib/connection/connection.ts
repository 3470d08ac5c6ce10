import { Observable, type Observer, type SchedulerLike, Subject, type Subscription, timer } from 'rxjs'
import { isDebugEnabled, type Logger } from '../base/logger.ts'
import { printable } from '../base/printable.ts'
import { isoNow } from '../base/time.ts'
import type { Position } from '../event/event.ts'
import { onBackpressureBuffer } from '../operators/on-backpressure-buffer.ts'
import { OverflowError } from '../operators/overflow-queue.ts'
import { closeCodes } from '../protocol/codes.ts'
import type { Incoming, Transport } from '../transport/transport.ts'
import type { Audience, Member } from './audience.ts'
import { Backlog, type BacklogHost, type QueueLimits } from './backlog.ts'
import { type Ending, endingOf, tooSlow } from './ending.ts'
import type { Outgoing } from './outgoing.ts'
import { type Link, Parcel } from './parcel.ts'
import { Replay, type ReplayHost, type ReplaySource } from './replay.ts'

export type ConnectionState = 'connecting' | 'connected' | 'disconnecting' | 'disconnected' | 'error'

/** Who has a connection, and hears of what it does. What any of these throws ends the connection. */
export interface ConnectionHost extends BacklogHost {
  /** Whether the log may show what messages say. Asked for each line. */
  readonly showsTexts: () => boolean
  /** A text has arrived. */
  readonly onText: (text: string, bytes: number) => void
  /** A ping has arrived, or an answer to one, so long after what came before it. */
  readonly onSignOfLife: (sinceMs: number) => void
  /** Frames were handed to the socket. */
  readonly onSent: (parcel: Parcel) => void
  /** The end is decided, once; the socket may not be gone yet. */
  readonly onEnded: (ended: Ended) => void
  /** It has been shown all that it missed, up to `position`, and sees what comes. */
  readonly onCaughtUp: (position: Position) => void
  /** The socket is gone. */
  readonly onGone: () => void
}

export interface ConnectionOptions {
  readonly id: string
  readonly transport: Transport
  /** With whom it sees events, until it joins another. */
  readonly audience: Audience
  readonly queue: QueueLimits
  readonly scheduler: SchedulerLike
  readonly logger: Logger
  readonly host: ConnectionHost
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
  /** Frames that were taken from it while it went on: by the policy, dropped and conflated. */
  readonly lost: number
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
  /** Sees nothing from here on, until it is replayed to or goes live: it stands at `place`. False where it has ended. */
  readonly hold: (place: Position, source: ReplaySource) => boolean
  /** Shows what came after the position it is held at, and goes live where nothing is left. */
  readonly replay: () => void
  /** Sees what comes from here on, with its audience; what it has not been shown of a replay it will not see. */
  readonly goLive: () => void
  /** Up to where it has seen everything, while that is not as far as everybody has. */
  readonly replayPosition: () => Position | undefined
  /** Whether it would be shown more if its peer took it. */
  readonly isReplayHeld: () => boolean
  /** When the peer last gave a sign of life, and when it was last sent something; monotonic. */
  readonly lastSeenMs: () => number
  readonly lastSentMs: () => number
  /** See `Transport.progress`; undefined also where the policy lets a peer stall. */
  readonly progress: () => number | undefined
  /** Opens the pipe: what is offered goes to the socket. Once, before anything is offered. */
  readonly open: () => void
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
  /** Ends it for a fault. */
  readonly fail: (error: unknown) => void
  /** Cuts the socket, without a goodbye. */
  readonly cut: () => void
}

/** A close that the peer does not answer is cut short (THREATS T25). */
const CLOSE_DEADLINE_MS = 3_000
/** As deep as one event may cause another (SEMANTICS "The bus"). */
const MAX_ROUNDS = 100

/**
 * Connects a peer: from what is offered to its socket in one pipe,
 *
 *     audience, answers → offered$ → backpressure → socket
 *
 * and from its socket to the host. A fault in the pipe ends this connection and nothing else (SEMANTICS P9).
 */
export function createConnection(options: ConnectionOptions): Connection {
  return new PeerConnection(options)
}

/** A class, because there are ten thousand of them: of closures each would have some forty. */
class PeerConnection implements Connection, Member, Observer<Parcel>, ReplayHost {
  readonly id: string
  readonly isPatient: boolean
  readonly #transport: Transport
  readonly #backlog: Backlog
  readonly #scheduler: SchedulerLike
  readonly #logger: Logger
  readonly #host: ConnectionHost
  readonly #connectedAtMs: number
  /** The begin of the pipe, and the whole of it. */
  #offered: Observer<Parcel> | undefined
  #pipe: Subscription | undefined
  #hearing: Subscription | undefined
  #closeDeadline: Subscription | undefined
  #audience: Audience
  /** How far it has come in what its audience gets; nothing once it has ended, because a link keeps all that follow it. */
  #seen: Link | undefined
  /** While it is shown what it missed: then it has seen nothing of its audience. */
  #replay: Replay | undefined
  #state: ConnectionState = 'connecting'
  #finishing: Ending | undefined
  #lastSeenMs: number
  #lastSentMs: number
  #sent = 0
  #sentBytes = 0
  #received = 0
  /** Frames that were left when it ended. */
  #unsent = 0

  constructor({ id, transport, audience, queue, scheduler, logger, host }: ConnectionOptions) {
    this.id = id
    this.isPatient = transport.writeJoined !== undefined
    this.#transport = transport
    this.#scheduler = scheduler
    this.#logger = logger
    this.#host = host
    this.#connectedAtMs = scheduler.now()
    this.#lastSeenMs = this.#connectedAtMs
    this.#lastSentMs = this.#connectedAtMs
    this.#audience = audience
    this.#seen = audience.last
    this.#backlog = new Backlog({
      limits: queue,
      ready$: transport.writable$,
      // Without a policy that loses something there is nothing to shed.
      shed$: queue.policy === 'disconnect' ? undefined : new Subject(),
      host,
    })
  }

  state(): ConnectionState {
    return this.#state
  }

  counts(): ConnectionCounts {
    const { queued, queuedBytes, dropped, conflated } = this.#backlog
    const [sent, sentBytes, received] = [this.#sent, this.#sentBytes, this.#received]
    const unsent = this.#unsent
    return {
      sent,
      sentBytes,
      received,
      dropped: dropped + unsent,
      conflated,
      lost: dropped + conflated,
      queued,
      queuedBytes,
    }
  }

  audience(): Audience {
    return this.#audience
  }

  lastSeenMs(): number {
    return this.#lastSeenMs
  }

  lastSentMs(): number {
    return this.#lastSentMs
  }

  progress(): number | undefined {
    return this.#backlog.policy === 'disconnect' ? this.#transport.progress?.() : undefined
  }

  open(): void {
    this.#audience.enter(this)
    this.#pipe = new Observable<Parcel>((offered) => {
      this.#offered = offered
    })
      .pipe(onBackpressureBuffer(this.#backlog))
      .subscribe(this)
  }

  /** As the end of the pipe: hands frames to the socket. */
  next(parcel: Parcel): void {
    this.#guard(() => this.#write(parcel))
  }

  error(error: unknown): void {
    this.fail(error)
  }

  complete(): void {
    this.end(this.#finishing ?? { code: closeCodes.normal, reason: '' })
  }

  start(): void {
    if (this.#hearing !== undefined) return
    // Also when the end was decided before: somebody has to hear when the socket is gone.
    if (this.#state === 'connecting') this.#state = 'connected'
    const hear = (incoming: Incoming): void => this.#guard(() => this.#hear(incoming))
    this.#hearing = this.#transport.incoming$.subscribe(hear)
  }

  offer(outgoing: Outgoing): void {
    this.catchUp()
    this.#offered?.next(Parcel.of(outgoing))
  }

  join(audience: Audience): void {
    this.#catchUpWhole()
    // What came before may have been too much.
    if (this.#isOver()) return
    this.#audience.leave(this)
    this.#audience = audience
    if (this.#replay === undefined) this.#enter()
    else audience.expect(this)
  }

  hold(place: Position, source: ReplaySource): boolean {
    this.catchUp()
    if (this.#isOver()) return false
    this.#replay?.stop()
    this.#replay = new Replay({ place, source, host: this })
    this.#seen = undefined
    this.#audience.expect(this)
    return true
  }

  replay(): void {
    this.#replay?.start(this.#transport.writable$)
  }

  goLive(): void {
    if (this.#replay === undefined || this.#isOver()) return
    this.#replay.stop()
    this.#replay = undefined
    this.#enter()
  }

  replayPosition(): Position | undefined {
    return this.#replay?.position
  }

  isReplayHeld(): boolean {
    return this.#replay?.isHeld === true
  }

  /** As the host of a replay: takes what came next. */
  take(parcel: Parcel): void {
    this.#offered?.next(parcel)
  }

  catchUpWith(position: Position): void {
    // First: telling it may cause more, and that is for it too.
    this.goLive()
    this.#host.onCaughtUp(position)
  }

  isBehind(): boolean {
    return this.#backlog.queued > 0
  }

  /** As a member of its audience: takes what is new. */
  catchUp(): void {
    const parcel = this.#unseen()
    if (parcel === undefined) return
    this.#seen = this.#audience.last
    this.#offered?.next(parcel)
  }

  ping(): void {
    this.#transport.ping()
  }

  shed(): void {
    const { shed$ } = this.#backlog
    if (shed$ === undefined) this.end(tooSlow)
    else shed$.next()
  }

  end(ending: Ending): void {
    this.catchUp()
    this.#close(ending, 'disconnecting')
  }

  finish(ending: Ending): void {
    this.catchUp()
    this.#finishing = ending
    this.#replay?.stop()
    this.#offered?.complete()
  }

  cut(): void {
    this.#transport.terminate()
  }

  fail(error: unknown): void {
    const ending = endingOf(error)
    this.#logger.warn({ connectionId: this.id, err: error, code: ending.code }, 'the pipeline of a connection failed')
    // What did not fit is lost too; what waits is counted with the end.
    if (error instanceof OverflowError) this.#unsent += error.count - this.#backlog.queued
    this.#close(ending, 'error')
  }

  #write(parcel: Parcel): void {
    if (this.#transport.writeJoined !== undefined) this.#transport.writeJoined(parcel.wire)
    else for (const { frame } of parcel.items()) if (frame !== undefined) this.#transport.write(frame)
    this.#backlog.noteSent(parcel)
    this.#sent += parcel.count
    this.#sentBytes += parcel.bytes
    this.#lastSentMs = this.#scheduler.now()
    if (isDebugEnabled(this.#logger)) {
      for (const { label, frame } of parcel.items()) this.#trace('message out', frame?.payload.toString() ?? '', label)
    }
    this.#host.onSent(parcel)
  }

  #hear(incoming: Incoming): void {
    const nowMs = this.#scheduler.now()
    const sinceMs = nowMs - this.#lastSeenMs
    this.#lastSeenMs = nowMs
    switch (incoming._tag) {
      case 'Text':
        if (this.#state !== 'connected') return
        this.#received += 1
        if (isDebugEnabled(this.#logger)) this.#trace('message in', incoming.text)
        this.#host.onText(incoming.text, incoming.bytes)
        return
      case 'Binary':
        this.end({ code: closeCodes.binary, reason: 'binary frames are not spoken here' })
        return
      case 'SignOfLife':
        if (this.#state === 'connected') this.#host.onSignOfLife(sinceMs)
        return
      case 'Fault': {
        const { code, error } = incoming
        this.#logger.warn({ connectionId: this.id, err: error, code }, 'a peer broke the protocol')
        this.#close({ code, reason: 'protocol error' }, 'error')
        return
      }
      case 'Closed':
        this.#decide({ code: incoming.code, reason: printable(incoming.reason, 123) }, 'disconnecting')
        this.#state = 'disconnected'
        this.#hearing?.unsubscribe()
        this.#closeDeadline?.unsubscribe()
        this.#host.onGone()
        return
      default:
        incoming satisfies never
    }
  }

  #close(ending: Ending, next: 'disconnecting' | 'error'): void {
    if (!this.#decide(ending, next)) return
    this.#transport.close(ending.code, ending.reason)
    // An answer that came within the call has found no deadline to end.
    if (this.#state === 'disconnected') return
    this.#closeDeadline = timer(CLOSE_DEADLINE_MS, this.#scheduler).subscribe(() => {
      const connectionId = this.id
      this.#logger.info({ connectionId, afterMs: CLOSE_DEADLINE_MS }, 'a close was not answered: the socket is cut')
      this.#transport.terminate()
    })
  }

  /** The end, once: the slot is free from here on, whatever the socket still does. */
  #decide(ending: Ending, next: 'disconnecting' | 'error'): boolean {
    if (this.#isOver()) return false
    this.#state = next
    this.#unsent += this.#backlog.queued + (this.#unseen()?.count ?? 0)
    this.#audience.leave(this)
    this.#replay?.stop()
    this.#seen = undefined
    this.#offered = undefined
    this.#pipe?.unsubscribe()
    const durationMs = Math.round(this.#scheduler.now() - this.#connectedAtMs)
    // The counts are this end's own. They grow, because spreads that follow one another cost ten microseconds (docs/performance.md).
    const ended = Object.assign(this.counts(), { code: ending.code, reason: ending.reason, durationMs })
    this.#logger.info({ connectionId: this.id, ...ended }, 'a connection ends')
    this.#host.onEnded(ended)
    return true
  }

  /** Handing over what is new may cause more, which is for the same audience. */
  #catchUpWhole(): void {
    for (let rounds = 0; this.#unseen() !== undefined; rounds += 1) {
      if (rounds === MAX_ROUNDS)
        return this.fail(new Error('what is sent to a connection causes more for it, without end'))
      this.catchUp()
    }
  }

  #enter(): void {
    this.#seen = this.#audience.last
    this.#audience.enter(this)
  }

  #isOver(): boolean {
    return this.#state !== 'connecting' && this.#state !== 'connected'
  }

  /** What the audience got and this peer has not been given. */
  #unseen(): Parcel | undefined {
    return this.#seen === undefined ? undefined : this.#audience.since(this.#seen)
  }

  /** What a callback of the end of a pipe throws would otherwise end the process. */
  #guard(action: () => void): void {
    try {
      action()
    } catch (error) {
      this.fail(error)
    }
  }

  #trace(message: string, text: string, label?: string): void {
    const shown = this.#host.showsTexts() ? { text: printable(text) } : { characters: text.length }
    const fields = { connectionId: this.id, at: isoNow(), ...shown }
    this.#logger.debug(label === undefined ? fields : { ...fields, label }, message)
  }
}
