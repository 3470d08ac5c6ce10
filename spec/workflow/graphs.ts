import * as fc from 'fast-check'
import type { EdgeCondition, Graph, GraphEdge, InputNode, ToolNode } from '../../lib/event/graph.ts'
import { createScriptedTool } from '../../lib/testing/scripted-tool.ts'
import { createToolRegistry, type ToolRegistry } from '../../lib/tools/registry.ts'
import { createPlan, type Plan } from '../../lib/workflow/plan.ts'

type NodeOptions = Partial<ToolNode>

/** A node that calls the tool `echo`. */
export function toolNode(id: string, options: NodeOptions = {}): ToolNode {
  return { id, type: 'tool_call', tool: 'echo', ...options }
}

/** A node that asks a person. */
export function inputNode(id: string, options: Partial<InputNode> = {}): InputNode {
  return { id, type: 'input', prompt: `what of ${id}?`, ...options }
}

export function edge(source: string, target: string, when?: EdgeCondition): GraphEdge {
  return when === undefined ? { source, target } : { source, target, when }
}

/** `count` nodes named `n0`, `n1`, … */
export function nodesNamed(count: number, options: NodeOptions = {}): ToolNode[] {
  return Array.from({ length: count }, (_, index) => toolNode(`n${index}`, options))
}

/** Each node waits for the one before it. */
export function chainOf(nodes: readonly ToolNode[]): Graph {
  return { nodes, edges: nodes.slice(1).map(({ id }, index) => edge(nodes[index]?.id ?? '', id)) }
}

/** A head, six in the middle, and a tail that waits for them all. */
export const diamondOfEight: Graph = {
  nodes: ['head', 'm1', 'm2', 'm3', 'm4', 'm5', 'm6', 'tail'].map((id) => toolNode(id)),
  edges: ['m1', 'm2', 'm3', 'm4', 'm5', 'm6'].flatMap((id) => [edge('head', id), edge(id, 'tail')]),
}

/** `echo` returns its params at once. */
export const echoTools: ToolRegistry = createToolRegistry([
  createScriptedTool({ name: 'echo', answer: (params) => params }).tool,
])

export function planOf(graph: Graph, tools: ToolRegistry = echoTools): Plan {
  const plan = createPlan(graph, tools)
  if (plan._tag === 'Right') return plan.right
  throw new Error(`no plan: ${JSON.stringify(plan.left)}`)
}

/** Graphs without a cycle, their nodes in any order, some of them people, their edges of any kind, some of them twice. */
export const acyclicGraph: fc.Arbitrary<Graph> = fc.integer({ min: 1, max: 9 }).chain((count) =>
  fc
    .record({
      order: fc.shuffledSubarray([...Array(count).keys()], { minLength: count }),
      retries: fc.array(fc.integer({ min: 0, max: 2 }), { minLength: count, maxLength: count }),
      people: fc.subarray([...Array(count).keys()], { maxLength: Math.floor(count / 3) }),
      ends: fc.array(
        fc.tuple(
          fc.nat(count - 1),
          fc.nat(count - 1),
          fc.constantFrom<EdgeCondition | undefined>('success', 'failure', 'always', undefined),
        ),
        { maxLength: 2 * count },
      ),
    })
    .map(({ order, retries, people, ends }) => ({
      nodes: order.map((index) =>
        people.includes(index) ? inputNode(`n${index}`) : toolNode(`n${index}`, { retries: retries[index] ?? 0 }),
      ),
      edges: ends
        .filter(([one, other]) => one !== other)
        .map(([one, other, when]) => edge(`n${Math.min(one, other)}`, `n${Math.max(one, other)}`, when)),
    })),
)
