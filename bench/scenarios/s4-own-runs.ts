import { type Bench, ours, peers } from '../support/bench.ts'
import type { Measurement } from '../support/measurements.ts'
import { EVERYBODY, type Pair, startPair } from './pair.ts'
import type { Scenario } from './scenario.ts'

const CONNECTION_COUNTS = [1_000, 4_000] as const
const PER_TURN = 10
const BYTES = 300
const WARM_UP_MS = 2_500
const ROUND_MS = 2_000
const QUICK_ROUND_MS = 300
const NAP_MS = 20

export const s4: Scenario = {
  id: 'S4',
  title: 'own runs: each connection watches one, events go to random runs, ten per turn',
  figures: [
    { key: 'cpuMicros', label: 'CPU µs / event', digits: 2, isCompared: true },
    { key: 'perSecond', label: 'events/s', digits: 0 },
    { key: 'cpuShare', label: 'CPU share', digits: 2 },
  ],
  rounds: 3,
  notes: [
    'Case: connections. ws finds the connection in a Map, Socket.IO in a room, praxis-rx by the filter of the connection.',
  ],
  run: async (bench, rounds, record) => {
    for (const count of CONNECTION_COUNTS) {
      const pairs = await startPairs(bench, bench.settings.isQuick ? count / 10 : count)
      for (let round = 0; round < rounds; round += 1) {
        for (const pair of pairs) record(await ownRuns(bench, pair, count))
      }
      await bench.stopAll()
    }
  },
}

async function startPairs(bench: Bench, count: number): Promise<readonly Pair[]> {
  const pairs: Pair[] = []
  for (const name of [ours, ...peers]) {
    const pair = await startPair(bench, name, { count, wish: 'own run', recordEvery: 0, napMs: NAP_MS })
    if (pair !== undefined) pairs.push(pair)
  }
  return pairs
}

async function ownRuns({ settings }: Bench, { name, server, client }: Pair, count: number): Promise<Measurement> {
  const runs = settings.isQuick ? count / 10 : count
  const load = { perTurn: PER_TURN, bytes: BYTES, runs }
  await client.call('startRound', EVERYBODY)
  const warmUp = await server.process.call('burst', { ...load, durationMs: WARM_UP_MS })
  await client.call('finishRound', { group: EVERYBODY, total: warmUp.events })

  await client.call('startRound', EVERYBODY)
  await server.process.call('startUsage', { watchMemory: false })
  const durationMs = settings.isQuick ? QUICK_ROUND_MS : ROUND_MS
  const { events } = await server.process.call('burst', { ...load, durationMs })
  const result = await client.call('finishRound', { group: EVERYBODY, total: events })
  const usage = await server.process.call('readUsage', null)
  return {
    server: name,
    case: String(count),
    figures: {
      cpuMicros: usage.cpuMicros / result.received,
      perSecond: result.received / (result.deliveryMs / 1_000),
      cpuShare: usage.cpuMicros / usage.elapsedMicros,
      eventLoopDelayP99Ms: usage.eventLoopDelayP99Ms,
      events,
      received: result.received,
    },
    generatorShare: result.generatorShare,
    faults: result.faults,
  }
}
