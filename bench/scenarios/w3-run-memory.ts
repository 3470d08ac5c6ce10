import { noFaults } from '../support/measurements.ts'
import type { Scenario } from './scenario.ts'

const sizes: readonly number[] = [5, 50]
const RUNS = 1_000
const QUICK_RUNS = 50

export const w3: Scenario = {
  id: 'W3',
  title: 'heap of a live run whose first node is at work, in process',
  figures: [{ key: 'heapKiB', label: 'heap KiB / run', digits: 1 }],
  rounds: 3,
  notes: ['The snapshot, the plan, the call and its timers; without results, and without the history of the bus.'],
  run: async (bench, rounds, record) => {
    const runs = bench.settings.isQuick ? QUICK_RUNS : RUNS
    for (let round = 0; round < rounds; round += 1) {
      for (const nodes of sizes) {
        // A process of its own each time: what others left on the heap would be weighed as well.
        const process = bench.startRunner()
        const { heapBytesPerRun } = await process.call('weighRuns', { runs, nodes })
        await process.stop()
        record({
          server: 'praxis',
          case: `${nodes} nodes`,
          figures: { heapKiB: heapBytesPerRun / 1_024 },
          generatorShare: 0,
          faults: noFaults,
        })
      }
    }
  },
}
