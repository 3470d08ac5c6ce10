import { expect } from 'chai'
import { endingOf } from '../../lib/connection/ending.ts'
import { OverflowError } from '../../lib/operators/overflow-queue.ts'

describe('endingOf', () => {
  it('is 4413 for an overflow', () => {
    expect(endingOf(new OverflowError(2, 3))).to.deep.equal({ code: 4_413, reason: 'too slow' })
  })

  it('is 1011 for everything else, and tells the peer nothing of it (THREATS T17)', () => {
    for (const fault of [new Error('secret'), 'secret', { code: 'OVERFLOW', message: 'secret' }, undefined, null]) {
      expect(endingOf(fault)).to.deep.equal({ code: 1_011, reason: 'internal error' })
    }
  })
})
