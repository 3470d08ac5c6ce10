import { readFileSync } from 'node:fs'
import { expect } from 'chai'
import * as t from 'io-ts'
import type { Observable } from 'rxjs'
import {
  type BusEvent,
  createEventBus,
  createGateway,
  defaultProjection,
  defineEvents,
  defineMessage,
  type EventBus,
  literalProjection,
  type PatternIn,
  type Projection,
  serverMessage,
  type StoredEvent,
} from '../../lib/index.ts'
import type { CatalogueOf, NoCustomEvents } from '../../lib/event/catalogue.ts'
import { DateFromText } from '../event/events.ts'

// What the compiler promises a host. `npm run check` holds it: a line under `@ts-expect-error` that begins to compile is an error,
// and so is one anywhere else that ceases to. The functions named `never…` are not called: what they hold is refused.

const events = defineEvents({
  'order.placed': { data: t.type({ orderId: t.string, at: DateFromText }) },
  'order.item.added': { data: t.type({ item: t.string }) },
  'order.seen': { data: t.type({ orderId: t.string }), stored: false },
})
type Own = typeof events

const createBus = () => createEventBus({ events })
const createPlainBus = () => createEventBus()

/** Each takes the other's place, and neither is `any`, which would take every place. */
type Same<One, Other> = 0 extends 1 & One
  ? false
  : [One] extends [Other]
    ? [Other] extends [One]
      ? true
      : false
    : false

/** Compiles when the two types are the same. Says so at run time, so that a spec can call it. */
function same<One, Other>(..._proof: Same<One, Other> extends true ? [] : [never]): boolean {
  return true
}

/** The type of what a stream emits. */
type Emitted<Stream> = Stream extends Observable<infer Value> ? Value : never

describe('types', () => {
  it('are checked where they stand: the compiler reads spec/, strictly', () => {
    const config = readFileSync(new URL('../../tsconfig.json', import.meta.url), 'utf8')
    const { include, compilerOptions } = JSON.parse(config) as {
      readonly include: readonly string[]
      readonly compilerOptions: Readonly<Record<string, unknown>>
    }
    expect(include).to.include('spec')
    expect(compilerOptions).to.include({
      strict: true,
      exactOptionalPropertyTypes: true,
      noUncheckedIndexedAccess: true,
    })
  })

  it('each refusal in this file says why', () => {
    const text = readFileSync(new URL(import.meta.url), 'utf8')
    const refusals = text.split('\n').filter((line) => /^\s*\/\/ @ts-expect-error/.test(line))
    expect(refusals).to.have.length.above(40)
    for (const line of refusals) expect(line).to.match(/@ts-expect-error -- \w.{8,}/)
  })

  describe('publish', () => {
    it('takes a type and its data, and answers with that event', async () => {
      const bus = createBus()
      const at = new Date(0)
      const progress = await bus.publish({
        type: 'task.progress',
        data: { nodeId: 'n1', progress: 40 },
        source: 'my-job',
      })
      const percent: number = progress.data.progress
      const { seq } = progress
      expect([percent, seq, same<typeof progress.type, 'task.progress'>()]).to.deep.equal([40, 1, true])
      const placed = await bus.publish({ type: 'order.placed', data: { orderId: 'o', at }, tags: ['t'], id: 'i' })
      expect([placed.data.at.getTime(), same<typeof placed.data.at, Date>()]).to.deep.equal([0, true])
      const seen = await bus.publish({ type: 'order.seen', data: { orderId: 'o' } })
      expect([seen.data.orderId, same<Extract<keyof typeof seen, 'seq'>, never>()]).to.deep.equal(['o', true])
    })

    it('takes what is made elsewhere, too', async () => {
      const bus = createPlainBus()
      const input = { type: 'log.entry', data: { level: 'info', message: 'm', more: 1 } } as const
      expect((await bus.publish(input)).data.message).to.equal('m')
    })

    const neverPublished = (bus: EventBus<Own>, plain: EventBus) => {
      // @ts-expect-error -- no such type
      void bus.publish({ type: 'task.sorted', data: {} })
      // @ts-expect-error -- a pattern is no type
      void bus.publish({ type: 'task.*', data: {} })
      // @ts-expect-error -- the upper-case name is for clients
      void bus.publish({ type: 'TASK_STARTED', data: {} })
      // @ts-expect-error -- data is missing
      void bus.publish({ type: 'task.started' })
      // @ts-expect-error -- progress is missing
      void bus.publish({ type: 'task.progress', data: { nodeId: 'n1' } })
      // @ts-expect-error -- progress is a number
      void bus.publish({ type: 'task.progress', data: { progress: '40' } })
      // @ts-expect-error -- the data of another type
      void bus.publish({ type: 'workflow.started', data: { progress: 40 } })
      // @ts-expect-error -- a status there is none of
      void bus.publish({
        type: 'workflow.node_status_update',
        data: { workflowId: 'w', executionId: 'e', nodeId: 'n', status: 'busy' },
      })
      // @ts-expect-error -- tags are texts
      void bus.publish({ type: 'task.started', data: {}, tags: [1] })
      // @ts-expect-error -- the publisher gives a Date, not what travels
      void bus.publish({ type: 'order.placed', data: { orderId: 'o', at: '2026-01-02' } })
      // @ts-expect-error -- this bus was not told of orders
      void plain.publish({ type: 'order.seen', data: { orderId: 'o' } })
    }

    const neverRead = async (bus: EventBus<Own>) => {
      const seen = await bus.publish({ type: 'order.seen', data: { orderId: 'o' } })
      // @ts-expect-error -- what is not stored has no position
      expect(seen.seq)
      const placed = await bus.publish({ type: 'order.placed', data: { orderId: 'o', at: new Date() } })
      // @ts-expect-error -- an event is read-only
      placed.seq = 5
      // @ts-expect-error -- an order has no item
      expect(placed.data.item)
    }

    it('refuses the rest', () => {
      expect([neverPublished, neverRead]).to.have.length(2)
    })
  })

  describe('on, ofType and events$', () => {
    it('know the data of the one type', () => {
      const bus = createBus()
      const seen: unknown[] = []
      bus.on('task.failed', ({ data }) => seen.push(data.error.length))
      bus.ofType('order.placed').subscribe(({ data, seq }) => seen.push(data.at.getTime() + seq))
      void bus.publish({ type: 'task.failed', data: { error: 'four' } })
      void bus.publish({ type: 'order.placed', data: { orderId: 'o', at: new Date(5) } })
      expect(seen).to.deep.equal([4, 7])
    })

    it('narrow by type where a pattern covers several', () => {
      const bus = createBus()
      const seen: unknown[] = []
      bus.on('task.*', (event) => {
        if (event.type === 'task.progress') seen.push(event.data.progress + event.seq)
        else if (event.type === 'task.failed') seen.push(event.data.error)
      })
      bus.events$.subscribe((event) => {
        switch (event.type) {
          case 'order.item.added':
            return seen.push(event.data.item)
          case 'order.seen':
            return seen.push(event.data.orderId)
          default:
            return undefined
        }
      })
      void bus.publish({ type: 'task.progress', data: { progress: 40 } })
      void bus.publish({ type: 'task.failed', data: { error: 'why' } })
      void bus.publish({ type: 'order.item.added', data: { item: 'tea' } })
      void bus.publish({ type: 'order.seen', data: { orderId: 'o' } })
      expect(seen).to.deep.equal([41, 'why', 'tea', 'o'])
    })

    it('cover exactly the types that the pattern does', () => {
      const bus = createBus()
      const item$ = bus.ofType('order.item.*')
      const order$ = bus.ofType('order.*')
      const agent$ = bus.ofType('agent.*')
      expect([
        same<Emitted<typeof item$>['type'], 'order.item.added'>(),
        same<Emitted<typeof order$>['type'], 'order.placed' | 'order.item.added' | 'order.seen'>(),
        same<
          Emitted<typeof agent$>['type'],
          'agent.starting' | 'agent.started' | 'agent.stopping' | 'agent.stopped' | 'agent.error'
        >(),
        same<Emitted<typeof bus.events$>['type'], keyof CatalogueOf<Own>>(),
        same<Emitted<typeof item$>, StoredEvent<'order.item.added', { item: string }>>(),
      ]).to.deep.equal([true, true, true, true, true])
    })

    it('take a list of patterns as their sum', () => {
      const bus = createBus()
      const seen: number[] = []
      bus.on(['task.progress', 'workflow.progress'], ({ data }) => seen.push(data.progress))
      void bus.publish({ type: 'workflow.progress', data: { workflowId: 'w', executionId: 'e', progress: 5 } })
      expect(seen).to.deep.equal([5])
    })

    it('tell stored events, which have a position, from others', () => {
      const bus = createPlainBus()
      const stored: StoredEvent[] = []
      const others: BusEvent[] = []
      bus.on('task.*', (event) => stored.push(event))
      bus.on('ws.*', (event) => others.push(event))
      expect([stored, others]).to.deep.equal([[], []])
    })

    const neverHeard = (bus: EventBus<Own>, plain: EventBus, anyText: string) => {
      // @ts-expect-error -- no such type
      bus.on('task.sorted', () => undefined)
      // @ts-expect-error -- no such family
      bus.on('tasks.*', () => undefined)
      // @ts-expect-error -- a family is named with its star
      bus.on('task', () => undefined)
      // @ts-expect-error -- the upper-case name is for clients
      bus.on('TASK_STARTED', () => undefined)
      // @ts-expect-error -- one of the list names nothing
      bus.on(['task.started', 'task.sorted'], () => undefined)
      // @ts-expect-error -- any text may be misspelt
      bus.on(anyText, () => undefined)
      // @ts-expect-error -- a started task has no progress
      bus.on('task.started', ({ data }) => data.progress)
      // @ts-expect-error -- not every event of the family has it, without asking for the type
      bus.on('task.*', ({ data }) => data.error)
      // @ts-expect-error -- a ws event has no position
      bus.on('ws.*', ({ seq }) => seq)
      // @ts-expect-error -- a result is unknown: somebody's tool made it
      bus.on('task.completed', ({ data }) => data.result.length)
      // @ts-expect-error -- a handler of another event
      bus.on('task.started', (event: StoredEvent<'task.failed', { error: string }>) => event)
      // @ts-expect-error -- no such type
      bus.ofType('order.paid')
      // @ts-expect-error -- ofType takes one pattern
      bus.ofType(['task.*', 'order.*'])
      // @ts-expect-error -- this bus was not told of orders
      plain.ofType('order.*')
      // @ts-expect-error -- this bus was not told of orders
      plain.on('order.placed', () => undefined)
      bus.events$.subscribe((event) => {
        // @ts-expect-error -- not every event has an order
        expect(event.data.orderId)
        // @ts-expect-error -- no event has this type
        if (event.type === 'order.paid') expect(event)
        // @ts-expect-error -- not every event is stored
        if (event.type !== 'task.started') expect(event.seq)
      })
      // @ts-expect-error -- no such type
      bus.isObserved('order.paid')
      // @ts-expect-error -- head.* only for heads there are
      const pattern: PatternIn<CatalogueOf<NoCustomEvents>> = 'order.*'
      return pattern
    }

    it('refuse the rest', () => {
      expect(neverHeard).to.be.a('function')
    })
  })

  describe('defineEvents and createEventBus', () => {
    it('keep the names and codecs of what was defined', () => {
      expect([
        same<keyof Own, 'order.placed' | 'order.item.added' | 'order.seen'>(),
        same<t.TypeOf<Own['order.placed']['data']>, { orderId: string; at: Date }>(),
        same<Own['order.seen']['stored'], false>(),
      ]).to.deep.equal([true, true, true])
    })

    const neverDefined = () => {
      // @ts-expect-error -- a codec, not a description of one
      defineEvents({ 'order.placed': { data: { orderId: 'string' } } })
      // @ts-expect-error -- data is missing
      defineEvents({ 'order.placed': { stored: true } })
      // @ts-expect-error -- stored is yes or no
      defineEvents({ 'order.placed': { data: t.unknown, stored: 'no' } })
      // @ts-expect-error -- bulky is a list
      defineEvents({ 'order.placed': { data: t.unknown, bulky: 'result' } })
      // @ts-expect-error -- there is no such option
      createEventBus({ event: events })
      // @ts-expect-error -- a bound is a number
      createEventBus({ history: { maxEvents: '5' } })
    }

    it('refuse the rest', () => {
      expect(neverDefined).to.be.a('function')
    })
  })

  describe('Projection and createGateway', () => {
    const project: Projection<Own> = (event) => {
      switch (event.type) {
        case 'order.placed':
          return { type: 'orderPlaced', payload: { orderId: event.data.orderId, at: event.data.at.toISOString() } }
        case 'order.item.added':
        case 'order.seen':
          return null
        default:
          return defaultProjection(event)
      }
    }

    it("know the events of the bus, a host's own among them", async () => {
      const bus = createBus()
      const placed = await bus.publish({ type: 'order.placed', data: { orderId: 'o', at: new Date(0) } })
      const started = await bus.publish({ type: 'task.started', data: {} })
      expect(project(placed)).to.deep.equal({
        type: 'orderPlaced',
        payload: { orderId: 'o', at: '1970-01-01T00:00:00.000Z' },
      })
      expect(project(started)?.type).to.equal('workflowStart')
      const gateway = createGateway({ bus, projection: project, defaultSubscription: ['order.placed', 'task.started'] })
      const inferred = createGateway({
        bus,
        projection: (event) =>
          event.type === 'order.placed' ? serverMessage('eventStream', { data: event.data.at }) : null,
      })
      const ruled = createGateway({
        bus,
        authorize: (principal, event) => event.type !== 'order.placed' || event.data.orderId === principal?.id,
      })
      const literal = createGateway({ bus, projection: literalProjection })
      const plain = createGateway({ bus: createPlainBus(), projection: literalProjection })
      await Promise.all([gateway, inferred, ruled, literal, plain].map((each) => each.close()))
      expect(gateway.stats().server.running).to.equal(false)
    })

    const neverProjected = (bus: EventBus<Own>, plain: EventBus) => {
      // @ts-expect-error -- a plain bus has no orders to project
      createGateway({ bus: plain, defaultSubscription: ['order.placed'] })
      // @ts-expect-error -- a projection gives a message or null
      createGateway({ bus, projection: () => 'text' })
      // @ts-expect-error -- a projection gives a message or null, not a promise of one
      createGateway({ bus, projection: async () => null })
      // @ts-expect-error -- a list of types, not of patterns
      createGateway({ bus, defaultSubscription: ['order.*'] })
      // @ts-expect-error -- an order has no item to decide by
      createGateway({ bus, authorize: (_, event) => event.type === 'order.placed' && event.data.item === 'tea' })
      // @ts-expect-error -- the bus is missing
      createGateway({})
      // @ts-expect-error -- there is no such option
      createGateway({ bus, project })
      // @ts-expect-error -- no event has this type
      const misspelt: Projection<Own> = (event) => (event.type === 'order.paid' ? null : null)
      // @ts-expect-error -- a built-in message has the payload of its type
      const noMessage: Projection = () => serverMessage('workflowStart', { nodes: [] })
      // @ts-expect-error -- no built-in message has this type
      const noType: Projection = () => serverMessage('workflowBegin', {})
      return [misspelt, noMessage, noType]
    }

    it("defineMessage types a host's own message by its codec", () => {
      const order = defineMessage(t.type({ orderId: t.string }), ({ orderId }, { reply }) => {
        reply({ type: 'ordered', payload: { orderId } })
      })
      expect(order.payload.is({ orderId: 'o' })).to.equal(true)
    })

    const neverAnswered = () => {
      // @ts-expect-error -- the codec knows no item
      defineMessage(t.type({ orderId: t.string }), ({ item }) => item)
      // @ts-expect-error -- an answer is a message
      defineMessage(t.type({ orderId: t.string }), ({ orderId }, { reply }) => reply(orderId))
    }

    it('refuse the rest', () => {
      expect([neverProjected, neverAnswered]).to.have.length(2)
    })
  })
})
