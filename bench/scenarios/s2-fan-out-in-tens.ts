import { broadcastRounds } from './broadcast.ts'
import type { Scenario } from './scenario.ts'

export const s2: Scenario = {
  id: 'S2',
  title: 'fan-out, ten events per turn',
  figures: [
    { key: 'cpuMicros', label: 'CPU µs / delivery', digits: 3, isCompared: true },
    { key: 'perSecond', label: 'deliveries/s', digits: 0, isCompared: true },
    { key: 'cpuShare', label: 'CPU share', digits: 2 },
  ],
  rounds: 5,
  notes: ['Deliveries per second from the first to the last that arrived.'],
  run: (bench, rounds, record) => broadcastRounds(bench, rounds, 10, [], record),
}
