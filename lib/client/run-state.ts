import type { RunEntry, ServerPayloads } from '../protocol/server-payloads.ts'
import type { ErrorDetail } from '../base/codec-details.ts'
import { isRecord } from '../base/is-record.ts'
import type { ServerFrame } from './message.ts'

/**
 * What was asked for: a graph, a DSL command, or words. A run that was looked up by its id is a `workflow` until something tells that
 * it is a command.
 */
export type RunKind = 'workflow' | 'dsl' | 'chat'

/**
 * `sending`: not yet accepted, or not yet found. `lost`: nobody knows how it ended, if it did. The last six are ends. `executor_lost`: what ran it
 * died, and it could not be started again.
 */
export type RunStatus =
  | 'sending'
  | 'accepted'
  | 'running'
  | 'completed'
  | 'failed'
  | 'cancelled'
  | 'timed_out'
  | 'executor_lost'
  | 'lost'

export interface NodeState {
  /** `pending`, `running`, `waiting`, `retrying`, `completed`, `failed`, `skipped`, `cancelled`. */
  readonly status: string
  /** 1 for the first. */
  readonly attempt?: number
  /** 0 to 100. */
  readonly progress?: number
  /** What was said last of it; while it waits for a person, what it asks. */
  readonly message?: string
  readonly error?: string
  readonly result?: unknown
  /** While it waits for a person: what an answer must look like, as a part of JSON Schema. Absent: anything goes. */
  readonly form?: Readonly<Record<string, unknown>>
  /** While it waits for a person: until when, in ISO 8601. Absent: as long as its run may take. */
  readonly expiresAt?: string
}

export interface RunError {
  readonly code: string
  readonly message: string
  readonly nodeId?: string
  /** What the server found wrong with the command, piece by piece. */
  readonly details?: readonly ErrorDetail[]
}

/** What a chat was answered. */
export interface ChatLine {
  readonly content: string
  readonly sender: string
  /** `text`, `system` or `error`. */
  readonly type: string
}

/** A run as a user interface shows it. Immutable: each change is a new object. */
export interface RunState {
  readonly kind: RunKind
  readonly status: RunStatus
  /** 0 to 100. */
  readonly progress: number
  readonly nodes: Readonly<Record<string, NodeState>>
  readonly executionId?: string
  readonly workflowId?: string
  /** What was said last of its progress. */
  readonly message?: string
  /** By node id. Of a run that completed, or as far as they are known. */
  readonly results?: Readonly<Record<string, unknown>>
  readonly error?: RunError
  /** Of a command: how it ended, as the server told it. */
  readonly dslResult?: ServerPayloads['dslResult']
  /** Of a chat: what it was answered, oldest first. */
  readonly messages: readonly ChatLine[]
  /** ISO 8601. */
  readonly startedAt?: string
  readonly finishedAt?: string
}

/** A run nobody has heard of yet. */
export function newRun(kind: RunKind, nodeIds: readonly string[] = []): RunState {
  return { kind, status: 'sending', progress: 0, nodes: pending(nodeIds, {}), messages: [] }
}

const ends: ReadonlySet<RunStatus> = new Set(['completed', 'failed', 'cancelled', 'timed_out', 'executor_lost', 'lost'])

export function isOver({ status }: RunState): boolean {
  return ends.has(status)
}

/**
 * `state` after `message`, which must be about this run; the same object where it tells nothing. A workflow ends with
 * `workflowComplete` or `workflowError`, a command with `dslResult` (a script's workflow ends before its command does), a chat with
 * the message that states the outcome. After the end nothing changes it.
 */
export function foldRun(state: RunState, message: ServerFrame): RunState {
  if (isOver(state)) return state
  switch (message.type) {
    case 'accepted': {
      const { executionId, workflowId } = message.payload
      const ids = { executionId, ...(workflowId === undefined ? {} : { workflowId }) }
      return { ...state, ...ids, status: state.status === 'sending' ? 'accepted' : state.status }
    }
    case 'workflowStart': {
      const { nodes, startTime } = message.payload
      const ids = Array.isArray(nodes) ? nodes.map((node) => (isRecord(node) ? node['id'] : undefined)) : []
      const known = pending(
        ids.filter((id) => typeof id === 'string'),
        state.nodes,
      )
      return { ...state, status: 'running', nodes: known, startedAt: state.startedAt ?? startTime }
    }
    case 'nodeStatusUpdate': {
      const { nodeId, status, attempt, error } = message.payload
      const failure = error === undefined ? {} : { error }
      return withNode(running(state), nodeId, { status, attempt, ...failure })
    }
    case 'workflowProgress': {
      const { nodeId, status, progress, message: text, attempt } = message.payload
      if (nodeId === undefined) return { ...running(state), progress, message: text }
      const counted = attempt === undefined ? {} : { attempt }
      const told = statusOfTask(status, nodeOf(state, nodeId))
      return withNode(running(state), nodeId, { ...told, progress, message: text, ...counted })
    }
    case 'inputRequired': {
      const { nodeId, prompt, form, expiresAt } = message.payload
      const asked = { ...(form === undefined ? {} : { form }), ...(expiresAt === undefined ? {} : { expiresAt }) }
      return withNode(running(state), nodeId, { status: 'waiting', message: prompt, ...asked })
    }
    case 'tool_result': {
      const { nodeId, status, result, error } = message.payload
      if (nodeId === undefined) return state
      return withNode(running(state), nodeId, status === 'completed' ? { result } : { error: String(error) })
    }
    case 'dslProgress':
      return withStage(state, message)
    case 'workflowComplete': {
      const { results, timestamp } = message.payload
      const told = { ...withResults(running(state), results), progress: 100 }
      return state.kind === 'workflow' ? { ...told, status: 'completed', finishedAt: timestamp } : told
    }
    case 'workflowError': {
      const { error, status, nodeId, timestamp } = message.payload
      const failed = isEnd(status) ? status : 'failed'
      const told: RunState = {
        ...running(state),
        error: { code: codeOf(failed), message: error, ...(nodeId === undefined ? {} : { nodeId }) },
      }
      return state.kind === 'workflow' ? { ...told, status: failed, finishedAt: timestamp } : told
    }
    case 'dslResult':
      return withDslResult(state, message.payload, message.timestamp)
    case 'chatMessage':
      return state.kind === 'chat' ? withAnswer(state, message.payload, message.timestamp) : state
    default:
      return state
  }
}

/**
 * `state` as `RUN_STATUS` tells of it: nodes, and of a run that is over its end and the results of those that completed. `unknown` tells
 * nothing.
 */
export function foldEntry(state: RunState, entry: RunEntry): RunState {
  const { status, workflowId, results, error, startedAt, finishedAt } = entry
  if (isOver(state) || (status !== 'running' && !isEnd(status))) return state
  const told = Object.entries(isRecord(entry.nodes) ? entry.nodes : {})
  const known = told.reduce((so, [id, nodeStatus]) => {
    const given = isRecord(results) && Object.hasOwn(results, id) ? { result: results[id] } : {}
    return withNode(so, id, { status: nodeStatus, ...given })
  }, state)
  const done = told.filter(([, nodeStatus]) => nodeEnds.has(nodeStatus)).length
  const dated: RunState = {
    ...known,
    status,
    // As the server counts it.
    progress: Math.max(state.progress, Math.round((100 * done) / Math.max(1, told.length))),
    ...(workflowId === undefined ? {} : { workflowId }),
    ...(startedAt === undefined ? {} : { startedAt }),
    ...(finishedAt === undefined ? {} : { finishedAt }),
  }
  if (status === 'running') return dated
  if (status === 'completed') return { ...withResults(dated, results), progress: 100 }
  return { ...dated, error: state.error ?? { code: codeOf(status), message: error ?? `the run ended as ${status}` } }
}

/** `state`, ended by what no frame of the run tells: a command that was refused, a run that was lost. */
export function failRun(state: RunState, status: 'failed' | 'cancelled' | 'lost', error: RunError): RunState {
  return isOver(state) ? state : { ...state, status, error }
}

function isEnd(status: string): status is RunStatus {
  return status !== 'lost' && ends.has(status as RunStatus)
}

/** The code of the error with which a run that ended as `status` errors. */
export function codeOf(status: RunStatus): string {
  return status === 'executor_lost' ? status : `run_${status}`
}

/** Once anything is heard of a run, it runs. */
function running(state: RunState): RunState {
  return state.status === 'running' ? state : { ...state, status: 'running' }
}

function pending(ids: readonly string[], nodes: RunState['nodes']): RunState['nodes'] {
  return { ...Object.fromEntries(ids.map((id) => [id, { status: 'pending' }])), ...nodes }
}

function nodeOf({ nodes }: RunState, id: string): NodeState | undefined {
  return Object.hasOwn(nodes, id) ? nodes[id] : undefined
}

function withNode(state: RunState, id: string, change: Partial<NodeState>): RunState {
  const node = { status: 'pending', ...nodeOf(state, id), ...change }
  return { ...state, nodes: { ...state.nodes, [id]: withoutPast(node, change) } }
}

/** `node` without what it asked once it waits no more, and why a try of it failed once another goes on or has succeeded. */
function withoutPast(node: NodeState, { status, error }: Partial<NodeState>): NodeState {
  const { form: _form, expiresAt: _expiresAt, ...answered } = node
  const asking = node.status === 'waiting' ? node : answered
  if (error !== undefined || (status !== 'running' && status !== 'completed')) return asking
  const { error: _error, ...mended } = asking
  return mended
}

function withResults(state: RunState, results: unknown): RunState {
  if (!isRecord(results)) return state
  const done = Object.entries(results).reduce(
    (so, [id, result]) => withNode(so, id, { status: 'completed', result }),
    state,
  )
  return { ...done, results }
}

/**
 * What a `task.*` event says of its node. That it failed does not end the node: it may be tried again. The task of a person starts too,
 * and is still waited for.
 */
function statusOfTask(status: string, node: NodeState | undefined): Partial<NodeState> {
  if (status === 'started' && node?.status === 'waiting') return {}
  if (status === 'started' || status === 'progress') return { status: 'running' }
  return status === 'completed' ? { status } : {}
}

/**
 * A stage of a command. Where it names a node it tells of a step; that of a command of one step, which has no workflow to tell of it,
 * with everything there is to say. What failed there has failed for good: another try is told by `retrying`.
 */
function withStage(state: RunState, { payload, event, timestamp }: DslProgress): RunState {
  const { stage, message } = payload
  const details = isRecord(payload.details) ? payload.details : {}
  const { nodeId, progress, attempt, result, error } = details
  const isTask = typeof progress === 'number'
  const told: RunState = {
    ...running(state),
    kind: kindOfCommand(state),
    message,
    ...(isTask ? { progress } : {}),
    ...(state.startedAt !== undefined || timestamp === undefined ? {} : { startedAt: timestamp }),
  }
  if (typeof nodeId !== 'string') return told
  const status = event === 'task.cancelled' ? 'cancelled' : stageStatuses[stage]
  const isDone = isTask && status === 'completed'
  const next = withNode(told, nodeId, {
    ...(status === undefined ? {} : { status }),
    ...(isTask ? { progress, message } : {}),
    ...(typeof attempt === 'number' ? { attempt } : {}),
    ...(isDone ? { result: result ?? null } : {}),
    ...(typeof error === 'string' ? { error } : {}),
  })
  return isDone ? { ...next, results: { ...next.results, [nodeId]: result ?? null } } : next
}

/** Only commands have stages and results. */
function kindOfCommand({ kind }: RunState): RunKind {
  return kind === 'workflow' ? 'dsl' : kind
}

type DslProgress = Extract<ServerFrame, { readonly type: 'dslProgress' }>

const stageStatuses: Readonly<Record<string, string>> = {
  started: 'running',
  progress: 'running',
  retrying: 'retrying',
  completed: 'completed',
  failed: 'failed',
}

function withDslResult(state: RunState, dslResult: ServerPayloads['dslResult'], at: string | undefined): RunState {
  const { success, error } = dslResult
  const status = success ? 'completed' : error?.code === 'CANCELLED' ? 'cancelled' : 'failed'
  const told: RunState = {
    ...settled(running(state), status, error?.message),
    kind: kindOfCommand(state),
    dslResult,
    ...(success ? { progress: 100 } : {}),
    ...(error === undefined ? {} : { error: { code: error.code, message: error.message } }),
  }
  return told.kind === 'dsl' ? { ...told, status, ...(at === undefined ? {} : { finishedAt: at }) } : told
}

/**
 * `state` of a command whose one step ended as the command did, where nothing else told of it: `task.cancelled`, for instance, is not
 * among what is subscribed to by default.
 */
function settled(state: RunState, status: 'completed' | 'failed' | 'cancelled', error: string | undefined): RunState {
  const [[id, node] = [], ...more] = Object.entries(state.nodes)
  if (id === undefined || node === undefined || more.length > 0) return state
  const why = status === 'failed' && error !== undefined && node.error === undefined ? { error } : {}
  const next = nodeEnds.has(node.status) ? state : withNode(state, id, { status, ...why })
  const isKnown = status === 'completed' && next.results === undefined && 'result' in node
  return isKnown ? { ...next, results: { [id]: node.result } } : next
}

const nodeEnds: ReadonlySet<string> = new Set(['completed', 'failed', 'skipped', 'cancelled'])

const ECHO = 'Processing: '

function withAnswer(state: RunState, line: ServerPayloads['chatMessage'], at: string | undefined): RunState {
  const { content, sender, type } = line
  if (content.startsWith(ECHO)) return { ...state, message: content }
  const isError = type === 'error'
  return {
    ...state,
    status: isError ? 'failed' : 'completed',
    progress: isError ? state.progress : 100,
    messages: [...state.messages, { content, sender, type }],
    ...(isError ? { error: state.error ?? { code: 'run_failed', message: content } } : {}),
    ...(at === undefined ? {} : { finishedAt: at }),
  }
}
