import * as t from 'io-ts'
import { Identifier, NonEmptyString, positiveMs } from './scalars.ts'

function isRetryCount(value: number): boolean {
  return Number.isInteger(value) && value >= 0 && value <= 100
}

/** A node that calls a tool. */
export const ToolNode = t.intersection(
  [
    t.type({ id: Identifier, type: t.literal('tool_call'), tool: NonEmptyString }),
    t.partial({
      params: t.UnknownRecord,
      name: t.string,
      /** Deadline of one try. */
      timeoutMs: positiveMs,
      /** Further tries after a failure: also for a tool that is not idempotent, since the author of the graph says so. */
      retries: t.refinement(t.number, isRetryCount, 'an integer from 0 to 100'),
    }),
  ],
  'tool_call node',
)
export type ToolNode = t.TypeOf<typeof ToolNode>

/** A node that waits for a person. */
export const InputNode = t.intersection(
  [
    t.type({ id: Identifier, type: t.literal('input'), prompt: t.string }),
    t.partial({ form: t.UnknownRecord, name: t.string, timeoutMs: positiveMs }),
  ],
  'input node',
)
export type InputNode = t.TypeOf<typeof InputNode>

export type GraphNode = ToolNode | InputNode

const NodeType = t.type({ type: t.keyof({ tool_call: null, input: null }, '"tool_call" or "input"') }, 'node')

/** One step of a graph. Dispatches on `type` first, so that an error names one kind of node, not all. */
export const GraphNode = new t.Type<GraphNode, GraphNode>(
  'node',
  (value): value is GraphNode => ToolNode.is(value) || InputNode.is(value),
  (value, context) => {
    const head = NodeType.validate(value, context)
    if (head._tag === 'Left') return head
    return head.right.type === 'tool_call' ? ToolNode.validate(value, context) : InputNode.validate(value, context)
  },
  t.identity,
)

export const EdgeCondition = t.keyof({ success: null, failure: null, always: null }, '"success", "failure" or "always"')
export type EdgeCondition = t.TypeOf<typeof EdgeCondition>

/** `target` waits for `source` to end as `when` says (`success` when absent). */
export const GraphEdge = t.intersection(
  [t.type({ source: Identifier, target: Identifier }), t.partial({ when: EdgeCondition })],
  'edge',
)
export type GraphEdge = t.TypeOf<typeof GraphEdge>

/** What there is to do, as a client or host writes it. Not yet checked for cycles, unknown tools and the like. */
export interface Graph {
  readonly nodes: readonly GraphNode[]
  readonly edges: readonly GraphEdge[]
}
