import { type Either, left, right } from 'fp-ts/lib/Either.js'
import type { ErrorDetail } from '../base/codec-details.ts'
import { printable } from '../base/printable.ts'
import type { CallStep, Script } from '../dsl/ast.ts'
import type { DslError } from '../event/catalogue.ts'
import type { Graph, GraphEdge, ToolNode } from '../event/graph.ts'
import type { DslErrorCode } from '../protocol/codes.ts'
import { bindArguments } from '../tools/arguments.ts'
import type { ToolRegistry } from '../tools/registry.ts'

/**
 * The graph that `script` describes: its steps in a row, each waiting for the success of the one before it. Left is the first
 * mistake, with its place in the text.
 */
export function planScript(script: Script, tools: ToolRegistry): Either<DslError, Graph> {
  const nodes: ToolNode[] = []
  for (const [index, step] of script.steps.entries()) {
    const node = planStep(step, `step${index + 1}`, tools)
    if (node._tag === 'Left') return node
    nodes.push(node.right)
  }
  return right({ nodes, edges: chain(nodes) })
}

function planStep(step: CallStep, id: string, tools: ToolRegistry): Either<DslError, ToolNode> {
  const tool = tools.get(step.tool)
  if (tool === undefined) {
    const known = tools.list().map(({ name }) => name)
    return left(fault('UNKNOWN_TOOL', `no tool is called "${step.tool}"; there are ${known.join(', ')}`, step))
  }
  const bound = bindArguments(tool, step.args)
  if (bound._tag === 'Left') return left(fault('INVALID_ARGUMENTS', sentence(step.tool, bound.left), step))
  const prepared = tools.prepare(step.tool, bound.right)
  if (prepared._tag === 'Right') return right({ id, type: 'tool_call', tool: step.tool, params: bound.right })
  const details = prepared.left._tag === 'InvalidParams' ? prepared.left.details : []
  return left(fault('INVALID_ARGUMENTS', sentence(step.tool, details), step))
}

function chain(nodes: readonly ToolNode[]): GraphEdge[] {
  return nodes.slice(1).map((node, index) => ({ source: nodes[index]?.id ?? '', target: node.id }))
}

function sentence(tool: string, details: readonly ErrorDetail[]): string {
  const listed = details.map(
    ({ path, expected, actual }) => `${path || 'arguments'}: expected ${expected}, got ${actual}`,
  )
  return `the arguments of ${tool} do not fit: ${listed.join('; ')}`
}

function fault(code: DslErrorCode, message: string, { location }: CallStep): DslError {
  return { code, message: printable(message, 1_000), line: location.line, column: location.column }
}
