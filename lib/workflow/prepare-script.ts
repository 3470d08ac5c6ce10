import { type Either, left, right } from 'fp-ts/lib/Either.js'
import type { Location, Script } from '../dsl/ast.ts'
import type { DslError } from '../event/catalogue.ts'
import type { Graph, ToolNode } from '../event/graph.ts'
import type { DslErrorCode } from '../protocol/codes.ts'
import type { ToolRegistry } from '../tools/registry.ts'
import { createPlan, type Plan } from './plan.ts'
import type { PlanNode } from './plan-node.ts'
import { byName } from './references.ts'
import { planScript, type ScriptGraph, type ScriptNode } from './script-plan.ts'

/** A script that can run. */
export interface PreparedScript {
  readonly plan: Plan
  /** What is told of it in `workflow.started`: what can travel. */
  readonly graph: Graph
  /** What the text calls the node of that id. */
  readonly nameOf: (id: string) => string
  /** Where the call of the node of that id stands. */
  readonly placeOf: (id: string) => Location | undefined
}

/**
 * Checks `script` as a whole and makes a plan of it. Left is the first mistake; nothing has run.
 *
 * In the plan of a script no failure is anybody's business, whatever its edges: a step that fails ends the run.
 */
export function prepareScript(script: Script, tools: ToolRegistry): Either<DslError, PreparedScript> {
  const planned = planScript(script, tools)
  if (planned._tag === 'Left') return planned
  const { nodes, edges, shared, places } = planned.right
  const graph = { nodes: nodes.map(withoutGuard), edges }
  const created = createPlan(graph, tools, { readsWords: true })
  if (created._tag === 'Left') {
    const [first] = created.left
    const code: DslErrorCode = 'INVALID_ARGUMENTS'
    const message = first === undefined ? 'the command cannot run' : `expected ${first.expected}, got ${first.actual}`
    return left({ code, message })
  }
  const ready = withNames(withGuards(created.right.nodes, nodes), shared)
  const names = new Map([...shared].flatMap(([name, ids]) => ids.map((id) => [id, name])))
  return right({
    plan: { ...created.right, nodes: ready, handled: new Set<string>() },
    graph,
    nameOf: (id) => names.get(id) ?? id,
    placeOf: (id) => places.get(id),
  })
}

function withoutGuard(node: ScriptNode): ToolNode {
  const copy = { ...node }
  delete copy.guard
  return copy
}

function withGuards(planned: Plan['nodes'], nodes: readonly ScriptNode[]): Plan['nodes'] {
  const guarded = new Map(planned)
  for (const { id, guard } of nodes) {
    const node = planned.get(id)
    if (guard === undefined || node === undefined) continue
    guarded.set(id, { ...node, ...{ guard } })
  }
  return guarded
}

/** The nodes, whose params may refer to a name that several of them have. */
function withNames(nodes: Plan['nodes'], shared: ScriptGraph['shared']): Plan['nodes'] {
  if (shared.size === 0) return nodes
  return new Map(
    [...nodes].map(([id, node]): [string, PlanNode] => {
      if (node._tag !== 'Tool') return [id, node]
      const { prepare } = node
      return [id, { ...node, prepare: (results) => prepare(byName(results, shared)) }]
    }),
  )
}
