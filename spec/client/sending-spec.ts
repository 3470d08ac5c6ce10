import { expect } from 'chai'
import * as t from 'io-ts'
import { lastValueFrom, type Observable, toArray } from 'rxjs'
import { WebSocket } from 'ws'
import { connect } from '../../lib/client/index.ts'
import { defineMessage } from '../../lib/index.ts'
import { useServers } from '../support/server.ts'
import { inTime } from '../support/waiting.ts'
import { createScriptedClient, toldBy } from './scripted-server.ts'

describe('a message of the host’s own', () => {
  const { serve, defer } = useServers()

  it('is answered by its handler, or refused as it says', async () => {
    const items: string[] = []
    const handlers = {
      ADD: defineMessage(t.type({ item: t.string }), async ({ item }, { reply, messageId }) => {
        await Promise.resolve()
        items.push(item)
        for (const payload of [{ items }, { items, messageId }]) reply({ type: 'cart', payload })
      }),
      LEAVE: defineMessage(t.type({}), () => {
        items.length = 0
      }),
      THROW: defineMessage(t.type({}), () => {
        throw new Error('inside')
      }),
    }
    const { door } = await serve({ gateway: { handlers } })
    const client = connect(door(), { webSocket: WebSocket })
    defer(() => client.close())
    const all = <Value>(source: Observable<Value>): Promise<readonly Value[]> =>
      inTime(lastValueFrom(source.pipe(toArray())), 'the end')
    const codeOf = (source: Observable<unknown>): Promise<unknown> =>
      inTime(
        lastValueFrom(source).then(
          () => 'complete',
          (error: { readonly code: string }) => error.code,
        ),
        'the end',
      )
    const [one] = await all(client.send('ADD', { item: 'tea' }))
    expect(one).to.deep.include({ type: 'cart', payload: { items: ['tea'] } })
    expect(await all(client.send('ADD', { item: 'milk' }, { answers: 2 }))).to.have.lengthOf(2)
    const byId = client.send('ADD', { item: 'honey' }, { answers: ({ payload }) => 'messageId' in payload })
    expect((await all(byId)).at(-1)?.payload['items']).to.deep.equal(['tea', 'milk', 'honey'])
    expect(await all(client.send('LEAVE', {}, { answers: 0 }))).to.deep.equal([])
    expect(items).to.deep.equal([])
    expect(await codeOf(client.send('ADD', { item: 1 }))).to.equal('INVALID_PAYLOAD')
    expect(await codeOf(client.send('ADD', { item: 1 }, { answers: 0 }))).to.equal('INVALID_PAYLOAD')
    expect(await codeOf(client.send('NONE', {}))).to.equal('UNKNOWN_TYPE')
    expect(await codeOf(client.send('THROW', {}))).to.equal('WEBSOCKET_ERROR')
  })

  it('goes out once: a link that is lost before the answer ends it', async () => {
    const { client, socket, reconnect } = createScriptedClient()
    socket().welcome(1)
    const told = toldBy(client.send('ADD', {}))
    await reconnect()
    expect(told.end()).to.include({ code: 'link_lost' })
    socket().welcome(1)
    expect(socket().sentOf('ADD')).to.deep.equal([])
  })

  it('waits for a link where there is none, and is not lost with one it was not taken on', async () => {
    const { client, socket, reconnect } = createScriptedClient()
    const told = toldBy(client.send('ADD', {}))
    await reconnect()
    expect(told.end()).to.equal(undefined)
    socket().welcome(1)
    const [sent] = socket().sentOf('ADD')
    const slow = { code: 'RATE_LIMITED', message: 'slow', retryAfterMs: 60_000, timestamp: 'now' }
    socket().say('error', slow, { correlation_id: sent?.id })
    await reconnect()
    expect(told.end()).to.equal(undefined)
    socket().welcome(1)
    socket().say('cart', { items: [] }, { correlation_id: socket().sentOf('ADD')[0]?.id })
    expect(told.end()).to.equal('complete')
    expect(socket().sentOf('ADD')[0]?.id).to.equal(sent?.id)
  })

  it('waits as long as a timer cannot, and refuses what is no time', async () => {
    const { client, socket, time } = createScriptedClient({ heartbeatTimeoutMs: 2e9 })
    socket().welcome(1)
    const patient = toldBy(client.send('ADD', {}, { timeoutMs: 3e9 }))
    await time.advance(1_000_000)
    expect(patient.end()).to.equal(undefined)
    for (const timeoutMs of [0, -1, Number.NaN]) {
      expect(toldBy(client.send('ADD', {}, { timeoutMs })).end()).to.include({ code: 'INVALID_OPTION' })
    }
    expect(socket().sentOf('ADD')).to.have.lengthOf(1)
  })

  it('goes out again under its id where it may be given twice', async () => {
    const { client, socket, reconnect } = createScriptedClient()
    socket().welcome(1)
    const told = toldBy(client.send('ADD', {}, { idempotent: true }))
    const [first] = socket().sentOf('ADD')
    await reconnect()
    socket().welcome(1)
    expect(socket().sentOf('ADD')).to.deep.equal([first])
    socket().say('cart', {}, { correlation_id: first?.id })
    expect(told.end()).to.equal('complete')
  })

  it('is waited for 30 s, and after each answer anew; not while there is no link', async () => {
    const { client, socket, time, reconnect } = createScriptedClient({ heartbeatTimeoutMs: 1_000_000 })
    socket().welcome(1)
    const idle = toldBy(client.send('ADD', {}, { idempotent: true }))
    await reconnect()
    expect(idle.end()).to.equal(undefined)
    socket().welcome(1)
    const two = toldBy(client.send('ADD', {}, { answers: 2 }))
    const own = toldBy(client.send('ADD', {}, { timeoutMs: 100 }))
    const patient = toldBy(client.send('ADD', {}, { timeoutMs: Infinity }))
    await time.advance(100)
    expect(own.end()).to.include({ code: 'no_answer' })
    await time.advance(29_800)
    socket().say('cart', {}, { correlation_id: socket().sentOf('ADD')[1]?.id })
    await time.advance(100)
    expect(idle.end()).to.include({ code: 'no_answer' })
    await time.advance(29_800)
    expect(two.end()).to.equal(undefined)
    await time.advance(100)
    expect([two.values.length, patient.end()]).to.deep.equal([1, undefined])
    expect(two.end()).to.include({ code: 'no_answer' })
    await reconnect()
    socket().welcome(1)
    expect(socket().sentOf('ADD')).to.deep.equal([])
  })

  it('ends with what is thrown by who judges its answers, and with the client', () => {
    const { client, socket } = createScriptedClient()
    socket().welcome(1)
    const fault = new Error('mine')
    const judged = toldBy(
      client.send(
        'ADD',
        {},
        {
          answers: () => {
            throw fault
          },
        },
      ),
    )
    const open = toldBy(client.send('ADD', {}))
    socket().say('cart', {}, { correlation_id: socket().sentOf('ADD')[0]?.id })
    expect(judged.end()).to.equal(fault)
    client.close()
    expect(open.end()).to.include({ code: 'closed' })
  })
})
