import type { Faults } from '../control/client-calls.ts'
import { median } from './statistics.ts'

/** What one round of one server gave. */
export interface Measurement {
  readonly server: string
  /** What the server was put through where a scenario has several cases ("200/s"); else empty. */
  readonly case: string
  readonly figures: Readonly<Record<string, number>>
  /** Of the load generator, as a part of one core. */
  readonly generatorShare: number
  readonly faults: Faults
}

/** Above it the generator, and not the server, may have been what was measured. */
const SATURATED = 0.9

export const noFaults: Faults = { lost: 0, doubled: 0, outOfOrder: 0, closed: 0 }

export function faultCount({ lost, doubled, outOfOrder, closed }: Faults): number {
  return lost + doubled + outOfOrder + closed
}

/** All rounds of one server in one case. */
export interface Row {
  readonly server: string
  readonly case: string
  readonly rounds: readonly Measurement[]
  readonly isVoid: boolean
}

/** What a scenario found, as targets ask for it. */
export interface Findings {
  readonly rows: readonly Row[]
  /** Undefined where it was not measured, or the row is void. */
  readonly median: (server: string, figure: string, inCase?: string) => number | undefined
}

export function findingsOf(measurements: readonly Measurement[]): Findings {
  const grouped = new Map<string, Measurement[]>()
  for (const one of measurements) {
    const key = `${one.case}\n${one.server}`
    grouped.set(key, [...(grouped.get(key) ?? []), one])
  }
  const rows = [...grouped.values()].map(toRow)
  return {
    rows,
    median: (server, figure, inCase = '') => {
      const row = rows.find((one) => one.server === server && one.case === inCase)
      return row === undefined || row.isVoid ? undefined : medianOf(row, figure)
    },
  }
}

export function valuesOf(row: Row, figure: string): readonly number[] {
  return row.rounds.map(({ figures }) => figures[figure]).filter((value) => value !== undefined)
}

export function medianOf(row: Row, figure: string): number | undefined {
  const values = valuesOf(row, figure)
  return values.length === 0 ? undefined : median(values)
}

function toRow(rounds: readonly Measurement[]): Row {
  const [first] = rounds
  return {
    server: first?.server ?? '',
    case: first?.case ?? '',
    rounds,
    isVoid: median(rounds.map(({ generatorShare }) => generatorShare)) > SATURATED,
  }
}
