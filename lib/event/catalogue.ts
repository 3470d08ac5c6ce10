import * as t from 'io-ts'
import { defineEvents, type EventDefinitions } from './definition.ts'
import { GraphEdge, GraphNode } from './graph.ts'
import { Finite, Identifier, Percent } from './scalars.ts'

// The built-in event types (PROTOCOL section 6). Codecs ask for what a receiver cannot do without and let further fields pass, so
// that a host can publish facts about jobs of its own.

/** Where a task came from: decides what its events look like on the wire (PROTOCOL section 5). */
export const Origin = t.keyof({ workflow: null, dsl: null, chat: null }, '"workflow", "dsl" or "chat"')
export type Origin = t.TypeOf<typeof Origin>

export const NodeStatus = t.keyof(
  {
    pending: null,
    ready: null,
    running: null,
    waiting: null,
    retrying: null,
    completed: null,
    failed: null,
    skipped: null,
    cancelled: null,
  },
  'a node status',
)
export type NodeStatus = t.TypeOf<typeof NodeStatus>

export const DslError = t.intersection(
  [t.type({ code: t.string, message: t.string }), t.partial({ line: Finite, column: Finite, caret: t.string })],
  'dsl error',
)
export type DslError = t.TypeOf<typeof DslError>

const run = { workflowId: t.string, executionId: t.string }
const node = { ...run, nodeId: t.string }
const metadata = { metadata: t.UnknownRecord }

const agent = t.partial({ agentId: t.string, name: t.string, message: t.string, ...metadata }, 'agent')
const peer = t.intersection([
  t.type({ peerId: t.string }),
  t.partial({ address: t.string, name: t.string, card: t.unknown, reason: t.string, ...metadata }),
])
const taskFields = { ...node, tool: t.string, name: t.string, message: t.string, origin: Origin, attempt: Finite }
const task = t.partial({ ...taskFields, ...metadata }, 'task')
const toolFields = { ...node, origin: Origin, attempt: Finite, durationMs: Finite, ...metadata }
const toolResult = t.intersection([
  t.type({ toolName: t.string }),
  t.partial({ ...toolFields, result: t.unknown, error: t.string }),
])
/** What programs tell failures by; `error` is for people. */
const failure = t.partial({ code: t.string })
const log = t.intersection([
  t.type({ level: t.string, message: t.string }),
  t.partial({ ...node, source: t.string, fields: t.UnknownRecord }),
])
const connection = { connectionId: t.string }
const message = t.type({ ...connection, messageType: t.string, bytes: Finite })

/** The built-in catalogue. `ws.*`, `log.stream` and `system.*` are not stored: a storm of reconnects must not push the history out. */
export const builtInEvents = defineEvents({
  'agent.starting': { data: agent },
  'agent.started': { data: agent },
  'agent.stopping': { data: agent },
  'agent.stopped': { data: agent },
  'agent.error': { data: t.intersection([t.type({ error: t.string }), agent]) },

  'p2p.peer_discovered': { data: peer },
  'p2p.peer_connected': { data: peer },
  'p2p.peer_disconnected': { data: peer },
  'p2p.card_exchange': { data: peer },
  'p2p.tool_request': {
    data: t.intersection([
      t.type({ toolName: t.string }),
      t.partial({ ...node, peerId: t.string, params: t.unknown, ...metadata }),
    ]),
  },
  'p2p.tool_response': {
    data: t.intersection([
      t.type({ toolName: t.string }),
      t.partial({
        ...node,
        peerId: t.string,
        status: t.keyof({ completed: null, failed: null }),
        result: t.unknown,
        error: t.string,
        ...metadata,
      }),
    ]),
    bulky: ['result'],
  },

  'task.created': { data: task },
  'task.started': { data: task },
  'task.progress': {
    data: t.intersection([t.type({ progress: Percent }), task]),
    conflateBy: ['nodeId', 'executionId'],
  },
  'task.completed': {
    data: t.intersection([task, t.partial({ result: t.unknown })]),
    bulky: ['result'],
    terminal: true,
  },
  'task.failed': { data: t.intersection([t.type({ error: t.string }), task, failure]), terminal: true },
  'task.cancelled': { data: t.intersection([task, t.partial({ reason: t.string })]) },

  'dsl.command_received': {
    data: t.intersection([
      t.type({ command: t.string }),
      /** Commands of one lane run one after the other, as lines typed into a shell; those of other lanes beside them. */
      t.partial({ executionId: Identifier, origin: Origin, lane: t.string }),
    ]),
  },
  'dsl.command_progress': {
    data: t.intersection([
      t.type({
        stage: t.keyof({
          parsing: null,
          validating: null,
          executing: null,
          started: null,
          progress: null,
          retrying: null,
          completed: null,
          failed: null,
        }),
        message: t.string,
      }),
      t.partial({ executionId: t.string, details: t.UnknownRecord, origin: Origin }),
    ]),
  },
  'dsl.command_completed': {
    data: t.intersection([
      t.type({ success: t.boolean, command: t.string }),
      t.partial({
        executionId: t.string,
        result: t.unknown,
        error: DslError,
        matchedAgents: t.array(t.unknown),
        requiredMCPTools: t.array(t.unknown),
        workflowSuggestion: t.UnknownRecord,
        processTime: Finite,
        tool: t.string,
        origin: Origin,
      }),
    ]),
    bulky: ['result', 'command'],
    terminal: true,
  },

  'workflow.requested': {
    data: t.intersection([
      t.type({
        workflowId: Identifier,
        executionId: Identifier,
        nodes: t.readonlyArray(GraphNode),
        edges: t.readonlyArray(GraphEdge),
      }),
      t.partial({ origin: Origin }),
    ]),
  },
  'workflow.started': {
    data: t.intersection([
      t.type(run),
      t.partial({
        nodes: t.readonlyArray(t.unknown),
        edges: t.readonlyArray(t.unknown),
        startTime: t.string,
        origin: Origin,
        ...metadata,
      }),
    ]),
  },
  'workflow.progress': {
    data: t.intersection([
      t.type({ ...run, progress: Percent }),
      t.partial({ nodeId: t.string, status: t.string, message: t.string, attempt: Finite }),
    ]),
    conflateBy: ['executionId', 'nodeId'],
  },
  'workflow.completed': {
    data: t.intersection([
      t.type(run),
      t.partial({ message: t.string, results: t.UnknownRecord, duration: Finite, origin: Origin }),
    ]),
    bulky: ['results'],
    terminal: true,
  },
  'workflow.failed': {
    data: t.intersection([
      t.type({ ...run, error: t.string }),
      t.partial({
        nodeId: t.string,
        code: t.string,
        status: t.keyof({ failed: null, timed_out: null, executor_lost: null }),
        duration: Finite,
        origin: Origin,
      }),
    ]),
    terminal: true,
  },
  'workflow.cancelled': {
    data: t.intersection([
      t.type(run),
      t.partial({ nodeId: t.string, reason: t.string, duration: Finite, origin: Origin }),
    ]),
    terminal: true,
  },
  'workflow.cancel_requested': {
    data: t.refinement(
      t.partial({ executionId: Identifier, workflowId: Identifier, reason: t.string }),
      (data) => data.executionId !== undefined || data.workflowId !== undefined,
      'an executionId or a workflowId',
    ),
  },
  'workflow.node_status_update': {
    data: t.intersection([
      t.type({ ...node, status: NodeStatus }),
      t.partial({ attempt: Finite, error: t.string, code: t.string, origin: Origin }),
    ]),
  },
  'workflow.input_required': {
    data: t.intersection([
      t.type({ ...node, prompt: t.string }),
      t.partial({ form: t.UnknownRecord, expiresAt: t.string }),
    ]),
    terminal: true,
  },
  'workflow.input_provided': {
    data: t.intersection([
      t.type({ executionId: t.string, nodeId: t.string, value: t.unknown }),
      t.partial({ workflowId: t.string }),
    ]),
  },

  'tool.starting': {
    data: t.intersection([t.type({ toolName: t.string }), t.partial({ ...toolFields, params: t.unknown })]),
  },
  'tool.executed': { data: toolResult, bulky: ['result'] },
  'tool.completed': { data: toolResult, bulky: ['result'] },
  'tool.failed': {
    data: t.intersection([t.type({ toolName: t.string, error: t.string }), t.partial(toolFields), failure]),
  },

  'ws.client_connected': {
    data: t.intersection([t.type(connection), t.partial({ remoteAddress: t.string, path: t.string })]),
    stored: false,
  },
  'ws.client_disconnected': {
    data: t.type({
      ...connection,
      code: Finite,
      reason: t.string,
      durationMs: Finite,
      sent: Finite,
      received: Finite,
      dropped: Finite,
    }),
    stored: false,
  },
  'ws.message_received': { data: message, stored: false },
  'ws.message_sent': { data: message, stored: false },

  'log.entry': { data: log },
  'log.stream': { data: log, stored: false },

  'system.shutdown': { data: t.partial({ reason: t.string }), stored: false },
  'system.error': {
    data: t.intersection([t.type({ message: t.string }), t.partial({ code: t.string, correlationId: t.string })]),
    stored: false,
  },
})

export type BuiltInEvents = typeof builtInEvents

/** No event types but the built-in ones. */
// oxlint-disable-next-line typescript/no-empty-object-type -- the empty catalogue is what is meant
export type NoCustomEvents = {}

/** The whole catalogue of a bus: built-in types and a user's own. */
export type CatalogueOf<Custom extends EventDefinitions> = BuiltInEvents & Custom

/** What a connection hears before it says anything (PROTOCOL section 6). */
export const defaultSubscription: readonly (keyof BuiltInEvents)[] = [
  'dsl.command_progress',
  'dsl.command_completed',
  'task.started',
  'task.progress',
  'task.completed',
  'task.failed',
  'workflow.started',
  'workflow.progress',
  'workflow.completed',
  'workflow.failed',
  'workflow.cancelled',
  'workflow.node_status_update',
  'workflow.input_required',
  'tool.executed',
  'tool.failed',
  'p2p.tool_response',
]
