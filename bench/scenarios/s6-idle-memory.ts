import { setTimeout as delay } from 'node:timers/promises'
import { type Bench, ours, peers, type ServerName } from '../support/bench.ts'
import { noFaults, type Measurement } from '../support/measurements.ts'
import { pathFor } from '../support/routes.ts'
import { EVERYBODY } from './pair.ts'
import type { Scenario } from './scenario.ts'

const CONNECTIONS = 5_000
const QUICK_CONNECTIONS = 200
/** Until what the handshakes left has settled. */
const SETTLE_MS = 1_000

export const s6: Scenario = {
  id: 'S6',
  title: 'idle memory of 5,000 connections',
  figures: [
    { key: 'heapKiB', label: 'heap KiB / connection', digits: 2, isCompared: true },
    { key: 'rssKiB', label: 'RSS KiB / connection', digits: 2, isCompared: true },
  ],
  rounds: 3,
  notes: ['After a garbage collection, less what the same process held before; a new process for each round.'],
  run: async (bench, rounds, record) => {
    for (let round = 0; round < rounds; round += 1) {
      for (const name of [ours, ...peers]) record(await idle(bench, name))
    }
  },
}

async function idle(bench: Bench, name: ServerName): Promise<Measurement> {
  const count = bench.settings.isQuick ? QUICK_CONNECTIONS : CONNECTIONS
  const { process: server, port, protocol } = await bench.startServer(name, { nodeArgs: ['--expose-gc'] })
  const client = bench.startClient()
  const path = pathFor(name, protocol, 'progress')
  // A few connections come and go first: what the first handshake loads belongs to no connection.
  await client.call('churn', { port, protocol, path, count: 50, concurrency: 10 })
  await delay(SETTLE_MS)
  const before = await server.call('memory', null)
  await client.call('connect', { group: EVERYBODY, port, protocol, path, count, recordEvery: 0 })
  await delay(SETTLE_MS)
  const after = await server.call('memory', null)
  // Nothing is sent in this scenario: the round tells only of connections that ended.
  const { faults } = await client.call('finishRound', { group: EVERYBODY, total: 0 })
  await client.stop()
  await server.stop()
  return {
    server: name,
    case: '',
    figures: {
      heapKiB: (after.heapUsedBytes - before.heapUsedBytes) / 1024 / count,
      rssKiB: (after.rssBytes - before.rssBytes) / 1024 / count,
    },
    // It only holds the connections, too.
    generatorShare: 0,
    faults: { ...noFaults, closed: faults.closed },
  }
}
