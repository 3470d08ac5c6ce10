import type { SteadyLoad } from '../control/server-calls.ts'
import { type Bench, ours, peers, type ServerName } from '../support/bench.ts'
import type { Measurement } from '../support/measurements.ts'
import { pathFor } from '../support/routes.ts'
import { EVERYBODY, type Pair, startPair } from './pair.ts'
import type { Scenario } from './scenario.ts'

const HEALTHY = 900
const STALLED = 100
/** What every server of the comparison can hold. */
const COMMON_PER_SECOND = 50
/** What is asked of ours besides. */
const OWN_PER_SECOND = 200
const BYTES = 300
/** Of 16 KiB: 10 MiB for each stalled peer, more than kernel and queue together hold for it. */
const HEAVY_MESSAGES = 640
const ROUND_MS = 4_000
const QUICK_ROUND_MS = 500
const MB = 1e6

export const s9: Scenario = {
  id: 'S9',
  title: '900 healthy peers get events beside 100 stalled ones, for each of whom come 10 MiB',
  figures: [
    { key: 'p50', label: 'p50 ms', digits: 2 },
    { key: 'p99', label: 'p99 ms', digits: 2, isCompared: true },
    { key: 'rssGrowthMB', label: 'RSS growth MB', digits: 0, isCompared: true },
    { key: 'cpuShare', label: 'CPU share', digits: 2 },
    { key: 'isSaturated', label: 'saturated', digits: 0 },
  ],
  rounds: 2,
  notes: [
    'The heavy messages are published in both cases; without stalled peers nobody hears them. A new process for each round.',
    'Latency of the healthy on every 5th connection. RSS: its peak less what it was before the first stalled peer.',
    'ws and Socket.IO would be saturated by 200 events/s to 900 peers with or without stalled ones, so that case is ours alone.',
    'That a stalled peer is closed is as it should be, and no fault; a healthy one that is closed or misses something is.',
  ],
  run: async (bench, rounds, record) => {
    for (let round = 0; round < rounds; round += 1) {
      for (const name of [ours, ...peers]) {
        await besideStalled(bench, name, COMMON_PER_SECOND, record)
        if (name === ours) await besideStalled(bench, name, OWN_PER_SECOND, record)
      }
    }
  },
}

async function besideStalled(
  bench: Bench,
  name: ServerName,
  perSecond: number,
  record: (measurement: Measurement) => void,
): Promise<void> {
  const audience = { count: HEALTHY, wish: 'progress', recordEvery: 5 } as const
  const pair = await startPair(bench, name, audience, { nodeArgs: ['--expose-gc'] })
  if (pair === undefined) return
  const durationMs = bench.settings.isQuick ? QUICK_ROUND_MS : ROUND_MS
  const steady = { perSecond, bytes: BYTES, durationMs, heavyMessages: HEAVY_MESSAGES }
  await load(pair, 'warm-up', { ...steady, durationMs: durationMs / 4, heavyMessages: HEAVY_MESSAGES / 4 })
  record(await load(pair, `${perSecond}/s, none stalled`, steady))

  const { port, protocol } = pair.server
  const stalled = bench.startClient()
  const path = pathFor(name, protocol, 'heavy')
  const group = { group: 'stalled', port, protocol, path, count: STALLED, recordEvery: 0, isStalled: true }
  await stalled.call('connect', group)
  record(await load(pair, `${perSecond}/s, 100 stalled`, steady))
  await bench.stopAll()
}

async function load({ name, server, client }: Pair, inCase: string, steady: SteadyLoad): Promise<Measurement> {
  await client.call('startRound', EVERYBODY)
  const before = await server.process.call('memory', null)
  await server.process.call('startUsage', { watchMemory: true })
  const { events, isSaturated } = await server.process.call('steady', steady)
  const usage = await server.process.call('readUsage', null)
  const result = await client.call('finishRound', { group: EVERYBODY, total: events * HEALTHY })
  return {
    server: name,
    case: inCase,
    figures: {
      p50: result.latency?.p50 ?? 0,
      p99: result.latency?.p99 ?? 0,
      rssGrowthMB: (usage.peakRssBytes - before.rssBytes) / MB,
      cpuShare: usage.cpuMicros / usage.elapsedMicros,
      isSaturated: isSaturated ? 1 : 0,
    },
    generatorShare: result.generatorShare,
    faults: result.faults,
  }
}
