import { type Bench, ours, peers, type ServerName } from '../support/bench.ts'
import { faultCount, type Measurement } from '../support/measurements.ts'
import { EVERYBODY, type Pair, startPair } from './pair.ts'
import type { Scenario } from './scenario.ts'

export const steadyRates = [50, 200, 1_000, 2_000, 4_000] as const

const WARM_UP_MS = 500
const ROUND_MS = 4_000
const QUICK_ROUND_MS = 500
/** Up to it, whoever reads is woken by each message; above it he would be what saturates first, and sleeps a little in between. */
const EAGER_UP_TO = 50
const NAP_MS = 2
/** A server beyond it has lost the race: higher rates would only take longer to say so. */
const SATURATED_P99_MS = 1_000

export const s3: Scenario = {
  id: 'S3',
  title: 'steady load',
  figures: [
    { key: 'p50', label: 'p50 ms', digits: 2 },
    { key: 'p99', label: 'p99 ms', digits: 2, isCompared: true },
    { key: 'p999', label: 'p99.9 ms', digits: 2 },
    { key: 'cpuShare', label: 'CPU share', digits: 2 },
    { key: 'isSaturated', label: 'saturated', digits: 0 },
  ],
  rounds: 1,
  notes: [
    'Latency from the time a message was due until it was read by the load generator, on every 5th connection.',
    `Above ${EAGER_UP_TO}/s the load generator sleeps ${NAP_MS} ms between two looks at its sockets, which is part of the latency of all.`,
    'Saturated: a second behind its schedule, its sockets full, or p99 above a second. Higher rates are then left out.',
    'A server that holds the highest rate may hold more: its ratio is then a lower bound.',
  ],
  run: async (bench, rounds, record) => {
    const pairs = await startPairs(bench)
    const { isQuick } = bench.settings
    for (let round = 0; round < rounds; round += 1) {
      const saturated = new Set<ServerName>()
      for (const rate of isQuick ? steadyRates.slice(0, 2) : steadyRates) {
        for (const pair of pairs.filter(({ name }) => !saturated.has(name))) {
          const measurement = await steady(bench, pair, rate)
          record(measurement)
          if (measurement.figures['isSaturated'] === 1 || faultCount(measurement.faults) > 0) saturated.add(pair.name)
        }
      }
    }
  },
}

export function caseOf(rate: number): string {
  return `${rate}/s`
}

async function startPairs(bench: Bench): Promise<readonly Pair[]> {
  const audience = { count: bench.settings.connections, wish: 'progress', recordEvery: 5 } as const
  const pairs: Pair[] = []
  for (const name of [ours, ...peers, 'bun'] as const) {
    const pair = await startPair(bench, name, audience)
    if (pair !== undefined) pairs.push(pair)
  }
  return pairs
}

async function steady({ settings }: Bench, { name, server, client }: Pair, perSecond: number): Promise<Measurement> {
  const { connections, bytes, isQuick } = settings
  await client.call('readLazily', perSecond > EAGER_UP_TO ? NAP_MS : 0)
  await client.call('startRound', EVERYBODY)
  const warmUp = await server.process.call('steady', { perSecond, bytes, durationMs: WARM_UP_MS })
  await client.call('finishRound', { group: EVERYBODY, total: warmUp.events * connections })

  await client.call('startRound', EVERYBODY)
  await server.process.call('startUsage', { watchMemory: false })
  const load = { perSecond, bytes, durationMs: isQuick ? QUICK_ROUND_MS : ROUND_MS }
  const { events, isSaturated } = await server.process.call('steady', load)
  const usage = await server.process.call('readUsage', null)
  const result = await client.call('finishRound', { group: EVERYBODY, total: events * connections })
  const { p50 = 0, p99 = 0, p999 = 0, max = 0, samples = 0 } = result.latency ?? {}
  return {
    server: name,
    case: caseOf(perSecond),
    figures: {
      p50,
      p99,
      p999,
      max,
      samples,
      cpuShare: usage.cpuMicros / usage.elapsedMicros,
      eventLoopDelayP99Ms: usage.eventLoopDelayP99Ms,
      events,
      received: result.received,
      lost: result.faults.lost,
      isSaturated: isSaturated || p99 > SATURATED_P99_MS ? 1 : 0,
      generatorShare: result.generatorShare,
    },
    generatorShare: result.generatorShare,
    faults: result.faults,
  }
}
