import type { NodeStatus } from '../event/catalogue.ts'
import { truncateValue } from '../event/truncate.ts'
import type { Plan } from './plan.ts'

/** The state of one run at one moment. Immutable: {@link ./transition.ts} makes the next one. */
export interface Snapshot {
  readonly plan: Plan
  readonly status: RunStatus
  readonly nodes: ReadonlyMap<string, NodeState>
  readonly startedAtMs: number
  /** The first failure that nobody handles. */
  readonly failure: { readonly nodeId: string; readonly error: string } | undefined
}

/** `pending` before the start; `failing`: a failure nobody handles has happened and the running nodes are left to end. */
export type RunStatus = 'pending' | 'running' | 'failing' | 'completed' | 'failed' | 'cancelled' | 'timed_out'

export interface NodeState {
  readonly status: NodeStatus
  /** The number of the current or last try; 0 before the first. */
  readonly attempt: number
  readonly result?: unknown
  readonly error?: string
}

export function initialSnapshot(plan: Plan): Snapshot {
  const nodes = new Map<string, NodeState>([...plan.nodes.keys()].map((id) => [id, { status: 'pending', attempt: 0 }]))
  return { plan, status: 'pending', nodes, startedAtMs: 0, failure: undefined }
}

const ended: ReadonlySet<NodeStatus> = new Set(['completed', 'failed', 'skipped', 'cancelled'])

/** Whether a node of this status will never change again. */
export function hasEnded(status: NodeStatus): boolean {
  return ended.has(status)
}

/** Whether the run will never change again. */
export function isOver({ status }: Snapshot): boolean {
  return status === 'completed' || status === 'failed' || status === 'cancelled' || status === 'timed_out'
}

/** What the results of a run may take together where they travel in one event. */
const MAX_RESULTS_BYTES = 200 * 1024

/**
 * The results of the nodes that completed, by node id, in at most about `maxBytes` of JSON: where they take more, each is cut to its
 * share, with a notice.
 */
export function resultsOf({ nodes }: Snapshot, maxBytes: number = MAX_RESULTS_BYTES): Record<string, unknown> {
  const results: [string, unknown][] = []
  let bytes = 0
  for (const [id, node] of nodes) {
    if (node.status !== 'completed') continue
    const result = node.result ?? null
    results.push([id, result])
    bytes += jsonBytes(id) + jsonBytes(result)
  }
  if (bytes <= maxBytes) return Object.fromEntries(results)
  const share = Math.floor(maxBytes / results.length)
  return Object.fromEntries(results.map(([id, result]) => [id, truncateValue(result, share)]))
}

function jsonBytes(value: unknown): number {
  return Buffer.byteLength(JSON.stringify(value))
}
