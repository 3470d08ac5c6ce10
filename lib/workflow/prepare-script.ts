import { type Either, left, right } from 'fp-ts/lib/Either.js'
import type { Script } from '../dsl/ast.ts'
import type { DslError } from '../event/catalogue.ts'
import type { Graph, ToolNode } from '../event/graph.ts'
import type { DslErrorCode } from '../protocol/codes.ts'
import type { ToolRegistry } from '../tools/registry.ts'
import { createPlan, type Plan } from './plan.ts'
import { planScript, type ScriptNode } from './script-plan.ts'

/** A script that can run. */
export interface PreparedScript {
  readonly plan: Plan
  /** What is told of it in `workflow.started`: what can travel. */
  readonly graph: Graph
}

/**
 * Checks `script` as a whole and makes a plan of it. Left is the first mistake; nothing has run.
 *
 * In the plan of a script no failure is anybody's business, whatever its edges: a step that fails ends the run.
 */
export function prepareScript(script: Script, tools: ToolRegistry): Either<DslError, PreparedScript> {
  const planned = planScript(script, tools)
  if (planned._tag === 'Left') return planned
  const { nodes, edges } = planned.right
  const graph = { nodes: nodes.map(withoutGuard), edges }
  const created = createPlan(graph, tools)
  if (created._tag === 'Left') {
    const [first] = created.left
    const code: DslErrorCode = 'INVALID_ARGUMENTS'
    const message = first === undefined ? 'the command cannot run' : `expected ${first.expected}, got ${first.actual}`
    return left({ code, message })
  }
  const plan = { ...created.right, nodes: withGuards(created.right.nodes, nodes), handled: new Set<string>() }
  return right({ plan, graph })
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
