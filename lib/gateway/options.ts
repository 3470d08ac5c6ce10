import type { IncomingMessage } from 'node:http'
import type { ObservableInput, SchedulerLike } from 'rxjs'
import type { Logger } from '../base/logger.ts'
import {
  aFunction,
  anObject,
  checkOptions,
  durationMs,
  either,
  listOfStrings,
  objectWith,
  oneOf,
  OptionError,
  type OptionRule,
  positiveInteger,
  requireOption,
} from '../base/options.ts'
import type { EventBus } from '../bus/event-bus.ts'
import type { Planner } from '../chat/planner.ts'
import type { Authorize, Scope } from '../connection/entitlement.ts'
import type { Principal } from '../connection/principal.ts'
import type { CatalogueOf, NoCustomEvents } from '../event/catalogue.ts'
import type { EventDefinitions, EventIn, TypeIn } from '../event/definition.ts'
import { canonicalType, clientMessageTypes } from '../protocol/message-types.ts'
import type { Projection } from '../protocol/projection.ts'
import type { Compression } from '../transport/compression.ts'
import type { Executor } from '../workflow/executor.ts'
import { checkFlushOptions, type FlushOptions } from './flush-options.ts'
import type { MessageHandler } from './message-handler.ts'
import { checkQueueOptions, type ConnectionQueueOptions, type QueueOptions, type QueueOwner } from './queue-options.ts'

/** What an authentication hook finds: who it is; null for nobody (401); `forbidden` for somebody who may not (403). */
export type Authentication = Principal | null | 'forbidden'

/** How much one client may ask for. Each is a token bucket: a rate and the burst it allows. */
export interface RateLimits {
  /** 5,000 by default. */
  readonly messagesPerSecond?: number
  /** 10,000 by default. */
  readonly messageBurst?: number
  /** 8 MiB by default. */
  readonly bytesPerSecond?: number
  /** 16 MiB by default. */
  readonly byteBurst?: number
  /** Messages that start work; 100 by default. */
  readonly commandsPerSecond?: number
  /** 1,000 by default. */
  readonly commandBurst?: number
}

export interface GatewayOptions<Custom extends EventDefinitions = NoCustomEvents> {
  readonly bus: EventBus<Custom>
  /** Who does the work; without it commands are answered with `NO_EXECUTOR`. */
  readonly engine?: Executor
  /** Turns chat into commands; the rule planner by default. */
  readonly planner?: Planner
  /** What events look like to clients; `defaultProjection` by default. */
  readonly projection?: Projection<Custom>
  /** Client messages of the host's own, by type. */
  readonly handlers?: Readonly<Record<string, MessageHandler>>
  /** What a connection hears before it says anything. */
  readonly defaultSubscription?: readonly TypeIn<CatalogueOf<Custom>>[]

  /** Called before the handshake is accepted and before an HTTP door answers. Without it everybody is let in, as nobody. */
  readonly authenticate?: (request: IncomingMessage) => Authentication | ObservableInput<Authentication>
  /** The host's own rule about who may see which event, asked for each event as it is sent. */
  readonly authorize?: Authorize<EventIn<CatalogueOf<NoInfer<Custom>>>>
  /** `own` by default where there is an authentication hook, else `all`. */
  readonly scope?: Scope
  /** Origins of other sites that may connect (`https://app.example.com`), or a rule; same-origin only by default. */
  readonly allowedOrigins?: readonly string[] | ((origin: URL, request: IncomingMessage) => boolean)
  /** Host names this server answers to, without port; loopback names by default where it is bound to loopback, else any. */
  readonly allowedHosts?: readonly string[]

  /** The paths of the WebSocket door; `/ws/events` and `/ws/workflow` by default. */
  readonly paths?: readonly string[]
  /** 100 by default. */
  readonly maxConnections?: number
  /** From one address; no limit by default. */
  readonly maxConnectionsPerAddress?: number
  /** 30 s by default. */
  readonly heartbeatIntervalMs?: number
  /** The largest message from a client, 1 MiB by default. */
  readonly maxPayloadBytes?: number
  readonly queue?: QueueOptions
  /** What differs from `queue` for one connection; asked once, when it begins. */
  readonly queueFor?: (owner: QueueOwner) => ConnectionQueueOptions | undefined
  /** How writing to sockets is paced; 0 turns pacing off. */
  readonly flush?: FlushOptions | 0
  /** Compression of messages where the client offers it, as `ws` does it; off by default (THREATS T9, and it cannot be shared). */
  readonly perMessageDeflate?: Compression
  /** Runs that one principal (without authentication: one connection) may have going or waiting, 1,000 by default. */
  readonly maxLiveRunsPerClient?: number
  /**
   * What becomes of runs when the last connection of whoever ordered them (a principal; without authentication a `client`, or the
   * connection) has been gone for `onDisconnectGraceMs`: they `continue` by default.
   */
  readonly onDisconnect?: 'continue' | 'cancel'
  /** 30 s by default. */
  readonly onDisconnectGraceMs?: number
  /** `false` turns rate limiting off. */
  readonly rateLimits?: RateLimits | false

  readonly scheduler?: SchedulerLike
  readonly logger?: Logger
}

const hostNames: OptionRule = {
  expected: 'a list of host names in lower case, without port',
  test: (value) => Array.isArray(value) && value.every((name) => typeof name === 'string' && isHostName(name)),
}

const listOfPaths: OptionRule = {
  expected: 'a list of paths such as "/ws/events", without a query',
  test: (value) => Array.isArray(value) && value.every((path) => typeof path === 'string' && /^\/[^?#\s]*$/.test(path)),
}

function isHostName(name: string): boolean {
  return URL.canParse(`http://${name}`) && new URL(`http://${name}`).hostname === name
}

/** @throws OptionError naming the first bad option. */
export function checkGatewayOptions(options: object): void {
  const bus = objectWith('publish', 'on', 'events$', 'types')
  checkOptions('createGateway', options, {
    bus,
    engine: objectWith('isTaking', 'validate', 'runs', 'stats', 'drain', 'tools'),
    planner: objectWith('plan'),
    projection: aFunction,
    handlers: anObject,
    defaultSubscription: listOfStrings,
    authenticate: aFunction,
    authorize: aFunction,
    scope: oneOf('own', 'all'),
    allowedOrigins: either(listOfStrings, aFunction),
    allowedHosts: hostNames,
    paths: listOfPaths,
    maxConnections: positiveInteger,
    maxConnectionsPerAddress: positiveInteger,
    heartbeatIntervalMs: durationMs,
    maxPayloadBytes: positiveInteger,
    maxLiveRunsPerClient: positiveInteger,
    onDisconnect: oneOf('continue', 'cancel'),
    onDisconnectGraceMs: durationMs,
    queue: anObject,
    queueFor: aFunction,
    flush: either({ expected: '0', test: (value) => value === 0 }, anObject),
    perMessageDeflate: either({ expected: 'a boolean', test: (value) => typeof value === 'boolean' }, anObject),
    rateLimits: either({ expected: 'false', test: (value) => value === false }, anObject),
    scheduler: objectWith('now', 'schedule'),
    logger: objectWith('debug', 'info', 'warn', 'error'),
  })
  requireOption('createGateway', options, 'bus', bus)
  const { queue, flush, rateLimits, handlers, allowedOrigins } = options as Partial<GatewayOptions>
  checkQueueOptions(queue ?? {})
  checkFlushOptions(flush ?? {})
  checkOptions('createGateway: rateLimits', rateLimits === false ? {} : (rateLimits ?? {}), {
    messagesPerSecond: positiveInteger,
    messageBurst: positiveInteger,
    bytesPerSecond: positiveInteger,
    byteBurst: positiveInteger,
    commandsPerSecond: positiveInteger,
    commandBurst: positiveInteger,
  })
  for (const [type, handler] of Object.entries(handlers ?? {})) checkHandler(type, handler)
  if (typeof allowedOrigins === 'object') {
    const malformed = allowedOrigins.find((origin) => !isOrigin(origin))
    if (malformed !== undefined) {
      throw new OptionError('createGateway', 'allowedOrigins', 'origins such as "https://app.example.com"', malformed)
    }
  }
}

function checkHandler(type: string, handler: unknown): void {
  if (type === '' || (clientMessageTypes as readonly string[]).includes(canonicalType(type))) {
    throw new OptionError('createGateway', `handlers["${type}"]`, 'a type that is not built in', type)
  }
  requireOption(
    'createGateway',
    { [`handlers["${type}"]`]: handler },
    `handlers["${type}"]`,
    objectWith('payload', 'handle'),
  )
}

function isOrigin(text: string): boolean {
  return URL.canParse(text) && new URL(text).origin === text
}
