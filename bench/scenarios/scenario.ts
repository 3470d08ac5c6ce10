import type { Bench } from '../support/bench.ts'
import type { Measurement } from '../support/measurements.ts'

/** A column of the table. */
export interface Figure {
  /** In `Measurement.figures`. */
  readonly key: string
  readonly label: string
  readonly digits: number
  /** Shown beside ws and Socket.IO as a ratio. */
  readonly isCompared?: boolean
}

export interface Scenario {
  readonly id: string
  readonly title: string
  readonly figures: readonly Figure[]
  /** Where the command line does not say. */
  readonly rounds: number
  /** How to read it: printed below the table. */
  readonly notes: readonly string[]
  /** Hands over each round as it is measured, so that a crash in the last does not lose the first. */
  readonly run: (bench: Bench, rounds: number, record: (measurement: Measurement) => void) => Promise<void>
}
