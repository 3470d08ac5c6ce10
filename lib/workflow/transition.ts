import type { NodeStatus } from '../event/catalogue.ts'
import type { PlanEdge } from './plan.ts'
import { nodeIds, type RunEvent, type RunIdentity } from './run-event.ts'
import { hasEnded, isOver, type NodeState, resultsOf, type RunStatus, type Snapshot } from './snapshot.ts'

/** Something that happens to a run. `atMs` is the monotonic time of it. */
export type Signal = { readonly atMs: number } & (
  | { readonly _tag: 'Start' }
  | { readonly _tag: 'Progress'; readonly nodeId: string; readonly percent: number; readonly message?: string }
  | { readonly _tag: 'Succeeded'; readonly nodeId: string; readonly result: unknown; readonly durationMs: number }
  | {
      readonly _tag: 'Failed'
      readonly nodeId: string
      readonly error: string
      readonly isPermanent: boolean
      readonly durationMs: number
    }
  | { readonly _tag: 'RetryDue'; readonly nodeId: string }
  | { readonly _tag: 'Cancel'; readonly reason: string }
  | { readonly _tag: 'TimeOut' }
)

/** What is to be done about it, in this order. */
export type Command =
  | { readonly _tag: 'Publish'; readonly event: RunEvent }
  | { readonly _tag: 'StartNode'; readonly nodeId: string; readonly attempt: number }
  | { readonly _tag: 'RetryLater'; readonly nodeId: string; readonly attempt: number }
  | { readonly _tag: 'StopNode'; readonly nodeId: string; readonly reason: string }

/** What a run needs to know besides its state. */
export interface RunRules {
  readonly identity: RunIdentity
  /** As the client wrote it, for `workflow.started`. */
  readonly graph: { readonly nodes: readonly unknown[]; readonly edges: readonly unknown[] }
  readonly maxParallelNodes: number
}

/**
 * The whole logic of a run, pure: what happens next and what is to be done about it. Every change of a node's status is one
 * event; `pending` and `ready` are not announced. A signal that comes too late, about a node or run that has ended, does nothing.
 */
export function transition(
  snapshot: Snapshot,
  signal: Signal,
  rules: RunRules,
): readonly [Snapshot, readonly Command[]] {
  if (isOver(snapshot)) return [snapshot, []]
  const step = new Step(snapshot, rules, signal.atMs)
  apply(step, signal)
  return step.result()
}

function apply(step: Step, signal: Signal): void {
  switch (signal._tag) {
    case 'Start':
      return step.start()
    case 'Progress':
      return step.progress(signal.nodeId, signal.percent, signal.message)
    case 'Succeeded':
      return step.succeed(signal.nodeId, signal.result, signal.durationMs)
    case 'Failed':
      return step.fail(signal)
    case 'RetryDue':
      return step.retry(signal.nodeId)
    case 'Cancel':
      return step.stop('cancelled', signal.reason)
    case 'TimeOut':
      return step.stop('timed_out', 'the run timed out')
    default:
      return signal satisfies never
  }
}

/** One transition in the making: the next snapshot and the commands, collected in their order. */
class Step {
  readonly #rules: RunRules
  readonly #before: Snapshot
  readonly #atMs: number
  readonly #nodes: Map<string, NodeState>
  readonly #commands: Command[] = []
  #status: RunStatus
  #startedAtMs: number
  #failure: Snapshot['failure']

  constructor(before: Snapshot, rules: RunRules, atMs: number) {
    this.#before = before
    this.#rules = rules
    this.#atMs = atMs
    this.#nodes = new Map(before.nodes)
    this.#status = before.status
    this.#startedAtMs = before.startedAtMs
    this.#failure = before.failure
  }

  result(): readonly [Snapshot, readonly Command[]] {
    const snapshot = {
      ...this.#before,
      status: this.#status,
      nodes: this.#nodes,
      startedAtMs: this.#startedAtMs,
      failure: this.#failure,
    }
    return [snapshot, this.#commands]
  }

  start(): void {
    if (this.#status !== 'pending') return
    this.#status = 'running'
    this.#startedAtMs = this.#atMs
    const { workflowId, executionId, origin } = this.#rules.identity
    const { nodes, edges } = this.#rules.graph
    this.#publish({
      type: 'workflow.started',
      data: { workflowId, executionId, nodes: [...nodes], edges: [...edges], metadata: {}, origin },
    })
    this.#advance()
  }

  progress(nodeId: string, percent: number, message: string | undefined): void {
    const node = this.#running(nodeId)
    if (node === undefined) return
    this.#publish({
      type: 'task.progress',
      data: {
        ...this.#task(nodeId, node.attempt),
        progress: percent,
        ...(message === undefined ? {} : { message }),
      },
    })
  }

  succeed(nodeId: string, result: unknown, durationMs: number): void {
    const node = this.#running(nodeId)
    if (node === undefined) return
    const task = this.#task(nodeId, node.attempt)
    this.#publish({ type: 'tool.executed', data: { ...this.#tool(nodeId, node.attempt), result, durationMs } })
    this.#publish({ type: 'task.completed', data: { ...task, result } })
    this.#set(nodeId, { status: 'completed', attempt: node.attempt, result })
    this.#tellProgress()
    this.#advance()
  }

  fail(failed: Extract<Signal, { _tag: 'Failed' }>): void {
    const { nodeId, error } = failed
    const node = this.#running(nodeId)
    if (node === undefined) return
    const mayRetry = this.#status === 'running' && !failed.isPermanent
    if (mayRetry && node.attempt <= (this.#before.plan.nodes.get(nodeId)?.maxRetries ?? 0)) {
      const attempt = node.attempt + 1
      this.#set(nodeId, { status: 'retrying', attempt, error })
      this.#commands.push({ _tag: 'RetryLater', nodeId, attempt })
      // The node gives its place to another while it waits.
      return this.#advance()
    }
    this.#failNode(nodeId, node.attempt, error, failed.durationMs)
    return this.#advance()
  }

  retry(nodeId: string): void {
    const node = this.#nodes.get(nodeId)
    if (node?.status !== 'retrying') return
    this.#nodes.set(nodeId, { ...node, status: 'ready' })
    this.#advance()
  }

  stop(status: 'cancelled' | 'timed_out', reason: string): void {
    for (const [nodeId, node] of this.#nodes) {
      if (hasEnded(node.status)) continue
      this.#stopNode(nodeId, node, reason)
      // Whatever was started gets an end, also where its next try was only waiting for a place.
      if (node.attempt > 0) {
        this.#publish({ type: 'task.cancelled', data: { ...this.#task(nodeId, node.attempt), reason } })
      }
      this.#set(nodeId, { status: 'cancelled', attempt: node.attempt })
    }
    const { workflowId, executionId, origin } = this.#rules.identity
    const common = { workflowId, executionId, duration: this.#elapsedMs(), origin }
    this.#status = status
    if (status === 'cancelled') this.#publish({ type: 'workflow.cancelled', data: { ...common, reason } })
    else this.#publish({ type: 'workflow.failed', data: { ...common, error: reason, status } })
  }

  /** Skips what can no longer start, starts what may, and ends the run when nothing is left to do. */
  #advance(): void {
    this.#skipUnreachable()
    if (this.#status === 'running') this.#startReady()
    const states = [...this.#nodes.values()]
    if (states.every(({ status }) => hasEnded(status))) this.#end()
  }

  #skipUnreachable(): void {
    // Skipping a node may decide others: repeat until nothing changes.
    for (let hasChanged = true; hasChanged; ) {
      hasChanged = false
      for (const [nodeId, node] of this.#nodes) {
        if (node.status !== 'pending') continue
        if (this.#status === 'running' && !this.#edgesInto(nodeId).some((edge) => this.#isBroken(edge))) continue
        this.#set(nodeId, { status: 'skipped', attempt: node.attempt })
        this.#tellProgress()
        hasChanged = true
      }
    }
  }

  #startReady(): void {
    let running = [...this.#nodes.values()].filter(({ status }) => status === 'running').length
    for (const [nodeId, node] of this.#nodes) {
      if (running >= this.#rules.maxParallelNodes) return
      const isReady =
        node.status === 'ready' ||
        (node.status === 'pending' && this.#edgesInto(nodeId).every((edge) => this.#isSatisfied(edge)))
      if (!isReady) continue
      const isFirst = node.attempt === 0
      const attempt = isFirst ? 1 : node.attempt
      this.#set(nodeId, { status: 'running', attempt })
      if (isFirst) this.#publish({ type: 'task.started', data: this.#task(nodeId, attempt) })
      this.#commands.push({ _tag: 'StartNode', nodeId, attempt })
      running += 1
    }
  }

  /** `durationMs` of the try that failed; absent where the node failed between two tries. */
  #failNode(nodeId: string, attempt: number, error: string, durationMs?: number): void {
    const tool = { ...this.#tool(nodeId, attempt), error }
    this.#publish({ type: 'tool.failed', data: durationMs === undefined ? tool : { ...tool, durationMs } })
    this.#publish({ type: 'task.failed', data: { ...this.#task(nodeId, attempt), error } })
    this.#set(nodeId, { status: 'failed', attempt, error })
    this.#tellProgress()
    if (this.#before.plan.handled.has(nodeId)) return
    this.#failure ??= { nodeId, error }
    if (this.#status !== 'running') return
    this.#status = 'failing'
    // Only running nodes are left to end: one that waits for another try, or for a place for it, has had its last.
    for (const [otherId, other] of this.#nodes) {
      if (other.status !== 'retrying' && other.status !== 'ready') continue
      this.#stopNode(otherId, other, `node ${nodeId} failed`)
      this.#failNode(otherId, other.attempt - 1, other.error ?? 'failed')
    }
  }

  #stopNode(nodeId: string, { status }: NodeState, reason: string): void {
    if (status === 'running' || status === 'retrying') this.#commands.push({ _tag: 'StopNode', nodeId, reason })
  }

  #end(): void {
    const { workflowId, executionId, origin } = this.#rules.identity
    const common = { workflowId, executionId, duration: this.#elapsedMs(), origin }
    if (this.#failure !== undefined) {
      this.#status = 'failed'
      this.#publish({ type: 'workflow.failed', data: { ...common, ...this.#failure, status: 'failed' } })
      return
    }
    this.#status = 'completed'
    const done = [...this.#nodes.values()].filter(({ status }) => status === 'completed').length
    const message = `${done} of ${this.#nodes.size} nodes completed`
    const results = resultsOf({ ...this.#before, nodes: this.#nodes })
    this.#publish({ type: 'workflow.completed', data: { ...common, message, results } })
  }

  #set(nodeId: string, node: NodeState): void {
    this.#nodes.set(nodeId, node)
    const { workflowId, executionId, origin } = this.#rules.identity
    this.#publish({
      type: 'workflow.node_status_update',
      data: {
        workflowId,
        executionId,
        nodeId,
        status: node.status,
        attempt: node.attempt,
        origin,
        ...(node.error === undefined ? {} : { error: node.error }),
      },
    })
  }

  /** `workflow.progress`: nodes that have ended, of all. */
  #tellProgress(): void {
    const { workflowId, executionId } = this.#rules.identity
    const all = this.#nodes.size
    const done = [...this.#nodes.values()].filter(({ status }) => hasEnded(status)).length
    const progress = Math.round((100 * done) / all)
    const message = `${done} of ${all} nodes done`
    this.#publish({
      type: 'workflow.progress',
      data: { workflowId, executionId, progress, status: 'running', message },
    })
  }

  #edgesInto(nodeId: string): readonly PlanEdge[] {
    return this.#before.plan.incoming.get(nodeId) ?? []
  }

  #isSatisfied({ source, when }: PlanEdge): boolean {
    return satisfying[when].has(this.#nodes.get(source)?.status ?? 'pending')
  }

  #isBroken(edge: PlanEdge): boolean {
    return hasEnded(this.#nodes.get(edge.source)?.status ?? 'pending') && !this.#isSatisfied(edge)
  }

  #running(nodeId: string): NodeState | undefined {
    const node = this.#nodes.get(nodeId)
    return node?.status === 'running' ? node : undefined
  }

  #task(nodeId: string, attempt: number) {
    return { ...nodeIds(this.#rules.identity, nodeId), tool: this.#toolName(nodeId), attempt }
  }

  #tool(nodeId: string, attempt: number) {
    return { ...nodeIds(this.#rules.identity, nodeId), toolName: this.#toolName(nodeId), attempt }
  }

  #toolName(nodeId: string): string {
    return this.#before.plan.nodes.get(nodeId)?.tool ?? ''
  }

  #elapsedMs(): number {
    return this.#status === 'pending' ? 0 : Math.round(this.#atMs - this.#startedAtMs)
  }

  #publish(event: RunEvent): void {
    if (this.#rules.identity.isCommand && event.type.startsWith('workflow.')) return
    this.#commands.push({ _tag: 'Publish', event })
  }
}

/** The statuses of its source that satisfy an edge. `always` means: whatever became of it. */
const satisfying: Readonly<Record<PlanEdge['when'], ReadonlySet<NodeStatus>>> = {
  success: new Set(['completed']),
  failure: new Set(['failed']),
  always: new Set(['completed', 'failed', 'skipped']),
}
