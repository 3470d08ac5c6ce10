import { setImmediate as nextTurn, setTimeout as delay } from 'node:timers/promises'
import { bareProgress, paddingFor, progressMessage } from '../control/progress.ts'
import type { BurstLoad, BurstResult, SteadyLoad, SteadyResult } from '../control/server-calls.ts'
import type { Peer } from './peer.ts'

/** Above it a closed loop waits until the sockets have drained. */
const ENOUGH = 0.5
/** From it an open loop is given up. */
const TOO_MUCH = 0.95
/** So far an open loop may fall behind its schedule. */
const MAX_LATE_MICROS = 1_000_000
/** After so many events the closed loop looks whether the sockets still take them: looking costs time as well. */
const LOOK_EVERY = { toAll: 20, toRuns: 5_000 } as const
const LOOK_EVERY_MICROS = 50_000
const MAX_DUE_PER_TURN = 64
const HEAVY_TEXT = 'x'.repeat(16 * 1024)

export interface Loads {
  readonly burst: (load: BurstLoad) => Promise<BurstResult>
  readonly steady: (load: SteadyLoad) => Promise<SteadyResult>
  readonly stopSteady: () => void
}

/** The same loads for every server. */
export function createLoads(peer: Peer, nowMicros: () => number): Loads {
  const chooseRun = createChooser()
  const numbersOfRuns: number[] = []
  let numberOfAll = 0
  let isStopped = false

  const paddingTo = async (bytes: number): Promise<string> => {
    const bare = bareProgress('run-0')
    return paddingFor(bytes, await peer.frameBytes(bare))
  }

  const sendToAll = (dueMicros: number, padding: string): void => {
    numberOfAll += 1
    peer.toAll(progressMessage('run-0', numberOfAll, dueMicros, padding))
  }

  const sendToRun = (runs: number, padding: string): void => {
    const run = chooseRun(runs)
    const number = (numbersOfRuns[run] ?? 0) + 1
    numbersOfRuns[run] = number
    peer.toRun(progressMessage(`run-${run}`, number, nowMicros(), padding))
  }

  const burst = async ({ durationMs, perTurn, bytes, runs }: BurstLoad): Promise<BurstResult> => {
    const padding = await paddingTo(bytes)
    const start = performance.now()
    const lookEvery = runs === undefined ? LOOK_EVERY.toAll : LOOK_EVERY.toRuns
    let events = 0
    let looked = 0
    while (performance.now() - start < durationMs) {
      for (let i = 0; i < perTurn; i += 1) {
        if (runs === undefined) sendToAll(nowMicros(), padding)
        else sendToRun(runs, padding)
      }
      events += perTurn
      if (events - looked >= lookEvery) {
        looked = events
        // A timer, not a spin: waiting for the far end is no work of the server's.
        while (peer.pressure() > ENOUGH) await delay(1)
      }
      await nextTurn()
    }
    return { events, elapsedMs: performance.now() - start }
  }

  const steady = async ({ perSecond, bytes, durationMs, heavyMessages = 0 }: SteadyLoad): Promise<SteadyResult> => {
    const padding = await paddingTo(bytes)
    const intervalMicros = 1e6 / perSecond
    const endMicros = (durationMs ?? Number.POSITIVE_INFINITY) * 1_000
    const heavyIntervalMicros = endMicros / heavyMessages
    const start = nowMicros()
    let events = 0
    let heavies = 0
    let lookAtMicros = 0
    isStopped = false
    for (;;) {
      const elapsed = nowMicros() - start
      const due = events * intervalMicros
      const result = (isSaturated: boolean): SteadyResult => ({ events, elapsedMs: elapsed / 1_000, isSaturated })
      if (due >= endMicros || isStopped) return result(false)
      if (elapsed - due > MAX_LATE_MICROS) return result(true)
      if (elapsed >= lookAtMicros) {
        lookAtMicros = elapsed + LOOK_EVERY_MICROS
        // Beside stalled peers, whose queues fill on purpose, only the schedule tells.
        if (heavyMessages === 0 && peer.pressure() > TOO_MUCH) return result(true)
      }
      for (let sent = 0; sent < MAX_DUE_PER_TURN; sent += 1) {
        const dueMicros = events * intervalMicros
        if (dueMicros > elapsed || dueMicros >= endMicros) break
        sendToAll(start + dueMicros, padding)
        events += 1
      }
      for (; heavies < heavyMessages && heavies * heavyIntervalMicros <= elapsed; heavies += 1) peer.toHeavy(HEAVY_TEXT)
      const untilNextMs = (start + events * intervalMicros - nowMicros()) / 1_000
      if (untilNextMs > 0) await delay(untilNextMs)
      else await nextTurn()
    }
  }

  return {
    burst,
    steady,
    stopSteady: () => {
      isStopped = true
    },
  }
}

/** Numbers at random, the same in every run of the bench (a linear congruential generator). */
function createChooser(): (below: number) => number {
  let state = 42
  return (below) => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0
    return Math.floor((state / 2 ** 32) * below)
  }
}
