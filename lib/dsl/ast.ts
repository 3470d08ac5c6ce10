/** Where something begins in the text: both count from 1, `column` in UTF-16 units as editors count. */
export interface Location {
  readonly line: number
  readonly column: number
}

/** A whole text: its steps, to be run one after another. */
export interface Script {
  readonly _tag: 'Script'
  /** At least one. */
  readonly steps: readonly Step[]
}

/** One thing to do. Blocks (parallel, conditional) will be further members. */
export type Step = CallStep

/** `CALL tool args`. */
export interface CallStep {
  readonly _tag: 'Call'
  readonly tool: string
  /** As written: positional ones and options may alternate. */
  readonly args: readonly CallArgument[]
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
