import { NEVER, Subject, type SchedulerLike, type Subscriber, Observable } from 'rxjs'
import { silentLogger } from '../../../lib/base/logger.ts'
import type { EventBus } from '../../../lib/bus/event-bus.ts'
import { createNotingHistory } from '../../../lib/bus/history.ts'
import { type Connection, createConnection } from '../../../lib/connection/connection.ts'
import { createAnswer } from '../../../lib/connection/outgoing.ts'
import { createSubscription } from '../../../lib/connection/subscription.ts'
import type { BusEvent, Position } from '../../../lib/event/event.ts'
import { parseSince } from '../../../lib/event/since.ts'
import { createAudiences } from '../../../lib/gateway/audiences.ts'
import type { ClientSession } from '../../../lib/gateway/client-session.ts'
import { createFanOut } from '../../../lib/gateway/fan-out.ts'
import { createReplays } from '../../../lib/gateway/replays.ts'
import { createResuming } from '../../../lib/gateway/resuming.ts'
import { type ServerMessage, serverMessage } from '../../../lib/protocol/server-payloads.ts'
import type { Flushable } from '../../../lib/transport/flusher.ts'
import type { Frame } from '../../../lib/transport/frame.ts'
import type { Transport } from '../../../lib/transport/transport.ts'
import { SlowLog } from './slow-log.ts'

export interface Received {
  readonly type: string
  readonly payload: Readonly<Record<string, unknown>>
  readonly id: string
  readonly event?: string
  readonly seq?: number
}

/** One connection of a client, as it saw it. */
export interface Seen {
  readonly frames: Received[]
  /** What it asked for with the query, and from where. */
  readonly types: readonly string[]
  readonly since: Position | undefined
  /** What it asked for later, by the number that `subscribed` carries. */
  readonly asked: { readonly types: readonly string[]; readonly since: Position | undefined }[]
  closed: number | undefined
  /** It left by itself. */
  isCut: boolean
}

/** A peer whose socket takes frames, or does not. Joins frames or not, as transports may. */
class Pipe implements Transport {
  readonly incoming$ = NEVER
  readonly writable$: Observable<boolean>
  readonly writeJoined?: (wire: Buffer) => void
  readonly #seen: Seen
  #isOpen = true
  #watchers: Subscriber<boolean>[] = []

  constructor(seen: Seen, joins: boolean) {
    this.#seen = seen
    this.writable$ = new Observable((subscriber) => {
      this.#watchers.push(subscriber)
      subscriber.next(this.#isOpen)
    })
    if (joins) this.writeJoined = (wire) => this.#read(wire)
  }

  write(frame: Frame): void {
    this.#read(frame.wire)
  }

  /** Takes all that waits, or nothing from now on. */
  open(isOpen: boolean): void {
    if (isOpen === this.#isOpen) return
    this.#isOpen = isOpen
    for (const watcher of this.#watchers.filter(({ closed }) => !closed)) watcher.next(isOpen)
  }

  ping(): void {
    // nobody listens
  }

  close(code: number): void {
    this.#seen.closed ??= code
  }

  terminate(): void {
    this.#seen.closed ??= 1006
  }

  #read(wire: Buffer): void {
    for (let at = 0; at < wire.length; ) {
      const short = (wire[at + 1] ?? 0) & 0x7f
      const [header, length] = short < 126 ? [2, short] : [4, wire.readUInt16BE(at + 2)]
      this.#seen.frames.push(JSON.parse(wire.toString('utf8', at + header, at + header + length)) as Received)
      at += header + length
    }
  }
}

interface Live {
  readonly seen: Seen
  readonly pipe: Pipe
  readonly connection: Connection
  readonly session: ClientSession
}

const ALL_TYPES = ['a', 'b', 'c']

/** The gateway from the log to the socket, with everything real but the log, the sockets and the time. */
export class Bench {
  readonly slow = new SlowLog()
  readonly seen: Seen[] = []
  readonly #turns: (() => void)[] = []
  readonly #booked: Flushable[] = []
  readonly #live: (Live | undefined)[]
  readonly #positions: (Position | undefined)[]
  readonly #fanOut
  readonly #audiences
  readonly #replays
  readonly #resuming

  /** @param early what was stored before there was a gateway, and is not handed out yet. */
  constructor(clients: number, early: number) {
    for (let count = 0; count < early; count += 1) this.slow.store(ALL_TYPES[count % 3] ?? 'a')
    const events$ = new Subject<BusEvent>()
    // So small that much of what is read lies before it, and a replay takes many pages.
    const history = createNotingHistory(this.slow.log, { maxEvents: 3, maxBytes: 1_000, maxAgeMs: 1 })
    const scheduler = {
      now: () => 0,
      schedule: (work: () => void) => void this.#turns.push(() => work()),
    } as unknown as SchedulerLike
    this.#fanOut = createFanOut({ head: () => this.slow.log.head(), events$ } as unknown as EventBus, {
      project: () => ({ type: 'eventStream', payload: {} }),
      definitionOf: () => undefined,
      onRestart: (position) => {
        this.#audiences.restart()
        this.#resuming.restart(this.#sessions(), position)
      },
      onDelivered: () => this.#replays.wake(),
      onProjectionError: raise,
      onError: raise,
    })
    this.#audiences = createAudiences({
      topics: this.#fanOut.topics,
      scope: 'all',
      authorize: undefined,
      flusher: { bookGathering: (flushable) => void this.#booked.push(flushable) },
      highWaterMarkBytes: 64 * 1024,
      onRuleError: raise,
    })
    const { position, share } = this.#fanOut
    this.#replays = createReplays({
      history,
      position,
      head: () => this.slow.log.head(),
      share,
      scheduler,
      pageEvents: 3,
    })
    this.#resuming = createResuming({ history, position, replays: this.#replays })
    this.slow.delivered$.subscribe((record) => {
      history.note(record)
      events$.next(record)
    })
    this.#live = Array.from({ length: clients }, () => undefined)
    this.#positions = Array.from({ length: clients }, () => undefined)
  }

  get clients(): number {
    return this.#live.length
  }

  /** What came before on the same client is where it comes back to; `forged` takes the place of that. */
  connect(client: number, types: readonly string[], joins: boolean, forged?: Position): void {
    this.cut(client)
    const since = forged ?? this.#positions[client]
    const seen: Seen = { frames: [], types, since, asked: [], closed: undefined, isCut: false }
    const pipe = new Pipe(seen, joins)
    const audience = this.#audiences.of(
      { connectionId: `${this.seen.length}`, principal: undefined },
      subscriptionTo(types),
    )
    const connection = createConnection({
      id: `${this.seen.length}`,
      transport: pipe,
      audience,
      queue: { maxMessages: 1_000_000, maxBytes: 1e9, policy: 'disconnect' },
      scheduler: {
        now: () => 0,
        schedule: () => ({ unsubscribe: () => undefined, add: () => undefined }),
      } as unknown as SchedulerLike,
      logger: silentLogger,
      host: {
        showsTexts: () => true,
        onSignOfLife: () => undefined,
        onText: () => undefined,
        onSent: () => undefined,
        onQueued: () => undefined,
        onCaughtUp: (position) => {
          session.answer(serverMessage('caughtUp', { ...position }))
          this.#resuming.ended(session)
        },
        onEnded: () => {
          this.#audiences.release(connection.audience())
          this.#resuming.ended(session)
        },
        onGone: () => undefined,
      },
    })
    const session = {
      connection,
      position: () => connection.replayPosition() ?? this.#fanOut.position(),
      answer: (message: ServerMessage) => connection.offer(createAnswer(message, undefined)),
    } as unknown as ClientSession
    this.#live[client] = { seen, pipe, connection, session }
    this.seen.push(seen)
    connection.open()
    const welcome = (position: Position): void => session.answer({ type: 'welcome', payload: { ...position } })
    if (since === undefined) welcome(this.#fanOut.position())
    else this.#resuming.from(session, asText(since), welcome)
    connection.start()
  }

  subscribe(client: number, types: readonly string[], since: Position | undefined): void {
    const live = this.#live[client]
    if (live === undefined || live.seen.closed !== undefined) return
    const { connection, session, seen } = live
    const before = connection.audience()
    connection.join(this.#audiences.of({ connectionId: connection.id, principal: undefined }, subscriptionTo(types)))
    this.#audiences.release(before)
    const number = seen.asked.push({ types, since }) - 1
    const answer = (position: Position): void =>
      session.answer({ type: 'subscribed', payload: { ...position, number } })
    if (since === undefined) answer(session.position())
    else this.#resuming.from(session, asText(since), answer)
  }

  heartbeat(client: number): void {
    const session = this.#live[client]?.session
    session?.answer(serverMessage('heartbeat', { ...session.position() }))
  }

  take(client: number, takes: boolean): void {
    this.#live[client]?.pipe.open(takes)
  }

  cut(client: number): void {
    const live = this.#live[client]
    if (live === undefined) return
    live.seen.isCut = live.seen.closed === undefined
    this.#positions[client] = positionOf(live.seen, this.#positions[client])
    live.connection.end({ code: 1000, reason: '' })
    this.#live[client] = undefined
  }

  turn(): boolean {
    const turns = this.#turns.splice(0)
    for (const turn of turns) turn()
    return turns.length > 0
  }

  flush(): boolean {
    const booked = this.#booked.splice(0)
    for (const flushable of booked) flushable.flush()
    return booked.length > 0
  }

  /** What a client would come back to, of a connection that goes on. */
  position(client: number): Position | undefined {
    const live = this.#live[client]
    return live === undefined ? this.#positions[client] : positionOf(live.seen, this.#positions[client])
  }

  get held(): number {
    return [...this.#resuming.held()].length
  }

  #sessions(): ClientSession[] {
    return this.#live.flatMap((live) => (live === undefined || live.seen.closed !== undefined ? [] : [live.session]))
  }
}

const subscriptions = new Map<string, ReturnType<typeof createSubscription>>()

function subscriptionTo(types: readonly string[]): ReturnType<typeof createSubscription> {
  const key = types.join()
  const known = subscriptions.get(key) ?? createSubscription(types, undefined)
  subscriptions.set(key, known)
  return known
}

function asText({ epoch, seq }: Position): NonNullable<ReturnType<typeof parseSince>> {
  const since = parseSince(`${epoch}:${seq}`)
  if (since === undefined) throw new Error('a position that is none')
  return since
}

function raise(error: unknown): never {
  throw error
}

const standing = new Set(['heartbeat', 'caughtUp', 'subscribed'])

/** A client's position after a connection, as the protocol has it. */
export function positionOf({ frames, since }: Seen, before: Position | undefined): Position | undefined {
  let position = before
  for (const { type, payload, event, seq } of frames) {
    const told = { epoch: String(payload['epoch']), seq: Number(payload['seq']) }
    if (type === 'reset' || (type === 'welcome' && since === undefined)) position = told
    else if (event !== undefined && seq !== undefined) {
      if (position !== undefined && seq > position.seq) position = { ...position, seq }
    } else if (standing.has(type) && position !== undefined && told.seq > position.seq) position = told
  }
  return position
}
