import type { SchedulerLike } from 'rxjs'
import { createId } from '../base/ids.ts'
import type { Logger } from '../base/logger.ts'
import { isoNow } from '../base/time.ts'
import { type Connection, createConnection } from '../connection/connection.ts'
import { createAnswer } from '../connection/outgoing.ts'
import type { Parcel } from '../connection/parcel.ts'
import type { Principal } from '../connection/principal.ts'
import { createSubscription, type EventSubscription } from '../connection/subscription.ts'
import type { Position } from '../event/event.ts'
import { serverMessage } from '../protocol/server-payloads.ts'
import type { Transport } from '../transport/transport.ts'
import type { Announcer } from './announce.ts'
import type { Audiences } from './audiences.ts'
import type { ClientSession } from './client-session.ts'
import type { DoorQuery } from './door-query.ts'
import type { LimitsFor } from './queue-options.ts'
import type { RateLimits } from './options.ts'
import type { OutgoingBudget } from './outgoing-budget.ts'
import { createRateLimiter } from './rate-limiter.ts'
import type { Registry, Slot } from './registry.ts'
import type { Router } from './router.ts'
import type { StatsCounter } from './stats.ts'
import type { Upkeep } from './upkeep.ts'

/** A peer that passed all checks. */
export interface Newcomer {
  readonly transport: Transport
  readonly slot: Slot
  readonly principal: Principal | undefined
  /** Absent for one that came through no WebSocket door. */
  readonly query: DoorQuery | undefined
  readonly remoteAddress: string
  readonly path: string
}

export interface OpenSessionDeps {
  readonly registry: Registry
  readonly position: () => Position
  readonly audiences: Audiences
  readonly upkeep: Upkeep
  readonly announcer: Announcer
  readonly counter: StatsCounter
  readonly route: Router
  /** What a connection hears that asked for nothing else. One object for all of them. */
  readonly initialSubscription: EventSubscription
  readonly limitsFor: LimitsFor
  readonly budget: OutgoingBudget<Connection>
  readonly rateLimits: RateLimits | false
  readonly scheduler: SchedulerLike
  readonly logger: Logger
  /** What the welcome says of the server, besides the connection and the position. */
  readonly welcome: Readonly<Record<string, unknown>>
}

/** Begins a connection (PROTOCOL section 2): registers it, welcomes it, tells of it, listens to it. Answers its id. */
export type OpenSession = (newcomer: Newcomer) => string

export function createOpenSession(deps: OpenSessionDeps): OpenSession {
  const { registry, audiences, upkeep, announcer, counter, scheduler, logger } = deps
  return ({ transport, slot, principal, query, remoteAddress, path }) => {
    const id = createId()
    const limiter = createRateLimiter(deps.rateLimits)
    // `ws.*` events are about a principal's connection, and so its own where runs are.
    const owned = principal === undefined ? {} : { owner: principal.id }
    const connection: Connection = createConnection({
      id,
      transport,
      audience: audiences.of({ connectionId: id, principal }, subscriptionOf(query, deps.initialSubscription)),
      queue: deps.limitsFor({ connectionId: id, principal, remoteAddress, path }),
      scheduler,
      logger,
      onText: (text, bytes) => deps.route(session, limiter, text, bytes),
      onSent: (parcel) => announceSent(parcel),
      onQueued: (bytes) => deps.budget.note(connection, bytes),
    })
    const session: ClientSession = {
      connection,
      principal,
      client: query?.client,
      remoteAddress,
      path,
      connectedAt: isoNow(),
      answer: (message, correlationId) => connection.offer(createAnswer(message, correlationId)),
    }

    /** But for frames that tell of `ws.*` themselves: that would not end. */
    const announceSent = (parcel: Parcel): void => {
      if (!announcer.isHeard('ws.message_sent')) return
      for (const { event, label, frame } of parcel.items()) {
        if (event?.type.startsWith('ws.')) continue
        const data = { connectionId: id, messageType: label, bytes: frame?.wire.length ?? 0 }
        announcer.announce({ type: 'ws.message_sent', data, ...owned })
      }
    }

    logger.info({ connectionId: id, remoteAddress, path, principal: principal?.id }, 'a connection begins')
    registry.add(session)
    upkeep.add(session)
    connection.ended$.subscribe((ended) => {
      slot.release()
      registry.remove(session)
      audiences.release(connection.audience())
      upkeep.remove(session)
      counter.ended(ended)
      const { code, reason, durationMs, sent, received, dropped } = ended
      const data = { connectionId: id, code, reason, durationMs, sent, received, dropped }
      announcer.announce({ type: 'ws.client_disconnected', data, ...owned })
    })
    session.answer(
      serverMessage('chatMessage', {
        content: 'Connected to Praxis Agent',
        sender: 'system',
        type: 'system',
        metadata: { connectionId: id, ...deps.position(), ...deps.welcome },
      }),
    )
    announcer.announce({ type: 'ws.client_connected', data: { connectionId: id, remoteAddress, path }, ...owned })
    connection.start()
    return id
  }
}

function subscriptionOf(query: DoorQuery | undefined, initial: EventSubscription): EventSubscription {
  const { types, filter } = query ?? {}
  if (types === undefined && filter === undefined) return initial
  return createSubscription(types ?? initial.types, filter)
}
