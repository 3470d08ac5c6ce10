import { expect } from 'chai'
import * as fc from 'fast-check'
import type { BusEvent } from '../../lib/event/event.ts'
import { createTopics, type Interest } from '../../lib/gateway/topics.ts'
import { eventOf } from '../connection/connection-fixture.ts'

interface Happening {
  readonly type: string
  readonly executionId?: string | undefined
  readonly workflowId?: string | undefined
  readonly owner?: string | undefined
}

function happened({ type, owner, ...run }: Happening): BusEvent {
  return eventOf(type, { data: run, ...(owner === undefined ? {} : { owner }) })
}

const all = ['a', 'b', 'c']

/** Whether somebody with `interest` gets `event`, said plainly. */
function gets(
  { types, executionIds, workflowIds, owner }: Interest,
  { type, executionId, workflowId, owner: whose }: Happening,
): boolean {
  const isOne = (ids: readonly string[] | undefined, id: string | undefined): boolean =>
    ids === undefined || (id !== undefined && ids.includes(id))
  const isOwn =
    owner === undefined ||
    (whose === undefined ? executionId === undefined && workflowId === undefined : whose === owner)
  return types.has(type) && isOne(executionIds, executionId) && isOne(workflowIds, workflowId) && isOwn
}

/** Whether it costs nothing to leave somebody with `interest` alone: the event is of another run, or of no type it hears. */
function isFarFrom({ types, executionIds, workflowIds, owner }: Interest, event: Happening): boolean {
  if (executionIds !== undefined) return !executionIds.includes(event.executionId ?? '')
  if (workflowIds !== undefined) return !workflowIds.includes(event.workflowId ?? '')
  if (typeof owner === 'string' && event.owner === owner) return false
  if (owner !== undefined && event.owner !== undefined) return true
  return !types.has(event.type)
}

/** One event of each kind. */
const everything: readonly Happening[] = ['a', 'b'].flatMap((type) =>
  ['1', undefined].flatMap((executionId) =>
    ['1', undefined].flatMap((workflowId) =>
      ['alice', 'bob', undefined].map((owner) => ({ type, executionId, workflowId, owner })),
    ),
  ),
)

const visited = (topics: ReturnType<typeof createTopics<string>>, event: Happening): readonly string[] => {
  const found: string[] = []
  topics.visit(happened(event), (receiver) => found.push(receiver))
  return found.sort()
}

const types = (...names: readonly string[]): ReadonlySet<string> => new Set(names)

describe('createTopics', () => {
  it('finds by type those who hear every run', () => {
    const topics = createTopics<string>()
    topics.set('one', { types: types('a', 'b') })
    topics.set('other', { types: types('b') })
    expect(all.map((type) => visited(topics, { type }))).to.deep.equal([['one'], ['one', 'other'], []])
  })

  it('finds by run those who hear only some, and nobody else by it', () => {
    const topics = createTopics<string>()
    topics.set('run 1', { types: types('a'), executionIds: ['1', '2'] })
    topics.set('workflow 1', { types: types('a'), workflowIds: ['1'] })
    expect(visited(topics, { type: 'a', executionId: '1' })).to.deep.equal(['run 1'])
    expect(visited(topics, { type: 'a', executionId: '2' })).to.deep.equal(['run 1'])
    expect(visited(topics, { type: 'a', workflowId: '1' })).to.deep.equal(['workflow 1'])
    expect(visited(topics, { type: 'a', executionId: '1', workflowId: '1' })).to.deep.equal(['run 1', 'workflow 1'])
    expect(visited(topics, { type: 'a', executionId: '3', workflowId: '3' })).to.deep.equal([])
    expect(visited(topics, { type: 'a' })).to.deep.equal([])
  })

  it('finds by owner those who hear their own runs, and of what belongs to no run everybody who hears the type', () => {
    const topics = createTopics<string>()
    topics.set('alice', { types: types('a'), owner: 'alice' })
    topics.set('nobody', { types: types('a'), owner: null })
    topics.set('everybody', { types: types('a') })
    expect(visited(topics, { type: 'a', owner: 'alice', executionId: '1' })).to.deep.equal(['alice', 'everybody'])
    expect(visited(topics, { type: 'a', owner: 'bob', executionId: '1' })).to.deep.equal(['everybody'])
    expect(visited(topics, { type: 'a', executionId: '1' })).to.deep.equal(['everybody'])
    expect(visited(topics, { type: 'a', workflowId: '1' })).to.deep.equal(['everybody'])
    expect(visited(topics, { type: 'a' })).to.deep.equal(['alice', 'everybody', 'nobody'])
    expect(visited(topics, { type: 'b' })).to.deep.equal([])
  })

  it('leaves who belongs to nobody alone with the runs of others also where nobody else has an owner', () => {
    const topics = createTopics<string>()
    topics.set('nobody', { types: types('a'), owner: null })
    expect(visited(topics, { type: 'a', executionId: '1' })).to.deep.equal([])
    expect(visited(topics, { type: 'a' })).to.deep.equal(['nobody'])
  })

  it('puts a new interest in the place of the old one', () => {
    const topics = createTopics<string>()
    topics.set('one', { types: types('a'), owner: 'alice' })
    topics.set('one', { types: types('b'), executionIds: ['1'] })
    topics.set('one', { types: types('c') })
    expect(all.map((type) => visited(topics, { type, owner: 'alice', executionId: '1' }))).to.deep.equal([
      [],
      [],
      ['one'],
    ])
    expect(all.map((type) => topics.has(type))).to.deep.equal([false, false, true])
  })

  it('does not know somebody who was removed, and takes it for nothing to remove it again', () => {
    const topics = createTopics<string>()
    for (const who of ['one', 'other']) topics.set(who, { types: types('a') })
    for (const who of ['one', 'one', 'unknown']) topics.remove(who)
    expect(visited(topics, { type: 'a' })).to.deep.equal(['other'])
    expect(topics.has('a')).to.equal(true)
    topics.remove('other')
    expect(topics.has('a')).to.equal(false)
  })

  it('knows a type that somebody hears, also if only of one run or one owner', () => {
    for (const more of [{}, { executionIds: ['1'] }, { workflowIds: ['1'] }, { owner: 'alice' }, { owner: null }]) {
      const topics = createTopics<string>()
      topics.set('one', { types: types('a'), ...more })
      expect([topics.has('a'), topics.has('b')]).to.deep.equal([true, false])
      topics.remove('one')
      expect(topics.has('a')).to.equal(false)
    }
  })

  it('takes sets with the same types for the same, whatever their order and whoever made them', () => {
    const topics = createTopics<string>()
    topics.set('one', { types: types('a', 'b') })
    topics.set('other', { types: types('b', 'a') })
    topics.remove('one')
    expect(visited(topics, { type: 'a' })).to.deep.equal(['other'])
    topics.remove('other')
    expect([topics.has('a'), topics.has('b')]).to.deep.equal([false, false])
  })

  it('takes an interest in no type, in no run, and the same run twice', () => {
    const topics = createTopics<string>()
    topics.set('no type', { types: types() })
    topics.set('no run', { types: types('a'), executionIds: [] })
    topics.set('twice', { types: types('a'), executionIds: ['1', '1'] })
    expect(visited(topics, { type: 'a', executionId: '1' })).to.deep.equal(['twice'])
    for (const who of ['no type', 'no run', 'twice']) topics.remove(who)
    expect(topics.has('a')).to.equal(false)
    expect(visited(topics, { type: 'a', executionId: '1' })).to.deep.equal([])
  })

  it('reads runs from data that has none, or is none', () => {
    const topics = createTopics<string>()
    topics.set('alice', { types: types('a'), owner: 'alice' })
    topics.set('run', { types: types('a'), executionIds: ['1'] })
    for (const data of [null, 'text', 7, [], { executionId: 1 }, { executionId: null }]) {
      const found: string[] = []
      topics.visit(eventOf('a', { data }), (receiver) => found.push(receiver))
      expect(found).to.deep.equal(['alice'])
    }
  })

  it('does not read the data of an event where nobody is to be found by it', () => {
    let reads = 0
    const event: BusEvent = Object.defineProperty(eventOf('a'), 'data', {
      get: () => {
        reads += 1
        return {}
      },
    })
    const topics = createTopics<string>()
    topics.set('everybody', { types: types('a') })
    topics.visit(event, () => undefined)
    expect(reads).to.equal(0)
    for (const more of [{ owner: null }, { owner: 'alice' }, { executionIds: ['1'] }, { workflowIds: ['1'] }]) {
      topics.set('somebody', { types: types('a'), ...more })
      topics.remove('somebody')
      topics.visit(event, () => undefined)
      expect(reads).to.equal(0)
    }
  })

  it('finds who hears a type whatever the run also among those who hear it of one, whoever comes first', () => {
    const topics = createTopics<string>()
    topics.set('run', { types: types('a'), executionIds: ['1'] })
    topics.set('everybody', { types: types('a') })
    expect(visited(topics, { type: 'a', executionId: '1' })).to.deep.equal(['everybody', 'run'])
    topics.remove('everybody')
    expect(visited(topics, { type: 'a', executionId: '1' })).to.deep.equal(['run'])
    topics.set('nobody', { types: types('a'), owner: null })
    expect(visited(topics, { type: 'a' })).to.deep.equal(['nobody'])
    topics.remove('run')
    expect(visited(topics, { type: 'a' })).to.deep.equal(['nobody'])
  })

  const ids = fc.option(fc.constantFrom('1', '2', '3'), { nil: undefined })
  const owners = fc.option(fc.constantFrom('alice', 'bob'), { nil: undefined })
  const interests: fc.Arbitrary<Interest> = fc.record(
    {
      types: fc.subarray(all).map((names) => new Set(names)),
      executionIds: fc.array(fc.constantFrom('1', '2', '3'), { maxLength: 3 }),
      workflowIds: fc.array(fc.constantFrom('1', '2', '3'), { maxLength: 3 }),
      owner: fc.constantFrom('alice', 'bob', null),
    },
    { requiredKeys: ['types'] },
  )
  const events: fc.Arbitrary<Happening> = fc.record({
    type: fc.constantFrom(...all, 'd'),
    executionId: ids,
    workflowId: ids,
    owner: owners,
  })
  const step = fc.oneof(
    { weight: 4, arbitrary: fc.record({ does: fc.constant('set' as const), who: fc.nat(9), interest: interests }) },
    { weight: 1, arbitrary: fc.record({ does: fc.constant('remove' as const), who: fc.nat(9) }) },
    {
      weight: 5,
      arbitrary: fc.record({
        does: fc.constant('visit' as const),
        event: events,
        removes: fc.option(fc.nat(9), { nil: undefined, freq: 4 }),
      }),
    },
  )

  it('visits all who get an event and nobody far from it, once, whoever comes and goes when; nothing is left in the end', () => {
    fc.assert(
      fc.property(fc.array(step, { minLength: 10, maxLength: 50 }), (steps) => {
        const topics = createTopics<number>()
        const known = new Map<number, Interest>()
        for (const one of steps) {
          if (one.does === 'set') {
            topics.set(one.who, one.interest)
            known.set(one.who, one.interest)
          }
          if (one.does === 'remove') {
            topics.remove(one.who)
            known.delete(one.who)
          }
          if (one.does === 'visit') {
            const { event, removes } = one
            const before = new Map(known)
            const found: number[] = []
            topics.visit(happened(event), (receiver) => {
              expect(known.has(receiver)).to.equal(true)
              found.push(receiver)
              if (removes === undefined) return
              topics.remove(removes)
              known.delete(removes)
            })
            expect(new Set(found).size).to.equal(found.length)
            for (const [who, interest] of before) {
              if (found.includes(who)) expect(isFarFrom(interest, event)).to.equal(false)
              else if (gets(interest, event)) expect(known.has(who), `${who} was passed over`).to.equal(false)
            }
          }
          for (const event of one.does === 'visit' ? [] : everything) {
            const found = new Set<number>()
            topics.visit(happened(event), (receiver) => found.add(receiver))
            for (const [who, interest] of known) {
              if (gets(interest, event)) expect(found.has(who), `${who} was passed over`).to.equal(true)
            }
          }
          for (const type of all) {
            expect(topics.has(type)).to.equal([...known.values()].some((interest) => interest.types.has(type)))
          }
        }
        for (const who of known.keys()) topics.remove(who)
        for (const type of all) expect(topics.has(type)).to.equal(false)
        for (const owner of ['alice', 'bob', undefined]) {
          for (const id of ['1', '2', '3', undefined]) {
            for (const type of all) {
              topics.visit(happened({ type, executionId: id, workflowId: id, owner }), () => expect.fail('it is gone'))
            }
          }
        }
      }),
    )
  })

  it('costs an event what its receivers cost: it looks at none of 10,000 that hear other runs', () => {
    const topics = createTopics<string>()
    const heard = types('a')
    for (let index = 0; index < 10_000; index += 1) {
      topics.set(`run ${index}`, { types: heard, executionIds: [String(index)] })
      topics.set(`owner ${index}`, { types: heard, owner: String(index) })
    }
    let visits = 0
    for (let index = 0; index < 1_000; index += 1) {
      topics.visit(happened({ type: 'a', executionId: String(index), owner: String(index) }), () => {
        visits += 1
      })
    }
    expect(visits).to.equal(2_000)
  })

  it('costs a change the same however many there are', () => {
    const topics = createTopics<number>()
    const heard = types(...Array.from({ length: 16 }, (_, index) => `type ${index}`))
    // Seconds, if each looked at all.
    for (let round = 0; round < 3; round += 1) {
      for (let who = 0; who < 50_000; who += 1) topics.set(who, { types: heard })
    }
    for (let who = 0; who < 50_000; who += 1) topics.remove(who)
    expect(topics.has('type 0')).to.equal(false)
  })
})
