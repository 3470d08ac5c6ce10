import { expect } from 'chai'
import { openSockets } from '../support/open-sockets.ts'
import { useServers } from '../support/server.ts'
import { eventually } from '../support/waiting.ts'

describe('three hundred connections that come and go', () => {
  const { serve } = useServers()

  it('leave no handler, slot, queue or socket behind', async () => {
    const { connect, gateway, bus, server, stats } = await serve({ gateway: { maxConnections: 30 } })
    const before = { handlers: bus.stats().active_handlers, timers: timersOf() }
    for (let round = 0; round < 10; round++) {
      const clients = await Promise.all(
        Array.from({ length: 30 }, (_, index) => connect(index % 3 === 0 ? '?types=*&workflow_id=w' : '')),
      )
      expect(gateway.connections()).to.have.length(30)
      await clients[0]?.ask('SUBSCRIBE_EVENTS', { event_types: ['*'] })
      await clients[1]?.ask('DSL_COMMAND', { command: 'CALL echo' })
      await clients[1]?.next('dslResult')
      for (const [index, client] of clients.entries()) {
        if (index % 2 === 0) client.socket.terminate()
        else client.socket.close()
      }
      await eventually(() => expect(gateway.connections()).to.deep.equal([]))
    }
    expect(bus.stats().active_handlers).to.equal(before.handlers)
    const { websocket_manager: manager, event_bus: events } = await stats()
    expect(manager).to.include({ total_connections: 300, active_connections: 0, queued_bytes: 0 })
    expect(manager.connection_states).to.deep.equal({})
    expect(events).to.include({ websocket_connections: 0 })
    await eventually(async () => expect(await openSockets(server)).to.equal(0))
    await eventually(() => expect(timersOf()).to.be.at.most(before.timers))
    expect(gateway.broadcast({ type: 'x', payload: {} })).to.equal(0)

    // Nor is anybody left who wants to hear of messages: then none of these events is published.
    const last = await connect('?types=')
    const published = bus.stats().events_published
    await last.ask('PING')
    expect(bus.stats().events_published).to.equal(published)
  })
})

function timersOf(): number {
  return process.getActiveResourcesInfo().filter((name) => name === 'Timeout').length
}
