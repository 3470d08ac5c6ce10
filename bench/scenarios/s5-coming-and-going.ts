import { type Bench, ours, peers } from '../support/bench.ts'
import type { Usage } from '../control/server-calls.ts'
import type { Measurement } from '../support/measurements.ts'
import { pathFor } from '../support/routes.ts'
import { EVERYBODY, type Pair, startPair } from './pair.ts'
import type { Scenario } from './scenario.ts'

const CHURNED = 2_000
const QUICK_CHURNED = 200
const AT_ONCE = 50
const LOADED = 100
const LOAD = { perSecond: 50, bytes: 300 }
const ALONE_MS = 1_500
const QUICK_ALONE_MS = 300

export const s5: Scenario = {
  id: 'S5',
  title: '2,000 connections come and go, 50 at a time, while 100 others get 50 events/s',
  figures: [
    { key: 'cpuMs', label: 'CPU ms / connection', digits: 3, isCompared: true },
    { key: 'perSecond', label: 'connections/s', digits: 0, isCompared: true },
    { key: 'p99', label: 'p99 ms of the load', digits: 2 },
    { key: 'p99Alone', label: 'p99 ms of the load alone', digits: 2 },
  ],
  rounds: 3,
  notes: [
    'CPU of the server, less what the steady load takes alone, measured just before. Latency on every connection.',
  ],
  run: async (bench, rounds, record) => {
    const pairs: Pair[] = []
    for (const name of [ours, ...peers]) {
      const pair = await startPair(bench, name, { count: LOADED, wish: 'progress', recordEvery: 1 })
      if (pair !== undefined) pairs.push(pair)
    }
    // Who comes and goes is a process of its own: its work must not delay what the steady ones read more than it must.
    const visitors = bench.startClient()
    const { isQuick } = bench.settings
    for (const pair of pairs) await comeAndGo(bench, pair, visitors, isQuick ? 50 : 500)
    for (let round = 0; round < rounds; round += 1) {
      for (const pair of pairs) record(await comeAndGo(bench, pair, visitors, isQuick ? QUICK_CHURNED : CHURNED))
    }
  },
}

async function comeAndGo(
  { settings }: Bench,
  { name, server, client }: Pair,
  visitors: Pair['client'],
  count: number,
): Promise<Measurement> {
  const { process: underTest, port, protocol } = server
  await client.call('startRound', EVERYBODY)
  await underTest.call('startUsage', { watchMemory: false })
  const before = await underTest.call('steady', { ...LOAD, durationMs: settings.isQuick ? QUICK_ALONE_MS : ALONE_MS })
  const alone = await underTest.call('readUsage', null)
  const quiet = await client.call('finishRound', { group: EVERYBODY, total: before.events * LOADED })

  await client.call('startRound', EVERYBODY)
  const load = underTest.call('steady', LOAD)
  await underTest.call('startUsage', { watchMemory: false })
  const path = pathFor(name, protocol, 'progress')
  const churned = await visitors.call('churn', { port, protocol, path, count, concurrency: AT_ONCE })
  const busy = await underTest.call('readUsage', null)
  await underTest.call('stopSteady', null)
  const { events } = await load
  const loaded = await client.call('finishRound', { group: EVERYBODY, total: events * LOADED })
  return {
    server: name,
    case: '',
    figures: {
      cpuMs: (busy.cpuMicros - shareOf(alone) * busy.elapsedMicros) / 1_000 / count,
      perSecond: count / (churned.elapsedMs / 1_000),
      p99: loaded.latency?.p99 ?? 0,
      p99Alone: quiet.latency?.p99 ?? 0,
      cpuShare: shareOf(busy),
      aloneShare: shareOf(alone),
    },
    generatorShare: churned.generatorShare,
    faults: loaded.faults,
  }
}

function shareOf({ cpuMicros, elapsedMicros }: Usage): number {
  return cpuMicros / elapsedMicros
}
