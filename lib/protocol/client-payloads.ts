import * as t from 'io-ts'
import { EdgeCondition, type Graph, type GraphEdge, GraphNode } from '../event/graph.ts'
import { Identifier } from '../event/scalars.ts'
import { formatSince, parseSince, type Since } from '../event/since.ts'
import { runStatuses, type RunStatusName } from './message-types.ts'

// What each client message carries (PROTOCOL section 4). A codec decodes to what the server works with: alternatives that mean the
// same (`from` for `source`, a graph wrapped in `workflow`) are one form behind it.

const MAX_COMMAND_LENGTH = 16_384
const MAX_FILTER_ENTRIES = 1_000
const MAX_PING_BYTES = 4_096

export const DslCommand = t.type(
  {
    command: t.refinement(
      t.string,
      (text) => text.length >= 1 && text.length <= MAX_COMMAND_LENGTH,
      `a text of 1 to ${MAX_COMMAND_LENGTH} characters`,
    ),
  },
  'DSL_COMMAND',
)

export const ChatMessage = t.intersection(
  [
    t.type({ content: t.refinement(t.string, (text) => text.trim() !== '', 'a text that is not blank') }),
    t.partial({ sender: t.string, messageId: t.string }),
  ],
  'CHAT_MESSAGE',
)

const Texts = t.refinement(
  t.array(t.string),
  (list) => list.length <= MAX_FILTER_ENTRIES,
  `a list of at most ${MAX_FILTER_ENTRIES} texts`,
)

/** `filter` of `SUBSCRIBE_EVENTS`, as it travels. */
export const WireFilter = t.partial(
  { workflow_ids: Texts, execution_ids: Texts, sources: Texts, required_tags: Texts, excluded_tags: Texts },
  'filter',
)
export type WireFilter = t.TypeOf<typeof WireFilter>

/** Where the client was, as it travels in a text. */
const SinceText = new t.Type<Since, string>(
  'a position "<epoch>:<seq>"',
  (value): value is Since => typeof value === 'object' && value !== null && 'seq' in value,
  (value, context) => {
    const since = typeof value === 'string' ? parseSince(value) : undefined
    return since === undefined ? t.failure(value, context) : t.success(since)
  },
  formatSince,
)

export const SubscribeEvents = t.intersection(
  [
    t.type({ event_types: t.array(t.string) }),
    t.partial({
      mode: t.keyof({ add: null, replace: null }, '"add" or "replace"'),
      filter: t.union([WireFilter, t.null], 'a filter or null'),
      since: SinceText,
    }),
  ],
  'SUBSCRIBE_EVENTS',
)

export const UnsubscribeEvents = t.type({ event_types: t.array(t.string) }, 'UNSUBSCRIBE_EVENTS')

export const Ping = t.refinement(
  t.UnknownRecord,
  (payload) => Buffer.byteLength(JSON.stringify(payload)) <= MAX_PING_BYTES,
  `a payload of at most ${MAX_PING_BYTES} bytes`,
)

export const CancelWorkflow = t.refinement(
  t.partial({ executionId: Identifier, workflowId: Identifier, reason: t.string }),
  (payload) => payload.executionId !== undefined || payload.workflowId !== undefined,
  'an executionId or a workflowId',
)

const MAX_STATUS_IDS = 50
const MAX_LISTED = 100

export const RunStatus = t.type(
  {
    executionIds: t.refinement(
      t.array(Identifier),
      (ids) => ids.length >= 1 && ids.length <= MAX_STATUS_IDS,
      `a list of 1 to ${MAX_STATUS_IDS} ids`,
    ),
  },
  'RUN_STATUS',
)

const StatusName = t.keyof(
  Object.fromEntries(runStatuses.map((status) => [status, null])) as Record<RunStatusName, null>,
  `one of ${runStatuses.join(', ')}`,
)

export const ListRuns = t.partial(
  {
    status: StatusName,
    limit: t.refinement(
      t.number,
      (limit) => Number.isInteger(limit) && limit >= 1 && limit <= MAX_LISTED,
      `an integer from 1 to ${MAX_LISTED}`,
    ),
    before: t.refinement(t.string, (text) => /^\d{1,15}$/.test(text), 'what "next" said'),
  },
  'LIST_RUNS',
)

/** It becomes a node's result, which travels in events. */
const MAX_INPUT_BYTES = 64 * 1_024

export const ProvideInput = t.type(
  {
    executionId: Identifier,
    nodeId: Identifier,
    value: t.refinement(
      t.unknown,
      (value) => value !== undefined && Buffer.byteLength(JSON.stringify(value)) <= MAX_INPUT_BYTES,
      `a value of at most ${MAX_INPUT_BYTES} bytes`,
    ),
  },
  'PROVIDE_INPUT',
)

/** What `EXECUTE_WORKFLOW` asks for. */
export interface ExecuteWorkflow extends Graph {
  readonly workflowId: string | undefined
  readonly executionId: string | undefined
}

const When = t.partial({ when: EdgeCondition })
const SourceTarget = t.intersection([t.type({ source: Identifier, target: Identifier }), When])
const FromTo = t.intersection([t.type({ from: Identifier, to: Identifier }), When])

const Edge = new t.Type<GraphEdge, unknown>(
  'edge',
  SourceTarget.is,
  (value, context) => {
    const isFromTo = typeof value === 'object' && value !== null && 'from' in value && !('source' in value)
    if (!isFromTo) return SourceTarget.validate(value, context)
    const decoded = FromTo.validate(value, context)
    if (decoded._tag === 'Left') return decoded
    const { from, to, when } = decoded.right
    return t.success({ source: from, target: to, ...(when === undefined ? {} : { when }) })
  },
  t.identity,
)

const GraphFields = t.intersection([t.type({ nodes: t.array(GraphNode) }), t.partial({ edges: t.array(Edge) })])
const Flat = t.intersection([GraphFields, t.partial({ workflowId: Identifier, executionId: Identifier })])
const Wrapped = t.intersection([
  t.type({ workflow: t.intersection([GraphFields, t.partial({ id: Identifier, executionId: Identifier })]) }),
  t.partial({ workflowId: Identifier, executionId: Identifier }),
])

export const ExecuteWorkflow = new t.Type<ExecuteWorkflow, unknown>(
  'EXECUTE_WORKFLOW',
  (value): value is ExecuteWorkflow => Flat.is(value),
  (value, context) => {
    if (typeof value === 'object' && value !== null && 'workflow' in value) {
      const decoded = Wrapped.validate(value, context)
      if (decoded._tag === 'Left') return decoded
      const { workflow, workflowId, executionId } = decoded.right
      return t.success({
        workflowId: workflow.id ?? workflowId,
        executionId: workflow.executionId ?? executionId,
        nodes: workflow.nodes,
        edges: workflow.edges ?? [],
      })
    }
    const decoded = Flat.validate(value, context)
    if (decoded._tag === 'Left') return decoded
    const { workflowId, executionId, nodes, edges } = decoded.right
    return t.success({ workflowId, executionId, nodes, edges: edges ?? [] })
  },
  t.identity,
)

/** The payload codec of every client message. */
export const clientPayloads = {
  DSL_COMMAND: DslCommand,
  EXECUTE_WORKFLOW: ExecuteWorkflow,
  CHAT_MESSAGE: ChatMessage,
  SUBSCRIBE_EVENTS: SubscribeEvents,
  UNSUBSCRIBE_EVENTS: UnsubscribeEvents,
  PING: Ping,
  CANCEL_WORKFLOW: CancelWorkflow,
  RUN_STATUS: RunStatus,
  LIST_RUNS: ListRuns,
  PROVIDE_INPUT: ProvideInput,
} as const

export type ClientPayloads = { [Type in keyof typeof clientPayloads]: t.TypeOf<(typeof clientPayloads)[Type]> }
