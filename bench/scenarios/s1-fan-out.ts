import { broadcastRounds } from './broadcast.ts'
import type { Scenario } from './scenario.ts'

export const s1: Scenario = {
  id: 'S1',
  title: 'fan-out, one event per turn',
  figures: [
    { key: 'cpuMicros', label: 'CPU µs / delivery', digits: 3, isCompared: true },
    { key: 'perSecond', label: 'deliveries/s', digits: 0 },
    { key: 'cpuShare', label: 'CPU share', digits: 2 },
  ],
  rounds: 5,
  notes: ['CPU time of the server process from the first event until the last connection has the last one.'],
  run: (bench, rounds, record) => broadcastRounds(bench, rounds, 1, ['praxis unpaced'], record),
}
