import { asyncScheduler, type Observable, type SchedulerLike } from 'rxjs'
import {
  aFunction,
  anObject,
  checkOptions,
  durationMs,
  either,
  listOfStrings,
  objectWith,
  OptionError,
  type OptionRule,
  positiveInteger,
} from '../base/options.ts'
import type { Position } from '../event/event.ts'
import type { WireFilter } from '../protocol/client-payloads.ts'
import type { BackOff } from './back-off.ts'
import type { QuerySource } from './credentials.ts'
import type { Fetch } from './door.ts'
import type { OpenTransport } from './transport.ts'
import { createUuid } from './uuid.ts'
import { wakeSignals, type WakeHost } from './wake.ts'
import { type WebSocketConstructor, webSocketTransport } from './web-socket-transport.ts'

export interface ConnectOptions {
  /** The class of sockets; by default the global `WebSocket`. Node has one since 22: before, give that of the package `ws`. */
  readonly webSocket?: WebSocketConstructor
  /** Opens what stands for a socket, in place of `webSocket`. */
  readonly transport?: OpenTransport
  /** Where all time comes from; RxJS's `asyncScheduler` by default. */
  readonly scheduler?: SchedulerLike
  /** The jitter of the back-off, uniform in [0, 1); `Math.random` by default. */
  readonly random?: () => number
  /** Asks the door why it does not open; the global one by default, and where there is none, nobody is asked. */
  readonly fetch?: Fetch
  /** When a wait is worth cutting short. By default, on a page: `online`, and that it is seen again. */
  readonly wake$?: Observable<unknown>
  /** The UUID under which commands are known to the server; a random one by default. */
  readonly client?: string
  /** Where to continue from: events after it come first. */
  readonly since?: Position
  /** Event types or patterns to subscribe to from the start, in place of the server's default; empty means none. */
  readonly types?: readonly string[]
  readonly filter?: WireFilter
  /** Further query parameters, such as a token. A function is asked at every open. */
  readonly query?: QuerySource
  /** Bounds of the wait between tries: 500 ms and 30 s. */
  readonly backoff?: Partial<BackOff>
  /** How many commands may wait for a link: 1,000. What is beyond errors with `queue_full`. */
  readonly maxQueued?: number
  /** A link on which nothing is heard for so long is taken for dead. By default three times the server's heartbeat interval. */
  readonly heartbeatTimeoutMs?: number
}

/** The options with everything that was left out. */
export interface ConnectSettings {
  readonly door: string
  readonly open: OpenTransport
  readonly scheduler: SchedulerLike
  readonly random: () => number
  readonly fetch: Fetch | undefined
  readonly wake$: Observable<unknown>
  readonly client: string
  readonly since: Position | undefined
  readonly types: readonly string[] | undefined
  readonly filter: WireFilter | undefined
  readonly query: QuerySource
  readonly backoff: BackOff
  readonly maxQueued: number
  readonly heartbeatTimeoutMs: number | undefined
}

const uuid: OptionRule = {
  expected: 'a UUID',
  test: (value) => typeof value === 'string' && /^[\da-f]{8}(-[\da-f]{4}){3}-[\da-f]{12}$/i.test(value),
}

const rules: Readonly<Record<keyof ConnectOptions, OptionRule>> = {
  webSocket: aFunction,
  transport: aFunction,
  scheduler: objectWith('now', 'schedule'),
  random: aFunction,
  fetch: aFunction,
  wake$: objectWith('subscribe'),
  client: uuid,
  since: objectWith('epoch', 'seq'),
  types: listOfStrings,
  filter: anObject,
  query: either(anObject, aFunction),
  backoff: anObject,
  maxQueued: positiveInteger,
  heartbeatTimeoutMs: durationMs,
}

/** @throws OptionError for an option that is wrong, an address that is none, and where there is no `WebSocket`. */
export function settingsOf(url: string, options: ConnectOptions): ConnectSettings {
  checkOptions('connect', options, rules)
  const { backoff: { minMs = 500, maxMs = 30_000 } = {} } = options
  checkOptions('connect', { minMs, maxMs }, { minMs: durationMs, maxMs: durationMs })
  const fetch: Fetch | undefined = options.fetch ?? globalThis.fetch
  return {
    door: doorOf(url),
    open: options.transport ?? webSocketTransport(options.webSocket ?? globalWebSocket()),
    scheduler: options.scheduler ?? asyncScheduler,
    random: options.random ?? Math.random,
    // A page's `fetch` must be called as a function: as a method of this object it throws.
    fetch: fetch === undefined ? undefined : (address, init) => fetch(address, init),
    wake$: options.wake$ ?? wakeSignals(globalThis as WakeHost),
    client: options.client ?? createUuid(),
    since: options.since,
    types: options.types,
    filter: options.filter,
    query: options.query ?? {},
    backoff: { minMs, maxMs },
    maxQueued: options.maxQueued ?? 1_000,
    heartbeatTimeoutMs: options.heartbeatTimeoutMs,
  }
}

/** `url` as a WebSocket's: on a page also relative to it. */
function doorOf(url: string): string {
  const { location } = globalThis as { readonly location?: { readonly href: string } }
  let door: URL
  try {
    door = new URL(url, location?.href)
  } catch {
    throw new OptionError('connect', 'url', 'the address of a WebSocket', url)
  }
  door.protocol = door.protocol.replace('http', 'ws')
  door.hash = ''
  if (!/^wss?:$/.test(door.protocol)) throw new OptionError('connect', 'url', 'the address of a WebSocket', url)
  return door.href
}

function globalWebSocket(): WebSocketConstructor {
  const { WebSocket } = globalThis as { readonly WebSocket?: WebSocketConstructor }
  if (WebSocket !== undefined) return WebSocket
  throw new OptionError('connect', 'webSocket', 'given where there is no global WebSocket', undefined)
}
