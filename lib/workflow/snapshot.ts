import type { NodeStatus } from '../event/catalogue.ts'
import { truncateValue } from '../event/truncate.ts'
import type { Failure } from './failure.ts'
import type { Plan } from './plan.ts'
import type { Results } from './references.ts'

/** The state of one run at one moment. Immutable: {@link ./transition.ts} makes the next one. */
export interface Snapshot {
  readonly plan: Plan
  readonly status: RunStatus
  readonly nodes: NodeStates
  /** The nodes that may start and wait for a place, by their position in the plan, in its order. */
  readonly ready: readonly number[]
  readonly counts: NodeCounts
  readonly startedAtMs: number
  /** The first failure that nobody handles. */
  readonly failure: ({ readonly nodeId: string } & Failure) | undefined
  /** Why it was cancelled, in the words of whoever did. */
  readonly reason: string | undefined
}

/** `pending` before the start; `failing`: a failure nobody handles has happened and the running nodes are left to end. */
export type RunStatus = 'pending' | 'running' | 'failing' | 'completed' | 'failed' | 'cancelled' | 'timed_out'

export interface NodeState {
  readonly status: NodeStatus
  /** The number of the current or last try; 0 before the first. */
  readonly attempt: number
  /** Of a node that is pending: the edges into it that are not satisfied yet. */
  readonly openEdges?: number
  readonly result?: unknown
  /** How it failed, or, of a node that is to be tried again, the try before. */
  readonly failure?: Failure
}

/** Every node's state by its id, in the order of the plan. */
export interface NodeStates extends Iterable<readonly [string, NodeState]> {
  readonly size: number
  readonly get: (id: string) => NodeState | undefined
  readonly keys: () => Iterable<string>
  readonly values: () => Iterable<NodeState>
}

/** How many nodes are in the states that are asked for at every step: counting them each time would make a run of n cost n². */
export interface NodeCounts {
  readonly running: number
  readonly completed: number
  /** In whatever way, the completed ones too. */
  readonly ended: number
}

export function initialSnapshot(plan: Plan): Snapshot {
  const states = [...plan.nodes.keys()].map((id): NodeState => {
    const openEdges = plan.incoming.get(id)?.length ?? 0
    return { status: 'pending', attempt: 0, openEdges }
  })
  return {
    plan,
    status: 'pending',
    nodes: new PlannedStates(plan, states),
    ready: [],
    counts: { running: 0, completed: 0, ended: 0 },
    startedAtMs: 0,
    failure: undefined,
    reason: undefined,
  }
}

/** The states as a list in the order of the plan: copying one for the next snapshot costs next to nothing, copying a Map does not. */
export class PlannedStates implements NodeStates {
  readonly list: readonly NodeState[]
  readonly #plan: Plan

  constructor(plan: Plan, list: readonly NodeState[]) {
    this.#plan = plan
    this.list = list
  }

  get size(): number {
    return this.list.length
  }

  get(id: string): NodeState | undefined {
    const position = this.#plan.positions.get(id)
    return position === undefined ? undefined : this.list[position]
  }

  keys(): Iterable<string> {
    return this.#plan.nodes.keys()
  }

  values(): Iterable<NodeState> {
    return this.list.values()
  }

  *[Symbol.iterator](): Iterator<readonly [string, NodeState]> {
    for (const [id, position] of this.#plan.positions) {
      const state = this.list[position]
      if (state !== undefined) yield [id, state]
    }
  }
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

/** The states in the order of the plan, as a list of the caller's own. */
export function listOf(nodes: NodeStates): NodeState[] {
  return nodes instanceof PlannedStates ? nodes.list.slice() : [...nodes.values()]
}

/** The results so far, for references: of the nodes that completed, and how those failed that did. */
export function resultsIn({ nodes }: { readonly nodes: Pick<NodeStates, 'get'> }): Results {
  return {
    has: (id) => nodes.get(id)?.status === 'completed',
    get: (id) => nodes.get(id)?.result,
    failureOf: (id) => {
      const node = nodes.get(id)
      return node?.status === 'failed' ? node.failure : undefined
    },
  }
}

/** What the results of a run may take together where they travel in one event. */
const MAX_RESULTS_BYTES = 200 * 1024

/**
 * The results of the nodes that completed, by node id, in at most about `maxBytes` of JSON: where they take more, each is cut to its
 * share, with a notice.
 */
export function resultsOf(
  { nodes }: Pick<Snapshot, 'nodes'>,
  maxBytes: number = MAX_RESULTS_BYTES,
): Record<string, unknown> {
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
