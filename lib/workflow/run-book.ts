import type { NodeStatus } from '../event/catalogue.ts'
import type { RunEntry } from '../protocol/server-payloads.ts'
import type { ExecutorStats, KnownRun, RunSelector } from './executor.ts'
import { resultsOf, type Snapshot } from './snapshot.ts'

/** One run, from the moment its order was taken. */
export interface RunRecord {
  readonly executionId: string
  readonly workflowId: string
  /** A command ends with `dsl.command_completed`, whatever its workflow says before that. */
  readonly kind: 'workflow' | 'command'
  readonly owner: string | undefined
  /** ISO 8601. */
  readonly startedAt: string
  readonly beganAtMs: number
  /** The position of the run's first event; 0 until it is known. */
  startSeq: number
  snapshot: Snapshot | undefined
}

/** The last word on a run that has ended. */
export interface Outcome {
  readonly status: 'completed' | 'failed' | 'cancelled' | 'timed_out'
  readonly error?: string | undefined
}

/** Who runs and who ran: live runs, the last 1,000 that ended, and ids that were cancelled before they began. */
export interface RunBook {
  readonly open: (record: RunRecord) => void
  readonly close: (record: RunRecord, outcome: Outcome, finishedAt: string, nowMs: number) => void
  /** Notes the position of the run's first event, which a short run may have outlived when it becomes known. */
  readonly noteStart: (record: RunRecord, seq: number) => void
  readonly live: () => readonly RunRecord[]
  readonly isLive: (executionId: string) => boolean
  /** Whether the id is, or was, a run's. */
  readonly isUsed: (executionId: string) => boolean
  /** Remembers that `executionId` must never begin. */
  readonly forbid: (executionId: string, reason: string, nowMs: number, owner?: string) => void
  /** The reason why `executionId` must not begin, where it must not. */
  readonly forbidden: (executionId: string, nowMs: number, owner?: string) => string | undefined
  readonly find: (selector: RunSelector) => readonly KnownRun[]
  readonly stats: () => ExecutorStats
}

const MAX_FINISHED = 1_000
const MAX_RESULTS_BYTES = 64 * 1024
/** As long as the history by default. */
const FORBIDDEN_FOR_MS = 10 * 60_000
const MAX_FORBIDDEN = 10_000

export function createRunBook(): RunBook {
  const live = new Map<string, RunRecord>()
  const ordinals = new WeakMap<RunRecord, number>()
  const finished = new Map<string, KnownRun>()
  const forbidden = new Map<string, { readonly reason: string; readonly atMs: number }>()
  let total = 0
  let succeeded = 0
  let failed = 0
  let retried = 0
  let totalMs = 0

  const ordinalOf = (record: RunRecord): number => ordinals.get(record) ?? 0

  const liveRun = (record: RunRecord): KnownRun => ({
    // Made when it is asked for: of the many live runs that a list looks through it shows a page.
    get entry() {
      return entryOf(record)
    },
    ordinal: ordinalOf(record),
    isLive: true,
    owner: record.owner,
  })

  const everyRun = (): readonly KnownRun[] => [...[...live.values()].map(liveRun), ...finished.values()]

  return {
    open: (record) => {
      live.set(record.executionId, record)
      total += 1
      ordinals.set(record, total)
    },
    close: (record, outcome, finishedAt, nowMs) => {
      if (!live.delete(record.executionId)) return
      if (outcome.status === 'completed') succeeded += 1
      else failed += 1
      if (hasRetried(record)) retried += 1
      totalMs += nowMs - record.beganAtMs
      const entry = Object.assign(entryOf(record), endOf(record, outcome), { finishedAt })
      finished.set(record.executionId, { entry, ordinal: ordinalOf(record), isLive: false, owner: record.owner })
      dropFirst(finished, MAX_FINISHED)
    },
    noteStart: (record, seq) => {
      record.startSeq = seq
      const known = finished.get(record.executionId)
      if (known === undefined) return
      finished.set(record.executionId, { ...known, entry: { ...known.entry, startSeq: seq } })
    },
    live: () => [...live.values()],
    isLive: (executionId) => live.has(executionId),
    isUsed: (executionId) => live.has(executionId) || finished.has(executionId),
    forbid: (executionId, reason, nowMs, owner) => {
      const key = forbiddenKey(executionId, owner)
      forbidden.delete(key)
      forbidden.set(key, { reason, atMs: nowMs })
      dropFirst(forbidden, MAX_FORBIDDEN)
    },
    forbidden: (executionId, nowMs, owner) => {
      // By its owner, or by somebody who speaks for all.
      for (const key of [forbiddenKey(executionId, owner), forbiddenKey(executionId, undefined)]) {
        const found = forbidden.get(key)
        if (found !== undefined && nowMs - found.atMs <= FORBIDDEN_FOR_MS) return found.reason
        forbidden.delete(key)
      }
      return undefined
    },
    find: (selector) => {
      if (selector === 'all') return everyRun()
      if ('executionId' in selector) {
        const record = live.get(selector.executionId)
        if (record !== undefined) return [liveRun(record)]
        const known = finished.get(selector.executionId)
        return known === undefined ? [] : [known]
      }
      const { workflowId } = selector
      const going = [...live.values()].filter((record) => record.workflowId === workflowId).map(liveRun)
      return [...going, ...[...finished.values()].filter(({ entry }) => entry.workflowId === workflowId)]
    },
    stats: () => ({
      total_executions: total,
      successful_executions: succeeded,
      failed_executions: failed,
      retried_executions: retried,
      running: live.size,
      average_execution_time: succeeded + failed === 0 ? 0 : Math.round(totalMs / (succeeded + failed)),
    }),
  }
}

function hasRetried({ snapshot }: RunRecord): boolean {
  return [...(snapshot?.nodes.values() ?? [])].some(({ attempt }) => attempt > 1)
}

function entryOf({ executionId, workflowId, snapshot, startedAt, startSeq }: RunRecord): RunEntry {
  const nodes: Record<string, NodeStatus> = Object.fromEntries(
    [...(snapshot?.nodes ?? [])].map(([id, { status }]) => [id, status]),
  )
  return { executionId, workflowId, status: 'running', nodes, startedAt, startSeq }
}

function endOf({ snapshot }: RunRecord, { status, error }: Outcome): Partial<RunEntry> {
  const results = snapshot === undefined ? {} : resultsOf(snapshot, MAX_RESULTS_BYTES)
  return { status, results, ...(error === undefined ? {} : { error }) }
}

/** One principal cannot forbid another's runs. */
function forbiddenKey(executionId: string, owner: string | undefined): string {
  return JSON.stringify([executionId, owner ?? null])
}

function dropFirst(map: Map<string, unknown>, max: number): void {
  for (const key of map.keys()) {
    if (map.size <= max) return
    map.delete(key)
  }
}
