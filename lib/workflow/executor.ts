import type { Either } from 'fp-ts/lib/Either.js'
import type { Observable } from 'rxjs'
import type { ErrorDetail } from '../base/codec-details.ts'
import type { Graph } from '../event/graph.ts'
import type { RunEntry } from '../protocol/server-payloads.ts'
import type { JsonSchema } from '../tools/json-schema.ts'

/** A run that somebody wants. */
export interface RunRequest {
  readonly workflowId: string
  readonly executionId: string
  readonly graph: Graph
}

/** Words of an order as everybody may read them. */
export interface Concealed<Words> {
  readonly shown: Words
  /** The id that the event of the order must have, by which the executor finds what was given. */
  readonly id: string
  /** For an order that is not published after all. */
  readonly forget: () => void
}

/** What an executor can do. */
export interface ExecutorTool {
  readonly name: string
  readonly description: string
  /** The JSON Schema of its params. */
  readonly schema?: JsonSchema
}

/** Which runs are meant. */
export type RunSelector = { readonly executionId: string } | { readonly workflowId: string } | 'all'

/** A run as the executor knows it. */
export interface KnownRun {
  readonly entry: RunEntry
  /** Grows with each order that was taken. */
  readonly ordinal: number
  readonly isLive: boolean
  readonly owner: string | undefined
}

/** An answer that somebody gives to a node that waits for one. */
export interface InputRequest {
  readonly executionId: string
  readonly nodeId: string
  readonly value: unknown
}

/** Why an answer cannot be taken. */
export type InputProblem =
  | { readonly _tag: 'NotWaiting' }
  | { readonly _tag: 'InvalidValue'; readonly details: readonly ErrorDetail[] }

/** `/stats`, section `workflow_engine`. */
export interface ExecutorStats {
  readonly total_executions: number
  readonly successful_executions: number
  readonly failed_executions: number
  /** Runs in which a node was tried again. */
  readonly retried_executions: number
  readonly running: number
  /** In milliseconds. */
  readonly average_execution_time: number
  /** Calls of tools that did not stop in time after they were told to. */
  readonly abandoned_calls?: number
  /** Nodes at work now, of all runs. */
  readonly running_nodes?: number
}

/**
 * All that a gateway knows of whoever does the work. Orders reach it through the bus (`workflow.requested`, `dsl.command_received`,
 * `workflow.cancel_requested`), facts come back through the bus; a host may bring an executor of its own.
 */
export interface Executor {
  /** What it can do, for planners. */
  readonly tools: () => readonly ExecutorTool[]
  /** Whether orders are taken; not while it drains or after it was closed. */
  readonly isTaking: () => boolean
  /** Whether `request` could run now. Left lists what is wrong. */
  readonly validate: (request: RunRequest) => Either<readonly ErrorDetail[], void>
  /** Whether anything of an order may be sensitive: then logs show none of what messages say. */
  readonly takesSecrets?: () => boolean
  /**
   * The graph as its order may say it: without what tools mark as `sensitive`, which the executor holds for a minute, until it takes the
   * order. Absent: orders say what was given.
   */
  readonly concealGraph?: (graph: Graph) => Concealed<Graph>
  /** The same for the text of a command. */
  readonly concealCommand?: (command: string) => Concealed<string>
  /** Whether an answer could be taken now; absent: no node ever waits for one. It reaches the executor as `workflow.input_provided`. */
  readonly checkInput?: (request: InputRequest) => Either<InputProblem, void>
  /** The runs that match and are live or among those that ended last. */
  readonly runs: (selector: RunSelector) => readonly KnownRun[]
  readonly stats: () => ExecutorStats
  /**
   * Takes no more orders, lets the live runs end, and cancels those that have not after `timeoutMs`. Emits once when none is left,
   * then completes.
   */
  readonly drain: (timeoutMs: number) => Observable<void>
}
