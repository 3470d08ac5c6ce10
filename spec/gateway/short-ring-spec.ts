import { expect } from 'chai'
import * as fc from 'fast-check'
import { propertyRuns } from '../setup.ts'
import { faultOf } from './hand-over/oracle.ts'
import { play, steps } from './hand-over/steps.ts'

// As `hand-over-spec.ts`, on the pieces between a log and a socket, with a ring of three events and pages of three: most of what is
// replayed lies before the ring, and what is read of the log is behind the ring again when it comes.

const RUNS = propertyRuns * 8

describe('the hand-over from a log to a short ring to live', () => {
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
