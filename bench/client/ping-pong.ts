import { setTimeout as delay } from 'node:timers/promises'
import type { PingDialect, PingPongOptions, PingPongResult } from '../control/client-calls.ts'
import { createCpuMeter, monotonicMicros } from '../control/clock.ts'
import type { LoadGroup } from './group.ts'
import { createLatencyRecorder } from './latency.ts'

interface Dialect {
  readonly ping: (sequence: number) => string
  /** Whether a text answers the ping of `sequence`; undefined where it is no answer at all. */
  readonly check: (text: string, sequence: number) => boolean | undefined
}

const dialects: Readonly<Record<PingDialect, Dialect>> = {
  message: {
    ping: (sequence) => JSON.stringify({ type: 'PING', payload: { sequence } }),
    check: (text, sequence) => (text.includes('"type":"PONG"') ? text.includes(`"sequence":${sequence}`) : undefined),
  },
  'socket.io ack': {
    ping: (sequence) => `42${sequence}["ping",{"sequence":${sequence}}]`,
    check: (text, sequence) => (text.startsWith('43') ? text.startsWith(`43${sequence}[`) : undefined),
  },
}

/** One ping in flight on each connection of `group`, for a while. */
export async function pingPong(
  group: LoadGroup,
  { durationMs, dialect }: Omit<PingPongOptions, 'group'>,
): Promise<PingPongResult> {
  const { ping, check } = dialects[dialect]
  const latency = createLatencyRecorder()
  const generatorShare = createCpuMeter()
  const sequences = new Map<number, number>()
  const sentAt = new Map<number, number>()
  let roundTrips = 0
  let wrongAnswers = 0
  let isOver = false

  const sendNext = (index: number): void => {
    const sequence = (sequences.get(index) ?? 0) + 1
    sequences.set(index, sequence)
    sentAt.set(index, monotonicMicros())
    group.byNumber(index)?.send(ping(sequence))
  }

  group.onAnswer = (index, bytes, start, end) => {
    const verdict = check(bytes.toString('latin1', start, end), sequences.get(index) ?? 0)
    if (verdict === undefined) return false
    if (!verdict) wrongAnswers += 1
    latency.record(monotonicMicros() - (sentAt.get(index) ?? 0))
    roundTrips += 1
    if (!isOver) sendNext(index)
    return true
  }

  const start = performance.now()
  for (const index of group.numbers()) sendNext(index)
  await delay(durationMs)
  isOver = true
  const result = {
    roundTrips,
    wrongAnswers,
    elapsedMs: performance.now() - start,
    generatorShare: generatorShare(),
    latency: latency.read(),
  }
  // The answers still under way belong to nobody's round.
  await delay(200)
  group.onAnswer = undefined
  return { ...result, wrongAnswers }
}
