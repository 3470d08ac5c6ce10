import type { Operator } from './ast.ts'

// What the actions of grammar.peggy make: offsets where the AST has places, and lines before a step not yet part of it.

export interface ParsedScript {
  readonly name?: string
  readonly steps: readonly ParsedStep[]
}

export type ParsedStep = ParsedCall | ParsedGroup | ParsedIf | ParsedAgent

export interface ParsedCall {
  readonly kind: 'Call'
  readonly variable: string | null
  readonly tool: string
  readonly toolOffset: number
  readonly args: readonly ParsedArgument[]
  /** The lines before the call. */
  readonly heads: readonly ParsedHead[]
  /** What the end of its line says. */
  readonly modifiers: readonly ParsedHead[]
  readonly offset: number
}

export type ParsedArgument = { readonly offset: number } & (
  | { readonly name?: never; readonly value: string }
  | { readonly name: string; readonly value: string | true }
)

export type ParsedHead = { readonly offset: number } & (
  | { readonly kind: 'Task'; readonly value: string }
  | { readonly kind: 'Retry' | 'Timeout'; readonly value: number }
)

export interface ParsedGroup {
  readonly kind: 'Parallel' | 'Sequence'
  readonly steps: readonly ParsedStep[]
  /** The lines before the block: `TASK`s. */
  readonly heads: readonly ParsedHead[]
  readonly offset: number
}

export interface ParsedIf {
  readonly kind: 'If'
  readonly condition: ParsedCondition
  readonly steps: readonly ParsedStep[]
  readonly otherwise: readonly ParsedStep[] | null
  readonly heads: readonly ParsedHead[]
  readonly offset: number
}

export interface ParsedAgent {
  readonly kind: 'Agent'
  readonly agent: string
  readonly offset: number
}

export type ParsedCondition =
  | { readonly kind: 'Or' | 'And'; readonly terms: readonly ParsedCondition[] }
  | { readonly kind: 'Not'; readonly term: ParsedCondition }
  | {
      readonly kind: 'Comparison'
      readonly operator: Operator
      readonly left: ParsedCondition
      readonly right: ParsedCondition
    }
  | { readonly kind: 'Reference'; readonly name: string; readonly path: readonly string[]; readonly offset: number }
  | { readonly kind: 'Literal'; readonly value: string; readonly offset: number }
  | { readonly kind: 'Bare'; readonly word: string; readonly offset: number }
