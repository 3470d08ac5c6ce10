import { isLeft } from 'fp-ts/lib/Either.js'
import { serverPayloads } from '../../lib/protocol/server-payloads.ts'

/** A frame from the server, as a client outside this project would type it. */
export interface Frame {
  readonly type: string
  readonly payload: Readonly<Record<string, unknown>>
  readonly id: string
  readonly timestamp: string
  readonly correlation_id?: string
  readonly event?: string
  readonly seq?: number
}

const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[1-8][0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/
const ISO_WITH_Z = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z$/
const FRAME_FIELDS: ReadonlySet<string> = new Set([
  'type',
  'payload',
  'id',
  'timestamp',
  'correlation_id',
  'event',
  'seq',
])

/** PROTOCOL section 5: every payload field there is, so that a field nobody promised (an owner, a path) is noticed. */
const PAYLOAD_FIELDS: Readonly<Record<string, readonly string[]>> = {
  accepted: ['executionId', 'workflowId', 'epoch', 'seq'],
  dslProgress: ['stage', 'message', 'executionId', 'details'],
  dslResult: [
    'success',
    'command',
    'result',
    'error',
    'executionId',
    'matchedAgents',
    'requiredMCPTools',
    'workflowSuggestion',
    'processTime',
    'sender',
  ],
  workflowStart: ['workflowId', 'executionId', 'nodes', 'edges', 'metadata', 'startTime'],
  workflowProgress: ['workflowId', 'executionId', 'nodeId', 'status', 'progress', 'message', 'timestamp', 'attempt'],
  workflowComplete: ['workflowId', 'executionId', 'message', 'results', 'duration', 'timestamp'],
  workflowError: ['workflowId', 'executionId', 'nodeId', 'error', 'status', 'timestamp'],
  nodeStatusUpdate: ['workflowId', 'executionId', 'nodeId', 'status', 'attempt', 'error', 'timestamp'],
  inputRequired: ['workflowId', 'executionId', 'nodeId', 'prompt', 'form', 'expiresAt'],
  chatMessage: ['content', 'sender', 'type', 'metadata'],
  tool_result: ['toolName', 'status', 'result', 'error', 'executionId', 'nodeId', 'metadata', 'sender'],
  workflowLog: ['workflowId', 'executionId', 'nodeId', 'level', 'message', 'source'],
  eventStream: ['data', 'source', 'tags'],
  subscribed: ['event_types', 'filter', 'epoch', 'seq'],
  error: ['message', 'code', 'timestamp', 'details', 'retryAfterMs'],
  heartbeat: ['epoch', 'seq', 'retryAfterMs'],
  runStatus: ['runs'],
}

/** What is wrong with a frame, by PROTOCOL sections 3 and 5. Types of the test's own (a custom handler's) have no codec. */
export function frameFaults(frame: Frame): readonly string[] {
  const faults: string[] = []
  const fault = (text: string): void => void faults.push(`${frame.type}: ${text} in ${JSON.stringify(frame)}`)
  for (const field of Object.keys(frame)) if (!FRAME_FIELDS.has(field)) fault(`unknown field "${field}"`)
  if (typeof frame.type !== 'string') fault('no type')
  if (typeof frame.payload !== 'object' || frame.payload === null || Array.isArray(frame.payload)) fault('no payload')
  if (typeof frame.id !== 'string' || !UUID.test(frame.id)) fault('id is no UUID')
  if (typeof frame.timestamp !== 'string' || !ISO_WITH_Z.test(frame.timestamp))
    fault('timestamp is not ISO 8601 with Z')
  if ('correlation_id' in frame && typeof frame.correlation_id !== 'string') fault('correlation_id is no text')
  if ('event' in frame && typeof frame.event !== 'string') fault('event is no text')
  if ('seq' in frame) {
    if (!Number.isInteger(frame.seq) || (frame.seq ?? 0) < 1) fault('seq is no integer from 1')
    if (frame.event === undefined) fault('seq without event')
  }
  const codec = Object.entries(serverPayloads).find(([type]) => type === frame.type)?.[1]
  if (codec !== undefined && isLeft(codec.decode(frame.payload))) fault('payload does not decode')
  const fields = PAYLOAD_FIELDS[frame.type]
  for (const field of Object.keys(frame.payload ?? {})) {
    if (fields?.includes(field) === false) fault(`unknown payload field "${field}"`)
  }
  return faults
}
