import { randomUUID } from 'node:crypto'
import { expect } from 'chai'
import {
  createEventBus,
  createGateway,
  createToolRegistry,
  createWorkflowEngine,
  type GatewayOptions,
} from '../../lib/index.ts'
import { connectTestClient, createScriptedTool, createTestTime, type TestClient } from '../../lib/testing/index.ts'
import { useServers } from '../support/server.ts'
import { eventually } from '../support/waiting.ts'

type Options = Omit<GatewayOptions, 'bus' | 'engine'>

const nodes = [{ id: 'a', type: 'tool_call', tool: 'hold' }]

function start(options: Options = { onDisconnect: 'cancel', onDisconnectGraceMs: 1_000 }) {
  const time = createTestTime()
  const { scheduler } = time
  const bus = createEventBus({ scheduler })
  const hold = createScriptedTool({ name: 'hold' })
  const engine = createWorkflowEngine({ bus, tools: createToolRegistry([hold.tool]), scheduler })
  const gateway = createGateway({ bus, engine, scheduler, ...options })
  const statusOf = (executionId: string): string | undefined => engine.runs({ executionId })[0]?.entry.status
  return { time, hold, gateway, statusOf, connect: (id?: string) => connectTestClient(gateway, principal(id)) }
}

function principal(id: string | undefined) {
  return id === undefined ? {} : { principal: { id } }
}

describe('a run whose watchers leave', () => {
  const { serve } = useServers()

  it('goes on by default', async () => {
    const { time, connect, statusOf, hold } = start({})
    const client = connect()
    client.send('EXECUTE_WORKFLOW', { executionId: 'e', nodes })
    client.close(1000)
    await time.advance(100_000)
    hold.calls[0]?.succeed('done')
    await time.advance(0)
    expect(statusOf('e')).to.equal('completed')
  })

  it('is cancelled where the host says so, when the last has been gone for a time', async () => {
    const { time, connect, statusOf, hold } = start()
    const client = connect()
    client.send('EXECUTE_WORKFLOW', { executionId: 'e', nodes })
    client.send('DSL_COMMAND', { command: 'CALL hold' })
    await time.advance(10_000)
    expect(statusOf('e')).to.equal('running')
    client.close(1000)
    await time.advance(999)
    expect(statusOf('e')).to.equal('running')
    await time.advance(1)
    expect(statusOf('e')).to.equal('cancelled')
    expect(hold.calls.map(({ context }) => context.signal.aborted)).to.deep.equal([true, true])
  })

  it('goes on where another connection of its principal is there, or comes back in time', async () => {
    const { time, connect, statusOf } = start()
    const [one, two] = [connect('ann'), connect('ann')]
    const bob = connect('bob')
    one.send('EXECUTE_WORKFLOW', { executionId: 'e', nodes })
    one.close(1000)
    await time.advance(5_000)
    expect(statusOf('e')).to.equal('running')
    two.close(1000)
    await time.advance(500)
    const three = connect('ann')
    await time.advance(5_000)
    expect(statusOf('e')).to.equal('running')
    three.close(1000)
    await time.advance(1_000)
    expect(statusOf('e')).to.equal('cancelled')
    bob.close(1000)
  })

  it('leaves no clock behind when it ends, or the gateway does', async () => {
    const { time, connect, statusOf, hold, gateway } = start()
    const client = connect('ann')
    client.send('EXECUTE_WORKFLOW', { executionId: 'e', nodes })
    client.send('EXECUTE_WORKFLOW', { executionId: 'f', nodes })
    client.close(1000)
    hold.calls[0]?.succeed('done')
    await time.advance(999)
    expect(statusOf('e')).to.equal('completed')
    hold.calls[1]?.succeed('done')
    await time.advance(1_000)
    expect(statusOf('f')).to.equal('completed')
    void gateway.close({ timeoutMs: 1 })
    await time.advance(10_000)
  })

  it('knows the client that keeps its id across reconnects', async () => {
    const { connect, hold, engine } = await serve({ gateway: { onDisconnect: 'cancel', onDisconnectGraceMs: 40 } })
    const as = `?client=${randomUUID()}`
    const first = await connect(as)
    first.send('EXECUTE_WORKFLOW', { executionId: 'e', nodes })
    await eventually(() => expect(hold.calls).to.have.length(1))
    const second = await connect(as)
    await first.close()
    await new Promise((resolve) => setTimeout(resolve, 100))
    expect(engine.runs({ executionId: 'e' })[0]?.isLive).to.equal(true)
    await second.close()
    await eventually(() => expect(engine.runs({ executionId: 'e' })[0]?.entry.status).to.equal('cancelled'))
  })

  it('counts against the limit of its principal on whatever connection', async () => {
    const { connect } = start({ maxLiveRunsPerClient: 1 })
    const [one, two] = [connect('ann'), connect('ann')]
    one.send('EXECUTE_WORKFLOW', { nodes }, '1')
    two.send('EXECUTE_WORKFLOW', { nodes }, '2')
    one.close(1000)
    const three = connect('ann')
    three.send('EXECUTE_WORKFLOW', { nodes }, '3')
    const bob = connect('bob')
    bob.send('EXECUTE_WORKFLOW', { nodes }, '4')
    const answerOf = (client: TestClient, id: string) =>
      client.messages().find(({ correlation_id }) => correlation_id === id)
    expect(answerOf(two, '2')?.payload).to.include({ code: 'RATE_LIMITED' })
    expect(answerOf(three, '3')?.payload).to.include({ code: 'RATE_LIMITED' })
    expect(answerOf(bob, '4')?.type).to.equal('accepted')
  })
})
