import type { Mixed, TypeOf } from 'io-ts'
import { CodedError } from '../base/coded-error.ts'

/** How much a line of a tool's log matters. */
export type LogLevel = 'debug' | 'info' | 'warn' | 'error'

/** What a tool may ask for while it runs. */
export interface ToolContext {
  /** Aborted when the run is cancelled, the node times out or the engine closes. A tool must then stop and reject. */
  readonly signal: AbortSignal
  /** Tells how far the work is: 0 to 100, and a sentence for people. Published as `task.progress`. */
  readonly progress: (percent: number, message?: string) => void
  /** Tells something for whoever looks at the log of the run. Published as `log.entry` with the run's ids. */
  readonly log: (level: LogLevel, message: string) => void
  readonly executionId: string
  readonly nodeId: string
  /** The id of the principal that ordered the run; undefined where nobody is known. */
  readonly owner?: string | undefined
  /** 1 for the first try. */
  readonly attempt: number
}

/** Something a workflow may call. Make one with `defineTool`, call one through a `ToolRegistry`. */
export interface Tool {
  /** What a node or a `CALL` names: a letter, then up to 63 letters, digits, `_`, `-`, `.`. */
  readonly name: string
  /** One sentence for people and planners. */
  readonly description: string
  /** Decodes the params of a call. Params that do not decode never reach {@link run}. */
  readonly params: Mixed
  /** Says what of a result is sensitive. Absent: nothing is. */
  readonly results?: Mixed
  /** The names positional arguments of `CALL` take, in order. */
  readonly positional: readonly string[]
  /** Whether running twice with the same params does no more than running once. Only such tools are retried. */
  readonly idempotent: boolean
  /**
   * Does the work. Rejects with a {@link ToolError} to say whether another try could help. `params` is `never` so that nobody
   * calls it with what was not decoded: `ToolRegistry.prepare` is the way in.
   */
  readonly run: (params: never, context: ToolContext) => Promise<unknown>
}

/** Why a tool failed. `permanent`: another try cannot help (a missing file, a forbidden path). */
export class ToolError extends CodedError {
  readonly permanent: boolean

  constructor(code: string, message: string, options: { readonly permanent: boolean; readonly cause?: unknown }) {
    super(code, message, { cause: options.cause })
    this.permanent = options.permanent
  }
}

/** A tool as its author writes it: `run` is typed by the codec. */
export interface ToolDefinition<Params extends Mixed, Results extends Mixed = Mixed> {
  readonly name: string
  readonly description: string
  readonly params: Params
  /**
   * What a result looks like, for its parts that are marked with `sensitive`. A result that does not fit fails the call with
   * `INVALID_RESULT`: what is not where the marks are cannot be hidden.
   */
  readonly results?: Results
  /** Default: none, every argument of a `CALL` is named. */
  readonly positional?: readonly string[]
  /** Default: `false`, so that nothing is done twice by accident. */
  readonly idempotent?: boolean
  /** Returns the result, or a promise of it. A throw is a rejection. */
  readonly run: (params: TypeOf<Params>, context: ToolContext) => TypeOf<Results> | Promise<TypeOf<Results>>
}
