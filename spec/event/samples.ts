import type { BuiltInEvents } from '../../lib/event/catalogue.ts'
import type { DataOf } from '../../lib/event/definition.ts'

type Type = keyof BuiltInEvents

export interface Sample<Name extends Type> {
  /** The least that the type's codec takes. */
  readonly least: DataOf<BuiltInEvents, Name>
  /** What it refuses, and where it says the fault is. */
  readonly broken: readonly (readonly [data: unknown, path: string])[]
}

const run = { workflowId: 'w', executionId: 'e' }
const node = { ...run, nodeId: 'n' }
const noObject = ['text', ''] as const

/** One sample for each built-in event type. */
export const samples: { readonly [Name in Type]: Sample<Name> } = {
  'agent.starting': { least: {}, broken: [noObject, [{ agentId: 1 }, 'agentId']] },
  'agent.started': { least: {}, broken: [noObject, [{ name: 1 }, 'name']] },
  'agent.stopping': { least: {}, broken: [noObject, [{ message: 1 }, 'message']] },
  'agent.stopped': { least: {}, broken: [noObject, [{ metadata: 1 }, 'metadata']] },
  'agent.error': { least: { error: 'x' }, broken: [[{}, 'error']] },

  'p2p.peer_discovered': { least: { peerId: 'p' }, broken: [[{}, 'peerId']] },
  'p2p.peer_connected': { least: { peerId: 'p' }, broken: [[{ peerId: 1 }, 'peerId']] },
  'p2p.peer_disconnected': { least: { peerId: 'p' }, broken: [[{ peerId: 'p', reason: 1 }, 'reason']] },
  'p2p.card_exchange': { least: { peerId: 'p' }, broken: [[{ card: {} }, 'peerId']] },
  'p2p.tool_request': { least: { toolName: 't' }, broken: [[{ params: {} }, 'toolName']] },
  'p2p.tool_response': {
    least: { toolName: 't' },
    broken: [
      [{}, 'toolName'],
      [{ toolName: 't', status: 'done' }, 'status'],
    ],
  },

  'task.created': { least: {}, broken: [noObject, [{ origin: 'cron' }, 'origin']] },
  'task.started': { least: {}, broken: [noObject, [{ nodeId: 1 }, 'nodeId']] },
  'task.progress': {
    least: { progress: 0 },
    broken: [
      [{}, 'progress'],
      [{ progress: -1 }, 'progress'],
      [{ progress: 101 }, 'progress'],
      [{ progress: Number.NaN }, 'progress'],
      [{ progress: '40' }, 'progress'],
    ],
  },
  'task.completed': { least: {}, broken: [noObject, [{ attempt: '1' }, 'attempt']] },
  'task.failed': { least: { error: 'x' }, broken: [[{ nodeId: 'n' }, 'error']] },
  'task.cancelled': { least: {}, broken: [noObject, [{ reason: 1 }, 'reason']] },

  'dsl.command_received': { least: { command: 'CALL x' }, broken: [[{}, 'command']] },
  'dsl.command_progress': {
    least: { stage: 'parsing', message: '' },
    broken: [
      [{ stage: 'parsing' }, 'message'],
      [{ stage: 'thinking', message: '' }, 'stage'],
    ],
  },
  'dsl.command_completed': {
    least: { success: true, command: 'CALL x' },
    broken: [
      [{ command: 'CALL x' }, 'success'],
      [{ success: true }, 'command'],
      [{ success: false, command: 'x', error: { code: 'DSL_SYNTAX' } }, 'error.message'],
    ],
  },

  'workflow.requested': {
    least: { ...run, nodes: [], edges: [] },
    broken: [
      [{ ...run, nodes: [] }, 'edges'],
      [{ ...run, nodes: [{ type: 'input', prompt: '?' }], edges: [] }, 'nodes[0].id'],
      [{ ...run, nodes: [], edges: [{ source: 'a' }] }, 'edges[0].target'],
    ],
  },
  'workflow.started': { least: run, broken: [[{ workflowId: 'w' }, 'executionId']] },
  'workflow.progress': { least: { ...run, progress: 50 }, broken: [[{ ...run, progress: 100.5 }, 'progress']] },
  'workflow.completed': { least: run, broken: [[{ ...run, results: [] }, 'results']] },
  'workflow.failed': {
    least: { ...run, error: 'x' },
    broken: [
      [run, 'error'],
      [{ ...run, error: 'x', status: 'cancelled' }, 'status'],
    ],
  },
  'workflow.cancelled': { least: run, broken: [[{ executionId: 'e' }, 'workflowId']] },
  'workflow.cancel_requested': { least: { executionId: 'e' }, broken: [[{ reason: 'why' }, '']] },
  'workflow.node_status_update': {
    least: { ...node, status: 'running' },
    broken: [
      [{ ...node, status: 'busy' }, 'status'],
      [{ ...run, status: 'running' }, 'nodeId'],
    ],
  },
  'workflow.input_required': { least: { ...node, prompt: '?' }, broken: [[node, 'prompt']] },
  'workflow.input_provided': {
    least: { executionId: 'e', nodeId: 'n', value: null },
    broken: [[{ executionId: 'e', value: null }, 'nodeId']],
  },

  'tool.starting': { least: { toolName: 't' }, broken: [[{}, 'toolName']] },
  'tool.executed': { least: { toolName: 't' }, broken: [[{ result: 1 }, 'toolName']] },
  'tool.completed': { least: { toolName: 't' }, broken: [[{ toolName: 1 }, 'toolName']] },
  'tool.failed': { least: { toolName: 't', error: 'x' }, broken: [[{ toolName: 't' }, 'error']] },

  'ws.client_connected': { least: { connectionId: 'c' }, broken: [[{}, 'connectionId']] },
  'ws.client_disconnected': {
    least: { connectionId: 'c', code: 1000, reason: '', durationMs: 1, sent: 1, received: 0, dropped: 0 },
    broken: [
      [{ connectionId: 'c', code: '1000', reason: '', durationMs: 1, sent: 1, received: 0, dropped: 0 }, 'code'],
    ],
  },
  'ws.message_received': {
    least: { connectionId: 'c', messageType: 'PING', bytes: 10 },
    broken: [[{ connectionId: 'c', messageType: 'PING' }, 'bytes']],
  },
  'ws.message_sent': {
    least: { connectionId: 'c', messageType: 'PONG', bytes: 10 },
    broken: [[{ connectionId: 'c', bytes: 10 }, 'messageType']],
  },

  'log.entry': { least: { level: 'info', message: 'm' }, broken: [[{ message: 'm' }, 'level']] },
  'log.stream': { least: { level: 'info', message: 'm' }, broken: [[{ level: 'info' }, 'message']] },

  'system.shutdown': { least: {}, broken: [noObject, [{ reason: 1 }, 'reason']] },
  'system.error': { least: { message: 'm' }, broken: [[{}, 'message']] },
}

export const builtInTypes = Object.keys(samples) as Type[]
