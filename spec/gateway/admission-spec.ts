import { expect } from 'chai'
import { EMPTY } from 'rxjs'
import { createTestTime } from '../../lib/testing/index.ts'
import type { Authentication } from '../../lib/index.ts'
import { refusalOf } from '../support/client.ts'
import { errorOf, openRaw, rawAnswer, upgradeRequest } from '../support/http.ts'
import { useServers } from '../support/server.ts'
import { createDeferred, type Deferred, eventually, inTime } from '../support/waiting.ts'
import { clientFrame } from '../transport/ws-fixture.ts'

const secret = 'password of the database'

describe('the door lets in', () => {
  const { serve, defer } = useServers()

  describe('as many as there is room for', () => {
    it('and refuses the next with 503, when to come back, and why, until one has gone', async () => {
      const { connect, door, gateway, stats } = await serve({ gateway: { maxConnections: 2 } })
      const one = await connect()
      await connect('', {}, '/ws/workflow')
      const refusal = await refusalOf(door())
      expect(refusal.status).to.equal(503)
      expect(Number(refusal.headers['retry-after'])).to.be.a('number').and.at.least(1)
      expect(refusal.headers['content-type']).to.match(/^application\/json/)
      expect(errorOf(refusal)).to.include({ code: 'TOO_MANY_CONNECTIONS' })
      expect(errorOf(refusal).message).to.be.a('string').and.not.equal('')
      expect((await stats()).websocket_manager.rejected).to.deep.equal({ TOO_MANY_CONNECTIONS: 1 })
      await one.close()
      await eventually(() => expect(gateway.connections()).to.have.length(1))
      expect((await connect()).welcome.type).to.equal('chatMessage')
    })

    it('of one address, where that is limited', async () => {
      const { connect, door } = await serve({ gateway: { maxConnectionsPerAddress: 2 } })
      await connect()
      const second = await connect()
      expect(await refusalOf(door())).to.include({ status: 503 })
      await second.close()
      await connect()
      // another address of the loopback network is another peer
      expect((await connect('', { localAddress: '127.0.0.2' })).welcome.type).to.equal('chatMessage')
    })

    it('and gives the slot back after each kind of refusal', async () => {
      const answers: Record<string, () => Authentication> = {
        none: () => null,
        forbidden: () => 'forbidden',
        fault: () => {
          throw new Error(secret)
        },
        fine: () => ({ id: 'u' }),
      }
      const { connect, door } = await serve({
        gateway: {
          maxConnections: 1,
          authenticate: ({ headers }) => (answers[String(headers['x-as'])] ?? (() => null))(),
        },
      })
      const as = (who: string, more: Record<string, string> = {}) => ({ headers: { 'x-as': who, ...more } })
      for (let round = 0; round < 3; round++) {
        expect(await refusalOf(door(), as('none'))).to.include({ status: 401 })
        expect(await refusalOf(door(), as('forbidden'))).to.include({ status: 403 })
        expect(await refusalOf(door(), as('fault'))).to.include({ status: 500 })
        expect(await refusalOf(door('?types=no.such'), as('fine'))).to.include({ status: 400 })
        expect(await refusalOf(door(), as('fine', { Origin: 'https://evil.example' }))).to.include({ status: 403 })
      }
      const client = await connect('', as('fine'))
      expect(await refusalOf(door(), as('fine'))).to.include({ status: 503 })
      await client.close()
    })

    for (const [what, leave] of [
      ['is aborted', (peer: Awaited<ReturnType<typeof openRaw>>) => peer.socket.destroy()],
      ['is reset', (peer: Awaited<ReturnType<typeof openRaw>>) => peer.socket.resetAndDestroy()],
      ['is half closed', (peer: Awaited<ReturnType<typeof openRaw>>) => peer.socket.end()],
    ] as const) {
      it(`and gives the slot back when a handshake ${what} during authentication`, async () => {
        const asked: Deferred<Authentication>[] = []
        const { connect, door, port, gateway } = await serve({
          gateway: {
            maxConnections: 1,
            authenticate: ({ headers }) => {
              if (headers['x-fast'] !== undefined) return { id: 'fast' }
              const answer = createDeferred<Authentication>()
              asked.push(answer)
              return answer.promise
            },
          },
        })
        const peer = await openRaw(port)
        defer(() => peer.socket.destroy())
        peer.socket.write(upgradeRequest(port, '/ws/events'))
        await eventually(() => expect(asked).to.have.length(1))
        leave(peer)
        await eventually(async () => {
          const client = await connect('', { headers: { 'x-fast': '1' } })
          expect(client.welcome.type).to.equal('chatMessage')
        })
        asked[0]?.resolve({ id: 'slow' })
        expect(await refusalOf(door())).to.include({ status: 503 })
        expect(gateway.connections()).to.have.length(1)
      })
    }

    it('and loses nothing of what a peer sends before it is let in, unless that is more than a first message', async () => {
      const asked: Deferred<Authentication>[] = []
      const { port } = await serve({
        gateway: {
          authenticate: () => {
            const answer = createDeferred<Authentication>()
            asked.push(answer)
            return answer.promise
          },
        },
      })
      const eager = await openRaw(port)
      defer(() => eager.socket.destroy())
      eager.socket.write(upgradeRequest(port, '/ws/events'))
      await eventually(() => expect(asked).to.have.length(1))
      eager.socket.write(clientFrame(0x81, Buffer.from(JSON.stringify({ type: 'PING', id: 'early' }))))
      asked[0]?.resolve({ id: 'eager' })
      expect(await eager.until('"correlation_id":"early"')).to.contain('PONG')

      const flood = await openRaw(port)
      flood.socket.write(upgradeRequest(port, '/ws/events'))
      await eventually(() => expect(asked).to.have.length(2))
      flood.socket.write(Buffer.alloc(256 * 1024))
      await inTime(flood.ended, 'the end of a flood')
    })

    it('counting those that are still being asked who they are', async () => {
      const answer = createDeferred<Authentication>()
      const { connect, door } = await serve({
        gateway: {
          maxConnections: 1,
          authenticate: ({ headers }) => (headers['x-slow'] === undefined ? { id: 'fast' } : answer.promise),
        },
      })
      const slow = connect('', { headers: { 'x-slow': '1' } })
      await eventually(async () => expect(await refusalOf(door())).to.include({ status: 503 }))
      answer.resolve({ id: 'slow' })
      expect((await slow).welcome.type).to.equal('chatMessage')
    })
  })

  describe('whom the authentication hook knows', () => {
    const authenticating = (authenticate: () => Authentication | Promise<Authentication>) =>
      serve({ gateway: { authenticate } })

    it('and answers 401 for nobody', async () => {
      const { door } = await authenticating(() => null)
      const refusal = await refusalOf(door())
      expect(refusal.status).to.equal(401)
      expect(errorOf(refusal)).to.include({ code: 'UNAUTHORIZED' })
    })

    it('and 403 for somebody who may not', async () => {
      const { door } = await authenticating(() => 'forbidden')
      const refusal = await refusalOf(door())
      expect(refusal.status).to.equal(403)
      expect(errorOf(refusal)).to.include({ code: 'FORBIDDEN' })
    })

    for (const [how, authenticate] of [
      [
        'throws',
        () => {
          throw new Error(secret)
        },
      ],
      ['rejects', () => Promise.reject(new Error(secret))],
    ] as const) {
      it(`and 500 where the hook ${how}, with the reason in the log and not in the answer`, async () => {
        const { door, logs, get } = await authenticating(authenticate)
        const refusal = await refusalOf(door())
        expect(refusal.status).to.equal(500)
        expect(errorOf(refusal)).to.have.property('code').that.is.a('string')
        const http = await get('/stats')
        expect(http.status).to.equal(500)
        for (const answer of [refusal, http]) {
          expect(answer.body + JSON.stringify(answer.headers)).to.not.contain(secret)
          expect(answer.body).to.not.match(/\n\s*at |\.ts/)
        }
        const told = logs.filter(({ level }) => level === 'error' || level === 'warn')
        expect(
          told.some(({ fields }) => Object.values(fields).some((value) => String(value).includes(secret))),
        ).to.equal(true)
      })
    }

    it('asking with the request, and waiting for a promise', async () => {
      const { connect, door } = await serve({
        gateway: {
          authenticate: async ({ headers, url }) => {
            await Promise.resolve()
            return headers.authorization === 'Bearer good' && url?.startsWith('/ws/') === true ? { id: 'u' } : null
          },
        },
      })
      expect((await connect('', { headers: { Authorization: 'Bearer good' } })).welcome.type).to.equal('chatMessage')
      expect(await refusalOf(door(), { headers: { Authorization: 'Bearer bad' } })).to.include({ status: 401 })
    })

    it('and answers 401 where the hook ends without an answer', async () => {
      const { door, get } = await serve({ gateway: { authenticate: () => EMPTY } })
      expect(await refusalOf(door())).to.include({ status: 401 })
      expect((await get('/stats')).status).to.equal(401)
    })

    it('and refuses within a deadline where the hook never answers, giving the slot back', async () => {
      const time = createTestTime()
      let isAsked = 0
      const { port, gateway } = await serve({
        gateway: {
          scheduler: time.scheduler,
          maxConnections: 1,
          authenticate: () => {
            isAsked++
            return new Promise<never>(() => undefined)
          },
        },
      })
      defer(async () => {
        const closing = gateway.close({ timeoutMs: 1 })
        await time.advance(60_000)
        await closing
      })
      for (let round = 1; round <= 2; round++) {
        const peer = await openRaw(port)
        peer.socket.write(upgradeRequest(port, '/ws/events'))
        await eventually(() => expect(isAsked).to.equal(round))
        await time.advance(60_000)
        const { status, json } = await inTime(rawAnswer(peer), 'a refusal')
        expect(status).to.be.within(400, 599)
        expect(json).to.have.nested.property('error.code').that.is.a('string')
      }
    })

    it('behind which the HTTP doors stand too', async () => {
      const { get } = await serve({
        gateway: {
          authenticate: ({ headers }) =>
            headers.authorization === undefined ? null : headers.authorization === 'good' ? { id: 'u' } : 'forbidden',
        },
      })
      for (const path of ['/stats', '/ws/events']) {
        expect(await get(path)).to.include({ status: 401 })
        expect(await get(path, { authorization: 'bad' })).to.include({ status: 403 })
      }
      expect(await get('/stats', { authorization: 'good' })).to.include({ status: 200 })
      expect(await get('/ws/events', { authorization: 'good' })).to.include({ status: 426 })
    })
  })

  it('until the credentials end: then the connection is closed with 4401', async () => {
    const { connect } = await serve({
      gateway: { authenticate: () => ({ id: 'u', expiresAt: new Date(Date.now() + 300) }) },
    })
    const client = await connect()
    expect(await client.ask('PING')).to.include({ type: 'PONG' })
    expect(await client.closed()).to.include({ code: 4401 })
  })

  it('nobody whose credentials have ended already', async () => {
    const { door } = await serve({
      gateway: { authenticate: () => ({ id: 'u', expiresAt: new Date(Date.now() - 1) }) },
    })
    expect(await refusalOf(door())).to.include({ status: 401 })
  })
})
