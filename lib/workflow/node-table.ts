import type { Plan } from './plan.ts'
import {
  hasEnded,
  listOf,
  type NodeCounts,
  type NodeState,
  type NodeStates,
  PlannedStates,
  type Snapshot,
} from './snapshot.ts'

/**
 * The nodes of a run while one transition changes them: their states, what is counted of them, and which of them are ready. The
 * snapshot it was made of stays as it is; what it holds is copied before the first change, so that a step that changes nothing costs
 * nothing.
 */
export class NodeTable {
  readonly #plan: Plan
  readonly #before: NodeStates
  #states: NodeState[] | undefined
  #ready: readonly number[]
  /** `#ready` once it is a copy of this table's own. */
  #ownReady: number[] | undefined
  #running: number
  #completed: number
  #ended: number

  constructor({ plan, nodes, ready, counts }: Snapshot) {
    this.#plan = plan
    this.#before = nodes
    this.#ready = ready
    this.#running = counts.running
    this.#completed = counts.completed
    this.#ended = counts.ended
  }

  get size(): number {
    return this.#before.size
  }

  get states(): NodeStates {
    return this.#states === undefined ? this.#before : new PlannedStates(this.#plan, this.#states)
  }

  /** The nodes that may start and wait for a place, by their position in the plan, in its order. */
  get ready(): readonly number[] {
    return this.#ready
  }

  get counts(): NodeCounts {
    return { running: this.#running, completed: this.#completed, ended: this.#ended }
  }

  get running(): number {
    return this.#running
  }

  get completed(): number {
    return this.#completed
  }

  get ended(): number {
    return this.#ended
  }

  ids(): Iterable<string> {
    return this.#before.keys()
  }

  get(nodeId: string): NodeState | undefined {
    return this.#states === undefined ? this.#before.get(nodeId) : this.#states[this.#positionOf(nodeId)]
  }

  put(nodeId: string, node: NodeState): void {
    this.#states ??= listOf(this.#before)
    const position = this.#positionOf(nodeId)
    const before = this.#states[position]?.status
    this.#states[position] = node
    if (before === node.status) return
    if (before === 'running') this.#running -= 1
    if (node.status === 'running') this.#running += 1
    if (node.status === 'completed') this.#completed += 1
    if (hasEnded(node.status)) this.#ended += 1
  }

  /** In the order of the plan, so that places go to the nodes that were written first. */
  addReady(nodeId: string): void {
    const position = this.#positionOf(nodeId)
    this.#ownReady ??= [...this.#ready]
    let index = this.#ownReady.length
    while (index > 0 && (this.#ownReady[index - 1] ?? 0) > position) index -= 1
    this.#ownReady.splice(index, 0, position)
    this.#ready = this.#ownReady
  }

  /** The first `most` of the nodes that are ready, which then are not any more. */
  takeReady(most: number): readonly string[] {
    if (most <= 0 || this.#ready.length === 0) return none
    const ids: string[] = []
    for (const position of this.#ready.slice(0, most)) ids.push(this.#plan.ids[position] ?? '')
    this.#setReady(this.#ready.slice(most))
    return ids
  }

  clearReady(): void {
    this.#setReady([])
  }

  #setReady(ready: number[]): void {
    this.#ready = ready
    this.#ownReady = ready
  }

  #positionOf(nodeId: string): number {
    return this.#plan.positions.get(nodeId) ?? -1
  }
}

const none: readonly string[] = []
