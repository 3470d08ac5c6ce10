import { expect } from 'chai'
import * as fc from 'fast-check'
import * as t from 'io-ts'
import { OptionError } from '../../lib/base/options.ts'
import type { EventLog } from '../../lib/bus/event-log.ts'
import { createMemoryLog, type HistoryOptions } from '../../lib/bus/memory-log.ts'
import { EventRecord, type StoredRecord } from '../../lib/event/event-record.ts'
import { thrownBy } from '../base/thrown.ts'
import { propertyRuns } from '../setup.ts'
import { createHandClock } from './doubles.ts'

/** A record that says it is `bytes` large: the log asks nothing else of it. */
function recordOf(id: string, bytes = 1): EventRecord {
  const head = {
    id,
    type: 'spec.step',
    timestamp: '',
    source: undefined,
    correlationId: undefined,
    tags: [],
    owner: undefined,
  }
  return new EventRecord(head, '{}', bytes, t.identity)
}

/** A memory log, whose answers are all at once. */
function createLog(history: HistoryOptions = {}) {
  const clock = createHandClock()
  const log = createMemoryLog(history, clock)
  const read = (afterSeq: number, limit: number): readonly string[] => {
    const page = log.read(afterSeq, limit) as readonly StoredRecord[]
    return page.map(({ id, seq }) => `${seq}:${id}`)
  }
  const append = (id: string, bytes?: number): StoredRecord => log.append(recordOf(id, bytes)) as StoredRecord
  return { log, clock, read, append, all: () => read(0, Number.MAX_SAFE_INTEGER) }
}

describe('createMemoryLog', () => {
  it('is empty at 0, in an epoch of its own', () => {
    const { log } = createLog()
    const { epoch, seq } = log.head()
    expect(seq).to.equal(0)
    expect(epoch).to.match(/^[A-Za-z0-9_-]{1,64}$/)
    expect(epoch).not.to.equal(createLog().log.head().epoch)
    expect(log.stats()).to.deep.equal({ firstSeq: 1, events: 0, bytes: 0 })
    expect(log.read(0, 10)).to.deep.equal([])
  })

  it('gives seq 1, 2, 3 and so on, and the position to the record itself', () => {
    const { log, append } = createLog()
    const { epoch } = log.head()
    for (const seq of [1, 2, 3]) {
      expect(append(`e${seq}`)).to.include({ epoch, seq })
      expect(log.head()).to.deep.equal({ epoch, seq })
    }
  })

  it('delivers within the append, what is stored from then on, until it is told to stop', () => {
    const { log, append } = createLog()
    append('before')
    const seen: string[] = []
    const stop = log.follow(({ id, seq }) => seen.push(`${seq}:${id}`))
    append('a')
    expect(seen).to.deep.equal(['2:a'])
    expect(log.head().seq, 'stored before it is delivered').to.equal(2)
    stop()
    append('b')
    expect(seen).to.deep.equal(['2:a'])
  })

  it('reads pages after a position, oldest first', () => {
    const { append, read } = createLog()
    for (const id of ['a', 'b', 'c', 'd']) append(id)
    expect(read(0, 2)).to.deep.equal(['1:a', '2:b'])
    expect(read(2, 10)).to.deep.equal(['3:c', '4:d'])
    expect(read(3, 1)).to.deep.equal(['4:d'])
    expect([read(4, 10), read(99, 10), read(0, 0)]).to.deep.equal([[], [], []])
  })

  describe('an id that is still in the history (P7)', () => {
    it('is not stored again: the answer is what it was', () => {
      const { log, append, all } = createLog()
      const seen: string[] = []
      log.follow(({ id }) => seen.push(id))
      const first = append('a')
      append('b')
      expect(append('a')).to.equal(first)
      expect(all()).to.deep.equal(['1:a', '2:b'])
      expect(seen).to.deep.equal(['a', 'b'])
      expect(log.stats()).to.deep.equal({ firstSeq: 1, events: 2, bytes: 2 })
    })

    it('is new again when it has left', () => {
      const { append, all } = createLog({ maxEvents: 1 })
      for (const id of ['a', 'b', 'a']) append(id)
      expect(all()).to.deep.equal(['3:a'])
    })
  })

  describe('its bounds', () => {
    it('count: the oldest goes, what is left keeps its position', () => {
      const { log, append, all } = createLog({ maxEvents: 3 })
      for (const id of ['a', 'b', 'c', 'd', 'e']) append(id)
      expect(all()).to.deep.equal(['3:c', '4:d', '5:e'])
      expect(log.stats()).to.deep.equal({ firstSeq: 3, events: 3, bytes: 3 })
    })

    it('bytes: as many of the oldest go as it takes', () => {
      const { log, append, all } = createLog({ maxBytes: 100 })
      append('a', 40)
      append('b', 40)
      append('c', 20)
      expect(all(), 'exactly full').to.deep.equal(['1:a', '2:b', '3:c'])
      append('d', 1)
      expect(all()).to.deep.equal(['2:b', '3:c', '4:d'])
      append('e', 99)
      expect(all()).to.deep.equal(['4:d', '5:e'])
      expect(log.stats()).to.deep.equal({ firstSeq: 4, events: 2, bytes: 100 })
    })

    it('bytes: an event larger than the bound has its position and is delivered, but is not kept', () => {
      const { log, append, all } = createLog({ maxBytes: 100 })
      append('a', 1)
      const seen: number[] = []
      log.follow(({ seq }) => seen.push(seq))
      expect(append('b', 101).seq).to.equal(2)
      expect(all()).to.deep.equal([])
      expect(log.stats()).to.deep.equal({ firstSeq: 3, events: 0, bytes: 0 })
      expect(seen).to.deep.equal([2])
      append('c', 1)
      expect(all()).to.deep.equal(['3:c'])
    })

    it('age: what is older goes, also when nothing is appended any more', () => {
      const { log, clock, append, all } = createLog({ maxAgeMs: 1_000 })
      append('a')
      clock.nowMs = 400
      append('b')
      clock.nowMs = 1_000
      expect(all(), 'exactly as old').to.deep.equal(['1:a', '2:b'])
      clock.nowMs = 1_001
      expect(log.stats()).to.deep.equal({ firstSeq: 2, events: 1, bytes: 1 })
      expect(all()).to.deep.equal(['2:b'])
      clock.nowMs = 9_000
      append('c')
      expect(all()).to.deep.equal(['3:c'])
    })

    it('are 10,000 events, 64 MiB or 10 minutes where nothing is said', () => {
      const counted = createLog()
      for (let index = 0; index <= 10_000; index++) counted.append(`e${index}`)
      expect(counted.log.stats()).to.deep.equal({ firstSeq: 2, events: 10_000, bytes: 10_000 })

      const weighed = createLog()
      const mib = 1024 * 1024
      for (let index = 0; index < 64; index++) weighed.append(`e${index}`, mib)
      expect(weighed.log.stats()).to.deep.equal({ firstSeq: 1, events: 64, bytes: 64 * mib })
      weighed.append('more', 1)
      expect(weighed.log.stats().firstSeq).to.equal(2)

      const aged = createLog()
      aged.append('a')
      aged.clock.nowMs = 600_000
      expect(aged.all()).to.deep.equal(['1:a'])
      aged.clock.nowMs = 600_001
      expect(aged.all()).to.deep.equal([])
    })

    it('are named where they are malformed', () => {
      const offender = (history: object): string => thrownBy(OptionError, () => createMemoryLog(history)).option
      for (const value of [0, -1, 1.5, Number.NaN, '5', null]) {
        expect(offender({ maxEvents: value })).to.equal('maxEvents')
        expect(offender({ maxBytes: value })).to.equal('maxBytes')
      }
      for (const value of [0, -1, Number.NaN, Number.POSITIVE_INFINITY, 2 ** 31, '5']) {
        expect(offender({ maxAgeMs: value })).to.equal('maxAgeMs')
      }
      expect(offender({ maxAge: 5 })).to.equal('maxAge')
    })
  })

  describe('is what a list trimmed at its beginning is', () => {
    interface Kept {
      readonly seq: number
      readonly id: string
      readonly bytes: number
      readonly atMs: number
    }

    /** The log as a plain list: what it must be told apart from in nothing. */
    function createModel({ maxEvents, maxBytes, maxAgeMs }: Required<HistoryOptions>) {
      let kept: readonly Kept[] = []
      let seq = 0
      const trim = (nowMs: number): void => {
        const bytesFrom = (index: number): number => kept.slice(index).reduce((sum, { bytes }) => sum + bytes, 0)
        let drop = 0
        while (
          drop < kept.length &&
          (kept.length - drop > maxEvents || bytesFrom(drop) > maxBytes || nowMs - (kept[drop]?.atMs ?? 0) > maxAgeMs)
        ) {
          drop += 1
        }
        if (drop > 0) kept = kept.slice(drop)
      }
      return {
        append: (id: string, bytes: number, nowMs: number): number => {
          const earlier = kept.find((entry) => entry.id === id)
          if (earlier !== undefined) return earlier.seq
          seq += 1
          kept = [...kept, { seq, id, bytes, atMs: nowMs }]
          trim(nowMs)
          return seq
        },
        read: (afterSeq: number, limit: number, nowMs: number): readonly string[] => {
          trim(nowMs)
          const page = kept.filter((entry) => entry.seq > afterSeq).slice(0, limit)
          return page.map((entry) => `${entry.seq}:${entry.id}`)
        },
        stats: (nowMs: number) => {
          trim(nowMs)
          return {
            firstSeq: seq - kept.length + 1,
            events: kept.length,
            bytes: kept.reduce((sum, { bytes }) => sum + bytes, 0),
          }
        },
        seq: () => seq,
      }
    }

    it('for any appends, reads and times', () => {
      const step = fc.oneof(
        { weight: 6, arbitrary: fc.record({ append: fc.nat(60), bytes: fc.nat(30) }) },
        { weight: 1, arbitrary: fc.record({ wait: fc.nat(40) }) },
        { weight: 2, arbitrary: fc.record({ readBack: fc.integer({ min: -3, max: 30 }), limit: fc.nat(10) }) },
      )
      const bounds = fc.record({
        maxEvents: fc.integer({ min: 1, max: 20 }),
        maxBytes: fc.integer({ min: 1, max: 200 }),
        maxAgeMs: fc.integer({ min: 1, max: 100 }),
      })
      fc.assert(
        fc.property(bounds, fc.array(step, { maxLength: 150 }), (history, steps) => {
          const { log, clock, read, append } = createLog(history)
          const model = createModel(history)
          for (const one of steps) {
            if ('append' in one) {
              expect(append(`e${one.append}`, one.bytes).seq).to.equal(
                model.append(`e${one.append}`, one.bytes, clock.nowMs),
              )
            } else if ('wait' in one) clock.nowMs += one.wait
            else {
              const afterSeq = model.seq() - one.readBack
              expect(read(afterSeq, one.limit)).to.deep.equal(model.read(afterSeq, one.limit, clock.nowMs))
            }
            expect(log.head().seq).to.equal(model.seq())
          }
          expect(log.stats()).to.deep.equal(model.stats(clock.nowMs))
        }),
      )
    })

    it('across 12,000 appends, while the list within is cut again and again', () => {
      const bound = (max: number): fc.Arbitrary<number> => fc.integer({ min: 1, max })
      fc.assert(
        fc.property(bound(3_000), bound(12_000), bound(3_000), (maxEvents, maxBytes, maxAgeMs) => {
          const { log, clock, append, read } = createLog({ maxEvents, maxBytes, maxAgeMs })
          // What is kept is a run of the newest: their sizes repeat, so where it begins can be computed.
          const sizes: number[] = []
          let bytes = 0
          let firstSeq = 1
          for (let seq = 1; seq <= 12_000; seq++) {
            const size = (seq % 7) + 1
            sizes.push(size)
            bytes += size
            // One a millisecond.
            clock.nowMs = seq
            append(`e${seq}`, size)
            while (seq - firstSeq + 1 > maxEvents || bytes > maxBytes || seq - firstSeq > maxAgeMs) {
              bytes -= sizes[firstSeq - 1] ?? 0
              firstSeq += 1
            }
            if (seq % 97 !== 0) continue
            expect(log.stats()).to.deep.equal({ firstSeq, events: seq - firstSeq + 1, bytes })
            const from = Math.max(firstSeq, seq - 2)
            const newest = Array.from({ length: seq - from + 1 }, (_, index) => `${from + index}:e${from + index}`)
            expect(read(from - 1, 10)).to.deep.equal(newest)
            expect(read(0, 1)).to.deep.equal(seq < firstSeq ? [] : [`${firstSeq}:e${firstSeq}`])
          }
        }),
        { numRuns: Math.ceil(propertyRuns / 10) },
      )
    })
  })

  it('is an EventLog', () => {
    const log: EventLog = createMemoryLog()
    expect(log).to.have.all.keys('head', 'append', 'follow', 'read', 'stats')
  })
})
