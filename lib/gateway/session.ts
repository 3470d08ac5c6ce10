import { type Observable, ReplaySubject, type SchedulerLike } from 'rxjs'
import { createId } from '../base/ids.ts'
import type { Logger } from '../base/logger.ts'
import { isoNow } from '../base/time.ts'
import type { Audience } from '../connection/audience.ts'
import { type Connection, type ConnectionHost, createConnection, type Ended } from '../connection/connection.ts'
import { tooMany } from '../connection/ending.ts'
import { createAnswer } from '../connection/outgoing.ts'
import type { Parcel } from '../connection/parcel.ts'
import type { Principal } from '../connection/principal.ts'
import type { EventSubscription } from '../connection/subscription.ts'
import type { Position } from '../event/event.ts'
import { type ServerMessage, serverMessage } from '../protocol/server-payloads.ts'
import type { Transport } from '../transport/transport.ts'
import type { Announcer } from './announce.ts'
import type { Audiences } from './audiences.ts'
import type { ClientSession } from './client-session.ts'
import type { RateLimits } from './options.ts'
import type { OutgoingBudget } from './outgoing-budget.ts'
import type { LimitsFor } from './queue-options.ts'
import { createRateLimiter, type RateLimiter } from './rate-limiter.ts'
import type { Registry, Slot } from './registry.ts'
import type { Resuming } from './resuming.ts'
import type { Router } from './router.ts'
import type { StatsCounter } from './stats.ts'
import type { Upkeep } from './upkeep.ts'
import type { Watchers } from './watchers.ts'

/** What sessions work with: the same for all of them. */
export interface SessionDeps {
  readonly registry: Registry
  readonly audiences: Audiences
  readonly upkeep: Upkeep
  readonly watchers: Watchers
  /** The position up to which events have been offered to every audience. */
  readonly position: () => Position
  readonly resuming: Resuming
  readonly announcer: Announcer
  readonly counter: StatsCounter
  readonly route: Router
  readonly limitsFor: LimitsFor
  readonly budget: OutgoingBudget<Connection>
  readonly rateLimits: RateLimits | false
  readonly scheduler: SchedulerLike
  readonly logger: Logger
  readonly showsTexts: () => boolean
}

/** Who is at the other end, as the door found out. */
export interface SessionPeer {
  readonly transport: Transport
  readonly slot: Slot
  readonly principal: Principal | undefined
  /** The id a client keeps across reconnects, where it sent one. */
  readonly client: string | undefined
  readonly remoteAddress: string
  readonly path: string
}

/** So many pings or answers to pings, each so soon after what came before it, are nobody's business. */
const FREE_SIGNS = 100
const CLOSE_SIGNS_MS = 1_000

/** A class, because there are ten thousand of them. */
export class Session implements ClientSession, ConnectionHost {
  readonly connection: Connection
  readonly principal: Principal | undefined
  readonly client: string | undefined
  readonly remoteAddress: string
  readonly path: string
  readonly connectedAt: string
  readonly #deps: SessionDeps
  readonly #slot: Slot
  /** Made with the first message: a dashboard never sends one. */
  #limiter: RateLimiter | undefined
  #signs = 0
  /** Made when somebody waits for the end. */
  #ended$: ReplaySubject<void> | undefined

  constructor(deps: SessionDeps, peer: SessionPeer, subscription: EventSubscription) {
    const { transport, slot, principal, client, remoteAddress, path } = peer
    const id = createId()
    this.principal = principal
    this.client = client
    this.remoteAddress = remoteAddress
    this.path = path
    this.connectedAt = isoNow()
    this.#deps = deps
    this.#slot = slot
    this.connection = createConnection({
      id,
      transport,
      audience: this.#audienceFor(id, subscription),
      queue: deps.limitsFor({ connectionId: id, principal, remoteAddress, path }),
      scheduler: deps.scheduler,
      logger: deps.logger,
      host: this,
    })
  }

  /** `ws.*` events are about a principal's connection, and so its own where runs are. */
  get owned(): { readonly owner?: string } {
    return this.principal === undefined ? {} : { owner: this.principal.id }
  }

  get ended$(): Observable<void> {
    this.#ended$ ??= new ReplaySubject(1)
    return this.#ended$
  }

  showsTexts(): boolean {
    return this.#deps.showsTexts()
  }

  position(): Position {
    return this.connection.replayPosition() ?? this.#deps.position()
  }

  answer(message: ServerMessage, correlationId?: string): void {
    this.connection.offer(createAnswer(message, correlationId))
  }

  changeSubscription(next: EventSubscription): void {
    const { audiences } = this.#deps
    const before = this.connection.audience()
    const after = this.#audienceFor(this.connection.id, next)
    this.connection.join(after)
    audiences.release(before)
    // Where it has ended instead of joining, nobody may be there.
    audiences.release(after)
  }

  lastSeenMs(): number {
    return this.connection.lastSeenMs()
  }

  lastSentMs(): number {
    return this.connection.lastSentMs()
  }

  onText(text: string, bytes: number): void {
    this.#limiter ??= createRateLimiter(this.#deps.rateLimits)
    this.#deps.route(this, this.#limiter, text, bytes)
  }

  /**
   * Each ping is answered by a frame: a flood of them is a flood of messages. The few of a peer that only listens are not worth a limiter,
   * nor more than a number.
   */
  onSignOfLife(sinceMs: number): void {
    const { rateLimits, scheduler } = this.#deps
    this.#signs = sinceMs < CLOSE_SIGNS_MS ? this.#signs + 1 : 0
    if (rateLimits === false || this.#signs < FREE_SIGNS) return
    this.#limiter ??= createRateLimiter(rateLimits)
    if (this.#limiter.control(scheduler.now())._tag === 'Persistent') this.connection.end(tooMany)
  }

  /** Tells of what was sent, where somebody listens. But for frames that tell of `ws.*` themselves: that would not end. */
  onSent(parcel: Parcel): void {
    const { announcer } = this.#deps
    if (!announcer.isHeard('ws.message_sent')) return
    for (const { event, label, frame } of parcel.items()) {
      if (event?.type.startsWith('ws.')) continue
      const data = { connectionId: this.connection.id, messageType: label, bytes: frame?.wire.length ?? 0 }
      announcer.announce({ type: 'ws.message_sent', data, ...this.owned })
    }
  }

  onQueued(bytes: number): void {
    this.#deps.budget.note(this.connection, bytes)
  }

  onCaughtUp(position: Position): void {
    this.answer(serverMessage('caughtUp', { ...position }))
    this.#deps.resuming.ended(this)
  }

  onEnded(ended: Ended): void {
    const { registry, audiences, upkeep, announcer, counter } = this.#deps
    this.#slot.release()
    registry.remove(this)
    audiences.release(this.connection.audience())
    upkeep.remove(this)
    this.#deps.watchers.go(this)
    this.#deps.resuming.ended(this)
    counter.ended(ended)
    const { code, reason, durationMs, sent, received, dropped } = ended
    const data = { connectionId: this.connection.id, code, reason, durationMs, sent, received, dropped }
    announcer.announce({ type: 'ws.client_disconnected', data, ...this.owned })
    this.#ended$?.next()
  }

  onGone(): void {
    this.#deps.registry.gone(this)
  }

  #audienceFor(connectionId: string, subscription: EventSubscription): Audience {
    return this.#deps.audiences.of({ connectionId, principal: this.principal }, subscription)
  }
}
