import { expect } from 'chai'
import * as fc from 'fast-check'
import * as t from 'io-ts'
import { Subject } from 'rxjs'
import { createDelivery } from '../../lib/bus/delivery.ts'
import { createEventBus } from '../../lib/bus/event-bus.ts'
import { defineEvents } from '../../lib/event/definition.ts'
import { EventError } from '../../lib/event/event-error.ts'
import { thrownBy } from '../base/thrown.ts'
import { recordOf } from '../event/events.ts'

/** An event to publish, who publishes it, and what its publisher is to publish while handling it. */
interface Plan {
  readonly by: number
  readonly next: readonly Plan[]
}

/** The least that the property asks of a bus: whatever keeps it may be the bus. */
interface Stream {
  readonly publish: (plan: Plan) => void
  readonly subscribe: (handle: (plan: Plan, seq: number) => void) => void
}

const SUBSCRIBERS = 4

function plansOf(depth: number): fc.Arbitrary<Plan> {
  const next = depth === 0 ? fc.constant([]) : fc.array(plansOf(depth - 1), { maxLength: 3 })
  return fc.record({ by: fc.nat(SUBSCRIBERS - 1), next })
}
const plans = fc.array(plansOf(3), { minLength: 1, maxLength: 3 })

/** Runs `roots` through `stream`, and tells what is wrong with what its subscribers saw. */
function disorder(stream: Stream, roots: readonly Plan[]): string | undefined {
  const published = new Map<number, Plan[]>()
  const publish = (next: Plan): void => {
    const mine = published.get(next.by) ?? []
    published.set(next.by, [...mine, next])
    stream.publish(next)
  }
  const seen: { plan: Plan; seq: number }[][] = []
  for (let subscriber = 0; subscriber < SUBSCRIBERS; subscriber++) {
    const mine: { plan: Plan; seq: number }[] = []
    seen.push(mine)
    stream.subscribe((current, seq) => {
      mine.push({ plan: current, seq })
      for (const next of current.next) if (next.by === subscriber) publish(next)
    })
  }
  for (const root of roots) publish(root)

  const [first = []] = seen
  if (first.length < roots.length) return 'not everything was delivered'
  for (const mine of seen) {
    if (mine.length !== first.length || mine.some((entry, index) => entry.plan !== first[index]?.plan)) {
      return 'two subscribers saw different orders'
    }
    if (mine.some(({ seq }, index) => index > 0 && seq <= (mine[index - 1]?.seq ?? 0))) return 'seq does not increase'
  }
  for (const [by, mine] of published) {
    const delivered = first.filter((entry) => entry.plan.by === by)
    if (delivered.some((entry, index) => entry.plan !== mine[index])) return `the order of publisher ${by} was not kept`
  }
  return undefined
}

function createBusStream(): Stream {
  const byName = new Map<string, Plan>()
  const bus = createEventBus({ events: defineEvents({ 'spec.step': { data: t.type({ name: t.string }) } }) })
  let subscribers = 0
  return {
    publish: (next) => {
      const name = `step ${byName.size}`
      byName.set(name, next)
      void bus.publish({ type: 'spec.step', data: { name } })
    },
    subscribe: (handle) => {
      const next = (event: { readonly data: { readonly name: string }; readonly seq: number }): void => {
        const found = byName.get(event.data.name)
        if (found !== undefined) handle(found, event.seq)
      }
      // Each way to listen, in turn: the promise is the same for all.
      subscribers += 1
      if (subscribers % 3 === 0) bus.on('spec.*', next)
      else if (subscribers % 3 === 1) bus.ofType('spec.step').subscribe(next)
      else bus.events$.subscribe((event) => event.type === 'spec.step' && next(event))
    },
  }
}

/** The mutant: what a bus would be that is a plain Subject. */
function createSubjectStream(): Stream {
  const subject$ = new Subject<{ plan: Plan; seq: number }>()
  let seq = 0
  return {
    publish: (next) => {
      seq += 1
      subject$.next({ plan: next, seq })
    },
    subscribe: (handle) => subject$.subscribe((event) => handle(event.plan, event.seq)),
  }
}

const orderIsKept = (createStream: () => Stream) =>
  fc.property(plans, (roots) => {
    expect(disorder(createStream(), roots)).to.equal(undefined)
  })

describe('delivery', () => {
  it('every subscriber sees one order, by seq, and each publisher its own, whoever publishes while handling (P1, P2)', () => {
    fc.assert(orderIsKept(createBusStream))
  })

  it('which a plain Subject does not do: the property tells the difference', () => {
    const details = fc.check(orderIsKept(createSubjectStream), { numRuns: 200 })
    expect(details.failed).to.equal(true)
    expect(String(details.errorInstance)).to.match(/different orders|seq does not increase|the order of publisher/)
  })

  it('an event published in a handler waits until the current one has reached everyone', () => {
    const bus = createEventBus()
    const seen: string[] = []
    bus.on('task.started', () => void bus.publish({ type: 'task.completed', data: {} }))
    bus.on(['task.started', 'task.completed'], ({ type }) => seen.push(`on ${type}`))
    bus.events$.subscribe(({ type }) => seen.push(`events$ ${type}`))
    void bus.publish({ type: 'task.started', data: {} })
    expect(seen).to.deep.equal([
      'events$ task.started',
      'on task.started',
      'events$ task.completed',
      'on task.completed',
    ])
  })

  it('has no depth of stack: one handler may publish 100,000 events', () => {
    const first = recordOf('first', { data: t.string })
    const second = recordOf('second', { data: t.string })
    let delivered = 0
    const delivery = createDelivery((record) => {
      delivered += 1
      if (record === first) for (let index = 0; index < 100_000; index++) delivery.enqueue(second)
    })
    delivery.enqueue(first)
    expect(delivered).to.equal(100_001)
  })

  describe('the causal depth', () => {
    /** A bus on which each `log.entry` causes the next, up to `limit` of them. */
    function chain(limit: number) {
      const bus = createEventBus()
      const errors: unknown[] = []
      let count = 0
      bus.on('log.entry', () => {
        if (count >= limit) return
        count += 1
        try {
          void bus.publish({ type: 'log.entry', data: { level: 'info', message: String(count) } })
        } catch (error) {
          errors.push(error)
        }
      })
      void bus.publish({ type: 'log.entry', data: { level: 'info', message: 'first' } })
      return { bus, errors }
    }

    it('may be 100', () => {
      const { bus, errors } = chain(100)
      expect(errors).to.deep.equal([])
      expect(bus.head().seq).to.equal(101)
    })

    it('is an error at 101 that is thrown at the call and names the chain', () => {
      const { bus, errors } = chain(101)
      expect(errors).to.have.length(1)
      expect(errors[0]).to.be.instanceOf(EventError).and.to.include({ code: 'CAUSAL_DEPTH' })
      expect(String(errors[0])).to.match(/log\.entry( > log\.entry)+$/)
      expect(bus.head().seq).to.equal(101)
    })

    it('names the types by which it came there, the last of them last', () => {
      const bus = createEventBus()
      const errors: unknown[] = []
      bus.on('task.started', () => void bus.publish({ type: 'task.created', data: {} }))
      bus.on('task.created', () => {
        try {
          void bus.publish({ type: 'task.started', data: {} })
        } catch (error) {
          errors.push(error)
        }
      })
      void bus.publish({ type: 'task.created', data: {} })
      expect(String(errors[0])).to.match(/task\.created > task\.started( > task\.created > task\.started)+$/)
    })

    it('counts causes, not events: a handler may publish any number', () => {
      const bus = createEventBus()
      bus.on('task.started', () => {
        for (let index = 0; index < 1_000; index++) void bus.publish({ type: 'task.created', data: {} })
      })
      void bus.publish({ type: 'task.started', data: {} })
      expect(bus.head().seq).to.equal(1_001)
    })

    it('begins anew with what is published outside of handlers', () => {
      const { bus } = chain(100)
      const error = thrownBy(EventError, () => bus.publish({ type: 'task.progress', data: { progress: 101 } }))
      expect(error.code).to.equal('INVALID_EVENT_DATA')
      void bus.publish({ type: 'log.entry', data: { level: 'info', message: 'again' } })
      expect(bus.head().seq).to.equal(102)
    })

    it('counts events that are not stored too', () => {
      const bus = createEventBus()
      let calls = 0
      bus.on('log.stream', () => {
        calls += 1
        void bus.publish({ type: 'log.stream', data: { level: 'info', message: 'm' } })
      })
      void bus.publish({ type: 'log.stream', data: { level: 'info', message: 'm' } })
      expect(calls).to.equal(101)
      expect(bus.stats().handler_errors).to.equal(1)
    })
  })
})
