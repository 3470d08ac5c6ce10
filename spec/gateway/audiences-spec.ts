import { expect } from 'chai'
import * as fc from 'fast-check'
import type { Audience, Member } from '../../lib/connection/audience.ts'
import { createSubscription, type EventSubscription } from '../../lib/connection/subscription.ts'
import type { BusEvent } from '../../lib/event/event.ts'
import { type AudiencesOptions, createAudiences, type Viewer } from '../../lib/gateway/audiences.ts'
import { createTopics } from '../../lib/gateway/topics.ts'
import { createFrame } from '../../lib/transport/frame.ts'
import { eventOf, outgoing } from '../connection/connection-fixture.ts'

function createBench(settings: Partial<AudiencesOptions> = {}) {
  const topics = createTopics<Audience>()
  const ruleErrors: (readonly [unknown, string])[] = []
  const audiences = createAudiences({
    topics,
    scope: 'all',
    authorize: undefined,
    flusher: { bookGathering: () => undefined },
    highWaterMarkBytes: 1_000,
    onRuleError: (error, connectionId) => ruleErrors.push([error, connectionId]),
    ...settings,
  })
  return { topics, audiences, ruleErrors }
}

function viewer(connectionId: string, id?: string): Viewer {
  return { connectionId, principal: id === undefined ? undefined : { id } }
}

const wanted = createSubscription(['a.one', 'a.two'], undefined)

/** How often somebody in `audience` is given an event that is offered to all whom `topics` finds. */
function deliveries({ topics }: Pick<AudiencesOptions, 'topics'>, audience: Audience, event: BusEvent): number {
  let count = 0
  const member: Member = {
    isPatient: false,
    catchUp: () => {
      count += 1
    },
    fail: (error) => {
      throw error
    },
  }
  audience.enter(member)
  topics.visit(event, (found) => found.offer(outgoing({ event, label: event.type, frame: createFrame('x') })))
  audience.leave(member)
  return count
}

describe('createAudiences', () => {
  describe('puts together', () => {
    it('those who asked for the same, by the same words or others', () => {
      const { audiences } = createBench()
      const first = audiences.of(viewer('c1'), wanted)
      expect(audiences.of(viewer('c2'), wanted)).to.equal(first)
      expect(audiences.of(viewer('c3'), createSubscription(['a.two', 'a.one', 'a.two'], undefined))).to.equal(first)
      const filtered = audiences.of(viewer('c1'), createSubscription(['a.one'], { executionIds: ['1'] }))
      expect(audiences.of(viewer('c2'), createSubscription(['a.one'], { executionIds: ['1'] }))).to.equal(filtered)
      expect(filtered).not.to.equal(first)
    })

    it('connections of one principal, where each sees its own', () => {
      const { audiences } = createBench({ scope: 'own' })
      const first = audiences.of(viewer('c1', 'alice'), wanted)
      expect(audiences.of(viewer('c2', 'alice'), wanted)).to.equal(first)
      expect(audiences.of(viewer('c3', 'bob'), wanted)).not.to.equal(first)
      expect(audiences.of(viewer('c4'), wanted)).not.to.equal(first)
      expect(audiences.of(viewer('c6', 'null'), wanted)).not.to.equal(audiences.of(viewer('c4'), wanted))
      expect(audiences.of(viewer('c5'), wanted)).to.equal(audiences.of(viewer('c4'), wanted))
    })

    it('all principals, where everybody sees all', () => {
      const { audiences } = createBench()
      const first = audiences.of(viewer('c1', 'alice'), wanted)
      expect(audiences.of(viewer('c2', 'bob'), wanted)).to.equal(first)
      expect(audiences.of(viewer('c3'), wanted)).to.equal(first)
    })

    it('nobody where a rule of the host decides: of it nobody knows whom it tells apart', () => {
      for (const scope of ['own', 'all'] as const) {
        const { audiences } = createBench({ scope, authorize: () => true })
        const first = audiences.of(viewer('c1', 'alice'), wanted)
        expect(audiences.of(viewer('c2', 'alice'), wanted)).not.to.equal(first)
        expect(audiences.of(viewer('c1', 'alice'), wanted)).to.equal(first)
      }
    })
  })

  it('takes nobody for somebody else: neither by who they are nor by what they ask for', () => {
    // Names that look like parts of a key.
    const name = fc.constantFrom('a', 'b', 'null', '"a"', 'a","b', ']', '["a"]', '')
    const ask = fc.record({
      connectionId: name,
      id: fc.option(name, { nil: undefined }),
      types: fc.subarray(['a', 'a b', 'b', 'a","b', '"']),
      executionIds: fc.option(fc.subarray(['1', '2', '1","2']), { nil: undefined }),
      sources: fc.option(fc.subarray(['1', '2']), { nil: undefined }),
    })
    type Ask = typeof ask extends fc.Arbitrary<infer Value> ? Value : never
    const rights = fc.record({ scope: fc.constantFrom('own' as const, 'all' as const), hasRule: fc.boolean() })
    fc.assert(
      fc.property(fc.array(ask, { minLength: 2, maxLength: 6 }), rights, (asks, { scope, hasRule }) => {
        const { audiences } = createBench({ scope, authorize: hasRule ? () => true : undefined })
        const subscriptionOf = ({ types, executionIds, sources }: Ask): EventSubscription =>
          createSubscription(types, {
            ...(executionIds === undefined ? {} : { executionIds }),
            ...(sources === undefined ? {} : { sources }),
          })
        const found = asks.map((one) => audiences.of(viewer(one.connectionId, one.id), subscriptionOf(one)))
        const same = (one: unknown, other: unknown): boolean => JSON.stringify([one]) === JSON.stringify([other])
        for (const [index, one] of asks.entries()) {
          for (const [at, other] of asks.entries()) {
            const seeTheSame =
              same(
                [one.types, one.executionIds ?? 0, one.sources ?? 0],
                [other.types, other.executionIds ?? 0, other.sources ?? 0],
              ) &&
              (scope === 'all' || one.id === other.id) &&
              (!hasRule || one.connectionId === other.connectionId)
            expect(found[index] === found[at]).to.equal(seeTheSame)
          }
        }
      }),
    )
  })

  describe('gives an audience', () => {
    it('the events that were asked for, by type and by run', () => {
      const bench = createBench()
      const audience = bench.audiences.of(viewer('c1'), createSubscription(['a.one'], { executionIds: ['1'] }))
      const deliver = (event: BusEvent): number => deliveries(bench, audience, event)
      expect(deliver(eventOf('a.one', { data: { executionId: '1' } }))).to.equal(1)
      expect(deliver(eventOf('a.one', { data: { executionId: '2' } }))).to.equal(0)
      expect(deliver(eventOf('a.two', { data: { executionId: '1' } }))).to.equal(0)
      expect(deliver(eventOf('a.one'))).to.equal(0)
    })

    it('what its principal may see', () => {
      const bench = createBench({ scope: 'own' })
      const [alice, nobody] = [
        bench.audiences.of(viewer('c1', 'alice'), wanted),
        bench.audiences.of(viewer('c2'), wanted),
      ]
      const run = { data: { executionId: '1' } }
      const table: readonly (readonly [BusEvent, number, number])[] = [
        [eventOf('a.one'), 1, 1],
        [eventOf('a.one', { ...run, owner: 'alice' }), 1, 0],
        [eventOf('a.one', { ...run, owner: 'bob' }), 0, 0],
        [eventOf('a.one', run), 0, 0],
        [eventOf('a.one', { owner: 'alice' }), 1, 0],
      ]
      for (const [event, toAlice, toNobody] of table) {
        expect([deliveries(bench, alice, event), deliveries(bench, nobody, event)]).to.deep.equal([toAlice, toNobody])
      }
    })

    it('no work with the runs of others: it is not even asked', () => {
      const { topics, audiences } = createBench({ scope: 'own' })
      for (const [connectionId, id] of [
        ['c1', 'alice'],
        ['c2', undefined],
        ['c3', 'bob'],
      ] as const) {
        audiences.of(viewer(connectionId, id), wanted)
      }
      const found: Audience[] = []
      topics.visit(eventOf('a.one', { owner: 'alice', data: { executionId: '1' } }), (audience) => found.push(audience))
      expect(found).to.deep.equal([audiences.of(viewer('c1', 'alice'), wanted)])
    })

    it('what the rule of the host lets it see, asked about this principal; a rule that throws denies and is reported', () => {
      const error = new Error('from the rule')
      const asked: unknown[] = []
      const bench = createBench({
        authorize: (principal, { type }) => {
          asked.push(principal?.id)
          if (type === 'a.two') throw error
          return principal?.id === 'alice'
        },
      })
      const { audiences, ruleErrors } = bench
      const [alice, bob] = [audiences.of(viewer('c1', 'alice'), wanted), audiences.of(viewer('c2', 'bob'), wanted)]
      expect(deliveries(bench, alice, eventOf('a.one'))).to.equal(1)
      expect(deliveries(bench, bob, eventOf('a.one'))).to.equal(0)
      expect(new Set(asked)).to.deep.equal(new Set(['alice', 'bob']))
      audiences.release(bob)
      expect(deliveries(bench, alice, eventOf('a.two'))).to.equal(0)
      expect(ruleErrors).to.deep.equal([[error, 'c1']])
    })

    it('nothing twice, whichever index finds it', () => {
      const bench = createBench({ scope: 'own' })
      const audience = bench.audiences.of(viewer('c1', 'alice'), wanted)
      for (const event of [
        eventOf('a.one'),
        eventOf('a.one', { owner: 'alice', data: { executionId: '1', workflowId: '1' } }),
      ]) {
        expect(deliveries(bench, audience, event)).to.equal(1)
      }
    })
  })

  it('begins with all of them at the begin of another life of the stream', () => {
    const bench = createBench()
    const { audiences } = bench
    const all = [
      audiences.of(viewer('c1'), wanted),
      audiences.of(viewer('c1'), createSubscription(['a.two'], undefined)),
    ]
    const at = (seq: number): BusEvent => ({ ...eventOf('a.two'), epoch: 'e', seq }) as BusEvent
    for (const audience of all) expect(deliveries(bench, audience, at(7))).to.equal(1)
    for (const audience of all) expect(deliveries(bench, audience, at(1))).to.equal(0)
    audiences.restart()
    for (const audience of all) expect(deliveries(bench, audience, at(2))).to.equal(1)
  })

  describe('forgets', () => {
    const member: Member = { isPatient: true, catchUp: () => undefined, fail: () => undefined }

    it('an audience with nobody in it, and finds it no more', () => {
      const { topics, audiences } = createBench()
      const audience = audiences.of(viewer('c1'), wanted)
      expect(topics.has('a.one')).to.equal(true)
      audiences.release(audience)
      expect(topics.has('a.one')).to.equal(false)
      expect(audiences.of(viewer('c1'), wanted)).not.to.equal(audience)
    })

    it('none that somebody is in', () => {
      const { topics, audiences } = createBench()
      const audience = audiences.of(viewer('c1'), wanted)
      audience.enter(member)
      audiences.release(audience)
      expect(audiences.of(viewer('c2'), wanted)).to.equal(audience)
      expect(topics.has('a.one')).to.equal(true)
      audience.leave(member)
      audiences.release(audience)
      expect(topics.has('a.one')).to.equal(false)
    })

    it('none that somebody is expected in', () => {
      const { topics, audiences } = createBench()
      const audience = audiences.of(viewer('c1'), wanted)
      audience.expect(member)
      audiences.release(audience)
      expect(audiences.of(viewer('c2'), wanted)).to.equal(audience)
      audience.leave(member)
      audiences.release(audience)
      expect(topics.has('a.one')).to.equal(false)
    })

    it('once: a release that comes late does not harm the one that has taken its place', () => {
      const { topics, audiences } = createBench()
      const audience = audiences.of(viewer('c1'), wanted)
      audiences.release(audience)
      const next = audiences.of(viewer('c1'), wanted)
      audiences.release(audience)
      expect(audiences.of(viewer('c2'), wanted)).to.equal(next)
      expect(topics.has('a.one')).to.equal(true)
    })
  })
})
