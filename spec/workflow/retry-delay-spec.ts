import { expect } from 'chai'
import * as fc from 'fast-check'
import { retryDelayMs } from '../../lib/workflow/retry-delay.ts'

describe('retryDelayMs', () => {
  it('doubles from one second up to thirty', () => {
    const longest = [2, 3, 4, 5, 6, 7, 8, 20, 101].map((attempt) => retryDelayMs(attempt, () => 1))
    expect(longest).to.deep.equal([1_000, 2_000, 4_000, 8_000, 16_000, 30_000, 30_000, 30_000, 30_000])
  })

  it('waits at least three quarters of that', () => {
    const shortest = [2, 3, 4, 5, 6, 7].map((attempt) => retryDelayMs(attempt, () => 0))
    expect(shortest).to.deep.equal([750, 1_500, 3_000, 6_000, 12_000, 22_500])
  })

  it('stays within its bounds for every try, and grows with the draw', () => {
    const draw = fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true })
    fc.assert(
      fc.property(fc.integer({ min: 2, max: 101 }), draw, draw, (attempt, one, other) => {
        const fullMs = Math.min(30_000, 1_000 * 2 ** (attempt - 2))
        const waits = [Math.min(one, other), Math.max(one, other)].map((drawn) => retryDelayMs(attempt, () => drawn))
        for (const ms of waits) {
          expect(ms).to.be.within(0.75 * fullMs, fullMs)
          expect(Number.isInteger(ms)).to.equal(true)
        }
        expect(waits[0]).to.be.at.most(waits[1] ?? 0)
      }),
    )
  })
})
