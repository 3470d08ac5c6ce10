import { answerCalls } from '../control/calls.ts'
import { monotonicMicros } from '../control/clock.ts'
import type { Memory, ServerCalls, Usage } from '../control/server-calls.ts'
import { createLoads } from './loads.ts'
import type { Peer } from './peer.ts'
import { startUsageMeter } from './usage-meter.ts'

/** Puts `peer` under the command of the bench. */
export function serve(peer: Peer, nowMicros: () => number = monotonicMicros): void {
  const loads = createLoads(peer, nowMicros)
  let readUsage: (() => Usage) | undefined
  const calls: ServerCalls = {
    listen: peer.listen,
    ...loads,
    startUsage: (options) => {
      readUsage = startUsageMeter(options)
    },
    readUsage: () => {
      if (readUsage === undefined) throw new Error('nothing was measured')
      return readUsage()
    },
    memory: readMemory,
  }
  answerCalls(calls)
}

function readMemory(): Memory {
  // Twice: what a first collection finalizes, a second one frees.
  globalThis.gc?.()
  globalThis.gc?.()
  const { heapUsed, rss } = process.memoryUsage()
  return { heapUsedBytes: heapUsed, rssBytes: rss }
}
