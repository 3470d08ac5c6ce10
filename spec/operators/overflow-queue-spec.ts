import { expect } from 'chai'
import * as fc from 'fast-check'
import {
  OverflowError,
  type OverflowPolicy,
  OverflowQueue,
  type OverflowQueueOptions,
} from '../../lib/operators/overflow-queue.ts'
import { type Item, itemOf, type Kind, kinds, ofItems, PlainQueue, policies, wordOf } from './overflow-fixture.ts'
import { thrownBy } from '../base/thrown.ts'
import { collectGarbage, heapGrowth } from '../support/garbage.ts'

type Settings = Partial<OverflowQueueOptions<Item>>

const roomForThree = { maxCount: 3, maxBytes: 1_000 }

function queueOf(settings: Settings = {}): OverflowQueue<Item> {
  return new OverflowQueue<Item>({ ...ofItems, ...roomForThree, ...settings })
}

function drain(queue: OverflowQueue<Item>): readonly string[] {
  const words: string[] = []
  for (let released = queue.release(); released !== undefined; released = queue.release()) words.push(wordOf(released))
  return words
}

/** Offers items 1, 2, 3 … of these kinds. */
function offerAll(queue: OverflowQueue<Item>, all: readonly Partial<Kind>[]): void {
  for (const [index, kind] of all.entries()) queue.offer(itemOf(index + 1, kind))
}

/** What comes out after items 1, 2, 3 … of these kinds were offered. */
function after(settings: Settings, all: readonly Partial<Kind>[]): readonly string[] {
  const queue = queueOf(settings)
  offerAll(queue, all)
  return drain(queue)
}

const plain: Partial<Kind> = {}
const terminal: Partial<Kind> = { isProtected: true }
const live: Partial<Kind> = { isStored: false }
const about = (key: string): Partial<Kind> => ({ key })
const times = (count: number, kind: Partial<Kind>): readonly Partial<Kind>[] =>
  Array.from({ length: count }, () => kind)

describe('OverflowQueue', () => {
  it('is first in, first out', () => {
    const queue = queueOf()
    offerAll(queue, [plain, terminal, about('k')])
    expect([queue.count, queue.bytes, queue.isDrained]).to.deep.equal([3, 3, false])
    expect(drain(queue)).to.deep.equal(['v1', 'v2', 'v3'])
    expect([queue.count, queue.bytes, queue.isDrained]).to.deep.equal([0, 0, true])
    expect(queue.release()).to.equal(undefined)
  })

  for (const policy of policies) {
    it(`takes one value into an empty queue however large, under ${policy}, each time it is empty`, () => {
      const queue = queueOf({ policy, maxCount: 1, maxBytes: 0 })
      for (const id of [1, 2]) {
        queue.offer(itemOf(id, { size: 1_000 }))
        expect([queue.count, queue.bytes]).to.deep.equal([1, 1_000])
        expect(drain(queue)).to.deep.equal([`v${id}`])
      }
    })
  }

  describe('disconnect', () => {
    it('is the policy where none is named', () => {
      for (const settings of [{}, { policy: 'disconnect' as const }]) {
        const error = thrownBy(OverflowError, () => after(settings, times(4, { size: 2 })))
        expect(error).to.include({ code: 'OVERFLOW', count: 4, bytes: 8 })
      }
    })

    it('loses nothing, not even what may be lost', () => {
      const queue = queueOf()
      expect(() => offerAll(queue, times(4, about('k')))).to.throw(OverflowError)
      expect(drain(queue)).to.deep.equal(['v1', 'v2', 'v3'])
    })
  })

  describe('dropOldest', () => {
    const policy = 'dropOldest'

    it('loses the oldest, with one notice in their place', () => {
      expect(after({ policy }, times(5, plain))).to.deep.equal(['[1..2 d2 c0]', 'v3', 'v4', 'v5'])
    })

    it('loses around what is protected: a notice on either side, each with its own range', () => {
      expect(after({ policy }, [plain, terminal, plain, plain, plain])).to.deep.equal([
        '[1..1 d1 c0]',
        'v2',
        '[3..3 d1 c0]',
        'v4',
        'v5',
      ])
    })

    it('loses as many as a large one needs', () => {
      const kindsOf = [...times(3, { size: 3 }), { size: 6 }]
      expect(after({ policy, maxBytes: 10 }, kindsOf)).to.deep.equal(['[1..2 d2 c0]', 'v3', 'v4'])
    })

    it('loses what arrives where all that waits is protected', () => {
      expect(after({ policy }, [...times(3, terminal), plain, plain])).to.deep.equal(['v1', 'v2', 'v3', '[4..5 d2 c0]'])
    })

    it('makes room for one that is protected', () => {
      expect(after({ policy }, [terminal, plain, terminal, terminal])).to.deep.equal(['v1', '[2..2 d1 c0]', 'v3', 'v4'])
    })

    it('ends where one that is protected does not fit beside others that are', () => {
      expect(thrownBy(OverflowError, () => after({ policy }, times(4, terminal)))).to.include({ count: 4, bytes: 4 })
    })
  })

  describe('dropNewest', () => {
    const policy = 'dropNewest'

    it('loses what arrives, with one notice where it would have stood', () => {
      expect(after({ policy }, times(5, plain))).to.deep.equal(['v1', 'v2', 'v3', '[4..5 d2 c0]'])
    })

    it('takes again what comes when there is room again, after the notice', () => {
      const queue = queueOf({ policy })
      offerAll(queue, times(5, plain))
      expect(wordOf(queue.release() ?? expect.fail())).to.equal('v1')
      queue.offer(itemOf(6))
      queue.offer(itemOf(7))
      expect(drain(queue)).to.deep.equal(['v2', 'v3', '[4..5 d2 c0]', 'v6', '[7..7 d1 c0]'])
    })

    it('makes room for one that is protected by losing the newest that wait', () => {
      expect(after({ policy }, [plain, plain, terminal, plain, terminal])).to.deep.equal([
        'v1',
        '[2..2 d1 c0]',
        'v3',
        '[4..4 d1 c0]',
        'v5',
      ])
    })

    it('ends where one that is protected does not fit beside others that are', () => {
      expect(() => after({ policy }, times(4, terminal))).to.throw(OverflowError)
    })
  })

  describe('conflate', () => {
    const policy = 'conflate'

    it('keeps of each key the newest, with notices in the place of the others', () => {
      expect(after({ policy }, [about('k'), about('l'), about('k'), about('l')])).to.deep.equal([
        '[1..2 d0 c2]',
        'v3',
        'v4',
      ])
    })

    it('does nothing while there is room', () => {
      expect(after({ policy }, times(3, about('k')))).to.deep.equal(['v1', 'v2', 'v3'])
    })

    it('makes room for what has no key, too', () => {
      expect(after({ policy }, [about('k'), about('k'), plain, plain])).to.deep.equal([
        '[1..1 d0 c1]',
        'v2',
        'v3',
        'v4',
      ])
    })

    it('ends where there is nothing superfluous', () => {
      expect(() => after({ policy }, [about('k'), about('l'), plain, about('m')])).to.throw(OverflowError)
      expect(() => after({ policy }, times(4, plain))).to.throw(OverflowError)
    })

    it('never takes a protected one for superfluous, nor one for the news of another', () => {
      const protectedK = { ...about('k'), isProtected: true }
      expect(after({ policy }, [protectedK, about('k'), plain, about('k')])).to.deep.equal([
        'v1',
        '[2..2 d0 c1]',
        'v3',
        'v4',
      ])
      expect(() => after({ policy }, [about('k'), plain, plain, protectedK])).to.throw(OverflowError)
    })

    it('knows the newest of a key also when older ones have passed or were dropped', () => {
      const queue = queueOf({ policy: ({ key }) => (key === undefined ? 'dropOldest' : 'conflate') })
      offerAll(queue, [about('k'), about('k'), plain])
      queue.release()
      queue.offer(itemOf(4))
      queue.offer(itemOf(5, about('k')))
      expect(drain(queue)).to.deep.equal(['[2..2 d0 c1]', 'v3', 'v4', 'v5'])
      offerAll(queue, [about('k'), about('k'), plain, plain, about('k')])
      expect(drain(queue)).to.deep.equal(['[1..2 d1 c1]', 'v3', 'v4', 'v5'])
    })

    it('takes nothing for superfluous whose newer one is lost itself: then it is the newest', () => {
      const answers: readonly OverflowPolicy[] = ['dropNewest', 'conflate']
      const lost: string[] = []
      const queue = queueOf({
        maxCount: 2,
        policy: ({ id }) => answers[id - 3] ?? 'disconnect',
        onLost: (how) => lost.push(how),
      })
      offerAll(queue, [about('k'), about('k'), terminal])
      expect(() => queue.offer(itemOf(4))).to.throw(OverflowError)
      expect(lost).to.deep.equal(['dropped'])
      expect(drain(queue)).to.deep.equal(['v1', '[2..2 d1 c0]', 'v3'])
    })

    it('knows nothing of a key that has passed', () => {
      const queue = queueOf({ policy })
      offerAll(queue, [about('k'), plain, plain])
      queue.release()
      queue.offer(itemOf(4, about('k')))
      expect(() => queue.offer(itemOf(5))).to.throw(OverflowError)
      expect(drain(queue)).to.deep.equal(['v2', 'v3', 'v4'])
    })
  })

  it('asks a function once for each value that does not fit, and for no other', () => {
    const asked: number[] = []
    const answers: readonly OverflowPolicy[] = ['dropNewest', 'dropOldest', 'conflate', 'disconnect']
    const queue = queueOf({
      policy: ({ id }) => {
        asked.push(id)
        return answers[id - 4] ?? 'disconnect'
      },
    })
    offerAll(queue, [plain, about('k'), plain, plain, plain])
    queue.offer(itemOf(6, about('k')))
    expect(() => queue.offer(itemOf(7))).to.throw(OverflowError)
    expect(asked).to.deep.equal([4, 5, 6, 7])
    expect(drain(queue)).to.deep.equal(['[1..2 d1 c1]', 'v3', '[4..4 d1 c0]', 'v5', 'v6'])
  })

  describe('the notice of a loss', () => {
    it('has the range of those that have a position, and counts all', () => {
      const policy = 'dropNewest'
      const full = times(3, plain)
      expect(after({ policy }, [...full, live, plain, live, plain, live])).to.deep.equal([
        'v1',
        'v2',
        'v3',
        '[5..7 d5 c0]',
      ])
      expect(after({ policy }, [...full, live, live])).to.deep.equal(['v1', 'v2', 'v3', '[-..- d2 c0]'])
      expect(after({ policy, positionOf: () => undefined }, [...full, plain])).to.deep.equal([
        'v1',
        'v2',
        'v3',
        '[-..- d1 c0]',
      ])
    })

    it('comes out alone where nothing else is left', () => {
      const queue = queueOf({ policy: 'dropOldest' })
      offerAll(queue, times(3, plain))
      queue.shed()
      expect([queue.count, queue.bytes, queue.isDrained]).to.deep.equal([0, 0, false])
      expect(drain(queue)).to.deep.equal(['[1..3 d3 c0]'])
      expect(queue.isDrained).to.equal(true)
    })
  })

  describe('what is pushed whatever the bounds say', () => {
    it('waits as anything else, until they are enforced', () => {
      for (const [policy, expected] of [
        ['dropOldest', ['[1..2 d2 c0]', 'v3', 'v4', 'v5']],
        ['dropNewest', ['v1', 'v2', 'v3', '[4..5 d2 c0]']],
        ['conflate', ['[1..4 d0 c4]', 'v5']],
      ] as const) {
        const queue = queueOf({ policy })
        for (let id = 1; id <= 5; id += 1) queue.push(itemOf(id, about('k')))
        expect(queue.count).to.equal(5)
        queue.enforce()
        expect(queue.count).to.be.at.most(3)
        expect(drain(queue), policy).to.deep.equal(expected)
      }
    })

    it('is left alone where it fits', () => {
      const queue = queueOf({ policy: 'dropOldest' })
      for (let id = 1; id <= 3; id += 1) queue.push(itemOf(id))
      queue.enforce()
      expect(drain(queue)).to.deep.equal(['v1', 'v2', 'v3'])
    })

    it('is an overflow where it can be made to fit in no way', () => {
      const queue = queueOf({ policy: 'dropOldest' })
      for (let id = 1; id <= 4; id += 1) queue.push(itemOf(id, terminal))
      expect(thrownBy(OverflowError, () => queue.enforce())).to.include({ count: 4, bytes: 4 })
    })

    it('asks a function about the newest value that waits, also where what came last is lost already', () => {
      const asked: number[] = []
      const queue = queueOf({
        policy: ({ id }) => {
          asked.push(id)
          return 'dropNewest'
        },
      })
      for (let id = 1; id <= 4; id += 1) queue.push(itemOf(id))
      queue.offer(itemOf(5))
      queue.enforce()
      expect(asked).to.deep.equal([5, 4])
      expect(drain(queue)).to.deep.equal(['v1', 'v2', 'v3', '[4..5 d2 c0]'])
    })
  })

  describe('shedding', () => {
    it('loses all that may be lost', () => {
      const queue = queueOf({ policy: 'conflate' })
      offerAll(queue, [about('k'), terminal, plain])
      queue.shed()
      expect([queue.count, queue.bytes]).to.deep.equal([1, 1])
      expect(drain(queue)).to.deep.equal(['[1..1 d1 c0]', 'v2', '[3..3 d1 c0]'])
    })

    it('is an overflow where nothing may be', () => {
      for (const [policy, kind] of [
        ['disconnect', plain],
        ['dropOldest', terminal],
      ] as const) {
        const queue = queueOf({ policy })
        offerAll(queue, times(2, kind))
        expect(thrownBy(OverflowError, () => queue.shed())).to.include({ count: 2, bytes: 2 })
      }
    })

    it('asks a function about each value that may be lost', () => {
      const queue = queueOf({ policy: ({ id }) => (id === 2 ? 'disconnect' : 'dropOldest') })
      offerAll(queue, times(3, plain))
      queue.shed()
      expect(drain(queue)).to.deep.equal(['[1..1 d1 c0]', 'v2', '[3..3 d1 c0]'])
    })

    it('is nothing where no value waits, though the notice of what was shed before does', () => {
      const queue = queueOf({ policy: 'dropOldest' })
      offerAll(queue, times(2, plain))
      queue.shed()
      expect(() => queue.shed()).not.to.throw()
      expect(drain(queue)).to.deep.equal(['[1..2 d2 c0]'])
    })
  })

  it('counts in an overflow what was not reached of what came together', () => {
    const queue = queueOf({ maxCount: 2 })
    queue.offer(itemOf(1, { size: 10 }))
    const together = [2, 3, 4, 5].map((id) => itemOf(id, { size: id }))
    expect(thrownBy(OverflowError, () => queue.offerAll(together))).to.include({ count: 5, bytes: 24 })
  })

  it('does not take what a callback throws for an overflow', () => {
    const error = new Error('from sizeOf')
    const queue = queueOf({
      sizeOf: ({ id }) => {
        if (id === 2) throw error
        return 1
      },
    })
    expect(() => queue.offerAll([itemOf(1), itemOf(2), itemOf(3)])).to.throw(error)
  })

  it('weighs a value once, when it comes', () => {
    let weighed = 0
    const queue = queueOf({
      policy: 'dropOldest',
      sizeOf: () => {
        weighed += 1
        return weighed
      },
    })
    offerAll(queue, times(5, plain))
    expect([weighed, queue.bytes]).to.deep.equal([5, 12])
    drain(queue)
    expect([weighed, queue.bytes]).to.deep.equal([5, 0])
  })

  describe('does what its plain description says, whatever comes when, under', () => {
    const stepsOf = (kind: fc.Arbitrary<Kind>) =>
      fc.array(
        fc.oneof(
          { weight: 10, arbitrary: fc.record({ does: fc.constant('offer' as const), kind }) },
          { weight: 4, arbitrary: fc.record({ does: fc.constant('release' as const), kind }) },
          { weight: 1, arbitrary: fc.record({ does: fc.constant('shed' as const), kind }) },
        ),
        { maxLength: 80 },
      )
    // Where only news give way, what is none would end most runs at once.
    const news = kinds.map(
      (kind): Kind => (kind.size < 6 ? { ...kind, isProtected: false, key: kind.key ?? 'n' } : kind),
    )
    const byKind = ({ id, key, size }: Item): OverflowPolicy => {
      if (key === 'k') return 'conflate'
      if (size > 4) return 'dropNewest'
      return id % 7 === 0 ? 'disconnect' : 'dropOldest'
    }

    for (const [name, policy] of [
      ...policies.map((named) => [named, named] as const),
      ['a function', byKind] as const,
    ]) {
      it(name, () => {
        const steps = stepsOf(policy === 'conflate' ? news : kinds)
        fc.assert(
          fc.property(fc.nat(6), fc.nat(20), steps, (maxCount, maxBytes, all) => {
            let told = { dropped: 0, conflated: 0 }
            const onLost = (how: 'dropped' | 'conflated'): void => {
              told = { ...told, [how]: told[how] + 1 }
            }
            const queue = queueOf({ maxCount, maxBytes, policy, onLost })
            const model = new PlainQueue(maxCount, maxBytes, typeof policy === 'function' ? policy : () => policy)
            for (const [index, { does, kind }] of all.entries()) {
              const item = itemOf(index, kind)
              const lostBefore = model.places.filter(({ lost }) => lost !== undefined).length
              const toldBefore = told.dropped + told.conflated
              if (does === 'release') {
                const released = queue.release()
                expect(released === undefined ? undefined : wordOf(released)).to.equal(model.release())
                continue
              }
              // Whether nothing to lose is an overflow where nothing waits at all is said elsewhere.
              if (does === 'shed' && model.waiting.length === 0) continue
              const goesOn = does === 'offer' ? model.offer(item) : model.shed()
              if (!goesOn) {
                const [count, bytes] = does === 'offer' ? [1, item.size] : [0, 0]
                const error = thrownBy(OverflowError, () => (does === 'offer' ? queue.offer(item) : queue.shed()))
                expect([error.count, error.bytes]).to.deep.equal([model.waiting.length + count, model.bytes + bytes])
                return
              }
              if (does === 'offer') queue.offer(item)
              else queue.shed()
              const lost = model.places.filter((place) => place.lost !== undefined).length - lostBefore
              expect(told.dropped + told.conflated - toldBefore).to.equal(lost)
              expect([queue.count, queue.bytes]).to.deep.equal([model.waiting.length, model.bytes])
              expect(queue.count <= Math.max(1, maxCount)).to.equal(true)
              expect(queue.bytes <= maxBytes || queue.count === 1).to.equal(true)
            }
            const rest: string[] = []
            for (let word = model.release(); word !== undefined; word = model.release()) rest.push(word)
            expect(drain(queue)).to.deep.equal(rest)
          }),
        )
      })
    }
  })

  describe('costs the same however much waits:', () => {
    /** A queue that counts how often its callbacks are asked. */
    const counting = (policy: OverflowPolicy, maxCount: number) => {
      const asked = { sizeOf: 0, isProtected: 0, keyOf: 0, positionOf: 0 }
      const queue = new OverflowQueue<Item>({
        policy,
        maxCount,
        maxBytes: 1_000_000_000,
        sizeOf: (item) => {
          asked.sizeOf += 1
          return ofItems.sizeOf(item)
        },
        isProtected: (item) => {
          asked.isProtected += 1
          return ofItems.isProtected(item)
        },
        keyOf: (item) => {
          asked.keyOf += 1
          return ofItems.keyOf(item)
        },
        positionOf: (item) => {
          asked.positionOf += 1
          return ofItems.positionOf(item)
        },
      })
      return { queue, asked }
    }
    const MANY = 200_000

    for (const policy of ['dropOldest', 'dropNewest', 'conflate'] as const) {
      it(`200,000 offers to a full queue of 1,000 that nobody reads, under ${policy}`, () => {
        const { queue, asked } = counting(policy, 1_000)
        for (let id = 1; id <= MANY; id += 1) queue.offer(itemOf(id, about(`k${id % 1_000}`)))
        for (const count of Object.values(asked)) expect(count).to.be.at.most(2 * MANY)
        const words = drain(queue)
        expect(words).to.have.length(1_001)
        expect(words.filter((word) => word.startsWith('['))).to.have.length(1)
      })

      it(`200,000 offers to one of 20,000 that is nearly full all the time, under ${policy}`, function () {
        // Some 300 ms where each costs the same, minutes where each costs what waits.
        this.timeout(10_000)
        const { queue, asked } = counting(policy, 20_000)
        const words: string[] = []
        for (let id = 1; id <= MANY; id += 1) {
          queue.offer(itemOf(id, about(`k${id % 20_000}`)))
          const released = id % 3 === 0 ? queue.release() : undefined
          if (released !== undefined) words.push(wordOf(released))
        }
        words.push(...drain(queue))
        for (const count of Object.values(asked)) expect(count).to.be.at.most(2 * MANY)
        const passed = words.filter((word) => word.startsWith('v')).length
        const lost = words.flatMap((word) => /d(\d+) c(\d+)/.exec(word)?.slice(1).map(Number) ?? [])
        expect(passed + lost.reduce((sum, count) => sum + count, 0)).to.equal(MANY)
      })
    }

    it('200,000 offers where what is protected fills half of it and stands before all others', () => {
      const { queue } = counting('dropOldest', 40_000)
      for (let id = 1; id <= 20_000; id += 1) queue.offer(itemOf(id, terminal))
      for (let id = 20_001; id <= MANY; id += 1) queue.offer(itemOf(id))
      const words = drain(queue)
      expect(words).to.have.length(40_001)
      expect(words.filter((word) => word.startsWith('['))).to.have.length(1)
    })

    it('that one key never gives way, and many others always do', () => {
      const { queue } = counting('conflate', 1_000)
      for (let id = 1; id <= 500; id += 1) queue.offer(itemOf(id, id % 2 === 0 ? plain : about('hot')))
      for (let id = 501; id <= MANY; id += 1) queue.offer(itemOf(id, about('hot')))
      const words = drain(queue)
      // The newest of the one key, what has none, and at most one notice between any two of them.
      expect(words.filter((word) => word.startsWith('v')).length).to.be.at.most(1_000)
      expect(words.filter((word) => word.startsWith('[')).length).to.be.at.most(252)
    })

    it('40,000 that are protected each find the newest that may go', function () {
      // Some 50 ms where each finds it at once, 15 s where each looks at all.
      this.timeout(5_000)
      const { queue } = counting('dropNewest', 40_000)
      for (let id = 1; id <= 40_000; id += 1) queue.offer(itemOf(id))
      for (let id = 40_001; id <= 80_000; id += 1) queue.offer(itemOf(id, terminal))
      expect(drain(queue)).to.have.length(40_001)
    })

    it('100,000 that waited pass', function () {
      this.timeout(5_000)
      const { queue } = counting('disconnect', 100_000)
      for (let id = 1; id <= 100_000; id += 1) queue.offer(itemOf(id))
      expect(drain(queue)).to.have.length(100_000)
    })
  })

  describe('keeps', () => {
    for (const policy of ['dropOldest', 'dropNewest', 'conflate'] as const) {
      it(`of losses that stand side by side one notice, however many they are, under ${policy}`, async () => {
        const queue = queueOf({ policy, maxCount: 10 })
        const growth = await heapGrowth(() => {
          queue.offer(itemOf(0, terminal))
          for (let id = 1; id <= 400_000; id += 1) queue.offer(itemOf(id, about('k')))
          return queue
        })
        // A list of them would be some 40 MB.
        expect(growth).to.be.below(4_000_000)
        expect(drain(queue).filter((word) => word.startsWith('['))).to.have.length(1)
      })
    }

    for (const policy of policies) {
      it(`nothing of 400,000 values of one key that have passed, also where it is never empty, under ${policy}`, async () => {
        const queue = queueOf({ policy })
        const growth = await heapGrowth(() => {
          queue.offer(itemOf(0, about('k')))
          for (let id = 1; id <= 400_000; id += 1) {
            queue.offer(itemOf(id, about('k')))
            queue.release()
          }
          return queue
        })
        expect(growth).to.be.below(4_000_000)
        expect(drain(queue)).to.deep.equal(['v400000'])
      })
    }

    it('neither a value that has passed nor one that was lost: what waits is bounded in bytes, and so is what is kept', async () => {
      const queue = queueOf({ policy: 'dropOldest' })
      const references: WeakRef<Item>[] = []
      for (let id = 1; id <= 5; id += 1) {
        const item = itemOf(id)
        references.push(new WeakRef(item))
        queue.offer(item)
      }
      for (const expected of ['Loss', 'Value']) expect(queue.release()?._tag).to.equal(expected)
      await collectGarbage()
      // Two were lost, one has passed, two wait.
      expect(references.map((reference) => reference.deref()?.id)).to.deep.equal([
        undefined,
        undefined,
        undefined,
        4,
        5,
      ])
      expect(queue.count).to.equal(2)
    })
  })
})
