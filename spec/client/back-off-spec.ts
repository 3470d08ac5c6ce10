import { expect } from 'chai'
import * as fc from 'fast-check'
import { backOffMs } from '../../lib/client/back-off.ts'

const backoff = { minMs: 500, maxMs: 30_000 }

describe('the back-off of the client', () => {
  it('stays between its bounds, however often and whatever the jitter', () => {
    const random = fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true })
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 5_000 }), random, (attempt, jitter) => {
        expect(backOffMs(attempt, backoff, () => jitter)).to.be.within(500, 30_000)
      }),
    )
  })

  it('is all jitter: as wide as its ceiling, which doubles', () => {
    const ceilings = [1, 2, 3, 4, 5, 6, 7].map((attempt) => backOffMs(attempt, backoff, () => 1))
    expect(ceilings).to.deep.equal([1_000, 2_000, 4_000, 8_000, 16_000, 30_000, 30_000])
    expect(backOffMs(7, backoff, () => 0)).to.equal(500)
  })
})
