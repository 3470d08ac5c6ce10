import { expect } from 'chai'
import * as fc from 'fast-check'
import { VirtualTimeScheduler } from 'rxjs'
import { createFlusher, type Flushable, type Flusher, type Pace } from '../../lib/transport/flusher.ts'
import { createBusyTime } from '../support/busy-time.ts'
import { schedulerOf } from '../support/wrapped-scheduler.ts'

const unpaced: Pace = { share: 1, maxWaitMs: 0 }

/** A flusher in virtual time, and what it has told whom: `name@ms`. */
function createBench(pace: Pace = unpaced) {
  const time = createBusyTime()
  const flusher = createFlusher(pace, time.scheduler)
  const told: string[] = []
  const named = (name: string, then: () => void = () => undefined): Flushable => ({
    flush: () => {
      told.push(`${name}@${time.now()}`)
      then()
    },
  })
  return { time, flusher, told, named }
}

describe('createFlusher', () => {
  it('flushes at the end of the turn, not within the call that books', () => {
    const { time, flusher, told, named } = createBench()
    flusher.bookGathering(named('g'))
    flusher.bookWriting(named('w'))
    expect(told).to.deep.equal([])
    time.run()
    expect(told).to.deep.equal(['g@0', 'w@0'])
  })

  it('tells all who collect before any who writes, each in the order of the bookings', () => {
    const { time, flusher, told, named } = createBench()
    flusher.bookWriting(named('w1'))
    flusher.bookGathering(named('g1'))
    flusher.bookWriting(named('w2'))
    flusher.bookGathering(named('g2'))
    time.run()
    expect(told).to.deep.equal(['g1@0', 'g2@0', 'w1@0', 'w2@0'])
  })

  it('lets those who collect book those who write for the same flush', () => {
    const { time, flusher, told, named } = createBench({ share: 1 / 2, maxWaitMs: 1_000 })
    const writer = named('w', () => time.work(1))
    flusher.bookGathering(
      named('g', () => {
        time.work(5)
        flusher.bookWriting(writer)
      }),
    )
    time.run()
    expect(told).to.deep.equal(['g@0', 'w@5'])
  })

  it('needs one flush for many bookings', () => {
    const scheduler = new VirtualTimeScheduler()
    let scheduled = 0
    const counted = schedulerOf(
      () => scheduler.now(),
      (work, delay, state) => {
        scheduled += 1
        return scheduler.schedule(work, delay, state)
      },
    )
    const { bookGathering, bookWriting } = createFlusher(unpaced, counted)
    let flushes = 0
    const counting: Flushable = {
      flush: () => {
        flushes += 1
      },
    }
    for (let index = 0; index < 1_000; index += 1) {
      bookGathering(counting)
      bookWriting(counting)
    }
    scheduler.flush()
    expect([scheduled, flushes]).to.deep.equal([1, 2_000])
  })

  it('flushes again for each turn that books, and never for one that does not', () => {
    const { time, flusher, told, named } = createBench()
    for (const atMs of [0, 5, 20]) time.scheduler.schedule(() => flusher.bookWriting(named('w')), atMs)
    time.scheduler.schedule(() => undefined, 10)
    time.run()
    expect(told).to.deep.equal(['w@0', 'w@5', 'w@20'])
  })

  describe('what is booked while it flushes', () => {
    for (const [what, by, expected] of [
      ['by one who collects, for those who collect', 'gathering', ['first@0', 'writer@0', 'late@0']],
      ['by one who writes, for those who write', 'writing', ['first@0', 'writer@0', 'late@0']],
    ] as const) {
      it(`${what}, is due with the next flush`, () => {
        const { time, flusher, told, named } = createBench()
        const book = (flushable: Flushable): void =>
          by === 'gathering' ? flusher.bookGathering(flushable) : flusher.bookWriting(flushable)
        let flushes = 0
        book(
          named('first', () => {
            flushes += 1
            book(named('late', () => expect(flushes).to.equal(1)))
          }),
        )
        flusher.bookWriting(named('writer'))
        time.run()
        expect(told).to.deep.equal(expected)
      })
    }

    it('waits as long as the consumer is to be left alone', () => {
      const { time, flusher, told, named } = createBench({ share: 1 / 2, maxWaitMs: 1_000 })
      flusher.bookWriting(
        named('first', () => {
          time.work(4)
          flusher.bookWriting(named('late'))
          flusher.bookGathering(named('collected'))
        }),
      )
      time.run()
      expect(told).to.deep.equal(['first@0', 'collected@8', 'late@8'])
    })

    it('again and again never keeps others from their turn', () => {
      const { time, flusher, told, named } = createBench()
      let left = 3
      const again: Flushable = named('again', () => {
        left -= 1
        if (left > 0) flusher.bookWriting(again)
      })
      flusher.bookWriting(again)
      time.scheduler.schedule(() => told.push('turn'))
      time.run()
      expect(told).to.deep.equal(['again@0', 'turn', 'again@0', 'again@0'])
    })
  })

  describe('is paced', () => {
    it('by what a flush costs, all together: those who collect and those who write', () => {
      const { time, flusher, told, named } = createBench({ share: 1 / 2, maxWaitMs: 1_000 })
      const book = (): void => {
        flusher.bookGathering(named('g', () => time.work(3)))
        flusher.bookWriting(named('w', () => time.work(4)))
      }
      for (const atMs of [0, 1, 30]) time.scheduler.schedule(book, atMs)
      time.run()
      // 7 ms of work, so 7 of rest; idle again at 30.
      expect(told).to.deep.equal(['g@0', 'w@3', 'g@14', 'w@17', 'g@30', 'w@33'])
    })

    it('never by more than it is told to', () => {
      const { time, flusher, told, named } = createBench({ share: 0.01, maxWaitMs: 10 })
      for (const atMs of [0, 1])
        time.scheduler.schedule(() => flusher.bookWriting(named('w', () => time.work(5))), atMs)
      time.run()
      expect(told).to.deep.equal(['w@0', 'w@15'])
    })
  })

  it('tells nobody any more when it is unsubscribed from', () => {
    const { time, flusher, told, named } = createBench()
    flusher.bookWriting(named('w'))
    flusher.subscription.unsubscribe()
    flusher.bookWriting(named('w'))
    time.run()
    expect(told).to.deep.equal([])
  })

  it('tells everybody as often as they booked, and who collects before who writes, whoever books when', () => {
    const booking = fc.record({ atMs: fc.nat(20), isWriting: fc.boolean(), costMs: fc.nat(3), books: fc.nat(3) })
    const paces = fc.record({ share: fc.constantFrom(0.2, 0.5, 1), maxWaitMs: fc.nat(10) })
    fc.assert(
      fc.property(fc.array(booking, { maxLength: 20 }), paces, (bookings, pace) => {
        const time = createBusyTime()
        const flusher: Flusher = createFlusher(pace, time.scheduler)
        const open = new Set<number>()
        const flushes: { readonly isWriting: boolean; readonly bookedAfter: number }[] = []
        let id = 0
        const book = (isWriting: boolean, costMs: number, books: number): void => {
          id += 1
          const number = id
          open.add(number)
          const bookedAfter = flushes.length
          const flushable: Flushable = {
            flush: () => {
              expect(open.delete(number)).to.equal(true)
              flushes.push({ isWriting, bookedAfter })
              time.work(costMs)
              if (books > 0) book(books % 2 === 1, costMs, books - 1)
            },
          }
          if (isWriting) flusher.bookWriting(flushable)
          else flusher.bookGathering(flushable)
        }
        for (const { atMs, isWriting, costMs, books } of bookings) {
          time.scheduler.schedule(() => book(isWriting, costMs, books), atMs)
        }
        time.run()
        expect(open.size).to.equal(0)
        expect(flushes).to.have.length(id)
        // Who collects after somebody wrote is told by a later flush, and so has booked after the one before it had begun.
        let begin = 0
        for (const [index, { isWriting, bookedAfter }] of flushes.entries()) {
          if (isWriting || flushes[index - 1]?.isWriting !== true) continue
          expect(bookedAfter).to.be.greaterThan(begin)
          begin = index
        }
      }),
    )
  })
})
