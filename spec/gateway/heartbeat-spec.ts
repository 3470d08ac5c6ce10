import { once } from 'node:events'
import { expect } from 'chai'
import { useServers } from '../support/server.ts'
import { inTime } from '../support/waiting.ts'

describe('the heartbeat', () => {
  const { serve } = useServers()
  const gateway = { heartbeatIntervalMs: 150 }

  it('pings each peer, tells a quiet one the position, and keeps those that answer', async () => {
    const { connect, bus } = await serve({ gateway })
    const client = await connect('?types=workflow.started')
    await inTime(once(client.socket, 'ping'), 'a protocol ping')
    const first = await client.next('heartbeat')
    expect(first).to.not.have.any.keys('event', 'seq', 'correlation_id')
    expect(first.payload).to.deep.equal({ epoch: bus.stats().epoch, seq: 0 })
    // examined for this connection, though it does not hear of it
    await bus.publish({ type: 'agent.started', data: {} })
    await bus.publish({ type: 'agent.stopped', data: {} })
    expect((await client.next(({ payload }) => payload['seq'] === 2)).type).to.equal('heartbeat')
    await inTime(once(client.socket, 'ping'), 'another ping')
    const startMs = performance.now()
    while (performance.now() - startMs < 700) await client.next('heartbeat')
    expect(client.socket.readyState).to.equal(client.socket.OPEN)
  })

  it('closes with 4408 a peer that gives no sign of life for three intervals', async () => {
    const { connect, gateway: served, stats } = await serve({ gateway })
    const alive = await connect()
    const startMs = performance.now()
    const silent = await connect('', { autoPong: false })
    expect((await silent.closed()).code).to.be.oneOf([4408, 1006])
    expect(performance.now() - startMs).to.be.within(3 * 150 - 20, 3_000)
    expect(served.connections().map(({ id }) => id)).to.deep.equal([alive.connectionId])
    expect((await stats()).websocket_manager.closed).to.deep.equal({ 4408: 1 })
  })

  it('takes any frame as a sign of life', async () => {
    const { connect } = await serve({ gateway })
    const client = await connect('', { autoPong: false })
    const startMs = performance.now()
    while (performance.now() - startMs < 900) {
      client.send('NOPE')
      await client.next('error')
      await new Promise((resolve) => setTimeout(resolve, 60))
    }
    expect(client.socket.readyState).to.equal(client.socket.OPEN)
    expect((await client.closed()).code).to.be.oneOf([4408, 1006])
  })

  it('is not sent to a peer that hears something anyway', async () => {
    const { connect, bus } = await serve({ gateway: { heartbeatIntervalMs: 400 } })
    const busy = await connect('?types=log.entry')
    const quiet = await connect('?types=')
    const chatter = setInterval(
      () => void bus.publish({ type: 'log.entry', data: { level: 'info', message: 'm' } }),
      40,
    )
    try {
      await quiet.next('heartbeat')
      await quiet.next('heartbeat')
    } finally {
      clearInterval(chatter)
    }
    expect(busy.messages.filter(({ type }) => type === 'heartbeat')).to.deep.equal([])
    expect(busy.messages.length).to.be.above(5)
  })
})
