/** Where something begins in the text: both count from 1, `column` in UTF-16 units as editors count. */
export interface Location {
  readonly line: number
  readonly column: number
}

/** A whole text: its steps, to be run one after another. */
export interface Script {
  readonly _tag: 'Script'
  /** Of `WORKFLOW name`, 1 to 128 characters; absent where the text is no `WORKFLOW`. */
  readonly name?: string
  /** At least one besides `AGENT`s. */
  readonly steps: readonly Step[]
}

/** One line of a script, or one block with the lines in it. */
export type Step = CallStep | ParallelStep | SequenceStep | IfStep | AgentStep

/** `CALL tool args`, with what the lines before it and the end of its line say of it. */
export interface CallStep {
  readonly _tag: 'Call'
  readonly tool: string
  /** Where the name of the tool stands. */
  readonly toolLocation: Location
  /** As written: positional ones and options may alternate. */
  readonly args: readonly CallArgument[]
  /** Of `$name = CALL …`: what `${name.path}` refers to. */
  readonly variable?: string
  /** Of `TASK name`. */
  readonly task?: string
  /** Of `RETRY n`: tries after the first, 0 to 100. */
  readonly retries?: number
  /** Of `TIMEOUT s`: the deadline of one try; the text says it in seconds. */
  readonly timeoutMs?: number
  readonly location: Location
}

/** `PARALLEL … END_PARALLEL`: its steps side by side. */
export interface ParallelStep {
  readonly _tag: 'Parallel'
  /** Of `TASK name`: for whoever reads the script, a block has no node. */
  readonly task?: string
  readonly steps: readonly Step[]
  readonly location: Location
}

/** `SEQUENCE … END_SEQUENCE`: its steps one after another, as one step. */
export interface SequenceStep {
  readonly _tag: 'Sequence'
  readonly task?: string
  readonly steps: readonly Step[]
  readonly location: Location
}

/** `IF condition … ELSE … ENDIF`. */
export interface IfStep {
  readonly _tag: 'If'
  readonly task?: string
  readonly condition: Condition
  /** What to do where the condition holds. */
  readonly steps: readonly Step[]
  /** What to do where it does not; absent without `ELSE`. */
  readonly otherwise?: readonly Step[]
  readonly location: Location
}

/** `AGENT id`: the steps after it, to the end of the block it stands in, call that agent's tools. */
export interface AgentStep {
  readonly _tag: 'Agent'
  readonly agent: string
  readonly location: Location
}

export type CallArgument = PositionalArgument | NamedArgument

/** A word that stands for itself; the tool says what its place means. */
export interface PositionalArgument {
  readonly name?: never
  readonly value: string
  readonly location: Location
}

/** `--name value`, or `--name` alone, whose value is `true`. A table keyed by `name` is a `Map` (THREATS T11). */
export interface NamedArgument {
  readonly name: string
  readonly value: string | true
  readonly location: Location
}

/** What an `IF` asks. */
export type Condition = AnyOf | AllOf | Not | Comparison | Reference | Literal

/** `… || …`, of two terms or more. */
export interface AnyOf {
  readonly _tag: 'Or'
  readonly terms: readonly Condition[]
}

/** `… && …`, of two terms or more. */
export interface AllOf {
  readonly _tag: 'And'
  readonly terms: readonly Condition[]
}

/** `! …`. */
export interface Not {
  readonly _tag: 'Not'
  readonly term: Condition
}

export interface Comparison {
  readonly _tag: 'Comparison'
  readonly operator: Operator
  readonly left: Condition
  readonly right: Condition
}

export type Operator = '==' | '!=' | '<' | '<=' | '>' | '>='

/** `${name.path.to.field}`: a part of the result of the call that was given that name. */
export interface Reference {
  readonly _tag: 'Reference'
  readonly name: string
  /** The names of fields, from the result inwards; empty for the whole result. */
  readonly path: readonly string[]
  readonly location: Location
}

/** A value that stands for itself; a number is finite. References within a text are replaced, as in an argument. */
export interface Literal {
  readonly _tag: 'Literal'
  readonly value: string | number | boolean | null
  readonly location: Location
}
