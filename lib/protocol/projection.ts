import type { CatalogueOf, NoCustomEvents, Origin } from '../event/catalogue.ts'
import type { EventDefinitions, EventIn } from '../event/definition.ts'
import type { BusEvent } from '../event/event.ts'
import { type ServerMessage, serverMessage } from './server-payloads.ts'

/**
 * What an event looks like to a client: one message, or null for none (PROTOCOL section 5). A pure function of the event, called
 * once per event for all connections.
 */
export type Projection<Custom extends EventDefinitions = NoCustomEvents> = (
  event: EventIn<CatalogueOf<Custom>>,
) => ServerMessage | null

type BuiltInEvent = EventIn<CatalogueOf<NoCustomEvents>>
type TaskEvent = EventIn<CatalogueOf<NoCustomEvents>, `task.${string}`>
type DataWithOrigin = { readonly origin?: Origin; readonly workflowId?: string }

/**
 * The default. The source of this protocol gives three mappings of `task.*`; each is right in its place, and the event says which
 * (`data.origin`): a step of a workflow run is progress of that run, a step of a one-line command is progress of that command,
 * a task outside any run is a run of its own. A host's own events go out as they are.
 */
export function defaultProjection(anyEvent: BusEvent): ServerMessage | null {
  const event = builtIn(anyEvent)
  switch (event.type) {
    case 'task.created':
    case 'task.started':
    case 'task.progress':
    case 'task.completed':
    case 'task.failed':
    case 'task.cancelled':
      if (isStepOfWorkflow(event.data)) return taskInWorkflow(event)
      if (event.data.origin !== undefined) return taskInCommand(event)
      return literalProjection(event)
    default:
      return projectOther(event)
  }
}

/**
 * The source's literal table: every `task.*` as if it were a run of its own. For hosts whose clients were written against it.
 */
export function literalProjection(anyEvent: BusEvent): ServerMessage | null {
  const event = builtIn(anyEvent)
  switch (event.type) {
    case 'task.started':
      return serverMessage('workflowStart', {
        ...runIds(event.data),
        nodes: event.data.nodeId === undefined ? [] : [defined({ id: event.data.nodeId, tool: event.data.tool })],
        edges: [],
        metadata: defined({ ...event.data.metadata, name: event.data.name, message: event.data.message }),
        startTime: event.timestamp,
      })
    case 'task.progress':
      return serverMessage('workflowProgress', taskProgress(event, 'progress', event.data.progress))
    case 'task.completed':
      return serverMessage('workflowComplete', {
        ...runIds(event.data),
        message: event.data.message ?? 'completed',
        results: { [event.data.nodeId ?? 'task']: event.data.result ?? null },
        timestamp: event.timestamp,
      })
    case 'task.failed':
      return serverMessage('workflowError', {
        ...runIds(event.data),
        ...optional('nodeId', event.data.nodeId),
        error: event.data.error,
        status: 'failed',
        timestamp: event.timestamp,
      })
    default:
      return projectOther(event)
  }
}

function projectOther(event: BuiltInEvent): ServerMessage {
  switch (event.type) {
    case 'dsl.command_progress': {
      const { stage, message, executionId, details = {} } = event.data
      return serverMessage('dslProgress', { stage, message, ...optional('executionId', executionId), details })
    }
    case 'dsl.command_completed': {
      const { data } = event
      return serverMessage('dslResult', {
        success: data.success,
        command: data.command,
        result: data.result ?? null,
        ...optional('error', data.error),
        ...optional('executionId', data.executionId),
        matchedAgents: data.matchedAgents ?? [],
        requiredMCPTools: data.requiredMCPTools ?? [],
        workflowSuggestion: data.workflowSuggestion ?? {},
        processTime: data.processTime ?? 0,
        ...senderOf(data),
      })
    }
    case 'workflow.started': {
      const { workflowId, executionId, nodes = [], edges = [], metadata = {}, startTime = event.timestamp } = event.data
      return serverMessage('workflowStart', { workflowId, executionId, nodes, edges, metadata, startTime })
    }
    case 'workflow.progress': {
      const { workflowId, executionId, nodeId, status = 'running', progress, message = '', attempt } = event.data
      return serverMessage('workflowProgress', {
        workflowId,
        executionId,
        ...optional('nodeId', nodeId),
        status,
        progress,
        message,
        timestamp: event.timestamp,
        ...optional('attempt', attempt),
      })
    }
    case 'workflow.completed': {
      const { workflowId, executionId, message = 'completed', results = {}, duration } = event.data
      return serverMessage('workflowComplete', {
        workflowId,
        executionId,
        message,
        results,
        ...optional('duration', duration),
        timestamp: event.timestamp,
      })
    }
    case 'workflow.failed': {
      const { workflowId, executionId, nodeId, error, status = 'failed' } = event.data
      const { timestamp } = event
      return serverMessage('workflowError', {
        workflowId,
        executionId,
        ...optional('nodeId', nodeId),
        error,
        status,
        timestamp,
      })
    }
    case 'workflow.cancelled': {
      const { workflowId, executionId, nodeId, reason } = event.data
      return serverMessage('workflowError', {
        workflowId,
        executionId,
        ...optional('nodeId', nodeId),
        error: reason ?? 'cancelled',
        status: 'cancelled',
        timestamp: event.timestamp,
      })
    }
    case 'workflow.node_status_update': {
      const { workflowId, executionId, nodeId, status, attempt = 1, error } = event.data
      const { timestamp } = event
      return serverMessage('nodeStatusUpdate', {
        workflowId,
        executionId,
        nodeId,
        status,
        attempt,
        ...optional('error', error),
        timestamp,
      })
    }
    case 'workflow.input_required': {
      const { workflowId, executionId, nodeId, prompt, form, expiresAt } = event.data
      return serverMessage('inputRequired', {
        workflowId,
        executionId,
        nodeId,
        prompt,
        ...optional('form', form),
        ...optional('expiresAt', expiresAt),
      })
    }
    case 'tool.executed':
    case 'tool.failed':
    case 'p2p.tool_response':
      return toolResult(event)
    case 'log.entry':
    case 'log.stream': {
      const { level, message, source } = event.data
      return serverMessage('workflowLog', {
        ...runIds(event.data),
        ...optional('nodeId', event.data.nodeId),
        level,
        message,
        source: source ?? event.source ?? null,
      })
    }
    default:
      return eventStream(event)
  }
}

/** Types that are not built in match no branch above and so become {@link eventStream}: the bus has checked the data of the others. */
function builtIn(event: BusEvent): BuiltInEvent {
  return event as BuiltInEvent
}

/** Any event, as it is: what a client gets for types that have no message of their own. */
export function eventStream(event: {
  readonly data: unknown
  readonly source?: string | undefined
  readonly tags: readonly string[]
}): ServerMessage {
  return serverMessage('eventStream', {
    data: event.data,
    ...optional('source', event.source),
    ...(event.tags.length === 0 ? {} : { tags: event.tags }),
  })
}

const taskStatus = {
  'task.created': 'created',
  'task.started': 'started',
  'task.progress': 'progress',
  'task.completed': 'completed',
  'task.failed': 'failed',
  'task.cancelled': 'cancelled',
} as const

function taskInWorkflow(event: TaskEvent): ServerMessage {
  return serverMessage('workflowProgress', taskProgress(event, taskStatus[event.type], percentOf(event)))
}

function taskInCommand(event: TaskEvent): ServerMessage {
  const { data } = event
  if (event.type === 'task.created') return eventStream(event)
  // The stages of a command know no "cancelled": for a command of one step, that is how it failed.
  const stage = event.type === 'task.cancelled' ? 'failed' : taskStatus[event.type]
  return serverMessage('dslProgress', {
    stage,
    message: messageOf(event),
    ...optional('executionId', data.executionId),
    details: defined({
      nodeId: data.nodeId,
      tool: data.tool,
      attempt: data.attempt,
      progress: percentOf(event),
      result: event.type === 'task.completed' ? event.data.result : undefined,
      error: event.type === 'task.failed' ? event.data.error : undefined,
      code: event.type === 'task.failed' ? event.data.code : undefined,
    }),
  })
}

function taskProgress(event: TaskEvent, status: string, progress: number) {
  const { nodeId, attempt } = event.data
  const { timestamp } = event
  return Object.assign(
    runIds(event.data),
    optional('nodeId', nodeId),
    { status, progress, message: messageOf(event), timestamp },
    optional('attempt', attempt),
  )
}

function toolResult(
  event: EventIn<CatalogueOf<NoCustomEvents>, 'tool.executed' | 'tool.failed' | 'p2p.tool_response'>,
) {
  const { data } = event
  const error = data.error ?? null
  const result = 'result' in data ? (data.result ?? null) : null
  const reported = 'status' in data ? data.status : undefined
  const hasFailed =
    reported === 'failed' || (reported === undefined && (event.type === 'tool.failed' || error !== null))
  return serverMessage('tool_result', {
    toolName: data.toolName,
    status: hasFailed ? 'failed' : 'completed',
    result,
    error,
    ...optional('executionId', data.executionId),
    ...optional('nodeId', data.nodeId),
    metadata: defined({
      ...data.metadata,
      workflowId: data.workflowId,
      code: 'code' in data ? data.code : undefined,
      attempt: 'attempt' in data ? data.attempt : undefined,
      durationMs: 'durationMs' in data ? data.durationMs : undefined,
    }),
    ...('origin' in data ? senderOf(data) : {}),
  })
}

function percentOf(event: TaskEvent): number {
  if (event.type === 'task.progress') return event.data.progress
  return event.type === 'task.completed' ? 100 : 0
}

function messageOf(event: TaskEvent): string {
  if (event.data.message !== undefined) return event.data.message
  if (event.type === 'task.failed') return event.data.error
  return `${event.data.tool ?? event.data.name ?? event.data.nodeId ?? 'task'} ${taskStatus[event.type]}`
}

function isStepOfWorkflow({ origin, workflowId }: DataWithOrigin): boolean {
  return origin === 'workflow' || (origin === 'chat' && workflowId !== undefined)
}

function senderOf({ origin }: DataWithOrigin): { readonly sender?: 'assistant' } {
  return origin === 'chat' ? { sender: 'assistant' } : {}
}

function runIds(data: { readonly workflowId?: string; readonly executionId?: string }) {
  // As it is said of each step of each run: a spread that is followed by more costs microseconds (docs/performance.md).
  return Object.assign(optional('workflowId', data.workflowId), optional('executionId', data.executionId))
}

/** `{ [key]: value }`, or nothing for an absent value: keys with `undefined` are not the same as no keys. */
function optional<Key extends string, Value>(key: Key, value: Value | undefined): { readonly [K in Key]?: Value } {
  return value === undefined ? {} : ({ [key]: value } as { readonly [K in Key]: Value })
}

function defined(record: Readonly<Record<string, unknown>>): Record<string, unknown> {
  return Object.fromEntries(Object.entries(record).filter(([, value]) => value !== undefined))
}
