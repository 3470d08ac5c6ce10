import { expect } from 'chai'
import { Subject } from 'rxjs'
import { clientErrorCodes, connect, type ConnectOptions } from '../../lib/client/index.ts'
import { closeCodes } from '../../lib/protocol/codes.ts'
import { createTestTime } from '../../lib/testing/test-time.ts'
import { createScriptedClient, createScriptedServer, type ScriptedClient, toldBy } from './scripted-server.ts'

const waiting = (attempt: number, retryAtMs: number) => ({ _tag: 'waiting', attempt, retryAtMs }) as const

/** A door that answers every `GET` so. */
function doorOf(
  status: number,
  body: unknown = { error: { code: 'CODE', message: 'why' } },
  headers: Readonly<Record<string, string>> = {},
) {
  const asked: string[] = []
  return {
    asked,
    fetch: ((url) => {
      asked.push(url)
      return Promise.resolve({
        status,
        headers: { get: (name) => headers[name] ?? null },
        json: () => (body instanceof Error ? Promise.reject(body) : Promise.resolve(body)),
      })
    }) satisfies ConnectOptions['fetch'],
  }
}

/** Lets the next `count` opens fail. */
async function failOpens({ socket, time }: ScriptedClient, count: number): Promise<void> {
  for (let failed = 0; failed < count; failed += 1) {
    if (failed > 0) await time.advance(30_000)
    socket().end(1006)
    await time.advance(0)
  }
}

describe('the client, where the link is lost,', () => {
  it('connects, is live at the welcome, and offers the subprotocol and its id', () => {
    const { client, socket, states } = createScriptedClient()
    expect(states).to.deep.equal([{ _tag: 'connecting' }])
    socket().open()
    expect(states).to.have.lengthOf(1)
    socket().welcome()
    expect(states.at(-1)).to.deep.equal({ _tag: 'live' })
    expect(socket().protocol).to.equal('praxis.v1')
    expect(socket().query.get('client')).to.equal(client.id)
    expect(client.id).to.match(/^[\da-f]{8}-[\da-f]{4}-4[\da-f]{3}-[89ab][\da-f]{3}-[\da-f]{12}$/)
    expect(socket().query.has('types')).to.equal(false)
  })

  it('waits longer with each try, up to 30 s, half of the width each', async () => {
    const { sockets, socket, states, time } = createScriptedClient()
    const waits: number[] = []
    for (let failed = 0; failed < 9; failed += 1) {
      socket().end(1006)
      await time.advance(0)
      const state = states.at(-1)
      if (state?._tag !== 'waiting') throw new Error('it does not wait')
      expect(state.attempt).to.equal(failed + 1)
      waits.push(state.retryAtMs - time.now())
      const { length } = sockets
      await time.advance(state.retryAtMs - time.now() - 1)
      expect(sockets).to.have.lengthOf(length)
      await time.advance(1)
      expect(sockets).to.have.lengthOf(length + 1)
      expect(states.at(-1)).to.deep.equal({ _tag: 'connecting' })
    }
    expect(waits).to.deep.equal([750, 1_250, 2_250, 4_250, 8_250, 15_250, 15_250, 15_250, 15_250])
  })

  it('takes its jitter from the source it was given', async () => {
    const given = [0, 0.25, 0.999]
    const { socket, state, time } = createScriptedClient({ random: () => given.shift() ?? 0 })
    socket().end(1006)
    expect(state()).to.deep.equal(waiting(1, 500))
    await time.advance(500)
    socket().end(1006)
    await time.advance(0)
    expect(state()).to.deep.equal(waiting(2, 500 + 875))
    await time.advance(875)
    socket().end(1006)
    await time.advance(0)
    expect(state()).to.deep.equal(waiting(3, 500 + 875 + 3_997))
  })

  it('starts the back-off anew once a link was live and stayed', async () => {
    const { socket, state, time } = createScriptedClient()
    for (const attempt of [1, 2, 3]) {
      socket().welcome()
      await time.advance(4_999)
      socket().end(1006)
      expect(state()).to.include({ attempt })
      await time.advance(30_000)
    }
    socket().welcome()
    await time.advance(5_000)
    socket().end(1006)
    expect(state()).to.include({ attempt: 1 })
  })

  it('is cut short by a wake-up: the network is back, or the page is seen again', async () => {
    const wake$ = new Subject<unknown>()
    const { sockets, socket, state, time } = createScriptedClient({ wake$ })
    socket().end(1006)
    await time.advance(100)
    expect(sockets).to.have.lengthOf(1)
    wake$.next('online')
    expect(sockets).to.have.lengthOf(2)
    expect(state()).to.deep.equal({ _tag: 'connecting' })
    wake$.next('online')
    expect(sockets).to.have.lengthOf(2)
    await time.advance(10_000)
    expect(sockets).to.have.lengthOf(2)
  })

  for (const code of [1000, 1002, 1003, 1007, 1008, 1009, 4400, 4403]) {
    it(`does not come back after ${code}`, async () => {
      const { client, sockets, socket, states, time } = createScriptedClient()
      socket().welcome()
      const run = toldBy(client.execute({ nodes: [] }))
      const state = toldBy(client.state$)
      socket().end(code, 'why')
      await time.advance(100_000)
      expect(sockets).to.have.lengthOf(1)
      expect(states.at(-1)).to.deep.equal({ _tag: 'closed', code, reason: 'why' })
      expect(state.end()).to.equal('complete')
      expect(run.end()).to.include({ code: 'closed' })
    })
  }

  for (const code of [1001, 1005, 1006, 1011, 1012, 1013, 3000, 4408, 4413, 4999]) {
    it(`comes back after ${code}`, async () => {
      const { sockets, socket, state, time } = createScriptedClient()
      socket().welcome()
      socket().end(code)
      expect(state()).to.deep.equal(waiting(1, 750))
      await time.advance(750)
      expect(sockets).to.have.lengthOf(2)
    })
  }

  it('has a word for every close code of the protocol', () => {
    const listed = new Set([1000, 1002, 1003, 1007, 1008, 1009, 4400, 4403, 1001, 1011, 1013, 4408, 4413, 4401, 4429])
    expect(Object.values(closeCodes).filter((code) => !listed.has(code))).to.deep.equal([])
    expect(clientErrorCodes).to.include('run_lost')
  })

  it('comes back after 4429 not before the longest back-off, also where it is woken', async () => {
    const wake$ = new Subject<unknown>()
    const { sockets, socket, state, time } = createScriptedClient({ wake$ })
    socket().welcome()
    socket().end(4429)
    expect(state()).to.deep.equal(waiting(1, 30_000))
    await time.advance(10_000)
    wake$.next('visible')
    await time.advance(19_999)
    expect(sockets).to.have.lengthOf(1)
    await time.advance(1)
    expect(sockets).to.have.lengthOf(2)
  })

  it('does not come back before the time a last heartbeat asks for', async () => {
    const wake$ = new Subject<unknown>()
    const { sockets, socket, state, time } = createScriptedClient({ wake$ })
    socket().welcome()
    socket().say('heartbeat', { epoch: 'e1', seq: 0, retryAfterMs: 5_000 })
    socket().end(1001, 'server shutting down')
    expect(state()).to.deep.equal(waiting(1, 5_000))
    wake$.next('online')
    await time.advance(4_999)
    expect(sockets).to.have.lengthOf(1)
    await time.advance(1)
    expect(sockets).to.have.lengthOf(2)
  })

  it('takes a socket whose constructor throws for a try that failed', async () => {
    const { transport, sockets } = createScriptedServer()
    const { scheduler, advance } = createTestTime()
    let isBroken = true
    const client = connect('ws://server/ws/events', {
      scheduler,
      random: () => 0,
      transport: (url, protocol) => {
        if (isBroken) throw new Error('not today')
        return transport(url, protocol)
      },
    })
    const { values } = toldBy(client.state$)
    expect(values).to.deep.equal([waiting(1, 500)])
    isBroken = false
    await advance(500)
    expect(sockets).to.have.lengthOf(1)
  })

  describe('asks the door, after two failed opens,', () => {
    it('by GET at the same address', async () => {
      const door = doorOf(426)
      const made = createScriptedClient({ fetch: door.fetch, query: { token: 't' } })
      await failOpens(made, 1)
      expect(door.asked).to.deep.equal([])
      await failOpens(made, 2)
      expect(door.asked).to.deep.equal([made.socket().url.replace('ws:', 'http:')])
      expect(door.asked[0]).to.include('token=t')
    })

    it('and not after links that opened', async () => {
      const door = doorOf(403)
      const { socket, time } = createScriptedClient({ fetch: door.fetch })
      for (let opened = 0; opened < 4; opened += 1) {
        socket().open()
        socket().end(1006)
        await time.advance(30_000)
      }
      expect(door.asked).to.deep.equal([])
    })

    for (const status of [400, 403]) {
      it(`and stops on ${status}`, async () => {
        const made = createScriptedClient({ fetch: doorOf(status).fetch })
        await failOpens(made, 2)
        expect(made.state()).to.deep.equal({ _tag: 'closed', code: status, reason: 'CODE: why' })
        await made.time.advance(100_000)
        expect(made.sockets).to.have.lengthOf(2)
      })
    }

    it('and stops on 401 where it has no other credentials', async () => {
      for (const query of [{ token: 't' }, () => ({ token: 't' }), () => Promise.resolve({ token: 't' })]) {
        const made = createScriptedClient({ fetch: doorOf(401).fetch, query })
        await made.time.advance(0)
        await failOpens(made, 2)
        expect(made.state()).to.deep.equal({ _tag: 'closed', code: 401, reason: 'CODE: why' })
      }
    })

    it('and comes back with new credentials on 401', async () => {
      let asked = 0
      const query = (): { readonly token: string } => ({ token: asked++ < 2 ? 'old' : 'new' })
      const made = createScriptedClient({ fetch: doorOf(401).fetch, query })
      await failOpens(made, 2)
      expect(made.state()).to.include({ _tag: 'waiting', attempt: 2 })
      await made.time.advance(30_000)
      expect(made.sockets).to.have.lengthOf(3)
      expect(made.socket().query.get('token')).to.equal('new')
    })

    it('and goes on where it would be taken now, or nobody answers, or not in JSON', async () => {
      const silent = (): Promise<never> => new Promise(() => undefined)
      const broken = (): never => {
        throw new Error('no fetch today')
      }
      for (const fetch of [doorOf(426).fetch, doorOf(404, new Error('no JSON')).fetch, silent, broken]) {
        const made = createScriptedClient({ fetch })
        await failOpens(made, 4)
        expect(made.state()).to.include({ _tag: 'waiting', attempt: 4 })
      }
    })

    it('and comes back not before it says', async () => {
      const wake$ = new Subject<unknown>()
      const made = createScriptedClient({ fetch: doorOf(503, {}, { 'retry-after': '7' }).fetch, wake$ })
      await failOpens(made, 2)
      const failedAtMs = made.time.now()
      expect(made.state()).to.deep.equal(waiting(2, failedAtMs + 7_000))
      wake$.next('online')
      await made.time.advance(6_999)
      expect(made.sockets).to.have.lengthOf(2)
      await made.time.advance(1)
      expect(made.sockets).to.have.lengthOf(3)
    })
  })

  it('comes back after 4401 only with new credentials', async () => {
    let token = 'old'
    const { sockets, socket, state, time } = createScriptedClient({ query: () => Promise.resolve({ token }) })
    await time.advance(0)
    socket().welcome()
    token = 'new'
    socket().end(4401)
    await time.advance(750)
    expect(sockets).to.have.lengthOf(2)
    expect(socket().query.get('token')).to.equal('new')
    socket().welcome()
    socket().end(4401, 'expired')
    await time.advance(0)
    expect(state()).to.deep.equal({ _tag: 'closed', code: 4401, reason: 'expired' })
  })

  it('takes credentials that cannot be had for a try that failed', async () => {
    const { sockets, state, time } = createScriptedClient({ query: () => Promise.reject(new Error('offline')) })
    await time.advance(0)
    expect(state()).to.deep.equal(waiting(1, 750))
    expect(sockets).to.deep.equal([])
  })

  describe('takes a link for dead', () => {
    it('on which nothing is heard for three intervals of the server', async () => {
      const { sockets, socket, state, time } = createScriptedClient()
      socket().welcome(0, 'e1', 1_000)
      await time.advance(2_000)
      socket().say('heartbeat', { epoch: 'e1', seq: 0 })
      await time.advance(2_999)
      expect(state()).to.deep.equal({ _tag: 'live' })
      await time.advance(1)
      expect(state()).to.deep.equal(waiting(1, 5_000 + 750))
      expect(sockets[0]?.closedWith()).to.include({ code: 4408 })
      // What it still says concerns nobody.
      sockets[0]?.end(1000)
      await time.advance(1_000)
      expect(sockets).to.have.lengthOf(2)
    })

    it('as long as the option says', async () => {
      const { socket, state, time } = createScriptedClient({ heartbeatTimeoutMs: 400 })
      socket().welcome()
      await time.advance(400)
      expect(state()).to.include({ _tag: 'waiting' })
    })

    it('that does not open, or says nothing', async () => {
      const { socket, state, time } = createScriptedClient()
      socket().open()
      await time.advance(30_000)
      expect(state()).to.include({ _tag: 'waiting' })
    })
  })

  it('closes for good when it is told to, in every state', async () => {
    const closed = { _tag: 'closed', code: 1000, reason: 'closed by the client' }
    for (const bring of [
      () => undefined,
      ({ socket }: ScriptedClient) => socket().welcome(),
      ({ socket }: ScriptedClient) => socket().end(1006),
    ]) {
      const made = createScriptedClient()
      bring(made)
      const run = toldBy(made.client.execute({ nodes: [] }))
      const ping = toldBy(made.client.ping())
      const messages = toldBy(made.client.messages$)
      made.client.close()
      made.client.close()
      expect(made.states.at(-1)).to.deep.equal(closed)
      expect(toldBy(made.client.state$).values).to.deep.equal([closed])
      expect(messages.end()).to.equal('complete')
      expect(run.end()).to.include({ code: 'closed' })
      expect(ping.end()).to.include({ code: 'closed' })
      expect(toldBy(made.client.execute({ nodes: [] })).end()).to.include({ code: 'closed' })
      await made.time.advance(100_000)
      expect(made.sockets).to.have.lengthOf(1)
    }
  })

  it('closes its socket with 1000', () => {
    const { client, socket } = createScriptedClient()
    socket().welcome()
    client.close()
    expect(socket().closedWith()).to.deep.equal({ code: 1000, reason: '' })
  })

  it('refuses an address and options that are none', () => {
    const { transport } = createScriptedServer()
    const refused = (url: string, options: object) => () => connect(url, { transport, ...options })
    expect(refused('ftp://x/', {})).to.throw(/option "url"/)
    expect(refused('no address', {})).to.throw(/option "url"/)
    expect(refused('ws://x/', { client: 'me' })).to.throw(/option "client"/)
    expect(refused('ws://x/', { backof: {} })).to.throw(/option "backof"/)
    expect(refused('ws://x/', { backoff: { minMs: 0 } })).to.throw(/option "minMs"/)
  })
})
