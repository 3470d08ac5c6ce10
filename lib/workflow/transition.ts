import { printable } from '../base/printable.ts'
import type { NodeStatus } from '../event/catalogue.ts'
import type { LogLevel } from '../tools/tool.ts'
import type { Failure } from './failure.ts'
import { NodeTable } from './node-table.ts'
import type { OutgoingEdge, Plan } from './plan.ts'
import type { InputStep, PlanNode } from './plan-node.ts'
import type { RunEvent, RunIdentity } from './run-event.ts'
import { RunEventFactory } from './run-event-factory.ts'
import { hasEnded, isOver, type NodeState, resultsIn, resultsOf, type RunStatus, type Snapshot } from './snapshot.ts'

/** Something that happens to a run. `atMs` is the monotonic time of it. */
export type Signal = { readonly atMs: number } & (
  | { readonly _tag: 'Start' }
  | { readonly _tag: 'Progress'; readonly nodeId: string; readonly percent: number; readonly message?: string }
  | { readonly _tag: 'Log'; readonly nodeId: string; readonly level: LogLevel; readonly message: string }
  | { readonly _tag: 'Succeeded'; readonly nodeId: string; readonly result: unknown; readonly durationMs: number }
  | ({
      readonly _tag: 'Failed'
      readonly nodeId: string
      readonly isPermanent: boolean
      readonly durationMs: number
    } & Failure)
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
      return step.cancel(signal.reason)
    case 'TimeOut':
      return step.timeOut()
    default:
      return signal satisfies never
  }
}

const NO_EDGES: readonly OutgoingEdge[] = []

/** One transition in the making: the next snapshot and the commands, collected in their order. */
class Step {
  readonly #rules: RunRules
  readonly #plan: Plan
  readonly #atMs: number
  readonly #nodes: NodeTable
  readonly #events: RunEventFactory
  readonly #commands: Command[] = []
  #status: RunStatus
  #startedAtMs: number
  #failure: Snapshot['failure']
  #reason: string | undefined
  /** Nodes that ended in this step and whose edges have not been followed yet. */
  readonly #toFollow: string[] = []
  #results: ReadonlyMap<string, unknown> | undefined

  constructor(before: Snapshot, rules: RunRules, atMs: number) {
    this.#rules = rules
    this.#plan = before.plan
    this.#atMs = atMs
    this.#nodes = new NodeTable(before)
    this.#events = new RunEventFactory(rules.identity, before.plan)
    this.#status = before.status
    this.#startedAtMs = before.startedAtMs
    this.#failure = before.failure
    this.#reason = before.reason
  }

  result(): readonly [Snapshot, readonly Command[]] {
    const snapshot = {
      plan: this.#plan,
      status: this.#status,
      nodes: this.#nodes.states,
      ready: this.#nodes.ready,
      counts: this.#nodes.counts,
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
    this.#publish(this.#events.runStarted(this.#rules.graph))
    for (const [nodeId, { openEdges, status }] of this.#nodes.states) {
      // A guard of an earlier one may have decided it meanwhile.
      if (openEdges === 0 && status === 'pending' && this.#nodes.get(nodeId)?.status === 'pending') {
        this.#makeReady(nodeId)
      }
    }
    this.advance()
  }

  progress(nodeId: string, percent: number, message: string | undefined): void {
    const node = this.#runningNode(nodeId)
    if (node !== undefined) this.#publish(this.#events.taskProgress(nodeId, node.attempt, percent, message))
  }

  log(nodeId: string, level: LogLevel, message: string): void {
    if (this.#runningNode(nodeId) !== undefined) this.#publish(this.#events.logEntry(nodeId, level, message))
  }

  succeed(nodeId: string, result: unknown, durationMs: number): void {
    const node = this.#runningNode(nodeId)
    if (node === undefined) return
    this.#publish(this.#events.toolExecuted(nodeId, node.attempt, result, durationMs))
    this.#complete(nodeId, node.attempt, result)
  }

  provide(nodeId: string, value: unknown): void {
    const node = this.#nodes.get(nodeId)
    if (node?.status === 'waiting') this.#complete(nodeId, node.attempt, value)
  }

  fail(failed: Extract<Signal, { _tag: 'Failed' }>): void {
    const { nodeId, error, code } = failed
    const failure = { error, code }
    const node = this.#runningNode(nodeId)
    if (node === undefined) return
    const mayRetry = this.#status === 'running' && !failed.isPermanent
    if (mayRetry && node.attempt <= (this.#plan.nodes.get(nodeId)?.maxRetries ?? 0)) {
      const attempt = node.attempt + 1
      this.#set(nodeId, { status: 'retrying', attempt, failure })
      // A command of one step announces no statuses of nodes: that it is tried again is a stage of its own.
      if (this.#rules.identity.isCommand) this.#publish(this.#events.commandRetrying(nodeId, attempt, failure))
      this.#commands.push({ _tag: 'RetryLater', nodeId, attempt })
      // The node gives its place to another while it waits.
      return this.advance()
    }
    this.#failTool(nodeId, node.attempt, failure, failed.durationMs)
    return this.advance()
  }

  giveUpInput(nodeId: string): void {
    const node = this.#nodes.get(nodeId)
    if (node?.status !== 'waiting') return
    const { timeoutMs = 0 } = this.#plan.nodes.get(nodeId) ?? {}
    const error = `nobody provided the input within ${timeoutMs} ms`
    this.#failNode(nodeId, node.attempt, { error, code: 'INPUT_TIMED_OUT' })
    this.advance()
  }

  retry(nodeId: string): void {
    const node = this.#nodes.get(nodeId)
    if (node?.status !== 'retrying') return
    this.#nodes.put(nodeId, { ...node, status: 'ready' })
    this.#nodes.addReady(nodeId)
    this.advance()
  }

  cancel(reason: string): void {
    this.#cancelNodes(reason)
    const duration = this.#elapsedMs()
    this.#status = 'cancelled'
    this.#reason = reason
    this.#publish(this.#events.runCancelled(reason, duration))
  }

  timeOut(): void {
    const reason = 'the run timed out'
    this.#cancelNodes(reason)
    const duration = this.#elapsedMs()
    this.#status = 'timed_out'
    this.#publish(this.#events.runTimedOut(reason, duration))
  }

  /** Decides what follows from the nodes that ended, starts what may start, and ends the run when nothing is left to do. */
  advance(): void {
    // Nodes that are skipped, or that their guard fails, end as well, and decide others.
    for (let source = this.#toFollow.shift(); source !== undefined; source = this.#toFollow.shift()) {
      for (const edge of this.#plan.outgoing.get(source) ?? NO_EDGES) this.#follow(source, edge)
    }
    if (this.#status === 'running') this.#startReady()
    if (this.#nodes.ended === this.#nodes.size) this.#end()
  }

  #follow(source: string, { target, when }: OutgoingEdge): void {
    const node = this.#nodes.get(target)
    if (node?.status !== 'pending') return
    if (!satisfying[when].has(this.#nodes.get(source)?.status ?? 'pending')) return this.#skip(target)
    const openEdges = (node.openEdges ?? 0) - 1
    this.#nodes.put(target, { ...node, openEdges })
    return openEdges === 0 ? this.#makeReady(target) : undefined
  }

  /** The edges let the node start: its guard says whether it does. */
  #makeReady(nodeId: string): void {
    const node = this.#plan.nodes.get(nodeId)
    if (node === undefined) return
    const verdict = node.guard === undefined ? true : this.#ask(node.guard)
    if (verdict instanceof GuardFault) return this.#failNode(nodeId, 0, verdict.failure)
    if (!verdict) return this.#skip(nodeId)
    if (node._tag === 'Input') return this.#awaitInput(nodeId, node)
    this.#nodes.put(nodeId, { status: 'ready', attempt: 0 })
    return this.#nodes.addReady(nodeId)
  }

  #ask(guard: NonNullable<PlanNode['guard']>): boolean | GuardFault {
    this.#results ??= new Map(
      [...this.#nodes.states].flatMap(([id, { status, result }]) => (status === 'completed' ? [[id, result]] : [])),
    )
    try {
      return guard(this.#results)
    } catch (error) {
      return new GuardFault(error)
    }
  }

  #startReady(): void {
    const { maxParallelNodes, places = maxParallelNodes } = this.#rules
    const free = Math.min(maxParallelNodes, places) - this.#nodes.running
    for (const nodeId of this.#nodes.takeReady(free)) this.#startNode(nodeId)
  }

  #startNode(nodeId: string): void {
    const { attempt: before = 0 } = this.#nodes.get(nodeId) ?? {}
    const isFirst = before === 0
    const attempt = isFirst ? 1 : before
    this.#set(nodeId, { status: 'running', attempt })
    if (isFirst) this.#publish(this.#events.taskStarted(nodeId, attempt))
    this.#commands.push({ _tag: 'StartNode', nodeId, attempt })
  }

  /** A person takes no place: one that thinks for a day must not keep machines from working. */
  #awaitInput(nodeId: string, { prompt, form, timeoutMs }: InputStep): void {
    const said = prompt(resultsIn({ nodes: this.#nodes }))
    if (said._tag === 'Left') return this.#failNode(nodeId, 0, { error: said.left, code: 'INVALID_ARGUMENTS' })
    this.#set(nodeId, { status: 'waiting', attempt: 1 })
    this.#publish(this.#events.taskStarted(nodeId, 1))
    const { epochMs = 0 } = this.#rules
    const expiresAt = timeoutMs === undefined ? undefined : new Date(epochMs + this.#atMs + timeoutMs).toISOString()
    this.#publish(this.#events.inputRequired(nodeId, said.right, form, expiresAt))
    this.#commands.push({ _tag: 'AwaitInput', nodeId, timeoutMs })
  }

  #complete(nodeId: string, attempt: number, result: unknown): void {
    this.#publish(this.#events.taskCompleted(nodeId, attempt, result))
    this.#endNode(nodeId, { status: 'completed', attempt, result })
    this.advance()
  }

  #skip(nodeId: string): void {
    this.#endNode(nodeId, { status: 'skipped', attempt: 0 })
  }

  #failTool(nodeId: string, attempt: number, failure: Failure, durationMs?: number): void {
    this.#publish(this.#events.toolFailed(nodeId, attempt, failure, durationMs))
    this.#failNode(nodeId, attempt, failure)
  }

  #failNode(nodeId: string, attempt: number, failure: Failure): void {
    this.#publish(this.#events.taskFailed(nodeId, attempt, failure))
    this.#endNode(nodeId, { status: 'failed', attempt, failure })
    if (this.#plan.handled.has(nodeId)) return
    this.#failure ??= { nodeId, ...failure }
    if (this.#status === 'running') this.#beginFailing(`node ${nodeId} failed`)
  }

  /** Only running nodes are left to end: what waits for another try, or for a person, has waited enough; nothing else begins. */
  #beginFailing(reason: string): void {
    this.#status = 'failing'
    this.#nodes.clearReady()
    for (const nodeId of this.#nodes.ids()) {
      const node = this.#nodes.get(nodeId)
      if (node === undefined) continue
      if (node.status === 'retrying' || (node.status === 'ready' && node.attempt > 0)) {
        this.#stopNode(nodeId, node, reason)
        this.#failTool(nodeId, node.attempt - 1, node.failure ?? UNKNOWN)
      } else if (node.status === 'waiting') {
        this.#cancelNode(nodeId, node, reason)
        this.#publish(this.#events.runProgress(this.#nodes.ended))
      }
    }
    for (const nodeId of this.#nodes.ids()) {
      const status = this.#nodes.get(nodeId)?.status
      if (status === 'pending' || status === 'ready') this.#skip(nodeId)
    }
  }

  #cancelNodes(reason: string): void {
    for (const [nodeId, node] of this.#nodes.states) {
      if (!hasEnded(node.status)) this.#cancelNode(nodeId, node, reason)
    }
    this.#nodes.clearReady()
  }

  #cancelNode(nodeId: string, node: NodeState, reason: string): void {
    this.#stopNode(nodeId, node, reason)
    // Whatever was started gets an end, also where its next try was only waiting for a place.
    if (node.attempt > 0) this.#publish(this.#events.taskCancelled(nodeId, node.attempt, reason))
    this.#set(nodeId, { status: 'cancelled', attempt: node.attempt })
  }

  #stopNode(nodeId: string, { status }: NodeState, reason: string): void {
    if (status === 'running' || status === 'retrying' || status === 'waiting') {
      this.#commands.push({ _tag: 'StopNode', nodeId, reason })
    }
  }

  #end(): void {
    const duration = this.#elapsedMs()
    if (this.#failure !== undefined) {
      this.#status = 'failed'
      this.#publish(this.#events.runFailed(this.#failure, duration))
      return
    }
    this.#status = 'completed'
    const results = this.#rules.identity.isCommand ? {} : resultsOf({ nodes: this.#nodes.states })
    this.#publish(this.#events.runCompleted(this.#nodes.completed, results, duration))
  }

  #endNode(nodeId: string, node: NodeState): void {
    this.#set(nodeId, node)
    this.#publish(this.#events.runProgress(this.#nodes.ended))
    this.#toFollow.push(nodeId)
  }

  #set(nodeId: string, node: NodeState): void {
    this.#nodes.put(nodeId, node)
    this.#publish(this.#events.nodeStatus(nodeId, node))
  }

  #runningNode(nodeId: string): NodeState | undefined {
    const node = this.#nodes.get(nodeId)
    return node?.status === 'running' ? node : undefined
  }

  #elapsedMs(): number {
    return this.#status === 'pending' ? 0 : Math.round(this.#atMs - this.#startedAtMs)
  }

  /** A command of one step speaks of its task, and never of a workflow. */
  #publish(event: RunEvent): void {
    const isOfWorkflow = event.type.startsWith('workflow.') && event.type !== 'workflow.input_required'
    if (isOfWorkflow && this.#rules.identity.isCommand) return
    this.#commands.push({ _tag: 'Publish', event })
  }
}

/** A guard that threw: the words of whoever wrote it are for the log of the run, bounded. */
class GuardFault {
  readonly failure: Failure

  constructor(thrown: unknown) {
    const message: unknown = thrown instanceof Error ? thrown.message : undefined
    const why = typeof message === 'string' && message !== '' ? `: ${printable(message)}` : ''
    this.failure = { error: `the condition of the node failed${why}`, code: 'CONDITION_FAILED' }
  }
}

/** Of a node whose last try nobody has told of. */
const UNKNOWN: Failure = { error: 'failed', code: 'TOOL_FAILED' }

/** The statuses of its source that satisfy an edge. `always` means: whatever became of it. */
const satisfying: Readonly<Record<OutgoingEdge['when'], ReadonlySet<NodeStatus>>> = {
  success: new Set(['completed']),
  failure: new Set(['failed']),
  always: new Set(['completed', 'failed', 'skipped']),
}
