import * as fc from 'fast-check'
import { propertyRuns } from '../setup.ts'
import { type Setting, World } from './hand-over-world.ts'

const setting: fc.Arbitrary<Setting> = fc.record({
  log: fc.constantFrom('slow' as const, 'slow' as const, 'slow' as const, 'memory' as const),
  keeps: fc.integer({ min: 1, max: 6 }),
  before: fc.nat(10),
  ahead: fc.nat(2),
  appends: fc.constantFrom('held' as const, 'at once' as const),
  deliveries: fc.constantFrom('held' as const, 'at once' as const),
  reads: fc.constantFrom('held' as const, 'held' as const, 'at once' as const, 'in memory' as const),
  most: fc.integer({ min: 1, max: 4 }),
  hasRule: fc.boolean(),
  msPerLook: fc.constantFrom(0, 3),
  maxMessages: fc.constantFrom(3, 1_000),
})

const steps = fc.array(fc.nat(2 ** 48), { maxLength: 70 })

describe('from history to live (SEMANTICS P3, P4, P5; PROTOCOL section 8)', () => {
  it('each client gets all that is for it, once and in order, or is told that it does not', async () => {
    const met = { resumes: 0, caughtUps: 0, resets: 0, closes: 0, reads: 0 }
    const startMs = performance.now()
    await fc.assert(
      fc.asyncProperty(setting, steps, async (one, numbers) => {
        const world = new World(one)
        for (const number of numbers) await world.step(number)
        await world.conclude()
        for (const key of Object.keys(met) as (keyof typeof met)[]) met[key] += world.met[key]
      }),
      { numRuns: Number(process.env['RUNS'] ?? propertyRuns * 20) },
    )
    console.log(met, performance.now() - startMs)
  })
})
