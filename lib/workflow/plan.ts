import { type Either, left, right } from 'fp-ts/lib/Either.js'
import { describeValue, type ErrorDetail } from '../base/codec-details.ts'
import { printable } from '../base/printable.ts'
import type { EdgeCondition, Graph, GraphEdge } from '../event/graph.ts'
import type { ToolRegistry } from '../tools/registry.ts'
import { isSensitive, isSensitiveAt } from '../tools/sensitive.ts'
import { findCycle } from './cycle.ts'
import { type PlanNode, planNode } from './plan-node.ts'
import { isOfFailure } from './references.ts'

/** A graph that was checked: whatever it names exists, and it has an order. Immutable. */
export interface Plan {
  /** In the order they were written, which is the order in which they start where the edges leave it open. */
  readonly nodes: ReadonlyMap<string, PlanNode>
  /** Their ids in that order. */
  readonly ids: readonly string[]
  /** Where each node stands in that order. */
  readonly positions: ReadonlyMap<string, number>
  /** The edges into each node that has some. */
  readonly incoming: ReadonlyMap<string, readonly PlanEdge[]>
  /** The edges out of each node that has some. */
  readonly outgoing: ReadonlyMap<string, readonly OutgoingEdge[]>
  /** The nodes whose failure is somebody's business: they have a `failure` or `always` edge. */
  readonly handled: ReadonlySet<string>
}

export interface PlanEdge {
  readonly source: string
  readonly when: EdgeCondition
}

export interface OutgoingEdge {
  readonly target: string
  readonly when: EdgeCondition
}

const MAX_NODES = 256
const MAX_EDGES = 1_024
const MAX_PARAMS_BYTES = 128 * 1024
/** The graph travels in `workflow.requested` and `workflow.started`, whose data may take 256 KiB, ids and all. */
const MAX_GRAPH_BYTES = 250 * 1024
const MAX_DETAILS = 20

export interface PlanOptions {
  /** Whether params are words of a command, see docs/dsl.md. */
  readonly readsWords?: boolean
}

/** Checks `graph` as a whole (PROTOCOL section 4). Left lists what is wrong; nothing has run. */
export function createPlan(
  graph: Graph,
  tools: ToolRegistry,
  { readsWords = false }: PlanOptions = {},
): Either<readonly ErrorDetail[], Plan> {
  const oversize = sizeProblems(graph)
  if (oversize.length > 0) return left(oversize)
  const problems: ErrorDetail[] = []
  const nodes = new Map<string, PlanNode>()
  const ids = new Set(graph.nodes.map((node) => node.id))
  const incoming = incomingEdges(graph.edges)
  const context = {
    tools,
    readsWords,
    ids,
    ancestorsOf: (id: string) => ancestors(id, incoming),
    isSecret: secretsOf(graph, tools),
  }
  for (const [index, node] of graph.nodes.entries()) {
    const path = `nodes[${index}]`
    if (nodes.has(node.id)) problems.push(problem(`${path}.id`, 'an id that no other node has', node.id))
    const planned = planNode(node, path, context)
    if (planned._tag === 'Left') problems.push(...planned.left)
    else nodes.set(node.id, planned.right)
  }
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
  return right({
    nodes,
    ids: [...nodes.keys()],
    positions: new Map([...nodes.keys()].map((id, position) => [id, position])),
    incoming,
    outgoing: outgoingEdges(graph.edges),
    handled: handledNodes(graph.edges),
  })
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
  }
  return problems.length > 0 ? problems : travelProblems({ nodes, edges })
}

/** Whether `graph` can travel in the events that tell of it. */
export function travelProblems({ nodes, edges }: Graph): readonly ErrorDetail[] {
  const bytes = jsonBytes({ nodes, edges })
  if (bytes <= MAX_GRAPH_BYTES) return []
  return [{ path: '', expected: `a graph of at most ${MAX_GRAPH_BYTES} bytes`, actual: `${bytes} bytes` }]
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

function outgoingEdges(edges: readonly GraphEdge[]): ReadonlyMap<string, readonly OutgoingEdge[]> {
  const outgoing = new Map<string, OutgoingEdge[]>()
  for (const { source, target, when = 'success' } of edges) {
    const from = outgoing.get(source)
    if (from === undefined) outgoing.set(source, [{ target, when }])
    else from.push({ target, when })
  }
  return outgoing
}

/** Which parts of the results of the nodes are sensitive. */
function secretsOf({ nodes }: Graph, tools: ToolRegistry): (nodeId: string, path: readonly string[]) => boolean {
  return (nodeId, path) => {
    const node = nodes.find(({ id }) => id === nodeId)
    const results = node?.type === 'tool_call' ? tools.get(node.tool)?.results : undefined
    if (results === undefined || !isSensitiveAt(results, path)) return false
    // A result that is hidden as a whole has no fields: this is how the node failed.
    return !(isSensitive(results) && isOfFailure(path))
  }
}

/** The nodes from which the edges lead to `id`. */
function ancestors(id: string, incoming: ReadonlyMap<string, readonly PlanEdge[]>): ReadonlySet<string> {
  const found = new Set<string>()
  const waiting = [id]
  for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
    for (const { source } of incoming.get(next) ?? []) {
      if (found.has(source)) continue
      found.add(source)
      waiting.push(source)
    }
  }
  return found
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
