import type { BurstLoad } from '../control/server-calls.ts'
import { type Bench, ours, peers, type ServerName } from '../support/bench.ts'
import type { Measurement } from '../support/measurements.ts'
import { EVERYBODY, type Pair, startPair } from './pair.ts'

const WARM_UP_MS = 1_000
const SHORT_WARM_UP_MS = 300
const ROUND_MS = 3_000
const QUICK_ROUND_MS = 500
const NAP_MS = 20

/** One event to everybody, as fast as the connections take it: S1 and S2 differ in how many go out in one turn. */
export async function broadcastRounds(
  bench: Bench,
  rounds: number,
  perTurn: number,
  others: readonly ServerName[],
  record: (measurement: Measurement) => void,
): Promise<void> {
  const { connections, bytes, isQuick } = bench.settings
  const audience = { count: connections, wish: 'progress', recordEvery: 0, napMs: NAP_MS } as const
  const pairs: Pair[] = []
  for (const name of [ours, ...others, ...peers, 'bun'] as const) {
    const pair = await startPair(bench, name, audience)
    if (pair !== undefined) pairs.push(pair)
  }
  const roundMs = isQuick ? QUICK_ROUND_MS : ROUND_MS
  for (let round = 0; round < rounds; round += 1) {
    const warmUpMs = round === 0 && !isQuick ? WARM_UP_MS : SHORT_WARM_UP_MS
    for (const pair of pairs) {
      await burst(pair, connections, { perTurn, bytes, durationMs: warmUpMs })
      record(await burst(pair, connections, { perTurn, bytes, durationMs: roundMs }))
    }
  }
}

async function burst({ name, server, client }: Pair, connections: number, load: BurstLoad): Promise<Measurement> {
  await client.call('startRound', EVERYBODY)
  await server.process.call('startUsage', { watchMemory: false })
  const { events } = await server.process.call('burst', load)
  const total = events * connections
  // Only what has arrived has been delivered: what still waited is paid for within the round.
  const { received, faults, deliveryMs, generatorShare } = await client.call('finishRound', { group: EVERYBODY, total })
  const usage = await server.process.call('readUsage', null)
  return {
    server: name,
    case: '',
    figures: {
      cpuMicros: usage.cpuMicros / received,
      perSecond: received / (deliveryMs / 1_000),
      cpuShare: usage.cpuMicros / usage.elapsedMicros,
      eventLoopDelayP99Ms: usage.eventLoopDelayP99Ms,
      events,
      received,
      generatorShare,
    },
    generatorShare,
    faults,
  }
}
