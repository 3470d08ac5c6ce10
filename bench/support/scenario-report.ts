import type { Figure, Scenario } from '../scenarios/scenario.ts'
import {
  faultCount,
  type Findings,
  findingsOf,
  type Measurement,
  medianOf,
  type Row,
  valuesOf,
} from './measurements.ts'
import { summarize } from './statistics.ts'
import { formatNumber, formatTable } from './table.ts'
import { type Target, targets } from './targets.ts'

export interface Verdict {
  readonly target: string
  readonly measured: number | null
  readonly verdict: 'MET' | 'MISSED' | 'not judged'
}

export interface ScenarioReport {
  readonly id: string
  readonly title: string
  readonly verdicts: readonly Verdict[]
  readonly measurements: readonly Measurement[]
  readonly faults: number
  /** Markdown. */
  readonly text: string
}

export function reportScenario(
  scenario: Scenario,
  title: string,
  measurements: readonly Measurement[],
): ScenarioReport {
  const { id, figures, notes } = scenario
  const findings = findingsOf(measurements)
  const verdicts = (targets[id] ?? []).map((target) => judge(target, findings))
  const faults = measurements.reduce((sum, one) => sum + faultCount(one.faults), 0)
  const text = [
    `## ${id}: ${title}`,
    tableOf(figures, findings),
    ...verdicts.map(({ target, measured, verdict }) => `- ${target}: ${measuredText(measured)} **${verdict}**`),
    ...notes.map((note) => `- ${note}`),
  ]
  return { id, title, verdicts, measurements, faults, text: text.join('\n') }
}

function judge(target: Target, findings: Findings): Verdict {
  const measured = target.measure(findings)
  if (measured === undefined) return { target: target.text, measured: null, verdict: 'not judged' }
  const isMet = target.sense === 'at most' ? measured <= target.limit : measured >= target.limit
  return { target: target.text, measured, verdict: isMet ? 'MET' : 'MISSED' }
}

function measuredText(measured: number | null): string {
  if (measured === null) return 'not measured, or void;'
  return formatNumber(measured, Math.abs(measured) < 100 ? 3 : 0)
}

function tableOf(figures: readonly Figure[], { rows }: Findings): string {
  const hasCases = rows.some((row) => row.case !== '')
  const head = [
    ...(hasCases ? ['case'] : []),
    'server',
    ...figures.flatMap(({ label, isCompared }) => [label, ...(isCompared === true ? ['× Socket.IO', '× ws'] : [])]),
    'generator CPU',
    'faults',
  ]
  const body = rows.map((row) => [
    ...(hasCases ? [row.case] : []),
    row.server,
    ...figures.flatMap((figure) => cellsOf(figure, row, rows)),
    generatorCell(row),
    faultCell(row),
  ])
  return formatTable(head, body)
}

function cellsOf({ key, digits, isCompared }: Figure, row: Row, rows: readonly Row[]): readonly string[] {
  const values = valuesOf(row, key)
  const cells = values.length === 0 ? ['-'] : [withSpread(values, digits)]
  if (isCompared !== true) return cells
  return [...cells, ...['socket.io', 'ws'].map((peer) => ratioCell(key, row, rows, peer))]
}

function withSpread(values: readonly number[], digits: number): string {
  const { median, least, most } = summarize(values)
  const text = formatNumber(median, digits)
  return values.length === 1 ? text : `${text} (${formatNumber(least, digits)}–${formatNumber(most, digits)})`
}

function ratioCell(key: string, row: Row, rows: readonly Row[], peer: string): string {
  const other = rows.find((one) => one.server === peer && one.case === row.case)
  const value = medianOf(row, key)
  const base = other === undefined ? undefined : medianOf(other, key)
  return value === undefined || base === undefined || base === 0 ? '-' : formatNumber(value / base, 3)
}

function generatorCell(row: Row): string {
  const { median } = summarize(row.rounds.map(({ generatorShare }) => generatorShare))
  const share = `${formatNumber(median * 100, 0)} %`
  return row.isVoid ? `${share} void: generator saturated` : share
}

/** Zero in all rounds, or what went wrong. */
function faultCell({ rounds }: Row): string {
  const kinds = ['lost', 'doubled', 'outOfOrder', 'closed'] as const
  const counts = kinds.map((kind) => [kind, rounds.reduce((sum, { faults }) => sum + faults[kind], 0)] as const)
  const wrong = counts.filter(([, count]) => count > 0).map(([kind, count]) => `${kind} ${count}`)
  return wrong.length === 0 ? '0' : wrong.join(', ')
}
