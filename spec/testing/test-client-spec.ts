import { expect } from 'chai'
import { createEventBus } from '../../lib/bus/event-bus.ts'
import { createGateway, type Gateway } from '../../lib/gateway/gateway.ts'
import { connectTestClient } from '../../lib/testing/test-client.ts'
import { createTestTime } from '../../lib/testing/test-time.ts'

describe('connectTestClient', () => {
  let time: ReturnType<typeof createTestTime>
  let bus: ReturnType<typeof createEventBus>
  let gateway: Gateway

  beforeEach(() => {
    time = createTestTime()
    bus = createEventBus({ scheduler: time.scheduler })
    gateway = createGateway({ bus, scheduler: time.scheduler, maxConnections: 2 })
  })
  afterEach(async () => {
    const closed = gateway.close()
    await time.advance(60_000)
    await closed
  })

  it('connects in the same turn, the welcome first', () => {
    const client = connectTestClient(gateway)
    expect(client.types()).to.deep.equal(['chatMessage'])
    expect(client.messages()[0]?.payload['metadata']).to.include({ connectionId: client.connectionId })
    expect(gateway.connections().map(({ id }) => id)).to.deep.equal([client.connectionId])
  })

  it('sends messages and raw texts, and reads the answers', () => {
    const client = connectTestClient(gateway)
    client.send('PING', { sequence: 3 }, 'm1')
    client.send('PING')
    client.sendText('not JSON')
    const [, pong, other, error] = client.messages()
    expect(client.types()).to.deep.equal(['chatMessage', 'PONG', 'PONG', 'error'])
    expect(pong).to.include({ correlation_id: 'm1' })
    expect(pong?.payload).to.include({ sequence: 3 })
    expect(other).not.to.have.property('correlation_id')
    expect(error?.payload).to.include({ code: 'INVALID_JSON' })
  })

  it('hears events of the bus, in order, with their positions', () => {
    const client = connectTestClient(gateway)
    for (const progress of [10, 20]) void bus.publish({ type: 'task.progress', data: { nodeId: 'n1', progress } })
    const events = client.messages().filter(({ event }) => event === 'task.progress')
    expect(events.map(({ seq, payload }) => [seq, payload['progress']])).to.deep.equal([
      [1, 10],
      [2, 20],
    ])
  })

  it('stalls and goes on, as a slow reader does', () => {
    const client = connectTestClient(gateway)
    client.stall()
    client.send('PING')
    expect(client.types()).to.deep.equal(['chatMessage'])
    client.resume()
    expect(client.types()).to.deep.equal(['chatMessage', 'PONG'])
  })

  it('closes, and sees how it was closed', async () => {
    const [leaving, silent] = [connectTestClient(gateway), connectTestClient(gateway)]
    silent.answerPings(false)
    leaving.close(1_000, 'done')
    expect(leaving.closed()).to.equal(undefined)
    expect(gateway.connections().map(({ id }) => id)).to.deep.equal([silent.connectionId])
    await time.advance(200_000)
    expect(silent.closed()).to.include({ code: 4_408 })
  })

  it('throws where the gateway takes no more connections', () => {
    for (const _ of [1, 2]) connectTestClient(gateway)
    expect(() => connectTestClient(gateway)).to.throw('the gateway takes no more connections')
  })

  it('connects as a principal from an address', () => {
    connectTestClient(gateway, { principal: { id: 'alice' }, remoteAddress: '192.0.2.1' })
    expect(gateway.connections()[0]).to.deep.include({ remoteAddress: '192.0.2.1', principal: { id: 'alice' } })
  })
})
