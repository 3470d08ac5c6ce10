import { type Bench, ours, peers } from '../support/bench.ts'
import { noFaults, type Measurement } from '../support/measurements.ts'
import { EVERYBODY, type Pair, startPair } from './pair.ts'
import type { Scenario } from './scenario.ts'

const CONNECTIONS = 100
const WARM_UP_MS = 1_000
const ROUND_MS = 5_000
const QUICK_ROUND_MS = 500

export const s7: Scenario = {
  id: 'S7',
  title: 'PING round trips, 100 connections, one in flight each',
  figures: [
    { key: 'perSecond', label: 'round trips/s', digits: 0, isCompared: true },
    { key: 'p99', label: 'p99 ms', digits: 2, isCompared: true },
    { key: 'cpuMicros', label: 'CPU µs / round trip', digits: 2 },
  ],
  rounds: 3,
  notes: [
    'praxis-rx: PING and PONG. ws: the same, parsed and stringified. Socket.IO: an event with an acknowledgement.',
  ],
  run: async (bench, rounds, record) => {
    const pairs: Pair[] = []
    for (const name of [ours, ...peers]) {
      const pair = await startPair(bench, name, { count: CONNECTIONS, wish: 'progress', recordEvery: 0 })
      if (pair !== undefined) pairs.push(pair)
    }
    for (const pair of pairs) await pingPong(pair, bench.settings.isQuick ? QUICK_ROUND_MS : WARM_UP_MS)
    for (let round = 0; round < rounds; round += 1) {
      for (const pair of pairs) record(await pingPong(pair, roundMs(bench)))
    }
  },
}

function roundMs({ settings }: Bench): number {
  return settings.isQuick ? QUICK_ROUND_MS : ROUND_MS
}

async function pingPong({ name, server, client }: Pair, durationMs: number): Promise<Measurement> {
  await client.call('startRound', EVERYBODY)
  await server.process.call('startUsage', { watchMemory: false })
  const dialect = name === 'socket.io' ? 'socket.io ack' : 'message'
  const result = await client.call('pingPong', { group: EVERYBODY, durationMs, dialect })
  const usage = await server.process.call('readUsage', null)
  const { faults } = await client.call('finishRound', { group: EVERYBODY, total: 0 })
  return {
    server: name,
    case: '',
    figures: {
      perSecond: result.roundTrips / (result.elapsedMs / 1_000),
      p50: result.latency.p50,
      p99: result.latency.p99,
      cpuMicros: usage.cpuMicros / result.roundTrips,
    },
    generatorShare: result.generatorShare,
    // An answer to another ping than the one in flight is out of order.
    faults: { ...noFaults, closed: faults.closed, outOfOrder: result.wrongAnswers },
  }
}
