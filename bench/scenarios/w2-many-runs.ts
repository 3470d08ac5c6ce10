import { noFaults } from '../support/measurements.ts'
import type { Scenario } from './scenario.ts'

const NODES = 5
const counts: readonly number[] = [100, 1_000, 5_000]

export const w2: Scenario = {
  id: 'W2',
  title: 'many runs of 5 nodes in a row, ordered at once, tools instant, in process',
  figures: [
    { key: 'cpuMicros', label: 'CPU µs / node', digits: 1 },
    { key: 'elapsedMs', label: 'ms in all', digits: 0 },
  ],
  rounds: 5,
  notes: [
    'All runs share 256 places for nodes at work, in turns. What a node costs must not depend on how many runs there are.',
  ],
  run: async (bench, rounds, record) => {
    const process = bench.startRunner()
    await process.call('runAtOnce', { runs: 1_000, nodes: NODES })
    for (let round = 0; round < rounds; round += 1) {
      for (const runs of bench.settings.isQuick ? [100] : counts) {
        const { nodes, elapsedMs, cpuMicros, lost } = await process.call('runAtOnce', { runs, nodes: NODES })
        record({
          server: 'praxis',
          case: `${runs} runs`,
          figures: { cpuMicros: cpuMicros / nodes, elapsedMs },
          generatorShare: 0,
          faults: { ...noFaults, lost },
        })
      }
    }
  },
}
