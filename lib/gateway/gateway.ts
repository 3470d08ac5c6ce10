import type { IncomingMessage, ServerResponse } from 'node:http'
import { type SchedulerLike, Subscription } from 'rxjs'
import { guardLogger, silentLogger } from '../base/logger.ts'
import { durationMs, OptionError } from '../base/options.ts'
import { monotonicScheduler } from '../base/time.ts'
import type { EventBus } from '../bus/event-bus.ts'
import { createRulePlanner } from '../chat/rule-planner.ts'
import type { Connection } from '../connection/connection.ts'
import type { Authorize } from '../connection/entitlement.ts'
import type { Principal } from '../connection/principal.ts'
import { createSubscription } from '../connection/subscription.ts'
import { defaultSubscription } from '../event/catalogue.ts'
import type { EventDefinitions } from '../event/definition.ts'
import { createAnswer } from '../connection/outgoing.ts'
import { closeCodes } from '../protocol/codes.ts'
import { defaultProjection, eventStream } from '../protocol/projection.ts'
import type { ServerMessage } from '../protocol/server-payloads.ts'
import { createFlusher } from '../transport/flusher.ts'
import type { Transport } from '../transport/transport.ts'
import { createWsAcceptor } from '../transport/ws-acceptor.ts'
import type { ExecutorStats } from '../workflow/executor.ts'
import { createAdmission } from './admission.ts'
import { createAnnouncer } from './announce.ts'
import { createAudiences } from './audiences.ts'
import { checkMessage, type ConnectionInfo, infoOf } from './connection-info.ts'
import { createConversations } from './conversations.ts'
import { createFanOut } from './fan-out.ts'
import { paceOf } from './flush-options.ts'
import { createGivenCommands } from './given-commands.ts'
import { createHttpDoors } from './http-doors.ts'
import { createLiveWork } from './live-work.ts'
import { createOpenSession } from './open-session.ts'
import { checkGatewayOptions, type GatewayOptions } from './options.ts'
import { createOutcomes, type TerminalEvent } from './outcomes.ts'
import { createOutgoingBudget } from './outgoing-budget.ts'
import { createLimitsFor, waterMarksOf } from './queue-options.ts'
import type { Refusal } from './refusal.ts'
import { createRegistry } from './registry.ts'
import { createReplays } from './replays.ts'
import { createResuming } from './resuming.ts'
import { createRouter } from './router.ts'
import { shutDown } from './shutdown.ts'
import { createStatsCounter, type GatewayStats } from './stats.ts'
import { createUpgradeDoor } from './upgrade-door.ts'
import { createUpkeep } from './upkeep.ts'
import { type AnyServer, createUpgrades } from './upgrades.ts'
import { createWatchers, noWatchers } from './watchers.ts'

/** Streams a bus to clients and takes their commands. Make one with {@link createGateway}. */
export interface Gateway {
  /** Takes upgrades of `server` on this gateway's paths, and leaves the others alone. */
  readonly attach: (server: AnyServer) => void
  /** Answers the HTTP doors (`/stats`, `/health`, the WebSocket paths without an upgrade); false: not ours, untouched. */
  readonly handle: (request: IncomingMessage, response: ServerResponse) => boolean
  /**
   * Connects a peer over a transport of the host's own, or one in memory: it passed whatever checks there are. Undefined when all
   * connections are taken, or the gateway is closing; the transport is then closed.
   */
  readonly accept: (transport: Transport, peer?: AcceptedPeer) => string | undefined
  /** Sends to one client; false when there is no such connection. */
  readonly send: (connectionId: string, message: ServerMessage) => boolean
  /** Sends to every client that `where` holds for; answers to how many. */
  readonly broadcast: (message: ServerMessage, where?: (connection: ConnectionInfo) => boolean) => number
  readonly connections: () => readonly ConnectionInfo[]
  readonly stats: () => GatewayStats
  /**
   * Refuses upgrades and work, lets runs end (or cancels them), flushes queues, says goodbye with 1001 and releases everything.
   * Resolves when all sockets are gone, at the latest about `timeoutMs` (10 s) later. Never rejects.
   *
   * @throws OptionError for a `timeoutMs` that no timer can hold.
   */
  readonly close: (options?: { readonly timeoutMs?: number }) => Promise<void>
}

export interface AcceptedPeer {
  readonly principal?: Principal
  readonly remoteAddress?: string
}

const noEngine: ExecutorStats = {
  total_executions: 0,
  successful_executions: 0,
  failed_executions: 0,
  retried_executions: 0,
  running: 0,
  average_execution_time: 0,
}
const SUBPROTOCOL = 'praxis.v1'
const MAX_FRAGMENTS = 1_024
const MIB = 1024 * 1024

/**
 * The composition root: wires the bus to connections, and connections to the commands.
 *
 * @throws OptionError for a bad option, naming it.
 */
export function createGateway<Custom extends EventDefinitions>(options: GatewayOptions<Custom>): Gateway {
  checkGatewayOptions(options)
  // The gateway speaks of built-in events; a host's own types reach it through the projection, which knows them.
  const bus = options.bus as unknown as EventBus
  const projection = (options.projection ?? defaultProjection) as typeof defaultProjection
  const { engine, authenticate, authorize, scope = authenticate === undefined ? 'all' : 'own' } = options
  const { heartbeatIntervalMs = 30_000, maxPayloadBytes = MIB, rateLimits = {} } = options
  const logger = guardLogger(options.logger ?? silentLogger)
  const scheduler: SchedulerLike = options.scheduler ?? monotonicScheduler
  const queue = options.queue ?? {}
  const webSocketPaths = new Set(options.paths ?? ['/ws/events', '/ws/workflow'])
  const access = {
    allowedOrigins: options.allowedOrigins ?? [],
    allowedHosts: options.allowedHosts,
    onError: (error: unknown) => {
      counter.internalError()
      logger.error({ err: error }, 'the rule about origins failed, and so denies')
    },
  }
  if (authenticate === undefined && scope === 'all') {
    logger.warn({}, 'no authentication hook: every client sees every run')
  }

  const counter = createStatsCounter()
  const registry = createRegistry(
    options.maxConnections ?? 100,
    options.maxConnectionsPerAddress ?? Number.POSITIVE_INFINITY,
  )
  const outcomes = createOutcomes()
  const fanOut = createFanOut(bus, {
    project: projection,
    definitionOf: (type) => bus.definitionOf(type),
    onRestart: (position) => {
      logger.warn({ ...position }, 'the stream has begun another life')
      audiences.restart()
      resuming.restart(registry.all(), position)
    },
    onDelivered: (event) => {
      outcomes.settle(event)
      replays.wake()
    },
    onProjectionError: (error, event) => {
      counter.internalError()
      logger.error({ err: error, eventId: event.id, eventType: event.type }, 'the projection failed')
    },
    onError: (error, event) => {
      counter.internalError()
      logger.error({ err: error, eventId: event.id, eventType: event.type }, 'an event could not be fanned out')
    },
  })
  const replays = createReplays({
    history: bus.history,
    position: fanOut.position,
    head: () => bus.head(),
    share: fanOut.share,
    scheduler,
  })
  const resuming = createResuming({ history: bus.history, position: fanOut.position, replays })
  const announcer = createAnnouncer(bus, fanOut.topics, logger)
  const budget = createOutgoingBudget<Connection>(queue.maxTotalBytes ?? 64 * MIB, (connection) => connection.shed())
  const upkeep = createUpkeep({
    registry,
    scheduler,
    heartbeatIntervalMs,
    stallTimeoutMs: queue.stallTimeoutMs ?? 10_000,
    waiting: () => [...budget.holders(), ...resuming.held()],
    logger,
  })
  const flusher = createFlusher(paceOf(options.flush ?? {}), scheduler)
  const audiences = createAudiences({
    topics: fanOut.topics,
    scope,
    // The bus has decoded what the rule is typed for.
    authorize: authorize as Authorize | undefined,
    flusher,
    highWaterMarkBytes: waterMarksOf(queue).highWaterMarkBytes,
    onRuleError: (error, connectionId) => {
      counter.internalError()
      logger.error({ err: error, connectionId }, 'the authorisation rule failed, and so denies')
    },
  })
  const watchers =
    options.onDisconnect === 'cancel'
      ? createWatchers({
          graceMs: options.onDisconnectGraceMs ?? 30_000,
          scheduler,
          onAbandoned: (executionId) => cancelUnwatched(bus, executionId),
        })
      : noWatchers
  const everything = new Subscription()
  everything.add(watchers.subscription)
  everything.add(fanOut.subscription)
  everything.add(flusher.subscription)
  everything.add(upkeep.subscription)
  let isClosing = false
  let closing: Promise<void> | undefined

  const route = createRouter({
    deps: {
      bus,
      executor: engine,
      planner: options.planner ?? createRulePlanner(),
      outcomes,
      conversations: createConversations(scheduler),
      liveWork: createLiveWork(options.maxLiveRunsPerClient ?? 1_000),
      watchers,
      resuming,
      scope,
      scheduler,
      logger,
      position: fanOut.position,
    },
    given: createGivenCommands({ toMessage: (event) => messageOf(event, projection), scheduler }),
    handlers: options.handlers ?? {},
    isTaking: () => !isClosing,
    onReceived: ({ connection, principal }, messageType, bytes) => {
      if (!announcer.isHeard('ws.message_received')) return
      const data = { connectionId: connection.id, messageType, bytes }
      const owned = principal === undefined ? {} : { owner: principal.id }
      announcer.announce({ type: 'ws.message_received', data, ...owned })
    },
    onError: (session, { code }) => {
      counter.messageError()
      if (code === 'INVALID_JSON' || code === 'INVALID_MESSAGE') upkeep.fault(session)
    },
  })

  const open = createOpenSession({
    showsTexts: () => engine?.takesSecrets?.() !== true,
    registry,
    position: fanOut.position,
    audiences,
    upkeep,
    watchers,
    resuming,
    announcer,
    counter,
    route,
    initialSubscription: createSubscription(options.defaultSubscription ?? defaultSubscription, undefined),
    limitsFor: createLimitsFor(queue, options.queueFor, (error) => {
      counter.internalError()
      logger.error({ err: error }, "the host's rule about queues failed")
    }),
    budget,
    rateLimits,
    scheduler,
    logger,
    welcome: { protocol: SUBPROTOCOL, heartbeatIntervalMs, maxPayloadBytes },
  })

  const acceptor = createWsAcceptor({
    subprotocol: SUBPROTOCOL,
    maxPayloadBytes,
    maxFragments: MAX_FRAGMENTS,
    ...waterMarksOf(queue),
    compression: options.perMessageDeflate ?? false,
    flusher,
  })

  const onRefused = ({ status, code }: Refusal): void => {
    counter.rejected(code)
    logger.info({ status, code }, 'a request was refused')
  }

  const upgrades = createUpgrades(webSocketPaths, (request, socket, head) => upgradeDoor(request, socket, head))

  const admission = createAdmission({
    access,
    isLoopbackServer: upgrades.isLoopbackServer,
    isDraining: () => isClosing,
    registry,
    knownTypes: bus.types,
    authenticate,
    scheduler,
    logger,
    onRefused,
  })

  const upgradeDoor = createUpgradeDoor({
    admission,
    acceptor,
    open,
    isClosing: () => isClosing,
    onRefused,
    logger,
  })

  const stats = (): GatewayStats => ({
    websocket_manager: counter.snapshot(registry),
    event_bus: { ...bus.stats(), websocket_connections: registry.size() },
    server: { running: !isClosing, config: { websocket_enabled: true } },
    workflow_engine: engine?.stats() ?? noEngine,
  })

  const handle = createHttpDoors({ admission, access, webSocketPaths, isDraining: () => isClosing, stats, logger })

  return {
    attach: (server) => upgrades.attach(server),
    handle,
    accept: (transport, { principal, remoteAddress = 'in process' } = {}) => {
      const slot = isClosing ? undefined : registry.reserve(remoteAddress)
      if (slot !== undefined) return open({ transport, slot, principal, query: undefined, remoteAddress, path: '' })
      if (isClosing) transport.close(closeCodes.shuttingDown, 'server shutting down')
      else transport.close(closeCodes.tryAgainLater, 'all connections are taken')
      return undefined
    },
    send: (connectionId, message) => {
      checkMessage('gateway.send', message)
      const session = registry.get(connectionId)
      session?.answer(message)
      return session !== undefined
    },
    broadcast: (message, where = () => true) => {
      checkMessage('gateway.broadcast', message)
      counter.broadcast()
      // One frame for all of them, with one id.
      const outgoing = createAnswer(message, undefined)
      const chosen = [...registry.all()].filter((session) => where(infoOf(session)))
      for (const { connection } of chosen) connection.offer(outgoing)
      return chosen.length
    },
    connections: () => [...registry.all()].map(infoOf),
    stats,
    close: ({ timeoutMs = 10_000 } = {}) => {
      if (!durationMs.test(timeoutMs))
        throw new OptionError('gateway.close', 'timeoutMs', durationMs.expected, timeoutMs)
      isClosing = true
      closing ??= shutDown({
        announcer,
        engine,
        registry,
        scheduler,
        logger,
        timeoutMs,
      }).finally(() => {
        everything.unsubscribe()
        upgrades.detach()
      })
      return closing
    },
  }
}

function cancelUnwatched(bus: EventBus, executionId: string): void {
  void bus.publish({
    type: 'workflow.cancel_requested',
    data: { executionId, reason: 'whoever ordered it has left' },
    source: 'gateway',
    correlationId: executionId,
  })
}

/** What a client is told of an event besides the stream; one whose projection hides it, or fails, is told as it is. */
function messageOf(event: TerminalEvent, project: typeof defaultProjection): ServerMessage {
  try {
    return project(event) ?? eventStream(event)
  } catch {
    return eventStream(event)
  }
}
