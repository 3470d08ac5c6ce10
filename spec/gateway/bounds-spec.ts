import { expect } from 'chai'
import {
  createEventBus,
  createGateway,
  createMemoryLog,
  createToolRegistry,
  createWorkflowEngine,
  type EventLog,
} from '../../lib/index.ts'
import { connectTestClient, createScriptedTool, createTestTime } from '../../lib/testing/index.ts'

const hold = [{ id: 'a', type: 'tool_call', tool: 'hold' }]
const echo = [{ id: 'a', type: 'tool_call', tool: 'echo' }]

function start(
  options: { readonly maxLiveRunsPerClient?: number; readonly log?: EventLog; readonly scope?: 'own' } = {},
) {
  const time = createTestTime()
  const { scheduler } = time
  const { log, ...gatewayOptions } = options
  const bus = createEventBus({ scheduler, ...(log === undefined ? {} : { log }) })
  const held = createScriptedTool({ name: 'hold' })
  const tools = [held.tool, createScriptedTool({ name: 'echo', answer: () => 'x'.repeat(50_000) }).tool]
  const engine = createWorkflowEngine({ bus, tools: createToolRegistry(tools), scheduler })
  const gateway = createGateway({ bus, engine, scheduler, ...gatewayOptions })
  return { time, bus, engine, gateway, held, connect: () => connectTestClient(gateway) }
}

describe('what one client may ask of the server', () => {
  it('is so many runs at a time, going or waiting; the next is told to come later, and may when one has ended', async () => {
    const { time, connect, held } = start({ maxLiveRunsPerClient: 2 })
    const [client, other] = [connect(), connect()]
    client.send('EXECUTE_WORKFLOW', { nodes: hold }, '1')
    client.send('DSL_COMMAND', { command: 'CALL hold' }, '2')
    client.send('DSL_COMMAND', { command: 'CALL echo' }, '3')
    expect(client.messages().at(-1)).to.deep.include({ type: 'error', correlation_id: '3' })
    expect(client.messages().at(-1)?.payload).to.include({ code: 'RATE_LIMITED', retryAfterMs: 1_000 })
    other.send('DSL_COMMAND', { command: 'CALL echo' }, 'o')
    expect(other.messages().find(({ correlation_id: id }) => id === 'o')?.type).to.equal('accepted')
    held.calls[0]?.succeed()
    await time.advance(0)
    client.send('DSL_COMMAND', { command: 'CALL echo' }, '4')
    expect(client.messages().at(-1)).to.include({ type: 'accepted', correlation_id: '4' })
  })

  it('is the newest 50 runs of a workflow, without their results, in one answer', async () => {
    const { time, connect } = start()
    const client = connect()
    for (let index = 0; index < 60; index++) {
      client.send('EXECUTE_WORKFLOW', { workflowId: 'w', executionId: `e${index}`, nodes: echo })
    }
    await time.advance(0)
    client.send('CANCEL_WORKFLOW', { workflowId: 'w' }, 'c')
    const answer = client.messages().at(-1)?.payload ?? {}
    const runs = answer['runs'] as { executionId: string; results?: object }[]
    expect(runs.map(({ executionId }) => executionId)).to.deep.equal(
      Array.from({ length: 50 }, (_, index) => `e${index + 10}`),
    )
    expect(runs.filter(({ results }) => results !== undefined)).to.deep.equal([])
  })

  it('is told, and forgotten, where the log cannot store it', async () => {
    const memory = createMemoryLog()
    let isFull = false
    const log: EventLog = {
      ...memory,
      append: (record) => (isFull ? Promise.reject(new Error('no space left')) : memory.append(record)),
    }
    const { time, connect } = start({ log, maxLiveRunsPerClient: 1 })
    const client = connect()
    isFull = true
    client.send('DSL_COMMAND', { command: 'CALL echo' }, '1')
    await time.advance(0)
    expect(client.messages().at(-1)).to.include({ type: 'error', correlation_id: '1' })
    expect(client.messages().at(-1)?.payload).to.include({ code: 'BUS_UNAVAILABLE' })
    isFull = false
    client.send('DSL_COMMAND', { command: 'CALL echo' }, '2')
    await time.advance(0)
    expect(client.types().at(-1)).to.equal('dslResult')
  })

  it('is nothing, for somebody unknown, where everybody sees only their own', () => {
    const { connect } = start({ scope: 'own' })
    const client = connect()
    client.send('DSL_COMMAND', { command: 'CALL echo' }, '1')
    expect(client.messages().at(-1)?.payload).to.include({ code: 'UNAUTHORIZED' })
    expect(client.types()).to.not.include('accepted')
  })

  it('is nothing of an engine that was closed', () => {
    const { connect, engine } = start()
    engine.close()
    const client = connect()
    client.send('DSL_COMMAND', { command: 'CALL echo' }, '1')
    client.send('EXECUTE_WORKFLOW', { nodes: echo }, '2')
    expect(
      client
        .messages()
        .slice(1)
        .map(({ payload }) => payload['code']),
    ).to.deep.equal(['NO_EXECUTOR', 'NO_EXECUTOR'])
  })
})

describe('a client that answers in the same turn', () => {
  it('never gets an event twice, and is told a position before what follows it', () => {
    const { bus, gateway, connect } = start()
    const client = connect()
    client.send('SUBSCRIBE_EVENTS', { event_types: ['log.entry'], mode: 'replace' })
    const entry = (message: string) => ({ type: 'log.entry', data: { level: 'info', message } }) as const
    // As the event is handed out, the subscription goes and comes again.
    let isOnce = false
    bus.events$.subscribe(() => {
      if (isOnce) return
      isOnce = true
      client.send('SUBSCRIBE_EVENTS', { event_types: [], mode: 'replace' })
      client.send('SUBSCRIBE_EVENTS', { event_types: ['log.entry'], mode: 'replace' })
    })
    void bus.publish(entry('one'))
    void bus.publish(entry('two'))
    const seqs = client
      .messages()
      .filter(({ event }) => event === 'log.entry')
      .map(({ seq }) => seq)
    expect(seqs).to.deep.equal([1, 2])
    expect(gateway.connections()[0]?.types).to.deep.equal(['log.entry'])
  })
})
