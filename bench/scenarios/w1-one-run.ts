import type { OneByOneLoad, Shape } from '../control/run-calls.ts'
import { noFaults, type Measurement } from '../support/measurements.ts'
import type { Scenario } from './scenario.ts'

/** Two sizes of each: what one node costs must not depend on how many there are. */
const sizes: readonly number[] = [50, 200]
const shapes: readonly Shape[] = ['chain', 'side by side', 'layers']
const WARM_UP_MS = 500
const ROUND_MS = 1_500
const QUICK_MS = 100

/** The name of the case of so many nodes. */
export const runCase = (shape: Shape, nodes: number): string => `${nodes} nodes, ${shape}`

export const w1: Scenario = {
  id: 'W1',
  title: 'one run after the other, its tools instant, in process',
  figures: [
    { key: 'cpuMicros', label: 'CPU µs / node', digits: 1 },
    { key: 'perSecond', label: 'nodes/s', digits: 0 },
  ],
  rounds: 5,
  notes: [
    'Ordering, planning, six events of each node and the end of the run included; no connection.',
    'Layers: ten nodes each, every node waits for four of the layer before it.',
  ],
  run: async (bench, rounds, record) => {
    const process = bench.startRunner()
    const { isQuick } = bench.settings
    const measure = async (load: OneByOneLoad): Promise<Measurement> => {
      const { nodes, elapsedMs, cpuMicros, lost } = await process.call('runOneByOne', load)
      return {
        server: 'praxis',
        case: runCase(load.shape, load.nodes),
        figures: { cpuMicros: cpuMicros / nodes, perSecond: nodes / (elapsedMs / 1_000) },
        generatorShare: 0,
        faults: { ...noFaults, lost },
      }
    }
    const loads = shapes.flatMap((shape) => sizes.map((nodes) => ({ shape, nodes })))
    for (const load of loads) await measure({ ...load, durationMs: isQuick ? QUICK_MS : WARM_UP_MS })
    for (let round = 0; round < rounds; round += 1) {
      for (const load of loads) record(await measure({ ...load, durationMs: isQuick ? QUICK_MS : ROUND_MS }))
    }
  },
}
