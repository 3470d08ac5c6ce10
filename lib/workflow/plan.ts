import { type Either, left, right } from 'fp-ts/lib/Either.js'
import { describeValue, type ErrorDetail } from '../base/codec-details.ts'
import { printable } from '../base/printable.ts'
import type { EdgeCondition, Graph, GraphEdge, GraphNode } from '../event/graph.ts'
import type { PreparedCall, ToolProblem, ToolRegistry } from '../tools/registry.ts'
import { findCycle } from './cycle.ts'

/** A graph that was checked: whatever it names exists, and it has an order. Immutable. */
export interface Plan {
  /** In the order they were written, which is the order in which they start where the edges leave it open. */
  readonly nodes: ReadonlyMap<string, PlanNode>
  /** The edges into each node that has any. */
  readonly incoming: ReadonlyMap<string, readonly PlanEdge[]>
  /** The nodes whose failure is somebody's business: they have a `failure` or `always` edge. */
  readonly handled: ReadonlySet<string>
}

export interface PlanNode {
  readonly id: string
  readonly tool: string
  readonly call: PreparedCall
  /** Deadline of one try; absent: the engine's. */
  readonly timeoutMs: number | undefined
  /** Tries after the first. */
  readonly maxRetries: number
}

export interface PlanEdge {
  readonly source: string
  readonly when: EdgeCondition
}

const MAX_NODES = 256
const MAX_EDGES = 1_024
const MAX_PARAMS_BYTES = 128 * 1024
/** The graph travels in `workflow.requested` and `workflow.started`, whose data may take 256 KiB. */
const MAX_GRAPH_BYTES = 192 * 1024
const MAX_DETAILS = 20
const DEFAULT_RETRIES = 3

/** Checks `graph` as a whole (PROTOCOL section 4). Left lists what is wrong; nothing has run. */
export function createPlan(graph: Graph, tools: ToolRegistry): Either<readonly ErrorDetail[], Plan> {
  const oversize = sizeProblems(graph)
  if (oversize.length > 0) return left(oversize)
  const problems: ErrorDetail[] = []
  const nodes = new Map<string, PlanNode>()
  for (const [index, node] of graph.nodes.entries()) {
    const path = `nodes[${index}]`
    if (nodes.has(node.id)) problems.push(problem(`${path}.id`, 'an id that no other node has', node.id))
    const planned = planNode(node, path, tools)
    if (planned._tag === 'Left') problems.push(...planned.left)
    else nodes.set(node.id, planned.right)
  }
  const ids = new Set(graph.nodes.map((node) => node.id))
  for (const [index, { source, target }] of graph.edges.entries()) {
    if (!ids.has(source)) problems.push(problem(`edges[${index}].source`, 'the id of a node', source))
    if (!ids.has(target)) problems.push(problem(`edges[${index}].target`, 'the id of a node', target))
  }
  const cycle = findCycle([...ids], graph.edges)
  if (cycle !== undefined) {
    const path = [...cycle, cycle[0]].map((id) => printable(id ?? '', 32)).join(' → ')
    problems.push({ path: 'edges', expected: 'no cycle', actual: printable(path) })
  }
  if (problems.length > 0) return left(problems.slice(0, MAX_DETAILS))
  return right({ nodes, incoming: incomingEdges(graph.edges), handled: handledNodes(graph.edges) })
}

function sizeProblems({ nodes, edges }: Graph): readonly ErrorDetail[] {
  const problems: ErrorDetail[] = []
  if (nodes.length === 0) problems.push({ path: 'nodes', expected: 'at least one node', actual: 'none' })
  if (nodes.length > MAX_NODES) {
    problems.push({ path: 'nodes', expected: `at most ${MAX_NODES} nodes`, actual: String(nodes.length) })
  }
  if (edges.length > MAX_EDGES) {
    problems.push({ path: 'edges', expected: `at most ${MAX_EDGES} edges`, actual: String(edges.length) })
  }
  const paramsBytes = jsonBytes(nodes.map((node) => (node.type === 'tool_call' ? (node.params ?? {}) : {})))
  if (paramsBytes > MAX_PARAMS_BYTES) {
    problems.push({
      path: 'nodes',
      expected: `at most ${MAX_PARAMS_BYTES} bytes of params`,
      actual: `${paramsBytes} bytes`,
    })
  } else if (jsonBytes({ nodes, edges }) > MAX_GRAPH_BYTES) {
    problems.push({ path: '', expected: `a graph of at most ${MAX_GRAPH_BYTES} bytes`, actual: 'a larger one' })
  }
  return problems
}

function planNode(node: GraphNode, path: string, tools: ToolRegistry): Either<readonly ErrorDetail[], PlanNode> {
  if (node.type === 'input') {
    return left([problem(`${path}.type`, '"tool_call": this engine has no human steps', node.type)])
  }
  const prepared = tools.prepare(node.tool, node.params)
  if (prepared._tag === 'Left') return left(toolDetails(prepared.left, path))
  const call = prepared.right
  const maxRetries = node.retries ?? (call.tool.idempotent ? DEFAULT_RETRIES : 0)
  return right({ id: node.id, tool: node.tool, call, timeoutMs: node.timeoutMs, maxRetries })
}

function toolDetails(found: ToolProblem, path: string): readonly ErrorDetail[] {
  if (found._tag === 'UnknownTool') {
    return [problem(`${path}.tool`, printable(`one of ${found.known.join(', ')}`), found.name)]
  }
  return found.details.map((detail) => ({
    ...detail,
    path: detail.path === '' ? `${path}.params` : `${path}.params.${detail.path}`,
  }))
}

function incomingEdges(edges: readonly GraphEdge[]): ReadonlyMap<string, readonly PlanEdge[]> {
  const incoming = new Map<string, PlanEdge[]>()
  for (const { source, target, when = 'success' } of edges) {
    const into = incoming.get(target)
    if (into === undefined) incoming.set(target, [{ source, when }])
    else into.push({ source, when })
  }
  return incoming
}

function handledNodes(edges: readonly GraphEdge[]): ReadonlySet<string> {
  return new Set(edges.filter(({ when }) => when === 'failure' || when === 'always').map(({ source }) => source))
}

function problem(path: string, expected: string, actual: unknown): ErrorDetail {
  return { path, expected, actual: describeValue(actual) }
}

function jsonBytes(value: unknown): number {
  return Buffer.byteLength(JSON.stringify(value))
}
