import { expect } from 'chai'
import * as fc from 'fast-check'
import { RecordRing, type RingBounds } from '../../lib/bus/record-ring.ts'
import type { StoredRecord } from '../../lib/event/event-record.ts'
import { storedRecord } from '../support/stored-record.ts'

const wide: RingBounds = { maxEvents: 100, maxBytes: 1_000, maxAgeMs: 1_000 }

const at = (seq: number, bytes = 1): StoredRecord => storedRecord({ epoch: 'e', seq }, { bytes })

const seqsOf = (records: readonly StoredRecord[]): readonly number[] => records.map(({ seq }) => seq)

function ringOf(bounds: Partial<RingBounds>, count: number, firstSeq = 1) {
  const dropped: number[] = []
  const ring = new RecordRing({ ...wide, ...bounds }, ({ seq }) => dropped.push(seq))
  for (let index = 0; index < count; index += 1) ring.push(at(firstSeq + index), 0)
  return { ring, dropped }
}

describe('RecordRing', () => {
  it('is empty at first', () => {
    const { ring } = ringOf({}, 0)
    expect([ring.count, ring.bytes, ring.oldest, ring.newest]).to.deep.equal([0, 0, undefined, undefined])
    expect(ring.read(0, 10)).to.deep.equal([])
  })

  it('reads after a position, oldest first, at most as many as asked for', () => {
    const { ring } = ringOf({}, 4, 11)
    expect(seqsOf(ring.read(10, 10))).to.deep.equal([11, 12, 13, 14])
    expect(seqsOf(ring.read(12, 1))).to.deep.equal([13])
    expect(seqsOf(ring.read(13, 9))).to.deep.equal([14])
    expect([ring.read(14, 9), ring.read(99, 9), ring.read(11, 0)]).to.deep.equal([[], [], []])
  })

  it('reads from the oldest where what comes next is gone, or was never here', () => {
    const { ring } = ringOf({ maxEvents: 2 }, 4, 11)
    expect(seqsOf(ring.read(0, 10))).to.deep.equal([13, 14])
    expect(seqsOf(ring.read(0, 1))).to.deep.equal([13])
  })

  it('drops the oldest that are too many, and says which', () => {
    const { ring, dropped } = ringOf({ maxEvents: 3 }, 5)
    expect([ring.count, ring.bytes, ring.oldest?.seq, ring.newest?.seq]).to.deep.equal([3, 3, 3, 5])
    expect(dropped).to.deep.equal([1, 2])
  })

  it('drops the oldest that weigh too much, down to none', () => {
    const { ring, dropped } = ringOf({ maxBytes: 10 }, 0)
    for (const [seq, bytes] of [
      [1, 4],
      [2, 6],
    ] as const) {
      ring.push(at(seq, bytes), 0)
    }
    expect([ring.count, ring.bytes], 'exactly full').to.deep.equal([2, 10])
    ring.push(at(3, 1), 0)
    expect([ring.count, ring.bytes, dropped]).to.deep.equal([2, 7, [1]])
    ring.push(at(4, 11), 0)
    expect([ring.count, ring.bytes, dropped]).to.deep.equal([0, 0, [1, 2, 3, 4]])
    ring.push(at(5, 1), 0)
    expect(seqsOf(ring.read(4, 10))).to.deep.equal([5])
  })

  it('drops what is too old when it is told the time', () => {
    const { ring } = ringOf({ maxAgeMs: 10 }, 0)
    ring.push(at(1), 0)
    ring.push(at(2), 5)
    ring.trim(10)
    expect(ring.oldest?.seq, 'exactly as old').to.equal(1)
    ring.trim(11)
    expect(ring.oldest?.seq).to.equal(2)
    ring.push(at(3), 100)
    expect([ring.oldest?.seq, ring.count]).to.deep.equal([3, 1])
  })

  it('never ages where no age is said', () => {
    const { ring } = ringOf({ maxAgeMs: Number.POSITIVE_INFINITY }, 2)
    ring.trim(Number.MAX_SAFE_INTEGER)
    expect(ring.count).to.equal(2)
  })

  it('begins anew when it is cleared, elsewhere too, and tells nobody', () => {
    const { ring, dropped } = ringOf({ maxEvents: 2 }, 3)
    ring.clear()
    expect([ring.count, ring.bytes, ring.oldest, ring.newest]).to.deep.equal([0, 0, undefined, undefined])
    expect(ring.read(0, 10)).to.deep.equal([])
    ring.push(at(8), 0)
    expect(seqsOf(ring.read(0, 10))).to.deep.equal([8])
    expect(seqsOf(ring.read(7, 10))).to.deep.equal([8])
    expect(dropped).to.deep.equal([1])
  })

  it('is what a list cut at its beginning is', () => {
    const step = fc.oneof(
      { weight: 8, arbitrary: fc.record({ bytes: fc.nat(30) }) },
      { weight: 1, arbitrary: fc.record({ waitMs: fc.nat(60) }) },
      { weight: 3, arbitrary: fc.record({ back: fc.integer({ min: -2, max: 30 }), limit: fc.nat(8) }) },
    )
    const bounds = fc.record({
      maxEvents: fc.integer({ min: 1, max: 20 }),
      maxBytes: fc.integer({ min: 1, max: 200 }),
      maxAgeMs: fc.integer({ min: 1, max: 100 }),
    })
    fc.assert(
      fc.property(bounds, fc.nat(50), fc.array(step, { maxLength: 100 }), (limits, seqBefore, steps) => {
        const ring = new RecordRing(limits)
        const kept: { readonly record: StoredRecord; readonly atMs: number }[] = []
        let nowMs = 0
        let seq = seqBefore
        const weight = (): number => kept.reduce((sum, { record }) => sum + record.bytes, 0)
        for (const one of steps) {
          if ('waitMs' in one) nowMs += one.waitMs
          if ('bytes' in one) {
            seq += 1
            kept.push({ record: at(seq, one.bytes), atMs: nowMs })
            ring.push(at(seq, one.bytes), nowMs)
          }
          ring.trim(nowMs)
          while (
            kept.length > limits.maxEvents ||
            weight() > limits.maxBytes ||
            nowMs - (kept[0]?.atMs ?? nowMs) > limits.maxAgeMs
          ) {
            kept.shift()
          }
          const left = kept.map(({ record }) => record.seq)
          expect([ring.count, ring.bytes, ring.oldest?.seq, ring.newest?.seq]).to.deep.equal([
            left.length,
            weight(),
            left[0],
            left.at(-1),
          ])
          if ('back' in one) {
            const after = seq - one.back
            const wanted = left.filter((candidate) => candidate > after).slice(0, one.limit)
            expect(seqsOf(ring.read(after, one.limit))).to.deep.equal(wanted)
          }
        }
      }),
    )
  })

  it('reads and ages the same while what was dropped is cut off within, again and again', () => {
    const { ring } = ringOf({ maxEvents: 100_000, maxBytes: 1_000_000, maxAgeMs: 699 }, 0)
    for (let seq = 1; seq <= 6_000; seq += 1) {
      // One a millisecond.
      ring.push(at(seq), seq)
      if (seq % 53 !== 0) continue
      const firstSeq = Math.max(1, seq - 699)
      expect([ring.count, ring.oldest?.seq]).to.deep.equal([Math.min(seq, 700), firstSeq])
      expect(seqsOf(ring.read(firstSeq - 1, 2))).to.deep.equal([firstSeq, firstSeq + 1])
      expect(seqsOf(ring.read(seq - 2, 5))).to.deep.equal([seq - 1, seq])
    }
  })
})
