import { expect } from 'chai'
import * as t from 'io-ts'
import { defineEvents, type GatewayOptions } from '../../lib/index.ts'
import type { Client } from '../support/client.ts'
import type { Frame } from '../support/frames.ts'
import { type TestServer, useServers } from '../support/server.ts'
import { eventually } from '../support/waiting.ts'

interface Place {
  readonly epoch: string
  readonly seq: number
}

/** The position a welcome tells. */
function placeOf({ welcome }: Client): Place {
  const { epoch, seq } = welcome.payload['metadata'] as Place
  return { epoch, seq }
}

function sinceOf({ epoch, seq }: Place): string {
  return `since=${epoch}:${seq}`
}

/** What events say in order. */
function progressOf(frames: readonly Frame[]): readonly unknown[] {
  return frames.filter(({ event }) => event === 'task.progress').map(({ payload }) => payload['message'])
}

const seqsOf = (frames: readonly Frame[]): readonly number[] =>
  frames.flatMap(({ seq, event }) => (event === undefined || seq === undefined ? [] : [seq]))

function publish({ bus }: Pick<TestServer, 'bus'>, message: string, more: { owner?: string; tags?: string[] } = {}) {
  return bus.publish({ type: 'task.progress', data: { progress: 1, message }, ...more })
}

const numbers = (count: number, from = 1): readonly string[] =>
  Array.from({ length: count }, (_, index) => `${from + index}`)

/** The event frames of a client as they came. */
function eventTexts({ texts, messages }: Client): readonly string[] {
  return texts.filter((_, index) => messages[index]?.event !== undefined)
}

describe('a client that comes back', () => {
  const { serve } = useServers()
  const types = 'types=task.*'

  it('before its first event gets all from the beginning', async () => {
    const server = await serve()
    const first = await server.connect(`?${types}`)
    const place = placeOf(first)
    expect(place.seq).to.equal(0)
    await first.close()
    for (const message of numbers(3)) await publish(server, message)
    const second = await server.connect(`?${types}&${sinceOf(place)}`)
    expect(placeOf(second)).to.include(place)
    const frames = await second.until('caughtUp')
    expect(frames.map(({ type }) => type)).to.deep.equal([
      'resumed',
      ...numbers(3).map(() => 'workflowProgress'),
      'caughtUp',
    ])
    expect(frames[0]?.payload).to.deep.equal({ epoch: place.epoch, from: 0 })
    expect(frames.at(-1)?.payload).to.deep.equal({ epoch: place.epoch, seq: 3 })
    await publish(server, '4')
    expect(progressOf([...frames, await second.next('workflowProgress')])).to.deep.equal(numbers(4))
  })

  it('to a stream where nothing ever happened has caught up', async () => {
    const { connect } = await serve()
    const place = placeOf(await connect())
    const second = await connect(`?${sinceOf(place)}`)
    expect((await second.until('caughtUp')).map(({ type }) => type)).to.deep.equal(['resumed', 'caughtUp'])
  })

  it('many times in a row, each right after the other, misses nothing and sees nothing twice', async () => {
    const server = await serve()
    let place = placeOf(await server.connect(`?${types}`))
    const seen: Frame[] = []
    for (let round = 1; round <= 20; round += 1) {
      await publish(server, String(round))
      const client = await server.connect(`?${types}&${sinceOf(place)}`)
      const frames = await client.until('caughtUp')
      seen.push(...frames)
      place = frames.at(-1)?.payload as unknown as Place
      client.socket.terminate()
    }
    expect(progressOf(seen)).to.deep.equal(numbers(20))
  })

  it('while its old socket still seems open gets on both what there is', async () => {
    const server = await serve()
    const old = await server.connect(`?${types}`)
    await publish(server, '1')
    const fresh = await server.connect(`?${types}&${sinceOf(placeOf(old))}`)
    await fresh.next('caughtUp')
    await publish(server, '2')
    await fresh.next(({ event }) => event !== undefined)
    await old.settle()
    expect(progressOf(old.messages)).to.deep.equal(numbers(2))
    expect(progressOf(fresh.messages)).to.deep.equal(numbers(2))
  })

  it('across the whole history gets the very bytes of the live stream', async () => {
    const server = await serve()
    const live = await server.connect(`?${types}`)
    for (const message of numbers(1_000)) void publish(server, `${message} ü "\u2028`)
    await live.settle()
    const late = await server.connect(`?${types}&${sinceOf(placeOf(live))}`)
    await late.next('caughtUp')
    expect(eventTexts(live)).to.have.length(1_000)
    expect(eventTexts(late)).to.deep.equal(eventTexts(live))
  })

  it('in the middle of a replay, cut there, goes on from where it was', async () => {
    const server = await serve()
    const place = placeOf(await server.connect('?types='))
    for (const message of numbers(3_000)) void publish(server, message)
    const cut = await server.connect(`?${types}&${sinceOf(place)}`)
    await cut.next(({ seq }) => seq !== undefined && seq >= 500)
    cut.socket.terminate()
    await cut.closed()
    const had = cut.messages.filter(({ event }) => event !== undefined)
    const at = had.at(-1)?.seq ?? 0
    expect(cut.messages.some(({ type }) => type === 'caughtUp')).to.equal(at === 3_000)
    const rest = await server.connect(`?${types}&${sinceOf({ ...place, seq: at })}`)
    const frames = await rest.until('caughtUp')
    expect(progressOf([...had, ...frames])).to.deep.equal(numbers(3_000))
  })

  it('while the stream goes on is handed over without a hole or a double', async () => {
    const server = await serve()
    const place = placeOf(await server.connect('?types='))
    for (const message of numbers(2_000)) void publish(server, message)
    let count = 2_000
    // In every turn of the loop, and so between any two pages.
    const goOn = (): void => {
      if (count >= 4_000) return
      count += 1
      void publish(server, String(count))
      setImmediate(goOn)
    }
    goOn()
    const client = await server.connect(`?${types}&${sinceOf(place)}`)
    await client.next(({ seq }) => seq === 4_000)
    expect(progressOf(client.messages)).to.deep.equal(numbers(4_000))
    expect(client.messages.filter(({ type }) => type === 'caughtUp')).to.have.length(1)
  })

  it('is shown only what it asks for and may see', async () => {
    const server = await serve({
      gateway: { authenticate: ({ headers }) => ({ id: String(headers['x-as']) }), scope: 'own' },
    })
    const connect = (as: string, query: string): Promise<Client> => server.connect(query, { headers: { 'x-as': as } })
    const place = placeOf(await connect('ann', `?${types}`))
    await publish(server, "ann's", { owner: 'ann' })
    await publish(server, "bob's", { owner: 'bob' })
    await publish(server, 'for all')
    await server.bus.publish({ type: 'log.entry', data: { level: 'info', message: 'not asked for' } })
    for (const [as, seen] of [
      ['ann', ["ann's", 'for all']],
      ['bob', ["bob's", 'for all']],
    ] as const) {
      const client = await connect(as, `?${types}&${sinceOf(place)}`)
      await client.next('caughtUp')
      expect(progressOf(client.messages)).to.deep.equal(seen)
      expect(seqsOf(client.messages)).to.have.length(2)
    }
  })

  it('asks the rule of the host again, for each event', async () => {
    let isAllowed = true
    const authorize: GatewayOptions['authorize'] = () => isAllowed
    const server = await serve({ gateway: { authorize } })
    const live = await server.connect(`?${types}`)
    await publish(server, '1')
    await live.next(({ event }) => event !== undefined)
    isAllowed = false
    const late = await server.connect(`?${types}&${sinceOf(placeOf(live))}`)
    await late.next('caughtUp')
    expect(progressOf(late.messages)).to.deep.equal([])
  })

  it('with a filter that matched nothing for long knows from heartbeats where it was', async () => {
    const server = await serve({ gateway: { heartbeatIntervalMs: 40 } })
    const quiet = await server.connect(`?${types}&execution_id=mine`)
    for (const message of numbers(100)) void publish(server, message)
    const beat = await quiet.next(({ type, payload }) => type === 'heartbeat' && payload['seq'] === 100)
    await quiet.close()
    const back = await server.connect(`?${types}&execution_id=mine&${sinceOf(beat.payload as unknown as Place)}`)
    expect((await back.until('caughtUp'))[0]?.payload).to.include({ from: 100 })
    await server.bus.publish({ type: 'task.progress', data: { progress: 1, executionId: 'mine' } })
    expect((await back.next(({ event }) => event !== undefined)).seq).to.equal(101)
  })

  it('as one of many at the same time', async () => {
    const server = await serve({ gateway: { maxConnections: 200 } })
    const place = placeOf(await server.connect('?types='))
    for (const message of numbers(500)) void publish(server, message)
    const clients = await Promise.all(numbers(100).map(() => server.connect(`?${types}&${sinceOf(place)}`)))
    for (const message of numbers(100, 501)) await publish(server, message)
    for (const client of clients) {
      await client.next('caughtUp')
      await client.settle()
      expect(progressOf(client.messages)).to.deep.equal(numbers(600))
    }
  })

  it('does not learn of events that are not stored', async () => {
    const server = await serve()
    const place = placeOf(await server.connect('?types='))
    const seqOf = async (): Promise<unknown> => (await server.stats()).event_bus['seq']
    for (let round = 0; round < 20; round += 1) await (await server.connect()).close()
    expect(await seqOf()).to.equal(place.seq)
    const client = await server.connect(`?types=ws.*&${sinceOf(place)}`)
    expect((await client.until('caughtUp')).map(({ type }) => type)).to.deep.equal(['resumed', 'caughtUp'])
  })

  describe('with a position that cannot be continued from', () => {
    const cases: readonly (readonly [reason: string, (place: Place) => string])[] = [
      ['epoch_changed', ({ seq }) => `another:${seq}`],
      ['epoch_changed', () => 'another:0'],
      ['epoch_changed', ({ epoch }) => `${epoch}x:1`],
      ['ahead', ({ epoch, seq }) => `${epoch}:${seq + 1}`],
      ['ahead', ({ epoch }) => `${epoch}:${Number.MAX_SAFE_INTEGER}`],
      ['mismatch', ({ epoch, seq }) => `${epoch}:${seq}:nonsense`],
      ['mismatch', ({ epoch, seq }) => `${epoch}:${seq}:x`],
      ['mismatch', ({ epoch }) => `${epoch}:0:nonsense`],
    ]
    for (const [reason, since] of cases) {
      it(`gets one reset, ${reason}: ${since({ epoch: 'E', seq: 3 })}, then the live stream`, async () => {
        const server = await serve()
        const { epoch } = placeOf(await server.connect())
        for (const message of numbers(3)) await publish(server, message)
        const client = await server.connect(`?${types}&since=${encodeURIComponent(since({ epoch, seq: 3 }))}`)
        expect(placeOf(client)).to.include({ epoch, seq: 3 })
        expect(await client.next()).to.deep.include({ type: 'reset', payload: { reason, epoch, seq: 3 } })
        await publish(server, '4')
        await client.next(({ seq }) => seq === 4)
        expect(client.messages).to.have.length(3)
      })
    }

    it('gets one reset, too_old, when the history has left it behind', async () => {
      const server = await serve({ history: { maxEvents: 5 } })
      const { epoch } = placeOf(await server.connect())
      for (const message of numbers(10)) await publish(server, message)
      const late = await server.connect(`?${types}&since=${epoch}:4`)
      expect(await late.next()).to.deep.include({ type: 'reset', payload: { reason: 'too_old', epoch, seq: 10 } })
      const inTime = await server.connect(`?${types}&since=${epoch}:5`)
      await inTime.next('caughtUp')
      expect(progressOf(inTime.messages)).to.deep.equal(numbers(5, 6))
    })
  })

  it('with the begin of the id of its last event is believed', async () => {
    const server = await serve()
    const live = await server.connect(`?${types}`)
    await publish(server, '1')
    const { seq = 0, id } = await live.next(({ event }) => event !== undefined)
    await publish(server, '2')
    const { epoch } = placeOf(live)
    const client = await server.connect(`?${types}&since=${epoch}:${seq}:${id.slice(0, 8)}`)
    expect(progressOf(await client.until('caughtUp'))).to.deep.equal(['2'])
  })

  it('of an event whose own id is short, or of another script, is believed', async () => {
    const server = await serve()
    const { epoch } = placeOf(await server.connect('?types='))
    for (const [index, id] of ['a', 'ünïcödé-id', '🎉🎉🎉🎉🎉🎉🎉🎉🎉', 'a:b:c'].entries()) {
      await server.bus.publish({ type: 'task.progress', data: { progress: 1 }, id })
      const prefix = encodeURIComponent(Array.from(id).slice(0, 8).join(''))
      const client = await server.connect(`?${types}&since=${epoch}:${index + 1}:${prefix}`)
      expect((await client.next()).type, id).to.equal('resumed')
      await client.close()
    }
  })

  describe('and reads nothing', () => {
    const LARGE = 'x'.repeat(16 * 1024)

    /** One that is behind by more than a kernel takes. */
    const startStalled = async (
      gateway: NonNullable<Parameters<typeof serve>[0]>['gateway'],
    ): Promise<[TestServer, Client]> => {
      const server = await serve({ ...(gateway === undefined ? {} : { gateway }), history: { maxEvents: 2_000 } })
      const place = placeOf(await server.connect('?types='))
      for (let count = 0; count < 2_000; count += 1) void publish(server, LARGE)
      const client = await server.connect(`?${types}&${sinceOf(place)}`)
      client.socket.pause()
      return [server, client]
    }

    it('holds a place, not a copy, and gets the rest when it reads again', async () => {
      const [server, client] = await startStalled({})
      // A turn of many pages: the socket is full long before the end of what is to come.
      const other = await server.connect('?types=')
      for (let round = 0; round < 50; round += 1) await other.ask('PING')
      const { websocket_manager: stats } = await server.stats()
      expect(stats['queued_bytes']).to.equal(0)
      expect(stats['bytes_sent']).to.be.below(20_000_000)
      client.socket.resume()
      await client.next('caughtUp')
      expect(seqsOf(client.messages)).to.have.length(2_000)
    })

    it('is closed with 4413 when the history has left it behind, and then told so', async () => {
      const [server, client] = await startStalled({})
      const other = await server.connect('?types=')
      for (let round = 0; round < 50; round += 1) await other.ask('PING')
      for (let count = 0; count < 2_000; count += 1) void publish(server, 'short')
      client.socket.resume()
      expect(await client.closed()).to.include({ code: 4413 })
      expect(client.messages.map(({ type }) => type)).to.not.include('caughtUp')
      const seqs = seqsOf(client.messages)
      expect(seqs).to.deep.equal(seqs.map((_, index) => index + 1))
      const back = await server.connect(`?${types}&${sinceOf({ ...placeOf(client), seq: seqs.at(-1) ?? 0 })}`)
      expect((await back.next()).payload).to.include({ reason: 'too_old' })
    })

    it('is closed with 4413 when it takes nothing for too long', async () => {
      const [server] = await startStalled({ heartbeatIntervalMs: 400, queue: { stallTimeoutMs: 300 } })
      await eventually(async () => expect((await server.stats()).websocket_manager.closed).to.have.property('4413', 1))
    })
  })

  describe('by SUBSCRIBE_EVENTS', () => {
    it('gets subscribed with its position, resumed, what it missed, caughtUp', async () => {
      const server = await serve()
      const place = placeOf(await server.connect('?types='))
      for (const message of numbers(3)) await publish(server, message, { tags: message === '2' ? ['b'] : ['a'] })
      const client = await server.connect('?types=')
      const payload = {
        event_types: ['task.*'],
        filter: { required_tags: ['a'] },
        since: `${place.epoch}:${place.seq}`,
      }
      client.send('SUBSCRIBE_EVENTS', payload, 's')
      const frames = await client.until('caughtUp')
      expect(frames.map(({ type }) => type)).to.deep.equal([
        'subscribed',
        'resumed',
        'workflowProgress',
        'workflowProgress',
        'caughtUp',
      ])
      expect(frames[0]).to.include({ correlation_id: 's' })
      expect(frames[0]?.payload).to.include(place)
      expect(progressOf(frames)).to.deep.equal(['1', '3'])
      expect(frames.at(-1)?.payload).to.deep.equal({ epoch: place.epoch, seq: 3 })
    })

    it('gets subscribed and reset where it cannot be continued, and is subscribed', async () => {
      const server = await serve()
      const client = await server.connect('?types=')
      client.send('SUBSCRIBE_EVENTS', { event_types: ['task.*'], since: 'gone:7' })
      expect((await client.until('reset')).map(({ type }) => type)).to.deep.equal(['subscribed', 'reset'])
      await publish(server, '1')
      expect(await client.next()).to.include({ event: 'task.progress' })
    })

    it('in the middle of a replay changes it from there on, and is told where', async () => {
      const server = await serve()
      const place = placeOf(await server.connect('?types='))
      for (const message of numbers(2_000)) {
        void publish(server, message)
        void server.bus.publish({ type: 'log.entry', data: { level: 'info', message } })
      }
      const client = await server.connect(`?${types}&${sinceOf(place)}`)
      client.send('SUBSCRIBE_EVENTS', { event_types: ['log.entry'], mode: 'replace' })
      const before = await client.until('subscribed')
      const { seq = 0 } = (before.at(-1)?.payload ?? {}) as Partial<Place>
      const after = await client.until('caughtUp')
      expect(seqsOf(before).every((at) => at <= seq)).to.equal(true)
      expect(seqsOf(after).every((at) => at > seq)).to.equal(true)
      expect(before.every(({ event }) => event !== 'log.entry')).to.equal(true)
      expect(after.every(({ event }) => event !== 'task.progress')).to.equal(true)
      expect(seqsOf([...before, ...after])).to.have.length(2_000)
    })
  })

  it('is shown events of a type of the host, and those whose projection hides them are not', async () => {
    const events = defineEvents({ 'job.done': { data: t.UnknownRecord }, 'job.secret': { data: t.UnknownRecord } })
    const server = await serve({
      events,
      gateway: { projection: (event) => (event.type === 'job.secret' ? null : { type: 'job', payload: { n: 1 } }) },
    })
    const place = placeOf(await server.connect('?types='))
    await server.bus.publish({ type: 'job.done', data: {} })
    await server.bus.publish({ type: 'job.secret', data: {} })
    const client = await server.connect(`?types=job.*&${sinceOf(place)}`)
    expect((await client.until('caughtUp')).map(({ type }) => type)).to.deep.equal(['resumed', 'job', 'caughtUp'])
  })
})
