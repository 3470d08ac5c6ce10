import * as t from 'io-ts'
import { DslError, NodeStatus } from '../event/catalogue.ts'
import { Percent } from '../event/scalars.ts'
import { type ResetReason, resetReasons } from './message-types.ts'

// What each server message carries (PROTOCOL section 5). The server builds them, specs and clients check them by these codecs.

const position = { epoch: t.string, seq: t.number }
const run = { workflowId: t.string, executionId: t.string }
const at = { timestamp: t.string }
const sender = { sender: t.string }

/** `error`, always in the same shape (PROTOCOL section 7). */
export const ErrorPayload = t.intersection(
  [
    t.type({ message: t.string, code: t.string, ...at }),
    t.partial({
      details: t.array(t.type({ path: t.string, expected: t.string, actual: t.string })),
      retryAfterMs: t.number,
    }),
  ],
  'error',
)
export type ErrorPayload = t.TypeOf<typeof ErrorPayload>

/** One run as `runStatus` tells of it (PROTOCOL section 8). */
export const RunEntry = t.intersection(
  [
    t.type({ executionId: t.string, status: t.string, nodes: t.record(t.string, NodeStatus) }),
    t.partial({
      workflowId: t.string,
      results: t.UnknownRecord,
      error: t.string,
      startedAt: t.string,
      finishedAt: t.string,
      startSeq: t.number,
    }),
  ],
  'run',
)
export type RunEntry = t.TypeOf<typeof RunEntry>

const ResetReasonName = t.keyof(
  Object.fromEntries(resetReasons.map((reason) => [reason, null])) as Record<ResetReason, null>,
)

/** The payload codec of every server message. A run's ids are absent only where a task belongs to no run. */
export const serverPayloads = {
  accepted: t.intersection([t.type({ executionId: t.string, ...position }), t.partial({ workflowId: t.string })]),
  dslProgress: t.intersection([
    t.type({ stage: t.string, message: t.string, details: t.UnknownRecord }),
    t.partial({ executionId: t.string }),
  ]),
  dslResult: t.intersection([
    t.type({
      success: t.boolean,
      command: t.string,
      result: t.unknown,
      matchedAgents: t.array(t.unknown),
      requiredMCPTools: t.array(t.unknown),
      workflowSuggestion: t.UnknownRecord,
      processTime: t.number,
    }),
    t.partial({ error: DslError, executionId: t.string, ...sender }),
  ]),
  workflowStart: t.intersection([
    t.type({
      nodes: t.readonlyArray(t.unknown),
      edges: t.readonlyArray(t.unknown),
      metadata: t.UnknownRecord,
      startTime: t.string,
    }),
    t.partial(run),
  ]),
  workflowProgress: t.intersection([
    t.type({ status: t.string, progress: Percent, message: t.string, ...at }),
    t.partial({ ...run, nodeId: t.string, attempt: t.number }),
  ]),
  workflowComplete: t.intersection([
    t.type({ message: t.string, results: t.UnknownRecord, ...at }),
    t.partial({ ...run, duration: t.number }),
  ]),
  workflowError: t.intersection([
    t.type({ error: t.string, status: t.string, ...at }),
    t.partial({ ...run, nodeId: t.string }),
  ]),
  nodeStatusUpdate: t.intersection([
    t.type({ ...run, nodeId: t.string, status: NodeStatus, attempt: t.number, ...at }),
    t.partial({ error: t.string }),
  ]),
  inputRequired: t.intersection([
    t.type({ ...run, nodeId: t.string, prompt: t.string }),
    t.partial({ form: t.UnknownRecord, expiresAt: t.string }),
  ]),
  chatMessage: t.intersection([
    t.type({
      content: t.string,
      sender: t.string,
      type: t.keyof({ text: null, system: null, error: null }),
    }),
    t.partial({ metadata: t.UnknownRecord }),
  ]),
  tool_result: t.intersection([
    t.type({
      toolName: t.string,
      status: t.keyof({ completed: null, failed: null }),
      result: t.unknown,
      error: t.union([t.string, t.null]),
      metadata: t.UnknownRecord,
    }),
    t.partial({ executionId: t.string, nodeId: t.string, ...sender }),
  ]),
  workflowLog: t.intersection([
    t.type({ level: t.string, message: t.string, source: t.union([t.string, t.null]) }),
    t.partial({ ...run, nodeId: t.string }),
  ]),
  eventStream: t.intersection([
    t.type({ data: t.unknown }),
    t.partial({ source: t.string, tags: t.readonlyArray(t.string) }),
  ]),
  subscribed: t.type({
    event_types: t.readonlyArray(t.string),
    filter: t.union([t.UnknownRecord, t.null]),
    ...position,
  }),
  PONG: t.intersection([t.type({ ...at }), t.UnknownRecord]),
  error: ErrorPayload,
  heartbeat: t.intersection([t.type(position), t.partial({ retryAfterMs: t.number })]),
  gap: t.type({ fromSeq: t.number, toSeq: t.number, dropped: t.number, conflated: t.number }),
  resumed: t.type({ epoch: t.string, from: t.number }),
  caughtUp: t.type(position),
  reset: t.type({ reason: ResetReasonName, ...position }),
  runStatus: t.type({ runs: t.readonlyArray(RunEntry) }),
  runList: t.intersection([t.type({ runs: t.readonlyArray(RunEntry) }), t.partial({ next: t.string })]),
} as const

export type ServerMessageType = keyof typeof serverPayloads
export type ServerPayloads = { [Type in ServerMessageType]: t.TypeOf<(typeof serverPayloads)[Type]> }

/** A message for a client: built in, or a host's own. */
export interface ServerMessage {
  readonly type: string
  readonly payload: Readonly<Record<string, unknown>>
}

/** A built-in message, its payload checked by the compiler. */
export function serverMessage<Type extends ServerMessageType>(
  type: Type,
  payload: ServerPayloads[Type] & Readonly<Record<string, unknown>>,
): ServerMessage {
  return { type, payload }
}
