import { setImmediate } from 'node:timers/promises'
import { expect } from 'chai'
import { refusalOf } from '../support/client.ts'
import { attachEcho } from '../support/echo-endpoint.ts'
import { errorOf } from '../support/http.ts'
import { useServers } from '../support/server.ts'
import { eventually, inTime } from '../support/waiting.ts'

const held = { nodes: [{ id: 'n', type: 'tool_call', tool: 'hold' }] }

describe('closing a gateway', () => {
  const { serve } = useServers()

  it('refuses upgrades and commands, lets a running node end, tells its outcome, then says goodbye with 1001', async () => {
    const server = await serve()
    const [client, other] = [await server.connect(), await server.connect()]
    await client.ask('EXECUTE_WORKFLOW', { executionId: 'e', ...held })
    await eventually(() => expect(server.hold.calls).to.have.length(1))
    const ends = Promise.all([client.closed(), other.closed()])
    const closing = server.gateway.close({ timeoutMs: 10_000 })

    for (const path of ['/ws/events', '/ws/workflow']) {
      const refusal = await refusalOf(server.door('', path))
      expect(refusal).to.include({ status: 503 })
      expect(errorOf(refusal)).to.include({ code: 'DRAINING' })
      expect(await server.get(path)).to.include({ status: 503 })
    }
    const health = await server.get('/health')
    expect(health).to.include({ status: 503 })
    expect(health.json).to.deep.equal({ status: 'draining' })
    for (const [type, payload] of [
      ['EXECUTE_WORKFLOW', held],
      ['DSL_COMMAND', { command: 'CALL echo' }],
      ['CHAT_MESSAGE', { content: 'Create a file called x.txt' }],
    ] as const) {
      expect((await other.ask(type, payload)).type, type).to.equal('error')
    }
    expect(await other.ask('PING')).to.include({ type: 'PONG' })
    expect(server.hold.calls[0]?.context.signal.aborted).to.equal(false)
    server.hold.calls[0]?.succeed('just in time')

    expect((await client.next('workflowComplete')).payload).to.deep.include({ results: { n: 'just in time' } })
    for (const { code } of await ends) expect(code).to.equal(1001)
    for (const { messages } of [client, other]) {
      const last = messages.at(-1)
      expect(last?.type).to.equal('heartbeat')
      expect(last?.payload).to.have.all.keys('epoch', 'seq', 'retryAfterMs')
      expect(last?.payload['retryAfterMs']).to.be.a('number').and.at.least(0)
      expect(last?.payload['seq']).to.equal(server.bus.stats().seq)
    }
    await inTime(closing, 'gateway.close()')
    expect(server.hold.calls).to.have.length(1)
    expect(server.gateway.connections()).to.deep.equal([])
    expect(server.gateway.stats()).to.deep.include({ server: { running: false, config: { websocket_enabled: true } } })
    expect(await refusalOf(server.door())).to.include({ status: 503 })
  })

  it('cancels at the deadline what has not ended, tells it, and then says goodbye', async () => {
    const server = await serve()
    const client = await server.connect()
    await client.ask('EXECUTE_WORKFLOW', { executionId: 'e', ...held })
    await eventually(() => expect(server.hold.calls).to.have.length(1))
    const startMs = performance.now()
    const end = client.closed()
    await inTime(server.gateway.close({ timeoutMs: 200 }), 'gateway.close()')
    // half of so short a time is kept for the goodbye
    expect(performance.now() - startMs).to.be.within(95, 2_500)
    expect(server.hold.calls[0]?.context.signal.aborted).to.equal(true)
    expect((await end).code).to.equal(1001)
    const error = client.messages.find(({ type }) => type === 'workflowError')
    expect(error?.payload).to.include({ executionId: 'e', status: 'cancelled' })
    expect(client.messages.at(-1)?.type).to.equal('heartbeat')
  })

  it('flushes every queue before the goodbye', async () => {
    const server = await serve()
    const client = await server.connect('?types=log.entry')
    const end = client.closed()
    client.socket.pause()
    const waiting = (): number => server.gateway.stats().websocket_manager.queued_bytes
    let published = 0
    while (waiting() < 300_000) {
      void server.bus.publish({ type: 'log.entry', data: { level: 'info', message: 'x'.repeat(64_000) } })
      published++
      // lets the socket take what it will
      await setImmediate()
    }
    const closing = server.gateway.close({ timeoutMs: 5_000 })
    client.socket.resume()
    await inTime(closing, 'gateway.close()')
    expect((await end).code).to.equal(1001)
    const seqs = client.messages.filter(({ type }) => type === 'workflowLog').map(({ seq }) => seq)
    expect(seqs).to.deep.equal(Array.from({ length: published }, (_, index) => index + 1))
    expect(client.messages.at(-1)?.type).to.equal('heartbeat')
  })

  it('does not wait beyond the deadline for a peer that does not read or never answers the goodbye', async () => {
    const server = await serve()
    const client = await server.connect('?types=log.entry')
    const end = client.closed()
    client.socket.pause()
    const startMs = performance.now()
    await inTime(server.gateway.close({ timeoutMs: 300 }), 'gateway.close()')
    expect(performance.now() - startMs).to.be.below(1_500)
    client.socket.resume()
    expect((await end).code).to.be.oneOf([1001, 1006])
  })

  it('twice, or with nothing to close, is fine and resolves', async () => {
    const { gateway, connect } = await serve()
    const client = await connect()
    const end = client.closed()
    await inTime(Promise.all([gateway.close(), gateway.close()]), 'both')
    expect((await end).code).to.equal(1001)
    await inTime(gateway.close(), 'a third')
    await inTime((await serve()).gateway.close(), 'an idle one')
  })

  it('lets go of the server, whose HTTP doors go on saying how things are', async () => {
    const { gateway, get, connect, server } = await serve({ prepare: (prepared) => attachEcho(prepared, '/other') })
    const client = await connect()
    await gateway.close({ timeoutMs: 100 })
    expect((await client.closed()).code).to.equal(1001)
    expect(server.listenerCount('upgrade')).to.equal(1)
    expect(await get('/stats')).to.include({ status: 200 })
    expect(await get('/health')).to.include({ status: 503 })
  })
})
