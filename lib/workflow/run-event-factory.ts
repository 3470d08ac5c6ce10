import type { LogLevel } from '../tools/tool.ts'
import type { Plan } from './plan.ts'
import { nodeIds, type RunEvent, type RunIdentity } from './run-event.ts'
import type { NodeState, Snapshot } from './snapshot.ts'

/** The events of one run, as the catalogue has them (PROTOCOL section 6). A `duration` is in milliseconds from its start. */
export class RunEventFactory {
  readonly #identity: RunIdentity
  readonly #plan: Plan

  constructor(identity: RunIdentity, plan: Plan) {
    this.#identity = identity
    this.#plan = plan
  }

  runStarted({ nodes, edges }: { readonly nodes: readonly unknown[]; readonly edges: readonly unknown[] }): RunEvent {
    return {
      type: 'workflow.started',
      data: { ...this.#run(), nodes: [...nodes], edges: [...edges], metadata: {}, origin: this.#identity.origin },
    }
  }

  /** How many of the nodes have ended. */
  runProgress(ended: number): RunEvent {
    const all = this.#plan.nodes.size
    const progress = Math.round((100 * ended) / all)
    const message = `${ended} of ${all} nodes done`
    return { type: 'workflow.progress', data: { ...this.#run(), progress, status: 'running', message } }
  }

  runCompleted(completed: number, results: Record<string, unknown>, duration: number): RunEvent {
    const message = `${completed} of ${this.#plan.nodes.size} nodes completed`
    return { type: 'workflow.completed', data: { ...this.#ended(duration), message, results } }
  }

  runFailed(failure: NonNullable<Snapshot['failure']>, duration: number): RunEvent {
    return { type: 'workflow.failed', data: { ...this.#ended(duration), ...failure, status: 'failed' } }
  }

  runTimedOut(error: string, duration: number): RunEvent {
    return { type: 'workflow.failed', data: { ...this.#ended(duration), error, status: 'timed_out' } }
  }

  runCancelled(reason: string, duration: number): RunEvent {
    return { type: 'workflow.cancelled', data: { ...this.#ended(duration), reason } }
  }

  nodeStatus(nodeId: string, { status, attempt, error }: NodeState): RunEvent {
    const { origin } = this.#identity
    return {
      type: 'workflow.node_status_update',
      data: { ...this.#run(), nodeId, status, attempt, origin, ...(error === undefined ? {} : { error }) },
    }
  }

  /** `expiresAt` in ISO 8601; absent where the node waits as long as the run may. */
  inputRequired(nodeId: string, prompt: string, form: object | undefined, expiresAt: string | undefined): RunEvent {
    return {
      type: 'workflow.input_required',
      data: {
        ...this.#run(),
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
    const said = message === undefined ? {} : { message }
    return { type: 'task.progress', data: { ...this.#task(nodeId, attempt), progress, ...said } }
  }

  taskCompleted(nodeId: string, attempt: number, result: unknown): RunEvent {
    return { type: 'task.completed', data: { ...this.#task(nodeId, attempt), result } }
  }

  taskFailed(nodeId: string, attempt: number, error: string): RunEvent {
    return { type: 'task.failed', data: { ...this.#task(nodeId, attempt), error } }
  }

  taskCancelled(nodeId: string, attempt: number, reason: string): RunEvent {
    return { type: 'task.cancelled', data: { ...this.#task(nodeId, attempt), reason } }
  }

  toolExecuted(nodeId: string, attempt: number, result: unknown, durationMs: number): RunEvent {
    return { type: 'tool.executed', data: { ...this.#tool(nodeId, attempt), result, durationMs } }
  }

  /** `durationMs` of the try that failed; absent where the node failed between two tries. */
  toolFailed(nodeId: string, attempt: number, error: string, durationMs: number | undefined): RunEvent {
    const took = durationMs === undefined ? {} : { durationMs }
    return { type: 'tool.failed', data: { ...this.#tool(nodeId, attempt), error, ...took } }
  }

  logEntry(nodeId: string, level: LogLevel, message: string): RunEvent {
    const { origin: _, ...ids } = nodeIds(this.#identity, nodeId)
    return { type: 'log.entry', data: { ...ids, level, message, source: this.#toolName(nodeId) ?? '' } }
  }

  /** `attempt` is the try that follows. */
  commandRetrying(nodeId: string, attempt: number, error: string): RunEvent {
    const { executionId, origin } = this.#identity
    const details = { nodeId, attempt, error }
    return {
      type: 'dsl.command_progress',
      data: { stage: 'retrying', message: `try ${attempt} follows`, executionId, origin, details },
    }
  }

  #run() {
    const { workflowId, executionId } = this.#identity
    return { workflowId, executionId }
  }

  #ended(duration: number) {
    return { ...this.#run(), duration, origin: this.#identity.origin }
  }

  #task(nodeId: string, attempt: number) {
    const tool = this.#toolName(nodeId)
    return { ...nodeIds(this.#identity, nodeId), ...(tool === undefined ? {} : { tool }), attempt }
  }

  #tool(nodeId: string, attempt: number) {
    return { ...nodeIds(this.#identity, nodeId), toolName: this.#toolName(nodeId) ?? '', attempt }
  }

  #toolName(nodeId: string): string | undefined {
    const node = this.#plan.nodes.get(nodeId)
    return node?._tag === 'Tool' ? node.tool : undefined
  }
}
