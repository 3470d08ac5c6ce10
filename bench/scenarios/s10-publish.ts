import type { PublishAudience, PublishLoad } from '../control/publish-calls.ts'
import { noFaults, type Measurement } from '../support/measurements.ts'
import type { Scenario } from './scenario.ts'

const audiences: readonly PublishAudience[] = ['no connection', 'one connection', 'full history']
const publishers: readonly PublishLoad['publisher'][] = ['praxis', 'EventEmitter']
const WARM_UP_MS = 500
const ROUND_MS = 2_000
const QUICK_MS = 100

export const s10: Scenario = {
  id: 'S10',
  title: 'publish, in process, a hundred events per turn',
  figures: [
    { key: 'perSecond', label: 'events/s', digits: 0 },
    { key: 'cpuMicros', label: 'CPU µs / event', digits: 2 },
  ],
  rounds: 5,
  notes: [
    'No connection: a new bus after every 10,000 events, so that its history is never full. Full history: 10,000 events before.',
    'One connection: in memory, so that no write to a socket is measured. EventEmitter (with JSON.stringify for one) is for scale.',
  ],
  run: async (bench, rounds, record) => {
    const process = bench.startPublisher()
    const { isQuick } = bench.settings
    const measure = async (load: PublishLoad): Promise<Measurement> => {
      const { events, elapsedMs, cpuMicros, lost } = await process.call('publish', load)
      return {
        server: load.publisher,
        case: load.audience,
        figures: { perSecond: events / (elapsedMs / 1_000), cpuMicros: cpuMicros / events, events },
        generatorShare: 0,
        faults: { ...noFaults, lost },
      }
    }
    for (const audience of audiences) {
      for (const publisher of publishers) {
        await measure({ audience, publisher, durationMs: isQuick ? QUICK_MS : WARM_UP_MS })
      }
    }
    for (let round = 0; round < rounds; round += 1) {
      for (const audience of audiences) {
        // `EventEmitter` has no history.
        for (const publisher of audience === 'full history' ? publishers.slice(0, 1) : publishers) {
          record(await measure({ audience, publisher, durationMs: isQuick ? QUICK_MS : ROUND_MS }))
        }
      }
    }
  },
}
