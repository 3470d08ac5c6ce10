import { steadyRates, caseOf } from '../scenarios/s3-steady.ts'
import { runCase } from '../scenarios/w1-one-run.ts'
import type { Findings } from './measurements.ts'

/** What is to be reached (the design's table of scenarios). */
export interface Target {
  readonly text: string
  /** Undefined: cannot be said, as something was not measured or its row is void. */
  readonly measure: (findings: Findings) => number | undefined
  readonly sense: 'at most' | 'at least'
  readonly limit: number
}

const P99_LIMIT_MS = 50

export const targets: Readonly<Record<string, readonly Target[]>> = {
  S1: [
    atMost(0.1, 'paced: CPU ≤ 0.10 × Socket.IO', ratio('praxis', 'socket.io', 'cpuMicros')),
    atMost(0.65, 'unpaced: CPU ≤ 0.65 × Socket.IO', ratio('praxis unpaced', 'socket.io', 'cpuMicros')),
  ],
  S2: [
    atMost(0.08, 'CPU ≤ 0.08 × Socket.IO', ratio('praxis', 'socket.io', 'cpuMicros')),
    atLeast(1_500_000, '≥ 1,500,000 deliveries/s on one core', ({ median }) => median('praxis', 'perSecond')),
  ],
  S3: [
    atLeast(8, `highest rate with p99 ≤ ${P99_LIMIT_MS} ms: ≥ 8 × Socket.IO's`, (findings) =>
      quotient(highestRate(findings, 'praxis'), atLeastLowest(findings, 'socket.io')),
    ),
    atMost(1, 'at 50/s: p99 ≤ that of raw ws + 1 ms', ({ median }) =>
      difference(median('praxis', 'p99', caseOf(50)), median('ws', 'p99', caseOf(50))),
    ),
  ],
  S4: [
    atMost(0.9, '1,000 connections: CPU ≤ 0.9 × Socket.IO rooms', ratio('praxis', 'socket.io', 'cpuMicros', '1000')),
    atMost(0.9, '4,000 connections: CPU ≤ 0.9 × Socket.IO rooms', ratio('praxis', 'socket.io', 'cpuMicros', '4000')),
    atMost(1.15, 'the same at 4,000 as at 1,000 (≤ 1.15 × counts as the same)', ({ median }) =>
      quotient(median('praxis', 'cpuMicros', '4000'), median('praxis', 'cpuMicros', '1000')),
    ),
  ],
  S5: [atMost(0.8, 'CPU per connection ≤ 0.8 × Socket.IO', ratio('praxis', 'socket.io', 'cpuMs'))],
  S6: [atMost(6, 'heap ≤ 6 KiB per connection', ({ median }) => median('praxis', 'heapKiB'))],
  S7: [atLeast(1.1, 'round trips/s ≥ 1.1 × Socket.IO', ratio('praxis', 'socket.io', 'perSecond'))],
  S8: [atMost(3, 'all are live within 3 s', ({ median }) => median('praxis', 'liveSeconds'))],
  S9: [
    atMost(0, 'p99 of the healthy: at most 10 % or 1 ms more with stalled peers', (findings) =>
      excess(whenCalm(findings, 'p99', '200/s, none stalled'), whenCalm(findings, 'p99', '200/s, 100 stalled')),
    ),
    atMost((64 * 1024 * 1024) / 1e6 + 30, 'RSS grows by at most the budget of 64 MiB + 30 MB', (findings) =>
      whenCalm(findings, 'rssGrowthMB', '200/s, 100 stalled'),
    ),
  ],
  S10: [
    atLeast(250_000, '≥ 250,000 events/s with no connection', ({ median }) =>
      median('praxis', 'perSecond', 'no connection'),
    ),
  ],
  // What grows faster than the work shows here, whatever the machine.
  W1: [
    atMost(
      1.15,
      'a node of a chain of 200 costs at most 1.15 × one of 50',
      growth(runCase('chain', 200), runCase('chain', 50)),
    ),
    atMost(1.15, 'the same in layers', growth(runCase('layers', 200), runCase('layers', 50))),
  ],
  W2: [atMost(1.25, 'a node among 5,000 runs costs at most 1.25 × one among 1,000', growth('5000 runs', '1000 runs'))],
}

/** Of a server that does not even hold the lowest rate, that one: the ratio is then smaller than it is, and never larger. */
function atLeastLowest(findings: Findings, server: string): number | undefined {
  const [lowest] = steadyRates
  const isMeasured = findings.median(server, 'p99', caseOf(lowest)) !== undefined
  return highestRate(findings, server) ?? (isMeasured ? lowest : undefined)
}

/** The highest rate of S3 that a server held; of those that were tried. */
function highestRate({ median }: Findings, server: string): number | undefined {
  return steadyRates.findLast((rate) => {
    const p99 = median(server, 'p99', caseOf(rate))
    return p99 !== undefined && p99 <= P99_LIMIT_MS && median(server, 'isSaturated', caseOf(rate)) === 0
  })
}

function atMost(limit: number, text: string, measure: Target['measure']): Target {
  return { text, measure, sense: 'at most', limit }
}

function atLeast(limit: number, text: string, measure: Target['measure']): Target {
  return { text, measure, sense: 'at least', limit }
}

function ratio(server: string, other: string, figure: string, inCase?: string): Target['measure'] {
  return ({ median }) => quotient(median(server, figure, inCase), median(other, figure, inCase))
}

/** How much more one case costs than another. */
function growth(inCase: string, before: string): Target['measure'] {
  return ({ median }) => quotient(median('praxis', 'cpuMicros', inCase), median('praxis', 'cpuMicros', before))
}

function quotient(value: number | undefined, by: number | undefined): number | undefined {
  return value === undefined || by === undefined ? undefined : value / by
}

function difference(value: number | undefined, less: number | undefined): number | undefined {
  return value === undefined || less === undefined ? undefined : value - less
}

/** Undefined where our server was saturated: an overload says nothing about stalled peers, who then got less as well. */
function whenCalm({ median }: Findings, figure: string, inCase: string): number | undefined {
  return median('praxis', 'isSaturated', inCase) === 0 ? median('praxis', figure, inCase) : undefined
}

/** By how many ms `after` is above what is allowed beside `before`. */
function excess(before: number | undefined, after: number | undefined): number | undefined {
  return before === undefined || after === undefined ? undefined : after - Math.max(before * 1.1, before + 1)
}
