import { expect } from 'chai'
import { OptionError } from '../../lib/base/options.ts'
import { checkFlushOptions, type FlushOptions, paceOf } from '../../lib/gateway/flush-options.ts'
import { thrownBy } from '../base/thrown.ts'

const unpaced = { share: 1, maxWaitMs: 0 }

/** Options as a host without types may give them. */
const untyped = (options: unknown): FlushOptions => options as FlushOptions

describe('checkFlushOptions', () => {
  it('takes options that obey, absent ones, and 0', () => {
    for (const flush of [
      0,
      {},
      { share: 0 },
      { share: 1, maxWaitMs: 0 },
      { share: 0.001, maxWaitMs: 1_000 },
    ] as const) {
      checkFlushOptions(flush)
    }
    checkFlushOptions({ maxWaitMs: 0.5 })
  })

  for (const [option, values] of [
    ['share', [-0.1, 1.1, 50, '0.5', Number.NaN, Number.POSITIVE_INFINITY, null]],
    ['maxWaitMs', [-1, 1_001, '10', Number.NaN, Number.POSITIVE_INFINITY, null]],
    ['windowMs', [5]],
  ] as const) {
    it(`names ${option} where it is wrong`, () => {
      for (const value of values) {
        const error = thrownBy(OptionError, () => checkFlushOptions(untyped({ [option]: value })))
        expect(error.option).to.equal(option)
        expect(error.message).to.include('createGateway: flush')
      }
    })
  }

  it('refuses what is no object but 0', () => {
    for (const flush of [1, null, 'off', false, true, []]) {
      expect(thrownBy(OptionError, () => checkFlushOptions(untyped(flush))).option).to.equal('options')
    }
  })
})

describe('paceOf', () => {
  it('has a default for each that is not said', () => {
    const { share, maxWaitMs } = paceOf({})
    expect(share).to.be.within(0.1, 0.9)
    expect(maxWaitMs).to.equal(10)
    expect(paceOf({ share: 0.25 })).to.deep.equal({ share: 0.25, maxWaitMs: 10 })
    expect(paceOf({ maxWaitMs: 5 })).to.deep.equal({ share, maxWaitMs: 5 })
  })

  it('does not pace where it is 0, or either of the two is: then every turn ends with a flush', () => {
    expect(paceOf(0)).to.deep.equal(unpaced)
    expect(paceOf({ share: 0 })).to.deep.equal(unpaced)
    expect(paceOf({ share: 0, maxWaitMs: 50 })).to.deep.equal(unpaced)
    expect(paceOf({ maxWaitMs: 0 }).maxWaitMs).to.equal(0)
  })

  it('never has a share that no rest can be worked out of', () => {
    for (const flush of [0, {}, { share: 0 }, { share: 0, maxWaitMs: 0 }, { share: 1 }] as const) {
      const { share, maxWaitMs } = paceOf(flush)
      expect(share).to.be.greaterThan(0)
      expect(share).to.be.at.most(1)
      expect(Math.min(maxWaitMs, (5 * (1 - share)) / share)).to.be.within(0, 1_000)
    }
  })
})
