import { type Bench, ours } from '../support/bench.ts'
import type { Measurement } from '../support/measurements.ts'
import { pathFor } from '../support/routes.ts'
import { EVERYBODY, type Pair, startPair } from './pair.ts'
import type { Scenario } from './scenario.ts'

const CLIENTS = 500
const QUICK_CLIENTS = 50
const BEHIND = 5_000
const LIVE = 100
const LOAD = { perSecond: 200, bytes: 300 }
/** Enough for the history to hold what the clients missed. */
const FILL_MS = 250

export const s8: Scenario = {
  id: 'S8',
  title: '500 clients come back at once, 0 to 5,000 events behind, while 100 others get 200 events/s',
  figures: [
    { key: 'liveSeconds', label: 's until all are live', digits: 2 },
    { key: 'perSecond', label: 'replayed/s', digits: 0 },
    { key: 'rssGrowthMB', label: 'RSS growth MB', digits: 0 },
    { key: 'p99', label: 'p99 ms of the others', digits: 2 },
    { key: 'cpuMicros', label: 'CPU µs / event', digits: 2 },
  ],
  rounds: 3,
  notes: [
    'ours alone: ws has no resume, and that of Socket.IO is for each socket and two minutes, and may fail by its own word.',
    'Lost and doubled by the positions of every event of every client. RSS: its peak less what it was before.',
  ],
  run: async (bench, rounds, record) => {
    const pair = await startPair(
      bench,
      ours,
      { count: LIVE, wish: 'progress', recordEvery: 1 },
      { nodeArgs: ['--expose-gc'] },
    )
    if (pair === undefined) return
    await fill(pair)
    for (let round = 0; round < rounds; round += 1) record(await resume(bench, pair))
  },
}

/** Publishes more than the clients will have missed. */
async function fill({ server, client }: Pair): Promise<void> {
  for (let events = 0; events < 2 * BEHIND; ) {
    await client.call('startRound', EVERYBODY)
    const burst = await server.process.call('burst', { durationMs: FILL_MS, perTurn: 10, bytes: LOAD.bytes })
    await client.call('finishRound', { group: EVERYBODY, total: burst.events * LIVE })
    events += burst.events
  }
}

async function resume(bench: Bench, { name, server, client }: Pair): Promise<Measurement> {
  const { process: underTest, port, protocol } = server
  const count = bench.settings.isQuick ? QUICK_CLIENTS : CLIENTS
  const returning = bench.startClient()
  const before = await underTest.call('memory', null)
  await client.call('startRound', EVERYBODY)
  const load = underTest.call('steady', LOAD)
  await underTest.call('startUsage', { watchMemory: true })
  const path = pathFor(name, protocol, 'progress')
  await returning.call('comeBack', { port, protocol, path, count, behind: BEHIND })
  const usage = await underTest.call('readUsage', null)
  await underTest.call('stopSteady', null)
  const { events } = await load
  const result = await returning.call('finishComeBack', null)
  const others = await client.call('finishRound', { group: EVERYBODY, total: events * LIVE })
  return {
    server: name,
    case: '',
    figures: {
      liveSeconds: result.liveMs / 1_000,
      perSecond: result.received / (result.liveMs / 1_000),
      rssGrowthMB: (usage.peakRssBytes - before.rssBytes) / 1e6,
      p99: others.latency?.p99 ?? 0,
      cpuMicros: usage.cpuMicros / result.received,
    },
    generatorShare: result.generatorShare,
    faults: {
      lost: result.faults.lost + others.faults.lost,
      doubled: result.faults.doubled + others.faults.doubled,
      outOfOrder: result.faults.outOfOrder + others.faults.outOfOrder,
      closed: result.faults.closed + others.faults.closed,
    },
  }
}
