import { expect } from 'chai'
import * as fc from 'fast-check'
import { propertyRuns } from '../setup.ts'
import { type Met, type Setting, World } from './hand-over-world.ts'

const setting = (log: Setting['log']): fc.Arbitrary<Setting> =>
  fc.record({
    log: fc.constant(log),
    keeps: fc.integer({ min: 1, max: 6 }),
    before: fc.nat(10),
    ahead: fc.nat(2),
    appends: fc.constantFrom('held', 'at once'),
    deliveries: fc.constantFrom('held', 'at once'),
    reads: fc.constantFrom('held', 'held', 'at once', 'in memory'),
    most: fc.integer({ min: 1, max: 4 }),
    hasRule: fc.boolean(),
    msPerLook: fc.constantFrom(0, 3),
    maxMessages: fc.constantFrom(3, 1_000),
    echoes: fc.constantFrom(0, 0, 10),
  })

const steps = fc.array(fc.nat(2 ** 48), { maxLength: 70 })

/** Runs `count` worlds, and answers what was met in them. */
async function runWorlds(log: Setting['log'], count: number): Promise<Met> {
  const met: Met = { resumes: 0, caughtUps: 0, resets: 0, closes: 0, reads: 0 }
  await fc.assert(
    fc.asyncProperty(setting(log), steps, async (one, numbers) => {
      const world = new World(one)
      for (const number of numbers) await world.step(number)
      await world.conclude()
      for (const key of Object.keys(met) as (keyof Met)[]) met[key] += world.met[key]
    }),
    { numRuns: count },
  )
  return met
}

describe('from history to live each client gets all that is for it, once and in order, or is told (P3, P4, P5)', () => {
  // In the deep form 100,000 interleavings, which take minutes.
  it('out of a log far away that answers when it likes, loses its oldest, and begins again', async function () {
    this.timeout(0)
    const count = propertyRuns * 17
    const { resumes, caughtUps, resets, closes, reads } = await runWorlds('slow', count)
    // A property that meets nothing proves nothing.
    for (const times of [resumes, caughtUps, reads]) expect(times).to.be.above(count / 4)
    expect(resets).to.be.above(count / 10)
    expect(closes).to.be.above(count / 100)
  })

  it('out of the memory of the bus', async function () {
    this.timeout(0)
    const count = propertyRuns * 3
    const { resumes, caughtUps, resets } = await runWorlds('memory', count)
    for (const times of [resumes, caughtUps]) expect(times).to.be.above(count / 4)
    expect(resets).to.be.above(count / 20)
  })
})
