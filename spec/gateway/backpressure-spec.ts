import { once } from 'node:events'
import { expect } from 'chai'
import { openRaw, upgradeRequest } from '../support/http.ts'
import { type TestServer, useServers } from '../support/server.ts'
import { eventually, inTime } from '../support/waiting.ts'

const KIB = 1_024
const MIB = 1_024 * KIB

describe('a peer that does not read', () => {
  const { serve, defer } = useServers()
  const text = 'x'.repeat(64 * KIB)
  const publish = ({ bus }: TestServer, index: number): Promise<unknown> =>
    bus.publish({ type: 'log.entry', data: { level: 'info', message: text, fields: { index } } })

  it('is closed with 4413, or cut off, and counted, while another gets everything in order and without delay', async () => {
    const server = await serve()
    const healthy = await server.connect('?types=log.entry')
    const stalled = await server.connect('?types=log.entry')
    const stalledEnd = stalled.closed()
    stalled.socket.pause()
    let mostQueued = 0
    let slowestMs = 0
    const total = 224
    for (let index = 0; index < total; index++) {
      const startMs = performance.now()
      await publish(server, index)
      const frame = await healthy.next('workflowLog')
      slowestMs = Math.max(slowestMs, performance.now() - startMs)
      expect(frame.seq).to.equal(index + 1)
      mostQueued = Math.max(mostQueued, server.gateway.stats().websocket_manager.queued_bytes)
    }
    expect(slowestMs).to.be.below(1_000)
    expect(mostQueued, 'bytes that waited').to.be.within(1, MIB + 70 * KIB)
    // the slot is free when the gateway decides, long before the peer hears of it
    expect(server.gateway.connections().map(({ id }) => id)).to.deep.equal([healthy.connectionId])
    const { websocket_manager: manager } = await server.stats()
    expect(manager).to.include({ slow_consumers: 1, active_connections: 1, queued_bytes: 0 })
    expect(manager['dropped'], 'what waited, and what was too much').to.be.within(15, 18)
    expect(manager.closed).to.deep.equal({ 4413: 1 })
    stalled.socket.resume()
    expect((await stalledEnd).code).to.be.oneOf([4413, 1006])
    const seqs = stalled.messages.slice(1).map(({ seq }) => seq)
    expect(seqs, 'what it got is a beginning, without a hole').to.deep.equal(seqs.map((_, index) => index + 1))
    expect(seqs.length).to.be.within(1, total - 1)
    expect(stalled.messages.at(-1)?.type).to.equal('workflowLog')
  })

  it('for a moment only is no slow consumer', async () => {
    const server = await serve()
    const client = await server.connect('?types=log.entry')
    client.socket.pause()
    for (let index = 0; index < 12; index++) await publish(server, index)
    client.socket.resume()
    const frames = await client.settle()
    expect(frames.map(({ seq }) => seq)).to.deep.equal(Array.from({ length: 12 }, (_, index) => index + 1))
    expect(server.gateway.stats().websocket_manager).to.include({ slow_consumers: 0, dropped: 0 })
  })

  it('within a burst that one turn publishes does not make a healthy peer a slow one', async () => {
    const server = await serve()
    const client = await server.connect('?types=log.entry')
    for (let index = 0; index < 3_000; index++) {
      void server.bus.publish({ type: 'log.entry', data: { level: 'info', message: `burst ${index}` } })
    }
    const frames = await client.settle()
    expect(frames.map(({ seq }) => seq)).to.deep.equal(Array.from({ length: 3_000 }, (_, index) => index + 1))
  })

  it('within a burst that the coming of a peer causes loses it nothing', async () => {
    const server = await serve()
    server.bus.on('ws.client_connected', () => {
      for (let index = 0; index < 3_000; index++) {
        void server.bus.publish({ type: 'log.entry', data: { level: 'info', message: `${index}`.padEnd(100) } })
      }
    })
    const client = await server.connect('?types=log.entry')
    const frames = await client.settle()
    expect(frames.map(({ seq }) => seq)).to.deep.equal(Array.from({ length: 3_000 }, (_, index) => index + 1))
  })

  it('over the number of messages is closed as over the bytes', async () => {
    const server = await serve({ gateway: { queue: { maxMessages: 10, maxBytes: 64 * MIB } } })
    const stalled = await server.connect('?types=log.entry')
    const end = stalled.closed()
    stalled.socket.pause()
    for (let index = 0; index < 160 && server.gateway.connections().length > 0; index++) {
      await publish(server, index)
      // lets the socket take what it will
      await new Promise((resolve) => setImmediate(resolve))
    }
    expect(server.gateway.connections()).to.deep.equal([])
    expect(server.gateway.stats().websocket_manager).to.include({ slow_consumers: 1 })
    stalled.socket.resume()
    expect((await end).code).to.be.oneOf([4413, 1006])
  })

  it('and resets in mid-stream harms nobody and leaves nothing', async () => {
    const server = await serve()
    const healthy = await server.connect('?types=log.entry')
    const peer = await openRaw(server.port)
    defer(() => peer.socket.destroy())
    peer.socket.write(upgradeRequest(server.port, '/ws/events?types=log.entry'))
    await peer.until('Connected to Praxis Agent')
    peer.socket.pause()
    for (let index = 0; index < 40; index++) {
      await publish(server, index)
      if (index === 20) peer.socket.resetAndDestroy()
    }
    await eventually(() => expect(server.gateway.connections()).to.have.length(1))
    const frames = await healthy.settle()
    expect(frames.map(({ seq }) => seq)).to.deep.equal(Array.from({ length: 40 }, (_, index) => index + 1))
    expect((await server.stats()).websocket_manager).to.include({ active_connections: 1, queued_bytes: 0 })
  })

  it('that sends half a frame and is gone harms nobody', async () => {
    const server = await serve()
    const healthy = await server.connect()
    const peer = await openRaw(server.port)
    peer.socket.write(upgradeRequest(server.port, '/ws/events'))
    await peer.until('Connected to Praxis Agent')
    peer.socket.write(Buffer.from([0x81, 0xfe, 0x10]))
    peer.socket.end()
    await inTime(once(peer.socket, 'close'), 'the end of the socket')
    await eventually(() => expect(server.gateway.connections()).to.have.length(1))
    expect(await healthy.ask('PING')).to.include({ type: 'PONG' })
  })
})
