import { expect } from 'chai'
import * as fc from 'fast-check'
import { codecDetails } from '../../lib/base/codec-details.ts'
import { builtInEvents, type BuiltInEvents, type Origin } from '../../lib/event/catalogue.ts'
import type { DataOf, EventDefinition, EventIn } from '../../lib/event/definition.ts'
import { encodeEventFrame } from '../../lib/protocol/encode.ts'
import { defaultProjection, eventStream, literalProjection } from '../../lib/protocol/projection.ts'
import { type ServerMessage, serverPayloads } from '../../lib/protocol/server-payloads.ts'
import { arbitraryOf } from '../event/arbitrary-of.ts'
import { eventOf } from '../event/events.ts'
import { builtInTypes, samples } from '../event/samples.ts'
import { propertyRuns } from '../setup.ts'

type Type = keyof BuiltInEvents

/** Stands for the event's own time, which the bus gave it. */
const AT = '(the time of the event)'
const head = { source: 'src', tags: ['t1'], correlationId: 'e', owner: 'ann' }
const run = { workflowId: 'w', executionId: 'e' }
const node = { ...run, nodeId: 'n' }

/** The message that `type` with `data` becomes, its time replaced by {@link AT}. */
function projected<Name extends Type>(
  type: Name,
  data: DataOf<BuiltInEvents, Name>,
  project: typeof defaultProjection = defaultProjection,
): ServerMessage {
  // One of them, whichever it is: the compiler does not unfold a type parameter.
  const event = eventOf(type, data, head) as unknown as EventIn<BuiltInEvents>
  const message = project(event)
  if (message === null) throw new Error(`${type} has no message`)
  return JSON.parse(JSON.stringify(message).replaceAll(event.timestamp, AT)) as ServerMessage
}

/** What is wrong with a message by the codec of its type. */
function faults({ type, payload }: ServerMessage): readonly string[] {
  if (!Object.hasOwn(serverPayloads, type)) return [`no message has the type ${type}`]
  const decoded = serverPayloads[type as keyof typeof serverPayloads].decode(payload)
  return decoded._tag === 'Right' ? [] : codecDetails(decoded.left).map(({ path, expected }) => `${path}: ${expected}`)
}

/** PROTOCOL section 5: the message and the whole payload of each type that has a message of its own. */
const table: { readonly [Name in Type]?: readonly [data: DataOf<BuiltInEvents, Name>, type: string, payload: object] } =
  {
    'dsl.command_progress': [
      { stage: 'executing', message: 'm', executionId: 'e', details: { step: 1 } },
      'dslProgress',
      { stage: 'executing', message: 'm', executionId: 'e', details: { step: 1 } },
    ],
    'dsl.command_completed': [
      {
        success: false,
        command: 'CALL x',
        result: { a: 1 },
        error: { code: 'DSL_SYNTAX', message: 'm', line: 1, column: 2, caret: '^' },
        executionId: 'e',
        matchedAgents: ['a'],
        requiredMCPTools: ['b'],
        workflowSuggestion: { c: 1 },
        processTime: 12,
      },
      'dslResult',
      {
        success: false,
        command: 'CALL x',
        result: { a: 1 },
        error: { code: 'DSL_SYNTAX', message: 'm', line: 1, column: 2, caret: '^' },
        executionId: 'e',
        matchedAgents: ['a'],
        requiredMCPTools: ['b'],
        workflowSuggestion: { c: 1 },
        processTime: 12,
      },
    ],
    'workflow.started': [
      { ...run, nodes: [{ id: 'n' }], edges: [{ source: 'n', target: 'm' }], metadata: { a: 1 }, startTime: 'now' },
      'workflowStart',
      { ...run, nodes: [{ id: 'n' }], edges: [{ source: 'n', target: 'm' }], metadata: { a: 1 }, startTime: 'now' },
    ],
    'workflow.progress': [
      { ...run, progress: 50, status: 'running', message: 'half', attempt: 2, nodeId: 'n' },
      'workflowProgress',
      { ...node, progress: 50, status: 'running', message: 'half', attempt: 2, timestamp: AT },
    ],
    'workflow.completed': [
      { ...run, message: 'done', results: { n: 1 }, duration: 5, origin: 'chat' },
      'workflowComplete',
      { ...run, message: 'done', results: { n: 1 }, duration: 5, timestamp: AT },
    ],
    'workflow.failed': [
      { ...node, error: 'why', status: 'executor_lost', duration: 5 },
      'workflowError',
      { ...node, error: 'why', status: 'executor_lost', timestamp: AT },
    ],
    'workflow.cancelled': [
      { ...node, reason: 'enough' },
      'workflowError',
      { ...node, error: 'enough', status: 'cancelled', timestamp: AT },
    ],
    'workflow.node_status_update': [
      { ...node, status: 'retrying', attempt: 2, error: 'why' },
      'nodeStatusUpdate',
      { ...node, status: 'retrying', attempt: 2, error: 'why', timestamp: AT },
    ],
    'workflow.input_required': [
      { ...node, prompt: '?', form: { a: 1 }, expiresAt: 'soon' },
      'inputRequired',
      { ...node, prompt: '?', form: { a: 1 }, expiresAt: 'soon' },
    ],
    'tool.executed': [
      { ...node, toolName: 't', result: { a: 1 }, attempt: 1, durationMs: 5, metadata: { b: 2 } },
      'tool_result',
      {
        toolName: 't',
        status: 'completed',
        result: { a: 1 },
        error: null,
        executionId: 'e',
        nodeId: 'n',
        metadata: { b: 2, workflowId: 'w', attempt: 1, durationMs: 5 },
      },
    ],
    'tool.failed': [
      { ...node, toolName: 't', error: 'why' },
      'tool_result',
      {
        toolName: 't',
        status: 'failed',
        result: null,
        error: 'why',
        executionId: 'e',
        nodeId: 'n',
        metadata: { workflowId: 'w' },
      },
    ],
    'p2p.tool_response': [
      { ...node, toolName: 't', status: 'failed', result: 1, error: 'why', metadata: { b: 2 } },
      'tool_result',
      {
        toolName: 't',
        status: 'failed',
        result: 1,
        error: 'why',
        executionId: 'e',
        nodeId: 'n',
        metadata: { b: 2, workflowId: 'w' },
      },
    ],
    'log.entry': [
      { ...node, level: 'warn', message: 'm', source: 'of the line', fields: { a: 1 } },
      'workflowLog',
      { ...node, level: 'warn', message: 'm', source: 'of the line' },
    ],
    'log.stream': [
      { ...node, level: 'info', message: 'm' },
      'workflowLog',
      { ...node, level: 'info', message: 'm', source: 'src' },
    ],
  }

const isTask = (type: string): boolean => type.startsWith('task.')
const withoutMessage = builtInTypes.filter((type) => table[type] === undefined && !isTask(type))

describe('defaultProjection', () => {
  for (const type of builtInTypes) {
    const row = table[type] as readonly [never, string, object] | undefined
    if (row === undefined) continue
    const [data, messageType, payload] = row
    it(`${type} becomes ${messageType}, with all its fields`, () => {
      expect(projected(type, data)).to.deep.equal({ type: messageType, payload })
    })
  }

  it('every other type becomes eventStream, with data, source and tags, and without the owner', () => {
    expect(withoutMessage).to.include.members(['agent.started', 'tool.starting', 'ws.client_connected', 'system.error'])
    for (const type of withoutMessage) {
      const data = samples[type].least as never
      expect(projected(type, data), type).to.deep.equal({
        type: 'eventStream',
        payload: { data, source: 'src', tags: ['t1'] },
      })
    }
  })

  describe('fills in what the least data leaves out', () => {
    const filled: { readonly [Name in Type]?: object } = {
      'dsl.command_progress': { stage: 'parsing', message: '', details: {} },
      'dsl.command_completed': {
        success: true,
        command: 'CALL x',
        result: null,
        matchedAgents: [],
        requiredMCPTools: [],
        workflowSuggestion: {},
        processTime: 0,
      },
      'workflow.started': { ...run, nodes: [], edges: [], metadata: {}, startTime: AT },
      'workflow.progress': { ...run, progress: 50, status: 'running', message: '', timestamp: AT },
      'workflow.completed': { ...run, message: 'completed', results: {}, timestamp: AT },
      'workflow.failed': { ...run, error: 'x', status: 'failed', timestamp: AT },
      'workflow.cancelled': { ...run, error: 'cancelled', status: 'cancelled', timestamp: AT },
      'workflow.node_status_update': { ...node, status: 'running', attempt: 1, timestamp: AT },
      'workflow.input_required': { ...node, prompt: '?' },
      'tool.executed': { toolName: 't', status: 'completed', result: null, error: null, metadata: {} },
      'tool.failed': { toolName: 't', status: 'failed', result: null, error: 'x', metadata: {} },
      'p2p.tool_response': { toolName: 't', status: 'completed', result: null, error: null, metadata: {} },
      'log.entry': { level: 'info', message: 'm', source: 'src' },
    }
    for (const [type, payload] of Object.entries(filled) as [Type, object][]) {
      it(type, () => {
        expect(projected(type, samples[type].least as never).payload).to.deep.equal(payload)
      })
    }
  })

  it('a tool result says failed where the event does, or where there is an error and the event does not say', () => {
    const status = (message: ServerMessage): unknown => message.payload['status']
    expect(status(projected('tool.executed', { toolName: 't', error: 'x' }))).to.equal('failed')
    expect(status(projected('p2p.tool_response', { toolName: 't', error: 'x' }))).to.equal('failed')
    expect(status(projected('p2p.tool_response', { toolName: 't', status: 'completed', error: 'warning' }))).to.equal(
      'completed',
    )
  })

  it('a log line without a source has that of the event, or null', () => {
    const event = eventOf('log.entry', { level: 'info', message: 'm' })
    expect(defaultProjection(event)?.payload).to.have.property('source', null)
  })

  it('a workflow that ends in any way but success is a workflowError that says how', () => {
    for (const status of ['failed', 'timed_out', 'executor_lost'] as const) {
      expect(projected('workflow.failed', { ...run, error: 'x', status }).payload).to.include({ status })
    }
  })

  describe('task.* events', () => {
    const task = { ...node, tool: 'write_file', attempt: 2 }
    const inOrder = (origin: { origin?: Origin }, project = defaultProjection): readonly ServerMessage[] => [
      projected('task.created', { ...task, ...origin }, project),
      projected('task.started', { ...task, ...origin }, project),
      projected('task.progress', { ...task, ...origin, progress: 40, message: 'm' }, project),
      projected('task.completed', { ...task, ...origin, result: { a: 1 } }, project),
      projected('task.failed', { ...task, ...origin, error: 'why' }, project),
      projected('task.cancelled', { ...task, ...origin, reason: 'enough' }, project),
    ]
    const statuses = ['created', 'started', 'progress', 'completed', 'failed', 'cancelled']

    it('inside a workflow run are workflowProgress, so that a run starts and ends once', () => {
      const messages = inOrder({ origin: 'workflow' })
      expect(messages.map(({ type }) => type)).to.deep.equal(statuses.map(() => 'workflowProgress'))
      expect(messages.map(({ payload }) => payload['status'])).to.deep.equal(statuses)
      expect(messages.map(({ payload }) => payload['progress'])).to.deep.equal([0, 0, 40, 100, 0, 0])
      for (const { payload } of messages) expect(payload).to.include({ ...node, attempt: 2, timestamp: AT })
      expect(messages[2]?.payload['message']).to.equal('m')
      expect(messages[4]?.payload['message']).to.equal('why')
    })

    it('of a workflow that a chat asked for are so too', () => {
      expect(inOrder({ origin: 'chat' })).to.deep.equal(inOrder({ origin: 'workflow' }))
    })

    it('inside a command of one step are dslProgress', () => {
      const details = { nodeId: 'n', tool: 'write_file', attempt: 2 }
      for (const origin of ['dsl', 'chat'] as const) {
        const data = { executionId: 'e', nodeId: 'n', tool: 'write_file', attempt: 2, origin }
        expect(projected('task.started', data)).to.deep.equal({
          type: 'dslProgress',
          payload: {
            stage: 'started',
            message: 'write_file started',
            executionId: 'e',
            details: { ...details, progress: 0 },
          },
        })
        expect(projected('task.progress', { ...data, progress: 40, message: 'm' })).to.deep.equal({
          type: 'dslProgress',
          payload: { stage: 'progress', message: 'm', executionId: 'e', details: { ...details, progress: 40 } },
        })
        expect(projected('task.completed', { ...data, result: { a: 1 } }).payload).to.deep.include({
          stage: 'completed',
          details: { ...details, progress: 100, result: { a: 1 } },
        })
        expect(projected('task.failed', { ...data, error: 'why', code: 'NO_FILE' }).payload).to.deep.include({
          stage: 'failed',
          message: 'why',
          details: { ...details, progress: 0, error: 'why', code: 'NO_FILE' },
        })
        expect(projected('task.cancelled', data).payload).to.include({ stage: 'failed' })
        expect(projected('task.created', data).type, 'no stage of a command').to.equal('eventStream')
      }
    })

    it('tell by a code why a tool failed, where that may be said', () => {
      const { payload } = projected('tool.failed', { ...node, toolName: 't', error: 'x', code: 'NO_FILE', attempt: 2 })
      expect(payload['metadata']).to.deep.equal({ workflowId: 'w', code: 'NO_FILE', attempt: 2 })
    })

    it('outside any run are what the source says: a run of their own', () => {
      const messages = inOrder({})
      expect(messages.map(({ type }) => type)).to.deep.equal([
        'eventStream',
        'workflowStart',
        'workflowProgress',
        'workflowComplete',
        'workflowError',
        'eventStream',
      ])
      expect(messages.slice(1, 5).map(({ payload }) => payload)).to.deep.equal([
        { ...run, nodes: [{ id: 'n', tool: 'write_file' }], edges: [], metadata: {}, startTime: AT },
        { ...node, status: 'progress', progress: 40, message: 'm', timestamp: AT, attempt: 2 },
        { ...run, message: 'completed', results: { n: { a: 1 } }, timestamp: AT },
        { ...node, error: 'why', status: 'failed', timestamp: AT },
      ])
    })

    it('do without any field but those they must have', () => {
      expect(projected('task.started', {}).payload).to.deep.equal({ nodes: [], edges: [], metadata: {}, startTime: AT })
      expect(projected('task.progress', { progress: 1 }).payload).to.deep.equal({
        status: 'progress',
        progress: 1,
        message: 'task progress',
        timestamp: AT,
      })
      expect(projected('task.completed', {}).payload).to.deep.equal({
        message: 'completed',
        results: { task: null },
        timestamp: AT,
      })
    })

    it('by literalProjection are always what the source says', () => {
      for (const origin of ['workflow', 'dsl', 'chat'] as const) {
        expect(inOrder({ origin }, literalProjection).slice(1, 5)).to.deep.equal(inOrder({}).slice(1, 5))
      }
    })
  })

  it('tool_result and dslResult of a chat come from the assistant, others from nobody', () => {
    const sender = (message: ServerMessage): unknown => message.payload['sender']
    const results = (origin: { origin?: Origin }): readonly unknown[] => [
      sender(projected('tool.executed', { toolName: 't', ...origin })),
      sender(projected('tool.failed', { toolName: 't', error: 'x', ...origin })),
      sender(projected('dsl.command_completed', { success: true, command: 'x', ...origin })),
    ]
    expect(results({ origin: 'chat' })).to.deep.equal(['assistant', 'assistant', 'assistant'])
    for (const origin of ['dsl', 'workflow'] as const)
      expect(results({ origin })).to.deep.equal([undefined, undefined, undefined])
    expect(results({})).to.deep.equal([undefined, undefined, undefined])
  })
})

describe('literalProjection', () => {
  it('is the default for every type but task.*', () => {
    for (const type of builtInTypes.filter((name) => !isTask(name))) {
      const data = (table[type]?.[0] ?? samples[type].least) as never
      expect(projected(type, data, literalProjection), type).to.deep.equal(projected(type, data))
    }
  })
})

describe('projections', () => {
  const projections = { defaultProjection, literalProjection }
  for (const [name, project] of Object.entries(projections)) {
    it(`${name} makes, of any event there can be, one message that a client can decode`, () => {
      for (const type of builtInTypes) {
        const definition: EventDefinition = builtInEvents[type]
        fc.assert(
          fc.property(arbitraryOf(definition.data), (data) => {
            const event = eventOf(type, data as never, head)
            const message = project(event)
            if (message === null) throw new Error('no message')
            expect(faults(message)).to.deep.equal([])
            const frame = JSON.parse(encodeEventFrame(event, message)) as { payload: ServerMessage['payload'] }
            expect(faults({ type: message.type, payload: frame.payload })).to.deep.equal([])
            expect(frame).not.to.have.property('owner')
          }),
          { numRuns: Math.ceil(propertyRuns / 10) },
        )
      }
    })

    it(`${name} is a function of the event alone`, () => {
      for (const type of builtInTypes) {
        const event = eventOf(type, samples[type].least as never, head)
        expect(project(event)).to.deep.equal(project(event))
      }
    })
  }
})

describe("a host's own event", () => {
  it('goes out as it is by either projection', () => {
    const event = { id: 'i', type: 'order.placed', data: { orderId: 'o' }, timestamp: '', tags: [] }
    for (const project of [defaultProjection, literalProjection]) {
      expect(project(event)).to.deep.equal({ type: 'eventStream', payload: { data: { orderId: 'o' } } })
    }
  })
})

describe('eventStream', () => {
  it('has no source and no tags where the event has none', () => {
    expect(eventStream({ data: 5, tags: [] })).to.deep.equal({ type: 'eventStream', payload: { data: 5 } })
  })
})
