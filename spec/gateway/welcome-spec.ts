import { expect } from 'chai'
import { connectClient } from '../support/client.ts'
import { openRaw, upgradeRequest } from '../support/http.ts'
import { useServers } from '../support/server.ts'
import { eventually } from '../support/waiting.ts'

describe('a connection', () => {
  const { serve, defer } = useServers()

  it('is welcomed with its id, the position, the protocol and the limits that hold', async () => {
    const { connect, bus } = await serve({ gateway: { heartbeatIntervalMs: 5_000, maxPayloadBytes: 2_000 } })
    await bus.publish({ type: 'agent.started', data: {} })
    await bus.publish({ type: 'agent.stopped', data: {} })
    const one = await connect()
    const other = await connect()
    expect(one.welcome.payload['metadata']).to.deep.equal({
      connectionId: one.connectionId,
      epoch: bus.stats().epoch,
      seq: 2,
      protocol: 'praxis.v1',
      heartbeatIntervalMs: 5_000,
      maxPayloadBytes: 2_000,
    })
    expect(one.connectionId).to.not.equal(other.connectionId)
    expect(one.welcome.id).to.not.equal(other.welcome.id)
  })

  it('selects the subprotocol praxis.v1 where it is offered, and none where it is not', async () => {
    const { door } = await serve()
    const offering = await connectClient(door(), {}, ['other.v2', 'praxis.v1'])
    defer(() => offering.socket.terminate())
    expect(offering.socket.protocol).to.equal('praxis.v1')
    const plain = await connectClient(door())
    defer(() => plain.socket.terminate())
    expect(plain.socket.protocol).to.equal('')
  })

  it('does not select a subprotocol that is not ours', async () => {
    const { port } = await serve()
    const peer = await openRaw(port)
    defer(() => peer.socket.destroy())
    peer.socket.write(upgradeRequest(port, '/ws/events', { 'Sec-WebSocket-Protocol': 'chat, superchat' }))
    const text = await peer.until('\r\n\r\n')
    expect(text).to.match(/^HTTP\/1\.1 101 /)
    expect(text).to.not.match(/sec-websocket-protocol/i)
  })

  it('is told of to others when it comes, after its own welcome, and when it goes, with its numbers', async () => {
    const { connect, gateway } = await serve()
    const watcher = await connect('?types=ws.client_connected,ws.client_disconnected')
    const own = await watcher.next()
    expect(own.payload).to.have.nested.property('data.connectionId', watcher.connectionId)
    const client = await connect('?types=*')
    const came = await watcher.next()
    expect(came).to.include({ type: 'eventStream', event: 'ws.client_connected' }).and.not.have.property('seq')
    expect(came.payload).to.have.nested.property('data.connectionId', client.connectionId)
    await client.ask('PING')
    await client.close()
    const went = await watcher.next()
    expect(went).to.include({ type: 'eventStream', event: 'ws.client_disconnected' }).and.not.have.property('seq')
    const data = went.payload['data'] as Record<string, unknown>
    expect(data).to.have.all.keys('connectionId', 'code', 'reason', 'durationMs', 'sent', 'received', 'dropped')
    expect(data).to.include({ connectionId: client.connectionId, code: 1000, received: 1, dropped: 0 })
    expect(data['sent']).to.equal(client.messages.length)
    expect(data['durationMs']).to.be.a('number').and.at.least(0)
    expect(gateway.connections()).to.have.length(1)
  })

  it('that vanishes without a close is told of and forgotten', async () => {
    const { connect, gateway } = await serve()
    const watcher = await connect('?types=ws.client_disconnected')
    const client = await connect()
    client.socket.terminate()
    const went = await watcher.next()
    expect(went.payload).to.have.nested.property('data.connectionId', client.connectionId)
    expect(went.payload).to.have.nested.property('data.code', 1006)
    expect(gateway.connections().map(({ id }) => id)).to.deep.equal([watcher.connectionId])
  })

  it('is listed while it lasts, gets what the host sends it or broadcasts, and nobody else does', async () => {
    const { connect, gateway } = await serve()
    const one = await connect()
    const other = await connect()
    expect(gateway.connections().map(({ id }) => id)).to.have.members([one.connectionId, other.connectionId])
    const message = (content: string) => ({
      type: 'chatMessage',
      payload: { content, sender: 'host', type: 'text' },
    })
    gateway.send(one.connectionId, message('to one'))
    gateway.broadcast(message('to all'))
    gateway.broadcast(message('to the other'), ({ id }) => id === other.connectionId)
    expect((await one.settle()).map(({ payload }) => payload['content'])).to.deep.equal(['to one', 'to all'])
    expect((await other.settle()).map(({ payload }) => payload['content'])).to.deep.equal(['to all', 'to the other'])
    await one.close()
    await eventually(() => expect(gateway.connections()).to.have.length(1))
    expect(gateway.send(one.connectionId, message('to nobody'))).to.equal(false)
    expect(gateway.send(other.connectionId, message('to you'))).to.equal(true)
    expect(gateway.broadcast(message('to who is left'))).to.equal(1)
  })
})
