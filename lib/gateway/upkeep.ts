import { interval, map, type SchedulerLike, share, Subject, Subscription } from 'rxjs'
import type { Logger } from '../base/logger.ts'
import { cleanUp } from '../connection/clean-up.ts'
import { createFaultBudget, type FaultBudget } from '../connection/fault-budget.ts'
import type { Connection } from '../connection/connection.ts'
import { tooSlow } from '../connection/ending.ts'
import { createPeerWheel, heartbeat } from '../connection/heartbeat.ts'
import { stalled } from '../connection/stall.ts'
import { closeCodes } from '../protocol/codes.ts'
import { serverMessage } from '../protocol/server-payloads.ts'
import type { ClientSession } from './client-session.ts'
import type { Registry } from './registry.ts'

export interface UpkeepOptions {
  readonly registry: Registry
  readonly scheduler: SchedulerLike
  readonly heartbeatIntervalMs: number
  readonly stallTimeoutMs: number
  /** Those for whom something waits. */
  readonly waiting: () => Iterable<Connection>
  readonly logger: Logger
}

/** What the gateway does for its connections as time goes by, on one tick for all of them (SEMANTICS "Turns and time"). */
export interface Upkeep {
  readonly add: (session: ClientSession) => void
  readonly remove: (session: ClientSession) => void
  /** Counts a malformed message; one too many ends the connection. */
  readonly fault: (session: ClientSession) => void
  readonly subscription: Subscription
}

const TICK_MS = 1_000
const MIN_TICKS_PER_INTERVAL = 4
const SWEEP_MS = 60_000

export function createUpkeep(options: UpkeepOptions): Upkeep {
  const { registry, scheduler, heartbeatIntervalMs, logger } = options
  const tickMs = Math.min(TICK_MS, heartbeatIntervalMs / MIN_TICKS_PER_INTERVAL)
  const wheel = createPeerWheel<ClientSession>(Math.round(heartbeatIntervalMs / tickMs))
  const budgets = new WeakMap<ClientSession, FaultBudget>()
  const expiring = new Map<ClientSession, number>()
  const faulty$ = new Subject<ClientSession>()
  const subscription = new Subscription()
  const tick$ = interval(tickMs, scheduler).pipe(
    map(() => scheduler.now()),
    share(),
  )

  subscription.add(
    heartbeat({ tick$, wheel, intervalMs: heartbeatIntervalMs }).subscribe(({ peer: session, verdict, isQuiet }) => {
      const { connection } = session
      if (verdict === 'silent') {
        const silentMs = Math.round(scheduler.now() - connection.lastSeenMs())
        logger.info({ connectionId: connection.id, silentMs }, 'a peer gave no sign of life')
        connection.end({ code: closeCodes.heartbeatTimeout, reason: 'heartbeat timeout' })
        return
      }
      connection.ping()
      if (isQuiet) session.answer(serverMessage('heartbeat', { ...session.position() }))
    }),
  )

  subscription.add(
    cleanUp({
      tick$,
      faulty$,
      peers: registry.all,
      isDead: ({ connection }) => connection.state() !== 'connected',
      everyMs: SWEEP_MS,
    }).subscribe(({ peer, why }) => {
      logger.info({ connectionId: peer.connection.id, why }, 'a connection is cleaned up')
      if (why === 'faulty') peer.connection.end({ code: closeCodes.malformed, reason: 'too many malformed messages' })
      else registry.remove(peer)
    }),
  )

  subscription.add(
    stalled({
      tick$,
      waiting: options.waiting,
      progressOf: (connection) => connection.progress(),
      ticks: Math.ceil(options.stallTimeoutMs / tickMs),
    }).subscribe((connection) => {
      logger.info(
        { connectionId: connection.id, afterMs: options.stallTimeoutMs },
        'a peer takes nothing of what waits',
      )
      connection.end(tooSlow)
    }),
  )

  subscription.add(
    tick$.subscribe(() => {
      // Credentials have a date, which is wall-clock time.
      const now = Date.now()
      for (const [{ connection }, expiresAt] of expiring) {
        if (expiresAt <= now) connection.end({ code: closeCodes.unauthorized, reason: 'credentials expired' })
      }
    }),
  )

  return {
    add: (session) => {
      wheel.add(session)
      const expiresAt = session.principal?.expiresAt?.getTime()
      if (expiresAt !== undefined) expiring.set(session, expiresAt)
    },
    remove: (session) => {
      wheel.remove(session)
      expiring.delete(session)
    },
    fault: (session) => {
      const budget = budgets.get(session) ?? createFaultBudget()
      budgets.set(session, budget)
      if (budget.spend(scheduler.now())) faulty$.next(session)
    },
    subscription,
  }
}
