import { Subject } from 'rxjs'
import { silentLogger } from '../../lib/base/logger.ts'
import {
  type Connection,
  type ConnectionHost,
  type ConnectionOptions,
  createConnection,
  type Ended,
} from '../../lib/connection/connection.ts'
import { Audience } from '../../lib/connection/audience.ts'
import type { Entitlement } from '../../lib/connection/entitlement.ts'
import type { Outgoing } from '../../lib/connection/outgoing.ts'
import { createSubscription, type EventSubscription } from '../../lib/connection/subscription.ts'
import { type BusEvent, isStored } from '../../lib/event/event.ts'
import { createTestTime } from '../../lib/testing/test-time.ts'
import { createFrame } from '../../lib/transport/frame.ts'
import { createMemoryPair, type MemoryPeer } from '../../lib/transport/memory-pair.ts'
import type { Transport } from '../../lib/transport/transport.ts'

/** An event as the bus hands it out. */
export function eventOf(type: string, more: Partial<BusEvent> = {}): BusEvent {
  return { id: 'e1', type, data: {}, timestamp: '2026-01-01T00:00:00.000Z', tags: [], ...more }
}

/** An event whose frame holds `text`. */
export function outgoingEvent(type: string, text: string = type, more: Partial<BusEvent> = {}): Outgoing {
  return outgoing({ event: eventOf(type, more), label: type, frame: createFrame(text) })
}

export function outgoingAnswer(text: string): Outgoing {
  return outgoing({ label: 'answer', frame: createFrame(text) })
}

/** Something to offer: `parts` of it, and what goes without saying. */
export function outgoing(parts: Partial<Outgoing>): Outgoing {
  const { event } = parts
  const seq = event !== undefined && isStored(event) ? event.seq : undefined
  const isProtected = event === undefined
  return { event: undefined, seq, label: 'event', frame: undefined, isProtected, conflationKey: undefined, ...parts }
}

/** Something to offer whose frame cannot be made. */
export function brokenOutgoing(error: unknown): Outgoing {
  return Object.defineProperty(outgoing({ event: eventOf('a.one'), label: 'broken' }), 'frame', {
    get: () => {
      throw error
    },
  })
}

/** A `Transport` whose parts a spec replaces, over one in memory. */
export function spiedPair(changes: (inner: Transport) => Partial<Transport> = () => ({})): {
  readonly transport: Transport
  readonly peer: MemoryPeer
  readonly terminations: () => number
} {
  const { transport: inner, peer } = createMemoryPair()
  let terminations = 0
  const terminate = (): void => {
    terminations += 1
    inner.terminate()
  }
  return { transport: { ...inner, terminate, ...changes(inner) }, peer, terminations: () => terminations }
}

export interface Opened {
  /** Its `offer` takes events too, by way of its audience. */
  readonly connection: Connection
  readonly peer: MemoryPeer
  readonly terminations: () => number
  readonly texts: readonly string[]
  /** What the host was told of the end: once. */
  readonly ended: readonly Ended[]
  readonly isGone: () => boolean
}

type Settings = Partial<Omit<ConnectionOptions, 'host'>> & {
  readonly host?: Partial<ConnectionHost>
  readonly subscription?: EventSubscription
  readonly isEntitled?: Entitlement
  readonly pair?: ReturnType<typeof spiedPair>
  readonly isStarted?: boolean
}

/** An audience whose members take each event when it comes, or at the flushes that a spec calls for. */
export function audienceOf(
  subscription: EventSubscription = createSubscription(['a.one', 'a.two'], undefined),
  isEntitled: Entitlement = () => true,
  highWaterMarkBytes = 64 * 1024,
): Audience {
  return new Audience({ subscription, isEntitled, flusher: { bookGathering: () => undefined }, highWaterMarkBytes })
}

/** A started connection over memory that wants `a.*` events of the types `a.one` and `a.two`. It is an audience of one. */
export function openConnection({
  pair = spiedPair(),
  isStarted = true,
  subscription,
  isEntitled,
  host = {},
  ...options
}: Settings = {}): Opened {
  const texts: string[] = []
  const ended: Ended[] = []
  let isGone = false
  const connection = createConnection({
    id: 'c1',
    transport: pair.transport,
    audience: audienceOf(subscription, isEntitled),
    queue: { maxMessages: 1_000, maxBytes: 1_000_000, policy: 'disconnect' },
    scheduler: createTestTime().scheduler,
    logger: silentLogger,
    ...options,
    host: {
      ...quietHost,
      onText: (text) => texts.push(text),
      onEnded: (value) => ended.push(value),
      onGone: () => {
        isGone = true
      },
      ...host,
    },
  })
  connection.open()
  if (isStarted) connection.start()
  const offer = (one: Outgoing): void =>
    one.event === undefined ? connection.offer(one) : connection.audience().offer(one)
  return {
    connection: facade(connection, offer),
    peer: pair.peer,
    terminations: pair.terminations,
    texts,
    ended,
    isGone: () => isGone,
  }
}

/** A connection whose methods can be handed about. */
function facade(connection: Connection, offer: (outgoing: Outgoing) => void): Connection {
  return {
    id: connection.id,
    state: () => connection.state(),
    counts: () => connection.counts(),
    audience: () => connection.audience(),
    join: (next) => connection.join(next),
    hold: (from, source) => connection.hold(from, source),
    replay: () => connection.replay(),
    goLive: () => connection.goLive(),
    replayPosition: () => connection.replayPosition(),
    isReplayHeld: () => connection.isReplayHeld(),
    lastSeenMs: () => connection.lastSeenMs(),
    lastSentMs: () => connection.lastSentMs(),
    progress: () => connection.progress(),
    open: () => connection.open(),
    start: () => connection.start(),
    offer,
    ping: () => connection.ping(),
    shed: () => connection.shed(),
    end: (ending) => connection.end(ending),
    finish: (ending) => connection.finish(ending),
    fail: (error) => connection.fail(error),
    cut: () => connection.cut(),
  }
}

/** A host that listens to nothing. */
export const quietHost: ConnectionHost = {
  showsTexts: () => true,
  onSignOfLife: () => undefined,
  onText: () => undefined,
  onSent: () => undefined,
  onQueued: () => undefined,
  onEnded: () => undefined,
  onCaughtUp: () => undefined,
  onGone: () => undefined,
}

/** Offers that come one by one, to many connections: as a gateway does it. */
export function fanOutTo(connections: readonly Connection[]): Subject<Outgoing> {
  const offered = new Subject<Outgoing>()
  for (const { offer } of connections) offered.subscribe(offer)
  return offered
}
