import * as t from 'io-ts'
import { createEventBus, type EventBus } from '../../lib/bus/event-bus.ts'
import { defineEvents } from '../../lib/event/definition.ts'
import { type BusEvent, isStored, type Position } from '../../lib/event/event.ts'
import { createGateway, type Gateway } from '../../lib/gateway/gateway.ts'
import { createMemoryPair, type MemoryPeer } from '../../lib/transport/memory-pair.ts'
import type { Transport } from '../../lib/transport/transport.ts'
import type { Frame } from '../support/frames.ts'
import { createHandScheduler, type HandScheduler } from '../support/hand-scheduler.ts'
import { createSlowLog, type SlowLog } from '../support/slow-log.ts'
import { storedRecord } from '../support/stored-record.ts'
import { textsIn } from '../support/wire-texts.ts'
import { type Answer, type Lives, type Stamp, type Told, Witness, type Wish } from './hand-over-witness.ts'

/** What a run takes place in. */
export interface Setting {
  /** `memory`: the bus keeps the history itself, and it is never waited for. `slow`: it is in a log far away. */
  readonly log: 'memory' | 'slow'
  /** How many events the bus keeps: of the log in memory that is all there is, of the other one the newest. */
  readonly keeps: number
  /** How many were stored before there was a bus. */
  readonly before: number
  /** How many were stored before there was a gateway, and not handed out yet. */
  readonly ahead: number
  readonly appends: 'held' | 'at once'
  readonly deliveries: 'held' | 'at once'
  readonly reads: 'held' | 'at once' | 'in memory'
  /** The most records that a read is answered with. */
  readonly most: number
  /** Whether a rule of the host's decides too: then nobody shares an audience. */
  readonly hasRule: boolean
  /** How long a look at the clock seems to take. */
  readonly msPerLook: number
  /** How many may wait for one peer. */
  readonly maxMessages: number
  /** How many events are caused by what is sent, while it is. */
  readonly echoes: number
}

/** How often something was met. */
export type Met = Record<'resumes' | 'caughtUps' | 'resets' | 'closes' | 'reads', number>

interface Client {
  readonly id: string
  readonly peer: MemoryPeer
  readonly witness: Witness
  /** Of each frame that was handed to its socket. */
  readonly stamps: Stamp[]
  heard: number
  wish: Wish
  isStalled: boolean
  wasStalled: boolean
}

interface Action {
  readonly weight: number
  readonly isPossible: () => boolean
  readonly act: (how: Dice) => void
}

/** A number as many small ones. */
class Dice {
  #left: number

  constructor(number: number) {
    this.#left = number
  }

  /** Below `sides`. */
  roll(sides: number): number {
    const side = this.#left % sides
    this.#left = Math.floor(this.#left / sides)
    return side
  }

  isOne(sides: number): boolean {
    return this.roll(sides) === 1
  }
}

const codec = { data: t.UnknownRecord }
const events = defineEvents({ 'spec.a': codec, 'spec.b': codec, 'spec.mute': codec })
const TYPES = ['spec.a', 'spec.b', 'spec.a', 'spec.b', 'spec.mute'] as const
const TAGS = [[], ['blue'], ['blue', 'hidden'], ['hidden'], ['large'], ['blue'], [], []] as const
/** Two of them see the same, where no rule decides. */
const PRINCIPALS = ['ann', 'ann', 'bob', undefined] as const
/** What the bus keeps of a log that is not in memory. */
const RECENT_BYTES = 4 * 1024 * 1024
/** Two of these are more than a page. */
const LARGE = 'x'.repeat(40 * 1024)
/** What has not come to rest after so many rounds never will. */
const PATIENCE = 2_000
/** A promise that has settled is through all that waits for it. */
const TICKS = 12

/** A stream, a gateway and its clients, in which each of a row of numbers says what happens next. */
export class World {
  /** What was met in a run: a property that meets nothing proves nothing. */
  readonly met: Met = { resumes: 0, caughtUps: 0, resets: 0, closes: 0, reads: 0 }
  readonly #setting: Setting
  readonly #log: SlowLog
  readonly #bus: EventBus<typeof events>
  readonly #gateway: Gateway
  readonly #hand: HandScheduler
  readonly #clients: (Client | undefined)[] = PRINCIPALS.map(() => undefined)
  /** Where the client of a slot had come to when it left. */
  readonly #places: (Position | undefined)[] = PRINCIPALS.map(() => undefined)
  readonly #memory: { readonly epoch: string; readonly records: Told[] }
  readonly #actions: readonly Action[]
  #handedOut: Position
  #handing: Position | undefined
  #published = 0
  #echoes: number
  #isAsking = false
  #asked = 0
  #failedReads = 0
  #projected = 0

  constructor(setting: Setting) {
    const { log, keeps, before, ahead, hasRule, msPerLook, maxMessages } = setting
    this.#setting = setting
    this.#hand = createHandScheduler(msPerLook)
    const { scheduler } = this.#hand
    this.#log = createSlowLog({
      deliveries: 'held',
      reads: setting.reads === 'in memory' ? 'in memory' : 'held',
      weight: Math.floor(RECENT_BYTES / keeps),
    })
    if (log === 'slow') for (let index = 0; index < before; index += 1) this.#storeOfAnother(index)
    this.#bus =
      log === 'slow'
        ? createEventBus({ events, log: this.#log, scheduler })
        : createEventBus({ events, history: { maxEvents: keeps }, scheduler })
    if (log === 'slow') for (let index = 0; index < ahead; index += 1) this.#storeOfAnother(index)
    this.#handedOut = this.#bus.head()
    this.#memory = { epoch: this.#bus.head().epoch, records: [] }
    // One who hears of an event before the gateway does, and one who does after it.
    this.#bus.events$.subscribe((event) => {
      if (isStored(event)) this.#handing = event
    })
    const rule = { authorize: (_: unknown, { tags }: BusEvent) => !tags.includes('hidden') }
    this.#gateway = createGateway({
      bus: this.#bus,
      scheduler,
      scope: 'own',
      defaultSubscription: [],
      rateLimits: false,
      flush: 0,
      queue: { maxMessages },
      ...(hasRule ? rule : {}),
      projection: ({ type, tags }) => {
        this.#projected += 1
        return type === 'spec.mute' ? null : { type: 'told', payload: tags.includes('large') ? { LARGE } : {} }
      },
    })
    this.#bus.events$.subscribe((event) => {
      if (!isStored(event)) return
      const { epoch, seq } = event
      this.#handing = undefined
      // What a gateway knew of before it began is nothing new to it.
      if (epoch !== this.#handedOut.epoch || seq > this.#handedOut.seq) this.#handedOut = { epoch, seq }
    })
    // One who publishes whenever something is sent, in the middle of it.
    this.#echoes = setting.echoes
    this.#bus.on('ws.message_sent', () => {
      if (this.#echoes <= 0 || this.#isAsking) return
      this.#echoes -= 1
      this.#publish('spec.a', new Dice(this.#echoes))
    })
    this.#actions = this.#allActions()
  }

  /** Lets one thing happen, and then some of the promises settle that can. */
  async step(number: number): Promise<void> {
    const dice = new Dice(number)
    const ticks = dice.roll(8)
    const possible = this.#actions.filter(({ isPossible }) => isPossible())
    let at = dice.roll(possible.reduce((sum, { weight }) => sum + weight, 0))
    const chosen = possible.find(({ weight }) => {
      at -= weight
      return at < 0
    })
    chosen?.act(dice)
    this.#beQuick()
    await settle(ticks)
    this.#listen()
  }

  /** Lets everything that is under way come to its end: then each client must have had all that is for it. */
  async conclude(): Promise<void> {
    for (const client of this.#here()) this.#resume(client)
    await this.#rest()
    // In case nobody has heard of a new life yet.
    this.#publish('spec.a', new Dice(0))
    await this.#rest()
    for (const client of this.#here()) client.witness.conclude()
    for (const slot of PRINCIPALS.keys()) this.#leave(slot)
    await this.#rest()
    this.#expectNothingLeft()
  }

  async #rest(): Promise<void> {
    for (let round = 0; ; round += 1) {
      if (round > PATIENCE) throw new Error('it does not come to rest')
      this.#beQuick()
      await settle(TICKS)
      this.#listen()
      if (this.#canStore()) this.#log.store()
      else if (this.#canDeliver()) this.#deliver()
      else if (this.#log.reads() > 0) this.#answer(0)
      else if (this.#hand.booked() > 0) this.#hand.turn()
      else return
    }
  }

  #expectNothingLeft(): void {
    const { active_connections: active } = this.#gateway.stats().websocket_manager
    if (active !== 0 || this.#gateway.connections().length > 0) throw new Error('a connection is left')
    const projected = this.#projected
    for (const type of ['spec.a', 'spec.b'] as const) {
      this.#publish(type, new Dice(0))
      if (this.#canStore()) this.#log.store()
      while (this.#canDeliver()) this.#deliver()
    }
    if (this.#hand.booked() > 0 || this.#log.reads() > 0) throw new Error('somebody who has left is still served')
    if (this.#projected > projected) throw new Error('an event was made for nobody')
  }

  #allActions(): readonly Action[] {
    const always = (): boolean => true
    const isSlow = this.#setting.log === 'slow'
    const here = (): boolean => this.#here().length > 0
    const pick = (dice: Dice): Client => {
      const clients = this.#here()
      return clients[dice.roll(clients.length)] ?? missing()
    }
    return [
      { weight: 8, isPossible: always, act: (dice) => this.#publish(TYPES[dice.roll(TYPES.length)] ?? 'spec.a', dice) },
      {
        weight: 8,
        isPossible: () => this.#canStore(),
        act: (dice) => this.#log.store(dice.roll(this.#log.waiting().length)),
      },
      { weight: 10, isPossible: () => this.#canDeliver(), act: () => this.#deliver() },
      { weight: 10, isPossible: () => this.#log.reads() > 0, act: (dice) => this.#answerAny(dice) },
      {
        weight: 1,
        isPossible: () => this.#log.reads() > 0,
        act: (dice) => {
          if (dice.roll(3) > 0) return this.#answerAny(dice)
          this.#failedReads += 1
          this.#log.failRead(new Error('the log is away'), dice.roll(this.#log.reads()))
        },
      },
      { weight: 12, isPossible: () => this.#hand.booked() > 0, act: () => this.#hand.turn() },
      { weight: 6, isPossible: () => this.#here().length < PRINCIPALS.length, act: (dice) => this.#connect(dice) },
      { weight: 1, isPossible: here, act: (dice) => this.#leave(this.#clients.indexOf(pick(dice))) },
      { weight: 2, isPossible: here, act: (dice) => this.#stallOrResume(pick(dice)) },
      { weight: 2, isPossible: here, act: (dice) => this.#ask(pick(dice), dice, undefined) },
      {
        weight: 2,
        isPossible: here,
        act: (dice) => {
          const client = pick(dice)
          this.#ask(client, dice, client.witness.place)
        },
      },
      {
        weight: 1,
        isPossible: () => isSlow,
        act: (dice) => this.#log.trim(this.#log.stats().firstSeq + 1 + dice.roll(6)),
      },
      { weight: 1, isPossible: () => isSlow, act: (dice) => dice.isOne(2) && this.#log.restart(dice.isOne(2)) },
    ]
  }

  #here(): readonly Client[] {
    return this.#clients.filter((client) => client !== undefined)
  }

  // The stream.

  #lives(): Lives {
    return this.#setting.log === 'slow' ? this.#log.lives() : [this.#memory]
  }

  #head(): Position {
    const { epoch, records } = this.#lives().at(-1) ?? missing()
    return { epoch, seq: records.length }
  }

  #firstSeq(): number {
    if (this.#setting.log === 'slow') return this.#log.stats().firstSeq
    return Math.max(0, this.#memory.records.length - this.#setting.keeps) + 1
  }

  #input(type: (typeof TYPES)[number], dice: Dice) {
    this.#published += 1
    const owner = [undefined, undefined, 'ann', 'bob'][dice.roll(4)]
    const tags = TAGS[dice.roll(TAGS.length)] ?? []
    const id = `${String(this.#published).padStart(8, '0')}-of-the-spec`
    return { id, type, data: {}, tags, ...(owner === undefined ? {} : { owner }) }
  }

  /** As another server does. */
  #storeOfAnother(number: number): void {
    const { id, type, tags, owner } = this.#input('spec.a', new Dice(number))
    void this.#log.append(storedRecord({ epoch: '', seq: 0 }, { id, type, tags, owner }))
    this.#log.store()
  }

  #publish(type: (typeof TYPES)[number], dice: Dice): void {
    const input = this.#input(type, dice)
    if (this.#setting.log === 'slow') return void this.#bus.publish(input)
    this.#memory.records.push(input)
    void this.#bus.publish(input)
  }

  #canStore(): boolean {
    return this.#log.waiting().length > 0
  }

  #canDeliver(): boolean {
    return this.#log.undelivered().length > 0
  }

  #deliver(): void {
    this.#log.deliver()
  }

  #answer(index: number, asOf: 'asked' | 'now' = 'asked'): void {
    this.met.reads += 1
    this.#log.answer(index, { most: this.#setting.most, asOf })
  }

  #answerAny(dice: Dice): void {
    const asOf = dice.isOne(2) ? 'now' : 'asked'
    this.#answer(dice.roll(this.#log.reads()), asOf)
  }

  /** What this log does without being told. */
  #beQuick(): void {
    const { appends, deliveries, reads } = this.#setting
    if (appends === 'at once') while (this.#canStore()) this.#log.store()
    if (deliveries === 'at once') while (this.#canDeliver()) this.#deliver()
    if (reads === 'at once') while (this.#log.reads() > 0) this.#answer(0)
  }

  // The clients.

  #connect(dice: Dice): void {
    const slot = this.#clients.indexOf(undefined)
    const { transport, peer } = createMemoryPair()
    const principal = PRINCIPALS[slot]
    const stamps: Stamp[] = []
    const maySee = ({ owner, tags }: Told): boolean =>
      (owner === undefined || owner === principal) && !(this.#setting.hasRule && tags.includes('hidden'))
    const witness = new Witness(
      () => this.#lives(),
      (event) => event.type !== 'spec.mute' && maySee(event),
    )
    const isPrompt = (): boolean => !client.wasStalled && this.#setting.echoes === 0
    const stamp = (): void =>
      void stamps.push({ handedOut: this.#handedOut, handing: this.#handing, isPrompt: isPrompt() })
    const client = {
      id: '',
      peer,
      witness,
      stamps,
      heard: 0,
      wish: { types: new Set<string>(), tag: undefined },
      isStalled: false,
      wasStalled: false,
    }
    const write: Transport['write'] = (frame) => {
      stamp()
      transport.write(frame)
    }
    const isPatient = dice.isOne(2)
    const stamped: Transport = { ...transport, write, ...(isPatient ? { writeJoined: joinedBy(write) } : {}) }
    const id = this.#gateway.accept(stamped, principal === undefined ? {} : { principal: { id: principal } })
    if (id === undefined) throw new Error('refused')
    this.#clients[slot] = Object.assign(client, { id })
    this.#listen()
    const place = this.#places[slot]
    this.#ask(client, dice, dice.roll(4) === 0 ? undefined : (place ?? this.#firstPlace()))
  }

  /** Where somebody stands who has seen nothing, and knows the stream by its name. */
  #firstPlace(): Position {
    return { epoch: this.#head().epoch, seq: this.#firstSeq() - 1 }
  }

  #ask(client: Client, dice: Dice, place: Position | undefined): void {
    const types = new Set<string>([['spec.a'], ['spec.b', 'spec.mute'], ['spec.a', 'spec.b']][dice.roll(3)])
    const wish: Wish = { types, tag: dice.roll(3) === 0 ? 'blue' : undefined }
    this.#asked += 1
    const id = `ask-${this.#asked}`
    const since = place === undefined ? undefined : this.#vary(place, dice)
    const prefix = since === undefined ? undefined : this.#prefixFor(since, dice)
    const isSlow = this.#setting.log === 'slow' && prefix !== undefined
    const answers = since === undefined ? [] : this.#answersTo(since, prefix)
    client.witness.ask({ id, wish, since, answers, isSlow, handedOut: this.#handedOut })
    const text = since === undefined ? undefined : `${since.epoch}:${since.seq}`
    const payload = {
      event_types: [...types],
      mode: 'replace',
      filter: wish.tag === undefined ? null : { required_tags: [wish.tag] },
      since: prefix === undefined ? text : `${text}:${prefix}`,
    }
    this.#isAsking = true
    client.peer.send(JSON.stringify({ type: 'SUBSCRIBE_EVENTS', payload, id }))
    this.#isAsking = false
    this.#listen()
  }

  /** Most come back with the position they have; some had it from another server, or have it wrong. */
  #vary(place: Position, dice: Dice): Position {
    const head = this.#head()
    switch (dice.roll(12)) {
      case 0:
        return head
      case 1:
        return { epoch: head.epoch, seq: dice.roll(head.seq + 1) }
      case 2:
        return { epoch: head.epoch, seq: head.seq + 1 + dice.roll(2) }
      case 3:
        return { ...place, seq: dice.roll(place.seq + 1) }
      default:
        return place
    }
  }

  #prefixFor({ epoch, seq }: Position, dice: Dice): string | undefined {
    const side = dice.roll(6)
    if (side > 1) return undefined
    const told = this.#lives().find((life) => life.epoch === epoch)?.records[seq - 1]
    return side === 0 && told !== undefined ? told.id.slice(0, 8) : 'another!'
  }

  #answersTo({ epoch, seq }: Position, prefix: string | undefined): readonly Answer[] {
    const head = this.#head()
    if (epoch !== head.epoch) return ['epoch_changed']
    if (seq > head.seq) return ['ahead']
    if (seq < this.#firstSeq() - 1) return ['too_old']
    if (prefix === undefined) return ['resumed']
    if (seq === 0) return ['mismatch']
    const told = this.#lives().at(-1)?.records[seq - 1]
    if (told?.id.startsWith(prefix) === true) return ['resumed']
    // What it was is not known any more, or it is trimmed before it is looked at.
    const isGone = seq < this.#firstSeq()
    return isGone || this.#setting.log === 'slow' ? ['mismatch', 'resumed'] : ['mismatch']
  }

  #stallOrResume(client: Client): void {
    if (client.isStalled) return this.#resume(client)
    client.isStalled = true
    client.wasStalled = true
    client.peer.stall()
  }

  #resume(client: Client): void {
    client.isStalled = false
    client.peer.resume()
  }

  #leave(slot: number): void {
    const client = this.#clients[slot]
    if (client === undefined) return
    this.#hear(client)
    this.#forget(client, slot)
    client.peer.close(1001)
  }

  #forget({ witness }: Client, slot: number): void {
    this.met.resumes += witness.resumes
    this.met.caughtUps += witness.caughtUps
    this.met.resets += witness.resets
    this.#places[slot] = witness.place
    this.#clients[slot] = undefined
  }

  #listen(): void {
    for (const [slot, client] of this.#clients.entries()) {
      if (client === undefined) continue
      this.#hear(client)
      const closed = client.peer.closed()
      if (closed === undefined) continue
      this.#expectReason(client, closed.code)
      this.met.closes += 1
      this.#forget(client, slot)
    }
  }

  #hear(client: Client): void {
    const { peer, stamps, witness } = client
    for (; client.heard < peer.received.length; client.heard += 1) {
      const frame = JSON.parse(peer.received[client.heard] ?? '') as Frame
      witness.hear(frame, stamps[client.heard] ?? missing())
    }
  }

  /** A server closes only where it cannot keep its word. */
  #expectReason({ witness, wasStalled }: Client, code: number): void {
    const { place, mode } = witness
    // Who takes nothing may be further than it knows.
    const mayReplay = mode !== 'live' || wasStalled
    const isGone = place.epoch !== this.#head().epoch || this.#firstSeq() > place.seq + 1
    const mayBeFull = wasStalled && this.#setting.maxMessages < 1_000
    if (code === 4413 && (mayBeFull || (mayReplay && isGone))) return
    if (code === 1011 && mayReplay && this.#failedReads > 0) return
    throw new Error(`closed with ${code} while ${mode} at ${place.epoch}:${place.seq}`)
  }
}

function joinedBy(write: Transport['write']): (wire: Buffer) => void {
  return (wire) => {
    for (const text of textsIn(wire)) {
      const payload = Buffer.from(text)
      write({ wire: payload, payload, settle: () => undefined })
    }
  }
}

async function settle(ticks: number): Promise<void> {
  for (let tick = 0; tick < ticks; tick += 1) await Promise.resolve()
}

function missing(): never {
  throw new Error('unreachable')
}
