import { setImmediate } from 'node:timers/promises'
import { inspect } from 'node:util'
import { expect } from 'chai'
import * as t from 'io-ts'
import { filter, map, take, VirtualAction, VirtualTimeScheduler } from 'rxjs'
import { OptionError } from '../../lib/base/options.ts'
import { createEventBus, type EventBusOptions } from '../../lib/bus/event-bus.ts'
import { createMemoryLog } from '../../lib/bus/memory-log.ts'
import { builtInEvents, type BuiltInEvents } from '../../lib/event/catalogue.ts'
import { defineEvents, type EventInputIn } from '../../lib/event/definition.ts'
import { EventError } from '../../lib/event/event-error.ts'
import { type BusEvent, isStored } from '../../lib/event/event.ts'
import { thrownBy } from '../base/thrown.ts'
import { DateFromText } from '../event/events.ts'
import { builtInTypes, samples } from '../event/samples.ts'
import { createRecordingLogger } from '../support/recording-logger.ts'
import { createSlowLog } from '../support/slow-log.ts'
import { createHandClock } from './doubles.ts'

const isPending = (promise: Promise<unknown>): boolean => inspect(promise).includes('<pending>')

/** Why `promise` rejects. */
async function rejection(promise: Promise<unknown>): Promise<unknown> {
  try {
    await promise
  } catch (error) {
    return error
  }
  throw new Error('it did not reject')
}

const line = (message: string) => ({ type: 'log.entry', data: { level: 'info', message } }) as const

/** The least that may be published of `type`. */
function inputOf(type: keyof BuiltInEvents): EventInputIn<BuiltInEvents> {
  // Of one type or another: the compiler does not tie the two properties together.
  return { type, data: samples[type].least } as EventInputIn<BuiltInEvents>
}

describe('createEventBus', () => {
  describe('publish', () => {
    it('with the memory log stores and delivers within the call, and its promise is settled', async () => {
      const bus = createEventBus()
      const seen: string[] = []
      bus.on('log.entry', ({ seq, data }) => seen.push(`on ${seq} ${data.message}`))
      bus.ofType('log.*').subscribe((event) => seen.push(`ofType ${event.data.message}`))
      bus.events$.subscribe(({ type }) => seen.push(`events$ ${type}`))
      const promise = bus.publish(line('a'))
      expect(seen).to.have.members(['on 1 a', 'ofType a', 'events$ log.entry'])
      expect(bus.head().seq).to.equal(1)
      expect(isPending(promise)).to.equal(false)
      expect(await promise).to.include({ type: 'log.entry', seq: 1, epoch: bus.head().epoch })
    })

    it('answers with the event that the handlers get', async () => {
      const bus = createEventBus()
      const seen: unknown[] = []
      bus.on('log.entry', (event) => seen.push(event))
      const event = await bus.publish({
        ...line('a'),
        source: 's',
        correlationId: 'c',
        tags: ['t'],
        owner: 'o',
        id: 'i',
      })
      expect(seen).to.deep.equal([event])
      expect(seen[0]).to.equal(event)
      expect(event).to.include({ id: 'i', source: 's', correlationId: 'c', owner: 'o' })
      expect([event.tags, event.data]).to.deep.equal([['t'], { level: 'info', message: 'a' }])
    })

    it('takes every type of the catalogue', () => {
      const bus = createEventBus()
      const seen: string[] = []
      bus.events$.subscribe(({ type }) => seen.push(type))
      for (const type of builtInTypes) void bus.publish(inputOf(type))
      expect(seen).to.deep.equal(builtInTypes)
      expect(bus.types).to.have.members(builtInTypes)
    })

    it('throws at the call what is wrong with the event, and nothing is stored or delivered', () => {
      const bus = createEventBus()
      bus.events$.subscribe(() => expect.fail('delivered'))
      const code = (input: unknown): string => thrownBy(EventError, () => bus.publish(input as never)).code
      expect(code({ type: 'task.sorted', data: {} })).to.equal('UNKNOWN_EVENT_TYPE')
      expect(code({ type: 'constructor', data: {} })).to.equal('UNKNOWN_EVENT_TYPE')
      expect(code({ type: 'task.progress', data: {} })).to.equal('INVALID_EVENT_DATA')
      for (const none of [null, undefined, 'log.entry', []]) expect(code(none)).to.equal('INVALID_EVENT_DATA')
      expect(code({ type: 'task.started' })).to.equal('INVALID_EVENT_DATA')
      expect(code({ ...line('a'), id: '' })).to.equal('INVALID_EVENT_DATA')
      expect(code(line('x'.repeat(300_000)))).to.equal('EVENT_TOO_LARGE')
      expect(bus.stats()).to.include({ events_published: 0, events_processed: 0, seq: 0, history_events: 0 })
      expect(String(thrownBy(EventError, () => bus.publish({ type: 'task.sorted' } as never)))).to.include(
        '"task.sorted"',
      )
    })

    it("hands out what was published, whatever becomes of the publisher's object", () => {
      const bus = createEventBus()
      const data = { result: { list: [1] } }
      const seen: unknown[] = []
      bus.on('task.completed', (event) => {
        data.result.list.push(2)
        seen.push(event.data)
      })
      bus.on('task.completed', (event) => seen.push(event.data))
      void bus.publish({ type: 'task.completed', data })
      data.result.list.push(3)
      expect(seen).to.deep.equal([{ result: { list: [1] } }, { result: { list: [1] } }])
    })

    it('does not store ws.*, log.stream and system.*: they are delivered without a position', async () => {
      const bus = createEventBus()
      const seen: unknown[] = []
      bus.events$.subscribe((event: BusEvent) => seen.push([event.type, isStored(event)]))
      const live = builtInTypes.filter((type) => /^(ws|system)\.|^log\.stream$/.test(type))
      for (const type of live) {
        const promise = bus.publish(inputOf(type))
        expect(isPending(promise)).to.equal(false)
        expect(await promise).to.include({ seq: undefined, epoch: undefined })
      }
      expect(live).to.have.length(7)
      expect(seen).to.deep.equal(live.map((type) => [type, false]))
      expect(bus.stats()).to.include({ seq: 0, history_events: 0, history_bytes: 0, events_processed: 7 })
      await bus.publish(line('a'))
      expect(bus.head().seq, 'and leave no hole').to.equal(1)
    })

    it('of an id that is still in the history answers what it answered, and delivers nothing (P7)', async () => {
      const bus = createEventBus()
      let calls = 0
      bus.on('log.entry', () => (calls += 1))
      const first = await bus.publish({ ...line('a'), id: 'i' })
      expect(await bus.publish({ ...line('b'), id: 'i' })).to.equal(first)
      expect([calls, bus.head().seq]).to.deep.equal([1, 1])
    })
  })

  describe('on', () => {
    it('calls its handler for every event the pattern covers, in the order of the handlers', () => {
      const bus = createEventBus()
      const seen: string[] = []
      bus.on('task.started', () => seen.push('exact'))
      bus.on('task.*', ({ type }) => seen.push(`task.* ${type}`))
      bus.on('*', ({ type }) => seen.push(`* ${type}`))
      bus.on(['task.started', 'task.*', 'log.entry'], () => seen.push('list'))
      bus.on('tool.*', () => expect.fail('another family'))
      void bus.publish({ type: 'task.started', data: {} })
      expect(seen).to.deep.equal(['exact', 'task.* task.started', '* task.started', 'list'])
      void bus.publish(line('a'))
      expect(seen.slice(4)).to.deep.equal(['* log.entry', 'list'])
    })

    it('throws for a pattern that covers nothing, and names it', () => {
      const bus = createEventBus()
      for (const pattern of ['task.sorted', 'tasks.*', '', 'task']) {
        const error = thrownBy(EventError, () => bus.on(pattern as never, () => undefined))
        expect([error.code, error.message]).to.deep.equal(['UNKNOWN_EVENT_TYPE', `no event type matches "${pattern}"`])
        expect(thrownBy(EventError, () => bus.ofType(pattern as never)).code).to.equal('UNKNOWN_EVENT_TYPE')
      }
      const several = thrownBy(EventError, () => bus.on(['a.*', 'task.*', 'b.c'] as never, () => undefined))
      expect(several.message).to.equal('no event type matches "a.*", "b.c"')
      expect(bus.stats().active_handlers).to.equal(0)
    })

    it('a handler that throws or rejects is counted and logged, and harms nobody (P9)', async () => {
      const { logger, lines } = createRecordingLogger()
      const bus = createEventBus({ logger })
      const seen: string[] = []
      const [thrown, rejected] = [new Error('thrown'), new Error('rejected')]
      bus.on('log.entry', () => {
        throw thrown
      })
      bus.on('log.entry', () => Promise.reject(rejected))
      bus.on('log.entry', ({ data }) => seen.push(data.message))
      bus.ofType('log.entry').subscribe(({ data }) => seen.push(data.message))
      const event = await bus.publish(line('a'))
      void bus.publish(line('b'))
      await setImmediate()
      expect(seen).to.deep.equal(['a', 'a', 'b', 'b'])
      expect(bus.stats()).to.include({ handler_errors: 4, events_processed: 2, active_handlers: 4 })
      expect(lines).to.have.length(4)
      expect(lines[0]).to.deep.equal({
        level: 'error',
        fields: { err: thrown, eventId: event.id, eventType: 'log.entry' },
        message: 'an event handler failed',
      })
      expect(lines.map(({ fields }) => fields['err'])).to.have.members([thrown, thrown, rejected, rejected])
    })

    it('a handler that throws what is no error, or gives back something odd, is isolated too', async () => {
      const bus = createEventBus()
      let calls = 0
      bus.on('log.entry', () => {
        // oxlint-disable-next-line typescript/only-throw-error -- a host's handler may
        throw undefined
      })
      bus.on('log.entry', () => ({
        // oxlint-disable-next-line unicorn/no-thenable -- what is tested
        get then(): never {
          throw new Error('odd')
        },
      }))
      bus.on('log.entry', () => null)
      bus.on('log.entry', () => (calls += 1))
      await bus.publish(line('a'))
      expect([calls, bus.stats().handler_errors]).to.deep.equal([1, 2])
    })

    it('what a handler publishes in vain is an error of that handler', () => {
      const bus = createEventBus()
      bus.on('log.entry', () => bus.publish({ type: 'task.progress', data: { progress: 101 } }))
      void bus.publish(line('a'))
      expect(bus.stats().handler_errors).to.equal(1)
    })

    for (const [where, listen] of Object.entries({
      'a handler': (bus: ReturnType<typeof createEventBus>, now: () => void) => bus.on('log.entry', now),
      'a subscriber of ofType': (bus: ReturnType<typeof createEventBus>, now: () => void) =>
        bus.ofType('log.entry').subscribe(now),
      'a subscriber of events$': (bus: ReturnType<typeof createEventBus>, now: () => void) =>
        bus.events$.subscribe(now),
    })) {
      it(`what ${where} adds during a delivery does not hear of that event, and hears of the next`, () => {
        const bus = createEventBus()
        const seen: string[] = []
        let isAdded = false
        listen(bus, () => {
          if (isAdded) return
          isAdded = true
          bus.on('log.entry', ({ data }) => seen.push(`on ${data.message}`))
          bus.on('*', () => seen.push('*'))
          bus.ofType('log.*').subscribe(({ data }) => seen.push(`ofType ${data.message}`))
          bus.events$.subscribe(() => seen.push('events$'))
        })
        void bus.publish(line('a'))
        expect(seen).to.deep.equal([])
        void bus.publish(line('b'))
        expect(seen).to.have.members(['on b', '*', 'ofType b', 'events$'])
      })
    }

    it('what is unsubscribed during a delivery does not hear of that event any more', () => {
      const bus = createEventBus()
      const seen: string[] = []
      bus.on('log.entry', () => later.unsubscribe())
      bus.on('log.entry', () => laterOfType.unsubscribe())
      const later = bus.on('log.entry', () => seen.push('on'))
      const laterOfType = bus.ofType('log.entry').subscribe(() => seen.push('ofType'))
      const once = bus.on('log.entry', () => {
        seen.push('once')
        once.unsubscribe()
      })
      bus.on('log.entry', () => seen.push('last'))
      void bus.publish(line('a'))
      void bus.publish(line('b'))
      expect(seen).to.deep.equal(['once', 'last', 'last'])
    })

    it('stops when unsubscribed, once and for all', () => {
      const bus = createEventBus()
      const keep = bus.on('log.entry', () => undefined)
      const subscription = bus.on(['log.entry', 'task.*'], () => expect.fail('called'))
      subscription.unsubscribe()
      subscription.unsubscribe()
      void bus.publish(line('a'))
      void bus.publish({ type: 'task.started', data: {} })
      expect(bus.stats()).to.include({ active_handlers: 1, handler_errors: 0 })
      keep.unsubscribe()
      expect(bus.stats().active_handlers).to.equal(0)
    })
  })

  describe('events$ and ofType', () => {
    it('are hot: what was before is not repeated', () => {
      const bus = createEventBus()
      void bus.publish(line('a'))
      const seen: string[] = []
      bus.ofType('log.*').subscribe(({ data }) => seen.push(data.message))
      bus.events$.subscribe(({ id }) => seen.push(id))
      void bus.publish({ ...line('b'), id: 'the id' })
      expect(seen).to.have.members(['b', 'the id'])
    })

    it('ofType listens only while subscribed, each subscriber for itself', () => {
      const bus = createEventBus()
      const lines$ = bus.ofType('log.entry').pipe(map(({ data }) => data.message))
      expect(bus.stats().active_handlers).to.equal(0)
      const seen: string[] = []
      lines$.pipe(take(1)).subscribe((message) => seen.push(`first ${message}`))
      const second = lines$.pipe(filter((message) => message !== 'b')).subscribe((message) => seen.push(message))
      expect(bus.stats().active_handlers).to.equal(2)
      for (const message of ['a', 'b', 'c']) void bus.publish(line(message))
      expect(seen).to.deep.equal(['first a', 'a', 'c'])
      expect(bus.stats().active_handlers).to.equal(1)
      second.unsubscribe()
      expect(bus.stats().active_handlers).to.equal(0)
    })

    it('an operator that throws ends its own subscription with an error and no other; it is no handler error', () => {
      const bus = createEventBus()
      const seen: string[] = []
      const errors: unknown[] = []
      for (const events$ of [bus.events$, bus.ofType('log.entry')]) {
        events$
          .pipe(
            map(() => {
              throw new Error('mine')
            }),
          )
          .subscribe({ error: (error) => errors.push(String(error)) })
      }
      bus.ofType('log.entry').subscribe(({ data }) => seen.push(data.message))
      void bus.publish(line('a'))
      void bus.publish(line('b'))
      expect(errors).to.deep.equal(['Error: mine', 'Error: mine'])
      expect(seen).to.deep.equal(['a', 'b'])
      expect(bus.stats().handler_errors).to.equal(0)
    })
  })

  describe('with a log that takes its time', () => {
    it('the promise settles once the event is stored, and nothing is delivered before', async () => {
      const log = createSlowLog()
      const bus = createEventBus({ log })
      const seen: string[] = []
      bus.on('log.entry', ({ seq, data }) => seen.push(`${seq} ${data.message}`))
      const promise = bus.publish(line('a'))
      await setImmediate()
      expect([isPending(promise), seen]).to.deep.equal([true, []])
      log.store()
      expect(seen).to.deep.equal(['1 a'])
      expect(await promise).to.include({ seq: 1, epoch: 'slow' })
    })

    it('keeps what it has handed out last: who comes back for that does not wait for the log', () => {
      const log = createSlowLog({ appends: 'at once' })
      const bus = createEventBus({ log })
      for (const message of ['a', 'b']) void bus.publish(line(message))
      const page = bus.history.read({ epoch: 'slow', seq: 1 }, 9)
      if (page instanceof Promise || page._tag === 'Gone') return expect.fail('it is not there')
      expect(page.records.map(({ seq }) => seq)).to.deep.equal([2])
      return undefined
    })

    it('events are delivered in the order of the log', async () => {
      const log = createSlowLog()
      const bus = createEventBus({ log })
      const seen: string[] = []
      for (const way of ['on', 'events$'] as const) {
        const next = (event: { readonly id: string }): number => seen.push(`${way} ${event.id}`)
        if (way === 'on') bus.on('*', next)
        else bus.events$.subscribe(next)
      }
      const promises = ['a', 'b', 'c'].map((id) => bus.publish({ ...line(id), id }))
      expect(log.waiting().map(({ id }) => id)).to.deep.equal(['a', 'b', 'c'])
      log.store(2)
      log.store(0)
      log.store(0)
      expect(seen).to.deep.equal(['events$ c', 'on c', 'events$ a', 'on a', 'events$ b', 'on b'])
      expect((await Promise.all(promises)).map(({ seq }) => seq)).to.deep.equal([2, 3, 1])
    })

    it('what the log refuses rejects, is counted and logged, and is no unhandled rejection', async () => {
      const log = createSlowLog()
      const { logger, lines } = createRecordingLogger()
      const bus = createEventBus({ log, logger })
      bus.events$.subscribe(() => expect.fail('delivered'))
      const error = new Error('no space left')
      void bus.publish({ ...line('a'), id: 'i' })
      log.refuse(error)
      // Node tells of unhandled rejections after the microtasks: spec/setup.ts fails the run then.
      await setImmediate()
      expect(bus.stats()).to.include({ handler_errors: 1, events_published: 1, events_processed: 0, seq: 0 })
      expect(lines).to.deep.equal([
        {
          level: 'error',
          fields: { err: error, eventId: 'i', eventType: 'log.entry' },
          message: 'an event could not be stored',
        },
      ])
      const promise = bus.publish(line('b'))
      log.refuse(error)
      expect(await rejection(promise)).to.equal(error)
    })

    it('a log that throws at the append is one that refuses', async () => {
      const error = new Error('broken')
      const log = {
        ...createSlowLog(),
        append: () => {
          throw error
        },
      }
      const bus = createEventBus({ log })
      void bus.publish(line('a'))
      expect(await rejection(bus.publish(line('b')))).to.equal(error)
      await setImmediate()
      expect(bus.stats()).to.include({ handler_errors: 2, events_processed: 0 })
    })

    it('what somebody else stored in the log is delivered too', () => {
      const log = createMemoryLog()
      const bus = createEventBus({ log })
      const others = createEventBus()
      const seen: unknown[] = []
      bus.on('log.entry', ({ seq, data }) => seen.push([seq, data.message]))
      others.events$.subscribe((event) => void log.append(event as never))
      void bus.publish(line('mine'))
      void others.publish(line('of another'))
      expect(seen).to.deep.equal([
        [1, 'mine'],
        [2, 'of another'],
      ])
    })
  })

  describe('isObserved', () => {
    it('says whether on or ofType listens for a type, events$ not counted', () => {
      const bus = createEventBus()
      bus.events$.subscribe()
      expect(bus.isObserved('ws.message_sent')).to.equal(false)
      const handler = bus.on('ws.*', () => undefined)
      const subscription = bus.ofType('ws.message_sent').subscribe()
      expect([bus.isObserved('ws.message_sent'), bus.isObserved('task.started')]).to.deep.equal([true, false])
      handler.unsubscribe()
      expect([bus.isObserved('ws.message_sent'), bus.isObserved('ws.message_received')]).to.deep.equal([true, false])
      subscription.unsubscribe()
      expect(bus.isObserved('ws.message_sent')).to.equal(false)
    })
  })

  describe('stats', () => {
    it('tells what the protocol asks for', async () => {
      const bus = createEventBus()
      bus.on('log.*', () => undefined)
      const a = await bus.publish(line('a'))
      await bus.publish({ type: 'system.error', data: { message: 'm' } })
      expect(bus.stats()).to.deep.equal({
        events_published: 2,
        events_processed: 2,
        handler_errors: 0,
        active_handlers: 1,
        running: true,
        epoch: a.epoch,
        seq: 1,
        history_events: 1,
        history_bytes: Buffer.byteLength('{"level":"info","message":"a"}'),
      })
    })
  })

  describe('the history', () => {
    it('has the bounds it was given', () => {
      const bus = createEventBus({ history: { maxEvents: 2 } })
      for (const message of ['a', 'b', 'c']) void bus.publish(line(message))
      expect(bus.stats()).to.include({ seq: 3, history_events: 2 })
    })

    it('ages by the scheduler it was given, virtual time too', () => {
      const time = new VirtualTimeScheduler(VirtualAction)
      const bus = createEventBus({ history: { maxAgeMs: 1_000 }, scheduler: time })
      void bus.publish(line('a'))
      time.frame = 1_000
      expect(bus.stats().history_events).to.equal(1)
      time.frame = 1_001
      expect(bus.stats()).to.include({ history_events: 0, history_bytes: 0, seq: 1 })
    })

    it('needs no timer: a bus that is left alone keeps no process alive', () => {
      const bus = createEventBus({ scheduler: createHandClock() })
      bus.on('*', () => undefined)
      void bus.publish(line('a'))
      expect(bus.stats().history_events).to.equal(1)
    })

    it('has another epoch with each bus', () => {
      expect(createEventBus().head().epoch).not.to.equal(createEventBus().head().epoch)
    })
  })

  describe("a host's own events", () => {
    const events = defineEvents({
      'order.placed': { data: t.type({ orderId: t.string, at: DateFromText }) },
      'order.seen': { data: t.type({ orderId: t.string }), stored: false },
    })

    it('are published, stored and handled as the built-in ones are, their data as their codec says', async () => {
      const bus = createEventBus({ events })
      const at = new Date('2026-01-02T03:04:05.678Z')
      const seen: unknown[] = []
      bus.on('order.*', (event) => seen.push(event.data))
      bus.ofType('order.placed').subscribe((event) => seen.push(event.data.at.getTime()))
      bus.on('order.placed', ({ seq }) => seen.push(seq))
      await bus.publish({ type: 'order.placed', data: { orderId: 'o', at } })
      expect(seen).to.deep.equal([{ orderId: 'o', at }, at.getTime(), 1])
      await bus.publish({ type: 'order.seen', data: { orderId: 'o' } })
      expect(bus.stats()).to.include({ history_events: 1, events_processed: 2 })
      expect(bus.types).to.include.members(['order.placed', 'order.seen', 'task.started'])
    })

    it('are unknown to a bus that was not told of them', () => {
      expect(thrownBy(EventError, () => createEventBus().publish({ type: 'order.placed' } as never)).code).to.equal(
        'UNKNOWN_EVENT_TYPE',
      )
    })

    it('may not take the name of a built-in type, nor its upper-case form', () => {
      const offender = (name: string): string =>
        thrownBy(OptionError, () => createEventBus({ events: { [name]: { data: t.unknown } } })).option
      expect(offender('task.started')).to.equal('events["task.started"]')
      for (const name of ['node.status_update', 'dsl.command.received', 'P2P.x', 'order']) {
        expect(offender(name)).to.equal(name)
      }
    })
  })

  it('names a bad option', () => {
    const log = createMemoryLog()
    const table: readonly (readonly [unknown, string])[] = [
      [{ history: 5 }, 'history'],
      [{ history: { maxEvents: 0 } }, 'maxEvents'],
      [{ history: { maxEvent: 5 } }, 'maxEvent'],
      [{ log: {} }, 'log'],
      [{ log: { ...log, read: undefined } }, 'log'],
      [{ log, history: {} }, 'history'],
      [{ scheduler: () => 0 }, 'scheduler'],
      [{ scheduler: { now: () => 0 } }, 'scheduler'],
      [{ logger: { info: () => undefined } }, 'logger'],
      [{ events: 'order.placed' }, 'events'],
      [{ event: {} }, 'event'],
      [null, 'options'],
    ]
    for (const [options, name] of table) {
      const error = thrownBy(OptionError, () => createEventBus(options as EventBusOptions))
      expect(error.option).to.equal(name)
      expect(error.message).to.match(/^create(EventBus|MemoryLog): option /)
    }
  })

  describe('close', () => {
    it('completes events$ and every ofType, and forgets the handlers', () => {
      const bus = createEventBus()
      const seen: string[] = []
      bus.events$.subscribe({ complete: () => seen.push('events$') })
      bus.ofType('log.*').subscribe({ complete: () => seen.push('ofType') })
      const handler = bus.on('*', () => expect.fail('called'))
      bus.close()
      bus.close()
      expect(seen).to.have.members(['events$', 'ofType'])
      expect(bus.stats()).to.include({ running: false, active_handlers: 0 })
      expect(bus.isObserved('log.entry')).to.equal(false)
      handler.unsubscribe()
      expect(bus.stats().active_handlers).to.equal(0)
    })

    it('lets a later publish reject, unhandled or not, and a later subscriber complete', async () => {
      const bus = createEventBus()
      await bus.publish(line('a'))
      bus.close()
      void bus.publish(line('b'))
      await setImmediate()
      expect(await rejection(bus.publish(line('b'))))
        .to.be.instanceOf(EventError)
        .and.include({ code: 'BUS_CLOSED' })
      const unstored = bus.publish({ type: 'system.error', data: { message: 'm' } })
      expect(await rejection(unstored)).to.include({ code: 'BUS_CLOSED' })
      expect(bus.stats()).to.include({ events_published: 1, seq: 1 })
      const seen: string[] = []
      bus.events$.subscribe({ complete: () => seen.push('events$') })
      bus.ofType('log.*').subscribe({ complete: () => seen.push('ofType') })
      expect(seen).to.deep.equal(['events$', 'ofType'])
      expect(bus.on('*', () => undefined).closed).to.equal(true)
      expect(bus.stats().active_handlers).to.equal(0)
    })

    it('follows the log no longer', () => {
      const log = createSlowLog()
      const bus = createEventBus({ log })
      bus.events$.subscribe(() => expect.fail('delivered'))
      void bus.publish(line('a'))
      bus.close()
      log.store()
      expect(bus.stats().events_processed).to.equal(0)
    })
  })

  it('knows exactly the built-in types and those it was told of', () => {
    expect(createEventBus().types).to.have.members(Object.keys(builtInEvents))
  })
})
