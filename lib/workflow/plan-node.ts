import { type Either, left, right } from 'fp-ts/lib/Either.js'
import { describeValue, type ErrorDetail } from '../base/codec-details.ts'
import { isRecord } from '../base/is-record.ts'
import { printable } from '../base/printable.ts'
import type { GraphNode, InputNode, ToolNode } from '../event/graph.ts'
import { knownNames } from '../base/codec-names.ts'
import type { PreparedCall, ToolProblem, ToolRegistry } from '../tools/registry.ts'
import { marksAnything } from '../tools/sensitive.ts'
import type { Tool } from '../tools/tool.ts'
import { type Form, formProblems } from './form.ts'
import { meaningOfWord } from './script-words.ts'
import { isForGood } from './misfits.ts'
import { holdsReference, isWholeReference, referenceProblems, resolveReferences, type Results } from './references.ts'

interface NodeBase {
  readonly id: string
  /** Deadline of one try of a tool (absent: the engine's), or of the wait for a person (absent: the run's). */
  readonly timeoutMs: number | undefined
  /** Tries after the first. */
  readonly maxRetries: number
  /**
   * Asked once, when the edges let the node start: false skips it, a throw fails it. Gets the results of the nodes that completed.
   * For whoever compiles a graph from something else: it does not travel.
   */
  readonly guard?: (results: ReadonlyMap<string, unknown>) => boolean
}

/** A node that calls a tool. */
export interface ToolStep extends NodeBase {
  readonly _tag: 'Tool'
  readonly tool: string
  /** The call, with the references of its params resolved. Left says, for people, why it cannot be made: another try will not help. */
  readonly prepare: (results: Results) => Either<string, PreparedCall>
}

/** A node that waits for a person. */
export interface InputStep extends NodeBase {
  readonly _tag: 'Input'
  /** The question, with its references resolved. Left says, for people, why it cannot be asked. */
  readonly prompt: (results: Results) => Either<string, string>
  /** Absent: any value will do. */
  readonly form: Form | undefined
}

export type PlanNode = ToolStep | InputStep

/** What there is to know of the rest of the graph. */
export interface PlanContext {
  readonly tools: ToolRegistry
  /** Params are words of a command: those that fit no text may say something else. */
  readonly readsWords: boolean
  readonly ids: ReadonlySet<string>
  /** See `Referable`. */
  readonly isSecret: (nodeId: string, path: readonly string[]) => boolean
  /** The nodes that have ended, by the edges, when the given one starts. */
  readonly ancestorsOf: (id: string) => ReadonlySet<string>
}

const DEFAULT_RETRIES = 3

/** Checks one node, which stands at `path`. Left lists what is wrong with it. */
export function planNode(
  node: GraphNode,
  path: string,
  context: PlanContext,
): Either<readonly ErrorDetail[], PlanNode> {
  return node.type === 'input' ? planInput(node, path, context) : planTool(node, path, context)
}

function planInput(
  { id, prompt, form, timeoutMs }: InputNode,
  path: string,
  { ids, ancestorsOf, isSecret }: PlanContext,
): Either<readonly ErrorDetail[], InputStep> {
  const problems = [
    ...(form === undefined ? [] : formProblems(form, `${path}.form`)),
    ...referenceProblems(prompt, `${path}.prompt`, {
      known: ids,
      ancestors: ancestorsOf(id),
      isSecret,
      isHidden: false,
    }),
  ]
  if (problems.length > 0) return left(problems)
  return right({ _tag: 'Input', id, prompt: promptOf(prompt, ids), form, timeoutMs, maxRetries: 0 })
}

/** A prompt is read by people: what a reference stands for is text in it, also where it is all of it. */
function promptOf(prompt: string, ids: ReadonlySet<string>): InputStep['prompt'] {
  if (!holdsReference(prompt)) return () => right(prompt)
  return (results) => {
    const resolved = resolveReferences(prompt, ids, results)
    if (resolved._tag === 'Left') return resolved
    const { right: said } = resolved
    return right(typeof said === 'string' ? said : JSON.stringify(said))
  }
}

function planTool(node: ToolNode, path: string, context: PlanContext): Either<readonly ErrorDetail[], ToolStep> {
  const { tool: name, params, id } = node
  const { tools, ids, ancestorsOf, isSecret } = context
  const tool = tools.get(name)
  const prepared = tools.prepare(name, params)
  if (tool === undefined || !holdsReference(params)) {
    if (prepared._tag === 'Left') return left(toolDetails(prepared.left, path))
    return right(toolStep(node, prepared.right.tool, asWritten(node, tools)))
  }
  const isHidden = marksAnything(tool.params)
  const problems = [
    ...referenceProblems(params, `${path}.params`, { known: ids, ancestors: ancestorsOf(id), isSecret, isHidden }),
    ...(prepared._tag === 'Left' ? knowable(prepared.left, path, node, knownNames(tool.params)) : []),
  ]
  if (problems.length > 0) return left(problems)
  return right(toolStep(node, tool, resolving(node, context)))
}

function toolStep(
  { id, tool, timeoutMs, retries }: ToolNode,
  { idempotent }: Tool,
  prepare: ToolStep['prepare'],
): ToolStep {
  return { _tag: 'Tool', id, tool, prepare, timeoutMs, maxRetries: retries ?? (idempotent ? DEFAULT_RETRIES : 0) }
}

// Made by functions of their own, so that what planning needed besides is not kept for as long as the run lives.

/** Each try gets params of its own, to change as it likes. */
function asWritten({ tool, params }: ToolNode, tools: ToolRegistry): ToolStep['prepare'] {
  return () => preparedFor(tools.prepare(tool, copyOf(params)))
}

function resolving(node: ToolNode, context: PlanContext): ToolStep['prepare'] {
  return (results) => prepareResolved(node, context, results)
}

/** Of what is wrong with params that hold references, what will still be wrong when these are resolved. */
function knowable(
  problem: ToolProblem,
  path: string,
  { params = {} }: ToolNode,
  names: ReadonlySet<string> | undefined,
): readonly ErrorDetail[] {
  if (problem._tag === 'UnknownTool') return toolDetails(problem, path)
  const details = problem.details.filter((detail) => isForGood(detail, params, names))
  return toolDetails({ ...problem, details }, path)
}

function prepareResolved(
  { tool, params }: ToolNode,
  { tools, ids, readsWords }: PlanContext,
  results: Results,
): Either<string, PreparedCall> {
  const resolved = resolveReferences(params, ids, results)
  if (resolved._tag === 'Left') {
    const codec = tools.get(tool)?.params
    return codec !== undefined && marksAnything(codec) ? left('a reference of its params has no value') : resolved
  }
  const prepared = tools.prepare(tool, resolved.right)
  if (prepared._tag === 'Right') return prepared
  const again = fitted(prepared.left, resolved.right, (name, value) =>
    typeof value === 'string' ? (readsWords ? meaningOfWord(value) : value) : asText(value, fieldOf(params, name)),
  )
  const second = again === undefined ? prepared : tools.prepare(tool, again)
  if (second._tag === 'Right') return second
  return left(`the params do not fit with their references resolved: ${inWords(prepared.left)}`)
}

/** A codec of somebody's own may answer otherwise than it did before the start. */
function preparedFor(prepared: Either<ToolProblem, PreparedCall>): Either<string, PreparedCall> {
  return prepared._tag === 'Right' ? prepared : left(`the params do not fit: ${inWords(prepared.left)}`)
}

function inWords(problem: ToolProblem): string {
  return toolDetails(problem, '')
    .map(({ path, expected, actual }) => `${path.slice(1)}: expected ${expected}, got ${actual}`)
    .join('; ')
}

function copyOf(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(copyOf)
  return isRecord(value) ? Object.fromEntries(Object.entries(value).map(([key, item]) => [key, copyOf(item)])) : value
}

/** `resolved`, with what `fit` makes of each param that `problem` is about. Undefined where that changes nothing. */
function fitted(
  problem: ToolProblem,
  resolved: unknown,
  fit: (name: string, value: unknown) => unknown,
): Readonly<Record<string, unknown>> | undefined {
  if (problem._tag === 'UnknownTool' || !isRecord(resolved)) return undefined
  const unfit = new Set(problem.details.map(({ path }) => path))
  const entries = Object.entries(resolved).map(
    ([name, value]) => [name, unfit.has(name) ? fit(name, value) : value] as const,
  )
  return entries.some(([name, value]) => value !== resolved[name]) ? Object.fromEntries(entries) : undefined
}

/**
 * What a reference gave, as text, for a tool that takes no other: a number as its digits, a list or a record as JSON, as within other
 * text. Only where the reference was all there was, and not for nothing.
 */
function asText(value: unknown, written: unknown): unknown {
  return value === null || value === undefined || !isWholeReference(written) ? value : JSON.stringify(value)
}

function fieldOf(params: ToolNode['params'] = {}, name: string): unknown {
  return Object.hasOwn(params, name) ? params[name] : undefined
}

function toolDetails(found: ToolProblem, path: string): readonly ErrorDetail[] {
  if (found._tag === 'UnknownTool') {
    const expected = printable(`one of ${found.known.join(', ')}`)
    return [{ path: `${path}.tool`, expected, actual: describeValue(found.name) }]
  }
  return found.details.map((detail) => ({
    ...detail,
    path: detail.path === '' ? `${path}.params` : `${path}.params.${detail.path}`,
  }))
}
