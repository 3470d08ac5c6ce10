import type { LogLevel } from '../tools/tool.ts'
import type { Failure } from './failure.ts'
import type { Plan } from './plan.ts'
import { nodeIds, type RunEvent, type RunIdentity } from './run-event.ts'
import type { NodeState, Snapshot } from './snapshot.ts'

/**
 * The events of one run, as the catalogue has them (PROTOCOL section 6). A `duration` is in milliseconds from its start. Data is written
 * out or grown by `Object.assign`, because a spread that is followed by more costs microseconds (docs/performance.md), and there are
 * some eight events for each node.
 */
export class RunEventFactory {
  readonly #identity: RunIdentity
  readonly #plan: Plan

  constructor(identity: RunIdentity, plan: Plan) {
    this.#identity = identity
    this.#plan = plan
  }

  runStarted(graph: { readonly nodes: readonly unknown[]; readonly edges: readonly unknown[] }): RunEvent {
    const { workflowId, executionId, origin } = this.#identity
    const { nodes, edges } = graph
    return { type: 'workflow.started', data: { workflowId, executionId, nodes, edges, metadata: {}, origin } }
  }

  /** How many of the nodes have ended. */
  runProgress(ended: number): RunEvent {
    const { workflowId, executionId } = this.#identity
    const all = this.#plan.nodes.size
    const progress = Math.round((100 * ended) / all)
    const message = `${ended} of ${all} nodes done`
    return { type: 'workflow.progress', data: { workflowId, executionId, progress, status: 'running', message } }
  }

  runCompleted(completed: number, results: Record<string, unknown>, duration: number): RunEvent {
    const message = `${completed} of ${this.#plan.nodes.size} nodes completed`
    return { type: 'workflow.completed', data: Object.assign(this.#ended(duration), { message, results }) }
  }

  runFailed({ nodeId, error, code }: NonNullable<Snapshot['failure']>, duration: number): RunEvent {
    const status = 'failed' as const
    return { type: 'workflow.failed', data: Object.assign(this.#ended(duration), { nodeId, error, code, status }) }
  }

  runTimedOut(error: string, duration: number): RunEvent {
    const how = { error, code: 'TIMED_OUT', status: 'timed_out' } as const
    return { type: 'workflow.failed', data: Object.assign(this.#ended(duration), how) }
  }

  runCancelled(reason: string, duration: number): RunEvent {
    return { type: 'workflow.cancelled', data: Object.assign(this.#ended(duration), { reason }) }
  }

  nodeStatus(nodeId: string, { status, attempt, failure }: NodeState): RunEvent {
    const { workflowId, executionId, origin } = this.#identity
    return {
      type: 'workflow.node_status_update',
      data: { workflowId, executionId, nodeId, status, attempt, origin, ...failure },
    }
  }

  /** `expiresAt` in ISO 8601; absent where the node waits as long as the run may. */
  inputRequired(nodeId: string, prompt: string, form: object | undefined, expiresAt: string | undefined): RunEvent {
    const { workflowId, executionId } = this.#identity
    return {
      type: 'workflow.input_required',
      data: {
        workflowId,
        executionId,
        nodeId,
        prompt,
        ...(form === undefined ? {} : { form: { ...form } }),
        ...(expiresAt === undefined ? {} : { expiresAt }),
      },
    }
  }

  taskStarted(nodeId: string, attempt: number): RunEvent {
    return { type: 'task.started', data: this.#task(nodeId, attempt) }
  }

  /** `progress` in percent. */
  taskProgress(nodeId: string, attempt: number, progress: number, message: string | undefined): RunEvent {
    const said = message === undefined ? { progress } : { progress, message }
    return { type: 'task.progress', data: Object.assign(this.#task(nodeId, attempt), said) }
  }

  taskCompleted(nodeId: string, attempt: number, result: unknown): RunEvent {
    return { type: 'task.completed', data: Object.assign(this.#task(nodeId, attempt), { result }) }
  }

  taskFailed(nodeId: string, attempt: number, { error, code }: Failure): RunEvent {
    return { type: 'task.failed', data: Object.assign(this.#task(nodeId, attempt), { error, code }) }
  }

  taskCancelled(nodeId: string, attempt: number, reason: string): RunEvent {
    return { type: 'task.cancelled', data: Object.assign(this.#task(nodeId, attempt), { reason }) }
  }

  toolExecuted(nodeId: string, attempt: number, result: unknown, durationMs: number): RunEvent {
    return { type: 'tool.executed', data: Object.assign(this.#tool(nodeId, attempt), { result, durationMs }) }
  }

  /** `durationMs` of the try that failed; absent where the node failed between two tries. */
  toolFailed(nodeId: string, attempt: number, { error, code }: Failure, durationMs: number | undefined): RunEvent {
    const how = durationMs === undefined ? { error, code } : { error, code, durationMs }
    return { type: 'tool.failed', data: Object.assign(this.#tool(nodeId, attempt), how) }
  }

  logEntry(nodeId: string, level: LogLevel, message: string): RunEvent {
    const { origin: _, ...ids } = nodeIds(this.#identity, nodeId)
    const source = this.#toolName(nodeId) ?? ''
    return { type: 'log.entry', data: Object.assign(ids, { level, message, source }) }
  }

  /** `attempt` is the try that follows. */
  commandRetrying(nodeId: string, attempt: number, { error, code }: Failure): RunEvent {
    const { executionId, origin } = this.#identity
    const details = { nodeId, attempt, error, code }
    return {
      type: 'dsl.command_progress',
      data: { stage: 'retrying', message: `try ${attempt} follows`, executionId, origin, details },
    }
  }

  #ended(duration: number) {
    const { workflowId, executionId, origin } = this.#identity
    return { workflowId, executionId, duration, origin }
  }

  #task(nodeId: string, attempt: number) {
    const tool = this.#toolName(nodeId)
    return Object.assign(nodeIds(this.#identity, nodeId), tool === undefined ? { attempt } : { tool, attempt })
  }

  #tool(nodeId: string, attempt: number) {
    return Object.assign(nodeIds(this.#identity, nodeId), { toolName: this.#toolName(nodeId) ?? '', attempt })
  }

  #toolName(nodeId: string): string | undefined {
    const node = this.#plan.nodes.get(nodeId)
    return node?._tag === 'Tool' ? node.tool : undefined
  }
}
