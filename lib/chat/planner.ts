import type { JsonSchema } from '../tools/json-schema.ts'

/** A tool as a planner may speak of it. */
export interface ToolSummary {
  readonly name: string
  readonly description: string
  /** The JSON Schema of its params, for planners that ask a model; absent where the executor does not say. */
  readonly schema?: JsonSchema
}

/** What a client said, and what may be done about it. */
export interface PlanRequest {
  readonly text: string
  /** The tools there are. A plan that calls another is refused like any client's command. */
  readonly tools: readonly ToolSummary[]
  /** What the last reply to this client left open, if that was a {@link PlannerReply} `Question` and this is the next thing it said. */
  readonly pending?: unknown
}

export type PlannerReply =
  /** A text of the command language (docs/dsl.md); it runs like a `DSL_COMMAND`. */
  | { readonly _tag: 'Command'; readonly command: string }
  /** A graph as `EXECUTE_WORKFLOW` takes it; it is validated like any other. */
  | { readonly _tag: 'Workflow'; readonly graph: unknown }
  /** Something to say; nothing runs. */
  | { readonly _tag: 'Answer'; readonly content: string }
  /**
   * Something to ask; nothing runs. `pending` is what the planner needs to make sense of what is said next: JSON of at most 64 KiB, kept
   * ten minutes for the client, or with its connection where it does not say who it is. It comes back once, in the next {@link PlanRequest}.
   */
  | { readonly _tag: 'Question'; readonly content: string; readonly pending?: unknown }

/**
 * Turns what people say into what the engine runs. A port: the library brings a planner of rules, a host may bring one that asks a
 * language model. A throw or rejection ends that chat command with an error and nothing else. A planner holds nothing of a conversation
 * itself: what it is asked again with is in the request.
 */
export interface Planner {
  /** `signal` is aborted when nobody waits for the reply any more. */
  readonly plan: (request: PlanRequest, signal: AbortSignal) => PlannerReply | Promise<PlannerReply>
}
