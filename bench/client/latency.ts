import { build, type Histogram } from 'hdr-histogram-js'

/** In milliseconds. */
export interface Latency {
  readonly samples: number
  readonly p50: number
  readonly p99: number
  readonly p999: number
  readonly max: number
}

/** Collects times in microseconds, to three digits. */
export function createLatencyRecorder(): {
  readonly record: (micros: number) => void
  readonly read: () => Latency
  readonly reset: () => void
} {
  const histogram: Histogram = build({ numberOfSignificantValueDigits: 3 })
  const at = (percentile: number): number => histogram.getValueAtPercentile(percentile) / 1_000
  return {
    // A message cannot arrive before it was sent; one that was sent a little early counts as on time.
    record: (micros) => histogram.recordValue(micros < 0 ? 0 : micros),
    read: () => ({
      samples: histogram.totalCount,
      p50: at(50),
      p99: at(99),
      p999: at(99.9),
      max: histogram.maxValue / 1_000,
    }),
    reset: () => histogram.reset(),
  }
}
