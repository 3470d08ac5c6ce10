import { expect } from 'chai'
import * as fc from 'fast-check'
import { propertyRuns } from '../setup.ts'
import { faultOf } from './hand-over/oracle.ts'
import { play, steps } from './hand-over/steps.ts'

// From history to live over a log that answers late (SEMANTICS "From history to live"): whatever happens in whatever order, each
// connection gets everything it asked for, once, in order, or is told. `DEEP=1` plays 100,000 schedules.

const RUNS = propertyRuns * 20

describe('the hand-over from history to live', () => {
  it('loses and doubles nothing, whatever happens meanwhile', async () => {
    await fc.assert(
      fc.asyncProperty(steps, fc.nat({ max: 3 }), async (happening, early) => {
        const { slow, seen, held } = await play(happening, early)
        const mayLeaveBehind = slow.trimmed > 0 || slow.lives.length > 1
        const truth = { lives: slow.lives, mayLeaveBehind, mayFail: slow.rejected > 0 }
        const faults = seen.flatMap((one, index) => {
          const fault = faultOf(one, truth, true)
          return fault === undefined ? [] : [`connection ${index + 1}: ${fault}`]
        })
        expect(faults).to.deep.equal([])
        expect(held).to.equal(0)
      }),
      { numRuns: RUNS },
    )
  }).timeout(600_000)
})
