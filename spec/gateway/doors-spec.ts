import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { expect } from 'chai'
import { Server as SocketIoServer } from 'socket.io'
import { io as connectSocketIo } from 'socket.io-client'
import { WebSocket, WebSocketServer } from 'ws'
import { createEventBus, createGateway, OptionError } from '../../lib/index.ts'
import { connectClient, refusalOf } from '../support/client.ts'
import { attachEcho } from '../support/echo-endpoint.ts'
import { errorOf, httpRequest, openRaw, rawAnswer, upgradeRequest } from '../support/http.ts'
import { useServers } from '../support/server.ts'
import { openSockets } from '../support/open-sockets.ts'
import { eventually, inTime } from '../support/waiting.ts'

/** Sends a text to somebody else's endpoint and gives what comes back. */
async function echoed(url: string, text: string): Promise<string> {
  const socket = new WebSocket(url, { perMessageDeflate: false })
  await inTime(once(socket, 'open'), `the handshake with ${url}`)
  socket.send(text)
  const [data] = (await inTime(once(socket, 'message'), `an echo of ${url}`)) as [Buffer]
  socket.terminate()
  return data.toString('utf8')
}

describe('the doors', () => {
  const { serve, defer } = useServers()

  describe('asked without an upgrade', () => {
    it('answer 426 where an upgrade would be accepted', async () => {
      const { get } = await serve()
      for (const path of ['/ws/events', '/ws/workflow', '/ws/events?types=workflow.*']) {
        const answer = await get(path)
        expect(answer, path).to.include({ status: 426 })
        expect(answer.headers.upgrade).to.match(/websocket/i)
        expect(errorOf(answer)).to.include({ code: 'UPGRADE_REQUIRED' })
      }
    })

    it('answer what the upgrade is answered, for each kind of refusal', async () => {
      const { get, door, connect, gateway } = await serve({
        gateway: {
          maxConnections: 1,
          authenticate: ({ headers }) =>
            headers['x-as'] === 'thief' ? 'forbidden' : headers['x-as'] === 'ghost' ? null : { id: 'u' },
        },
      })
      const expectSame = async (query: string, headers: Record<string, string>, status: number): Promise<void> => {
        const upgrade = await refusalOf(door(query), { headers })
        const asked = await get(`/ws/events${query}`, headers)
        expect(upgrade.status).to.equal(status)
        expect(asked.status).to.equal(status)
        expect(asked.json).to.deep.equal(upgrade.json)
        expect(asked.headers['retry-after']).to.equal(upgrade.headers['retry-after'])
      }
      await expectSame('?since=e', {}, 400)
      await expectSame('', { 'x-as': 'ghost' }, 401)
      await expectSame('', { 'x-as': 'thief' }, 403)
      await expectSame('', { Origin: 'https://evil.example' }, 403)
      await connect()
      await expectSame('', {}, 503)
      expect(gateway.connections()).to.have.length(1)
    })

    it('take no slot', async () => {
      const { get, connect } = await serve({ gateway: { maxConnections: 1 } })
      for (let round = 0; round < 3; round++) expect(await get('/ws/events')).to.include({ status: 426 })
      await connect()
    })

    it('answer other methods with 405 and what they allow', async () => {
      const { url } = await serve()
      for (const path of ['/stats', '/health', '/ws/events', '/ws/workflow']) {
        for (const method of ['POST', 'PUT', 'DELETE', 'PATCH']) {
          const answer = await httpRequest(url + path, { method })
          expect(answer, `${method} ${path}`).to.include({ status: 405 })
          expect(answer.headers.allow, path).to.match(/\bGET\b/)
          expect(errorOf(answer)).to.include({ code: 'METHOD_NOT_ALLOWED' })
        }
      }
    })
  })

  it('leave requests for other paths untouched', async () => {
    const bus = createEventBus()
    const gateway = createGateway({ bus })
    const claimed: Record<string, boolean> = {}
    const server = createServer((request, response) => {
      const isOurs = gateway.handle(request, response)
      claimed[request.url ?? ''] = isOurs
      if (isOurs) return
      expect(response).to.include({ headersSent: false, statusCode: 200, writableEnded: false })
      expect(response.getHeaderNames()).to.deep.equal([])
      expect(request.listenerCount('data')).to.equal(0)
      response.end(`mine: ${request.url}`)
    })
    server.listen(0, '127.0.0.1')
    await once(server, 'listening')
    defer(async () => {
      await gateway.close()
      bus.close()
      server.close()
    })
    const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
    for (const path of ['/', '/statsx', '/stats/x', '/healthz', '/ws', '/ws/other', '/other?x=/stats', '//stats']) {
      const answer = await httpRequest(url + path, { headers: { Origin: 'https://evil.example' } })
      expect(answer, path).to.include({ status: 200, body: `mine: ${path}` })
      expect(claimed[path], path).to.equal(false)
    }
    for (const path of ['/stats', '/stats?pretty=1', '/health', '/ws/events', '/ws/workflow?types=*']) {
      await httpRequest(url + path)
      expect(claimed[path], path).to.equal(true)
    }
  })

  describe('answer a bad handshake with 400 and JSON', () => {
    for (const [what, headers] of [
      ['without a key', { 'Sec-WebSocket-Key': undefined }],
      ['with a key that is none', { 'Sec-WebSocket-Key': 'short' }],
      ['of another version', { 'Sec-WebSocket-Version': '7' }],
      ['without a version', { 'Sec-WebSocket-Version': undefined }],
      ['to another protocol', { Upgrade: 'h2c' }],
      ['with a malformed subprotocol', { 'Sec-WebSocket-Protocol': 'a,,b' }],
    ] as const) {
      it(what, async () => {
        const { port, connect, gateway } = await serve({ gateway: { maxConnections: 1 } })
        const peer = await openRaw(port)
        peer.socket.write(upgradeRequest(port, '/ws/events', headers))
        const { status, json, head } = await rawAnswer(peer)
        expect(status).to.equal(400)
        expect(json).to.have.nested.property('error.code', 'INVALID_HANDSHAKE')
        expect(head).to.match(/connection: close/i)
        expect(gateway.connections()).to.have.length(0)
        await connect()
      })
    }

    it('and lets go of the socket, also where the peer keeps its side open', async () => {
      const { port, server } = await serve()
      const peer = await openRaw(port, { allowHalfOpen: true })
      defer(() => peer.socket.destroy())
      peer.socket.write(upgradeRequest(port, '/ws/events', { 'Sec-WebSocket-Key': 'short' }))
      await inTime(peer.ended, 'an end')
      await eventually(async () => expect(await openSockets(server)).to.equal(0))
    })

    it('of another method than GET', async () => {
      const { port, connect } = await serve({ gateway: { maxConnections: 1 } })
      const peer = await openRaw(port)
      peer.socket.write(upgradeRequest(port, '/ws/events', {}, 'POST'))
      const { status, json } = await rawAnswer(peer)
      expect(status).to.be.oneOf([400, 405])
      expect(json).to.have.nested.property('error.code').that.is.a('string')
      await connect()
    })
  })

  describe('share a server', () => {
    it('with another `ws` endpoint and with another library, each of which goes on working', async () => {
      const other = new WebSocketServer({ noServer: true })
      other.on('connection', (socket) => socket.on('message', (data: Buffer) => socket.send(`ws: ${data.toString()}`)))
      const { connect, port } = await serve({
        prepare: (server) => {
          server.on('upgrade', (request, socket, head) => {
            if (request.url === '/first')
              other.handleUpgrade(request, socket, head, (ws) => other.emit('connection', ws))
          })
          attachEcho(server, '/other')
        },
      })
      const client = await connect()
      for (let round = 0; round < 2; round++) {
        expect(await echoed(`ws://127.0.0.1:${port}/first`, `hello ${round}`)).to.equal(`ws: hello ${round}`)
        expect(await echoed(`ws://127.0.0.1:${port}/other`, `hello ${round}`)).to.equal(`hello ${round}`)
        expect(await client.ask('PING')).to.include({ type: 'PONG' })
      }
    })

    it('also with one that comes after the gateway', async () => {
      const { server, port, connect } = await serve()
      attachEcho(server, '/later')
      await connect()
      expect(await echoed(`ws://127.0.0.1:${port}/later`, 'hello')).to.equal('hello')
    })

    it('with a WebSocketServer that owns its own path of the same server', async () => {
      const { port, connect } = await serve({
        prepare: (server) => {
          // It answers what is not its path with 400 by itself, so it is given a server that only forwards its own.
          const own = new WebSocketServer({ noServer: true, path: '/own' })
          server.on('upgrade', (request, socket, head) => {
            if (own.shouldHandle(request) === true) own.handleUpgrade(request, socket, head, (ws) => ws.send('own'))
          })
          defer(() => own.close())
        },
      })
      await connect()
      const socket = new WebSocket(`ws://127.0.0.1:${port}/own`)
      const [data] = (await inTime(once(socket, 'message'), 'a greeting')) as [Buffer]
      expect(data.toString()).to.equal('own')
      socket.terminate()
    })

    it('and answer 404 to an upgrade that nobody claims, where theirs is the only listener', async () => {
      const { port } = await serve()
      for (const path of ['/', '/ws', '/ws/events/', '/ws/eventsx', '/nothing?x=/ws/events']) {
        const peer = await openRaw(port)
        peer.socket.write(upgradeRequest(port, path))
        const { status } = await rawAnswer(peer)
        expect(status, path).to.equal(404)
      }
    })

    it('and leave an upgrade that nobody claims alone, where there is another listener', async () => {
      const { port, connect } = await serve({ prepare: (server) => attachEcho(server, '/other') })
      const peer = await openRaw(port)
      peer.socket.write(upgradeRequest(port, '/nothing'))
      await connect()
      expect(peer.text()).to.equal('')
      expect(peer.socket.destroyed).to.equal(false)
      peer.socket.destroy()
    })

    it('with Socket.IO, which answers for its own path as before', async () => {
      let io: SocketIoServer | undefined
      const { connect, port, bus } = await serve({
        prepare: (server) => {
          io = new SocketIoServer(server, { transports: ['websocket'] })
          io.on('connection', (socket) => socket.on('echo', (text: string) => socket.emit('echoed', text)))
        },
      })
      defer(() => io?.close())
      const theirs = connectSocketIo(`http://127.0.0.1:${port}`, { transports: ['websocket'], forceNew: true })
      defer(() => theirs.close())
      await inTime(new Promise((resolve) => theirs.once('connect', () => resolve(undefined))), 'a Socket.IO connection')
      const ours = await connect()
      const heard = new Promise((resolve) => theirs.once('echoed', resolve))
      theirs.emit('echo', 'hello')
      expect(await inTime(heard, 'an echo')).to.equal('hello')
      await bus.publish({ type: 'workflow.started', data: { workflowId: 'w', executionId: 'e' } })
      expect(await ours.next('workflowStart')).to.include({ event: 'workflow.started' })
      expect(theirs.connected).to.equal(true)
    })

    it('between two gateways, each with its own bus and paths', async () => {
      const bus = createEventBus()
      const second = createGateway({ bus, paths: ['/second'] })
      const { connect, port, bus: firstBus } = await serve({ prepare: (server) => second.attach(server) })
      defer(async () => {
        await second.close({ timeoutMs: 1 })
        bus.close()
      })
      const one = await connect()
      const two = await connect('', {}, '/second')
      await firstBus.publish({ type: 'workflow.started', data: { workflowId: 'first', executionId: 'e' } })
      await bus.publish({ type: 'workflow.started', data: { workflowId: 'second', executionId: 'e' } })
      expect((await one.next()).payload).to.include({ workflowId: 'first' })
      expect((await two.next()).payload).to.include({ workflowId: 'second' })
      expect(second.connections()).to.have.length(1)

      const peer = await openRaw(port)
      peer.socket.write(upgradeRequest(port, '/nothing'))
      expect(await rawAnswer(peer)).to.include({ status: 404 })
    })

    it('but not between two gateways on one path: the second is told so at once', async () => {
      const { server, connect } = await serve()
      const bus = createEventBus()
      const second = createGateway({ bus })
      defer(async () => {
        await second.close({ timeoutMs: 1 })
        bus.close()
      })
      expect(() => second.attach(server)).to.throw(OptionError, '/ws/events')
      expect(await (await connect()).ask('PING')).to.include({ type: 'PONG' })
    })

    it('and take each upgrade once, also when attached twice', async () => {
      const { connect, gateway, server } = await serve()
      gateway.attach(server)
      const client = await connect()
      expect(await client.settle()).to.deep.equal([])
      expect(gateway.connections()).to.have.length(1)
      expect(gateway.stats().websocket_manager.total_connections).to.equal(1)
    })

    it('between two servers of one gateway', async () => {
      const { gateway, connect, bus } = await serve()
      const server = createServer()
      gateway.attach(server)
      server.listen(0, '127.0.0.1')
      await once(server, 'listening')
      defer(() => server.close())
      const here = await connect()
      const there = await connectClient(`ws://127.0.0.1:${(server.address() as AddressInfo).port}/ws/events`)
      defer(() => there.socket.terminate())
      await bus.publish({ type: 'workflow.started', data: { workflowId: 'w', executionId: 'e' } })
      expect(await here.next()).to.deep.equal(await there.next())
      expect(gateway.connections()).to.have.length(2)
    })
  })

  it('stand where the host puts them', async () => {
    const { connect, door } = await serve({ gateway: { paths: ['/live'] } })
    await connect('', {}, '/live')
    expect(await refusalOf(door())).to.include({ status: 404 })
  })

  it('stand at paths, and nowhere else', () => {
    for (const path of ['ws', '', '/ws?x=1', '/a b', '/a#b']) {
      expect(() => createGateway({ bus: createEventBus(), paths: [path] })).to.throw(OptionError, '"paths"')
    }
  })
})
