import { printable } from '../base/printable.ts'
import type { NodeStatus } from '../event/catalogue.ts'
import type { LogLevel } from '../tools/tool.ts'
import type { OutgoingEdge } from './plan.ts'
import type { InputStep, PlanNode } from './plan-node.ts'
import { nodeIds, type RunEvent, type RunIdentity } from './run-event.ts'
import {
  hasEnded,
  isOver,
  listOf,
  type NodeState,
  PlannedStates,
  resultsOf,
  type RunStatus,
  type Snapshot,
} from './snapshot.ts'

/** Something that happens to a run. `atMs` is the monotonic time of it. */
export type Signal = { readonly atMs: number } & (
  | { readonly _tag: 'Start' }
  | { readonly _tag: 'Progress'; readonly nodeId: string; readonly percent: number; readonly message?: string }
  | { readonly _tag: 'Log'; readonly nodeId: string; readonly level: LogLevel; readonly message: string }
  | { readonly _tag: 'Succeeded'; readonly nodeId: string; readonly result: unknown; readonly durationMs: number }
  | {
      readonly _tag: 'Failed'
      readonly nodeId: string
      readonly error: string
      readonly isPermanent: boolean
      readonly durationMs: number
    }
  | { readonly _tag: 'RetryDue'; readonly nodeId: string }
  /** A person's answer, which fits the form. */
  | { readonly _tag: 'Provided'; readonly nodeId: string; readonly value: unknown }
  | { readonly _tag: 'InputOverdue'; readonly nodeId: string }
  /** There may be more places than before. */
  | { readonly _tag: 'PlaceGiven' }
  | { readonly _tag: 'Cancel'; readonly reason: string }
  | { readonly _tag: 'TimeOut' }
)

/** What is to be done about it, in this order. */
export type Command =
  | { readonly _tag: 'Publish'; readonly event: RunEvent }
  | { readonly _tag: 'StartNode'; readonly nodeId: string; readonly attempt: number }
  | { readonly _tag: 'RetryLater'; readonly nodeId: string; readonly attempt: number }
  /** Without a deadline of its own it waits as long as the run may. */
  | { readonly _tag: 'AwaitInput'; readonly nodeId: string; readonly timeoutMs: number | undefined }
  | { readonly _tag: 'StopNode'; readonly nodeId: string; readonly reason: string }

/** What a run needs to know besides its state. */
export interface RunRules {
  readonly identity: RunIdentity
  /** As the client wrote it, for `workflow.started`. */
  readonly graph: { readonly nodes: readonly unknown[]; readonly edges: readonly unknown[] }
  readonly maxParallelNodes: number
  /** How many nodes the process lets this run have at work now; absent: as many as it may. */
  readonly places?: number
  /** What to add to a monotonic time to get milliseconds since 1970; 0 by default. */
  readonly epochMs?: number
}

/**
 * The whole logic of a run, pure: what happens next and what is to be done about it. Every change of a node's status is one
 * event; `pending` and `ready` are not announced. A signal that comes too late, about a node or run that has ended, does nothing.
 * It costs what the nodes cost that it changes, however large the run is.
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

/** How many nodes the run would have at work if it got a place for each. */
export function wantedPlaces({ status, counts, ready }: Snapshot, { maxParallelNodes }: RunRules): number {
  return status === 'running' ? Math.min(maxParallelNodes, counts.running + ready.length) : counts.running
}

function apply(step: Step, signal: Signal): void {
  switch (signal._tag) {
    case 'Start':
      return step.start()
    case 'Progress':
      return step.progress(signal.nodeId, signal.percent, signal.message)
    case 'Log':
      return step.log(signal.nodeId, signal.level, signal.message)
    case 'Succeeded':
      return step.succeed(signal.nodeId, signal.result, signal.durationMs)
    case 'Failed':
      return step.fail(signal)
    case 'RetryDue':
      return step.retry(signal.nodeId)
    case 'Provided':
      return step.provide(signal.nodeId, signal.value)
    case 'InputOverdue':
      return step.giveUpInput(signal.nodeId)
    case 'PlaceGiven':
      return step.advance()
    case 'Cancel':
      return step.stop('cancelled', signal.reason)
    case 'TimeOut':
      return step.stop('timed_out', 'the run timed out')
    default:
      return signal satisfies never
  }
}

const NO_EDGES: readonly OutgoingEdge[] = []

/** One transition in the making: the next snapshot and the commands, collected in their order. */
class Step {
  readonly #rules: RunRules
  readonly #before: Snapshot
  readonly #atMs: number
  readonly #commands: Command[] = []
  /** Copied before the first change. */
  #states: NodeState[] | undefined
  #ready: readonly number[]
  /** `#ready` once it is a copy of this step's own. */
  #ownReady: number[] | undefined
  #running: number
  #completed: number
  #ended: number
  #status: RunStatus
  #startedAtMs: number
  #failure: Snapshot['failure']
  #reason: string | undefined
  /** Nodes that ended in this step and whose edges have not been followed yet. */
  readonly #toFollow: string[] = []
  #results: ReadonlyMap<string, unknown> | undefined

  constructor(before: Snapshot, rules: RunRules, atMs: number) {
    this.#before = before
    this.#rules = rules
    this.#atMs = atMs
    this.#ready = before.ready
    this.#running = before.counts.running
    this.#completed = before.counts.completed
    this.#ended = before.counts.ended
    this.#status = before.status
    this.#startedAtMs = before.startedAtMs
    this.#failure = before.failure
    this.#reason = before.reason
  }

  result(): readonly [Snapshot, readonly Command[]] {
    const { plan, nodes } = this.#before
    const snapshot = {
      plan,
      status: this.#status,
      nodes: this.#states === undefined ? nodes : new PlannedStates(plan, this.#states),
      ready: this.#ready,
      counts: { running: this.#running, completed: this.#completed, ended: this.#ended },
      startedAtMs: this.#startedAtMs,
      failure: this.#failure,
      reason: this.#reason,
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
    for (const [nodeId, { openEdges, status }] of this.#before.nodes) {
      // A guard of an earlier one may have decided it meanwhile.
      if (openEdges === 0 && status === 'pending' && this.#state(nodeId)?.status === 'pending') this.#makeReady(nodeId)
    }
    this.advance()
  }

  progress(nodeId: string, percent: number, message: string | undefined): void {
    const node = this.#runningNode(nodeId)
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

  log(nodeId: string, level: LogLevel, message: string): void {
    if (this.#runningNode(nodeId) === undefined) return
    const { origin: _, ...ids } = nodeIds(this.#rules.identity, nodeId)
    this.#publish({ type: 'log.entry', data: { ...ids, level, message, source: this.#toolName(nodeId) ?? '' } })
  }

  succeed(nodeId: string, result: unknown, durationMs: number): void {
    const node = this.#runningNode(nodeId)
    if (node === undefined) return
    this.#publish({ type: 'tool.executed', data: { ...this.#tool(nodeId, node.attempt), result, durationMs } })
    this.#complete(nodeId, node.attempt, result)
  }

  provide(nodeId: string, value: unknown): void {
    const node = this.#state(nodeId)
    if (node?.status === 'waiting') this.#complete(nodeId, node.attempt, value)
  }

  fail(failed: Extract<Signal, { _tag: 'Failed' }>): void {
    const { nodeId, error } = failed
    const node = this.#runningNode(nodeId)
    if (node === undefined) return
    const mayRetry = this.#status === 'running' && !failed.isPermanent
    if (mayRetry && node.attempt <= (this.#planned(nodeId)?.maxRetries ?? 0)) {
      const attempt = node.attempt + 1
      this.#set(nodeId, { status: 'retrying', attempt, error })
      this.#tellRetry(nodeId, attempt, error)
      this.#commands.push({ _tag: 'RetryLater', nodeId, attempt })
      // The node gives its place to another while it waits.
      return this.advance()
    }
    this.#failTool(nodeId, node.attempt, error, failed.durationMs)
    return this.advance()
  }

  /** A command of one step announces no statuses of nodes: that it is tried again is a stage of its own. */
  #tellRetry(nodeId: string, attempt: number, error: string): void {
    const { executionId, origin, isCommand } = this.#rules.identity
    if (!isCommand) return
    const details = { nodeId, attempt, error }
    this.#publish({
      type: 'dsl.command_progress',
      data: { stage: 'retrying', message: `try ${attempt} follows`, executionId, origin, details },
    })
  }

  giveUpInput(nodeId: string): void {
    const node = this.#state(nodeId)
    if (node?.status !== 'waiting') return
    const { timeoutMs = 0 } = this.#planned(nodeId) ?? {}
    this.#failNode(nodeId, node.attempt, `nobody provided the input within ${timeoutMs} ms`)
    this.advance()
  }

  retry(nodeId: string): void {
    const node = this.#state(nodeId)
    if (node?.status !== 'retrying') return
    this.#put(nodeId, { ...node, status: 'ready' })
    this.#addReady(nodeId)
    this.advance()
  }

  stop(status: 'cancelled' | 'timed_out', reason: string): void {
    for (const [nodeId, node] of this.#before.nodes) {
      if (!hasEnded(node.status)) this.#cancelNode(nodeId, node, reason)
    }
    this.#setReady([])
    const { workflowId, executionId, origin } = this.#rules.identity
    const common = { workflowId, executionId, duration: this.#elapsedMs(), origin }
    this.#status = status
    if (status === 'cancelled') {
      this.#reason = reason
      this.#publish({ type: 'workflow.cancelled', data: { ...common, reason } })
    } else this.#publish({ type: 'workflow.failed', data: { ...common, error: reason, status } })
  }

  /** Decides what follows from the nodes that ended, starts what may start, and ends the run when nothing is left to do. */
  advance(): void {
    // Nodes that are skipped, or that their guard fails, end as well, and decide others.
    for (let source = this.#toFollow.shift(); source !== undefined; source = this.#toFollow.shift()) {
      for (const edge of this.#before.plan.outgoing.get(source) ?? NO_EDGES) this.#follow(source, edge)
    }
    if (this.#status === 'running') this.#startReady()
    if (this.#ended === this.#before.nodes.size) this.#end()
  }

  #follow(source: string, { target, when }: OutgoingEdge): void {
    const node = this.#state(target)
    if (node?.status !== 'pending') return
    if (!satisfying[when].has(this.#state(source)?.status ?? 'pending')) return this.#skip(target)
    const openEdges = (node.openEdges ?? 0) - 1
    this.#put(target, { ...node, openEdges })
    return openEdges === 0 ? this.#makeReady(target) : undefined
  }

  /** The edges let the node start: its guard says whether it does. */
  #makeReady(nodeId: string): void {
    const node = this.#planned(nodeId)
    if (node === undefined) return
    const verdict = node.guard === undefined ? true : this.#ask(node.guard)
    if (verdict instanceof GuardFailure) return this.#failNode(nodeId, 0, verdict.reason)
    if (!verdict) return this.#skip(nodeId)
    if (node._tag === 'Input') return this.#awaitInput(nodeId, node)
    this.#put(nodeId, { status: 'ready', attempt: 0 })
    return this.#addReady(nodeId)
  }

  #ask(guard: NonNullable<PlanNode['guard']>): boolean | GuardFailure {
    this.#results ??= new Map(
      [...this.#nodes()].flatMap(([id, { status, result }]) => (status === 'completed' ? [[id, result]] : [])),
    )
    try {
      return guard(this.#results)
    } catch (error) {
      return new GuardFailure(error)
    }
  }

  /** In the order of the plan, so that places go to the nodes that were written first. */
  #addReady(nodeId: string): void {
    const position = this.#position(nodeId)
    this.#ownReady ??= [...this.#ready]
    let index = this.#ownReady.length
    while (index > 0 && (this.#ownReady[index - 1] ?? 0) > position) index -= 1
    this.#ownReady.splice(index, 0, position)
    this.#ready = this.#ownReady
  }

  #setReady(ready: number[]): void {
    this.#ready = ready
    this.#ownReady = ready
  }

  #startReady(): void {
    const { maxParallelNodes, places = maxParallelNodes } = this.#rules
    const free = Math.min(maxParallelNodes, places) - this.#running
    if (free <= 0 || this.#ready.length === 0) return
    const starting = this.#ready.slice(0, free)
    this.#setReady(this.#ready.slice(free))
    for (const position of starting) this.#startNode(position)
  }

  #startNode(position: number): void {
    const nodeId = this.#idAt(position)
    const node = this.#state(nodeId)
    if (nodeId === undefined || node === undefined) return
    const isFirst = node.attempt === 0
    const attempt = isFirst ? 1 : node.attempt
    this.#set(nodeId, { status: 'running', attempt })
    if (isFirst) this.#publish({ type: 'task.started', data: this.#task(nodeId, attempt) })
    this.#commands.push({ _tag: 'StartNode', nodeId, attempt })
  }

  /** A person takes no place: one that thinks for a day must not keep machines from working. */
  #awaitInput(nodeId: string, { prompt, form, timeoutMs }: InputStep): void {
    const { identity, epochMs = 0 } = this.#rules
    const { workflowId, executionId } = identity
    const said = prompt({
      has: (id) => this.#state(id)?.status === 'completed',
      get: (id) => this.#state(id)?.result,
    })
    if (said._tag === 'Left') return this.#failNode(nodeId, 0, said.left)
    this.#set(nodeId, { status: 'waiting', attempt: 1 })
    this.#publish({ type: 'task.started', data: this.#task(nodeId, 1) })
    const expiresAt = timeoutMs === undefined ? undefined : new Date(epochMs + this.#atMs + timeoutMs).toISOString()
    this.#publish({
      type: 'workflow.input_required',
      data: {
        workflowId,
        executionId,
        nodeId,
        prompt: said.right,
        ...(form === undefined ? {} : { form: { ...form } }),
        ...(expiresAt === undefined ? {} : { expiresAt }),
      },
    })
    this.#commands.push({ _tag: 'AwaitInput', nodeId, timeoutMs })
  }

  #complete(nodeId: string, attempt: number, result: unknown): void {
    this.#publish({ type: 'task.completed', data: { ...this.#task(nodeId, attempt), result } })
    this.#set(nodeId, { status: 'completed', attempt, result })
    this.#tellProgress()
    this.#toFollow.push(nodeId)
    this.advance()
  }

  #skip(nodeId: string): void {
    this.#set(nodeId, { status: 'skipped', attempt: 0 })
    this.#tellProgress()
    this.#toFollow.push(nodeId)
  }

  /** `durationMs` of the try that failed; absent where the node failed between two tries. */
  #failTool(nodeId: string, attempt: number, error: string, durationMs?: number): void {
    const tool = { ...this.#tool(nodeId, attempt), error }
    this.#publish({ type: 'tool.failed', data: durationMs === undefined ? tool : { ...tool, durationMs } })
    this.#failNode(nodeId, attempt, error)
  }

  #failNode(nodeId: string, attempt: number, error: string): void {
    this.#publish({ type: 'task.failed', data: { ...this.#task(nodeId, attempt), error } })
    this.#set(nodeId, { status: 'failed', attempt, error })
    this.#tellProgress()
    this.#toFollow.push(nodeId)
    if (this.#before.plan.handled.has(nodeId)) return
    this.#failure ??= { nodeId, error }
    if (this.#status === 'running') this.#beginFailing(`node ${nodeId} failed`)
  }

  /** Only running nodes are left to end: what waits for another try, or for a person, has waited enough; nothing else begins. */
  #beginFailing(reason: string): void {
    this.#status = 'failing'
    this.#setReady([])
    for (const nodeId of this.#before.nodes.keys()) {
      const node = this.#state(nodeId)
      if (node === undefined) continue
      if (node.status === 'retrying' || (node.status === 'ready' && node.attempt > 0)) {
        this.#stopNode(nodeId, node, reason)
        this.#failTool(nodeId, node.attempt - 1, node.error ?? 'failed')
      } else if (node.status === 'waiting') {
        this.#cancelNode(nodeId, node, reason)
        this.#tellProgress()
      }
    }
    for (const nodeId of this.#before.nodes.keys()) {
      const status = this.#state(nodeId)?.status
      if (status === 'pending' || status === 'ready') this.#skip(nodeId)
    }
  }

  #cancelNode(nodeId: string, node: NodeState, reason: string): void {
    this.#stopNode(nodeId, node, reason)
    // Whatever was started gets an end, also where its next try was only waiting for a place.
    if (node.attempt > 0) {
      this.#publish({ type: 'task.cancelled', data: { ...this.#task(nodeId, node.attempt), reason } })
    }
    this.#set(nodeId, { status: 'cancelled', attempt: node.attempt })
  }

  #stopNode(nodeId: string, { status }: NodeState, reason: string): void {
    if (status === 'running' || status === 'retrying' || status === 'waiting') {
      this.#commands.push({ _tag: 'StopNode', nodeId, reason })
    }
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
    const message = `${this.#completed} of ${this.#before.nodes.size} nodes completed`
    const results = this.#rules.identity.isCommand ? {} : resultsOf({ nodes: this.#nodes() })
    this.#publish({ type: 'workflow.completed', data: { ...common, message, results } })
  }

  #set(nodeId: string, node: NodeState): void {
    this.#put(nodeId, node)
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

  #put(nodeId: string, node: NodeState): void {
    this.#states ??= listOf(this.#before.nodes)
    const position = this.#position(nodeId)
    const before = this.#states[position]?.status
    this.#states[position] = node
    if (before === node.status) return
    if (before === 'running') this.#running -= 1
    if (node.status === 'running') this.#running += 1
    if (node.status === 'completed') this.#completed += 1
    if (hasEnded(node.status)) this.#ended += 1
  }

  /** `workflow.progress`: nodes that have ended, of all. */
  #tellProgress(): void {
    const { workflowId, executionId } = this.#rules.identity
    const all = this.#before.nodes.size
    const progress = Math.round((100 * this.#ended) / all)
    const message = `${this.#ended} of ${all} nodes done`
    this.#publish({
      type: 'workflow.progress',
      data: { workflowId, executionId, progress, status: 'running', message },
    })
  }

  #state(nodeId: string | undefined): NodeState | undefined {
    if (nodeId === undefined) return undefined
    return this.#states === undefined ? this.#before.nodes.get(nodeId) : this.#states[this.#position(nodeId)]
  }

  #nodes(): Snapshot['nodes'] {
    return this.#states === undefined ? this.#before.nodes : new PlannedStates(this.#before.plan, this.#states)
  }

  #runningNode(nodeId: string): NodeState | undefined {
    const node = this.#state(nodeId)
    return node?.status === 'running' ? node : undefined
  }

  #planned(nodeId: string): PlanNode | undefined {
    return this.#before.plan.nodes.get(nodeId)
  }

  #position(nodeId: string): number {
    return this.#before.plan.positions.get(nodeId) ?? -1
  }

  #idAt(position: number): string | undefined {
    return this.#before.plan.ids[position]
  }

  #task(nodeId: string, attempt: number) {
    const tool = this.#toolName(nodeId)
    return { ...nodeIds(this.#rules.identity, nodeId), ...(tool === undefined ? {} : { tool }), attempt }
  }

  #tool(nodeId: string, attempt: number) {
    return { ...nodeIds(this.#rules.identity, nodeId), toolName: this.#toolName(nodeId) ?? '', attempt }
  }

  #toolName(nodeId: string): string | undefined {
    const node = this.#planned(nodeId)
    return node?._tag === 'Tool' ? node.tool : undefined
  }

  #elapsedMs(): number {
    return this.#status === 'pending' ? 0 : Math.round(this.#atMs - this.#startedAtMs)
  }

  #publish(event: RunEvent): void {
    const isOfWorkflow = event.type.startsWith('workflow.') && event.type !== 'workflow.input_required'
    if (isOfWorkflow && this.#rules.identity.isCommand) return
    this.#commands.push({ _tag: 'Publish', event })
  }
}

/** A guard that threw: the words of whoever wrote it are for the log of the run, bounded. */
class GuardFailure {
  readonly reason: string

  constructor(error: unknown) {
    const message: unknown = error instanceof Error ? error.message : undefined
    const why = typeof message === 'string' && message !== '' ? `: ${printable(message)}` : ''
    this.reason = `the condition of the node failed${why}`
  }
}

/** The statuses of its source that satisfy an edge. `always` means: whatever became of it. */
const satisfying: Readonly<Record<OutgoingEdge['when'], ReadonlySet<NodeStatus>>> = {
  success: new Set(['completed']),
  failure: new Set(['failed']),
  always: new Set(['completed', 'failed', 'skipped']),
}
