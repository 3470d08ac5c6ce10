import { expect } from 'chai'
import { openRaw, type RawPeer, upgradeRequest } from '../support/http.ts'
import { type TestServer, useServers } from '../support/server.ts'
import { eventually, inTime } from '../support/waiting.ts'

const KIB = 1_024

const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve))

/** The positions in what a socket got, in order. */
function seqsIn(text: string): readonly number[] {
  return [...text.matchAll(/"seq":(\d+)\}/g)].map((match) => Number(match[1]))
}

function upTo(last: number): readonly number[] {
  return Array.from({ length: last }, (_, index) => index + 1)
}

describe('what speed must not break', () => {
  const { serve, defer } = useServers()

  const rawPeer = async ({ port }: TestServer, query: string): Promise<RawPeer> => {
    const peer = await openRaw(port)
    defer(() => peer.socket.destroy())
    peer.socket.write(upgradeRequest(port, `/ws/events${query}`))
    await peer.until('Connected to Praxis Agent')
    return peer
  }

  const progress = ({ bus }: TestServer, message = 'go'): Promise<unknown> =>
    bus.publish({ type: 'workflow.progress', data: { workflowId: 'w', executionId: 'e', progress: 1, message } })

  it('100 slow of 1,000: they are closed, the 900 get everything in order, and memory stays within the bounds', async function () {
    this.timeout(60_000)
    const server = await serve({ gateway: { maxConnections: 1_000 } })
    const healthy: RawPeer[] = []
    const slow: RawPeer[] = []
    for (let index = 0; index < 1_000; index += 50) {
      const queries = Array.from({ length: 50 }, (_, one) =>
        (index + one) % 10 === 0 ? 'log.entry' : 'workflow.progress',
      )
      const peers = await Promise.all(queries.map((types) => rawPeer(server, `?types=${types}`)))
      for (const [one, peer] of peers.entries()) (queries[one] === 'log.entry' ? slow : healthy).push(peer)
    }
    expect([slow.length, healthy.length]).to.deep.equal([100, 900])
    for (const { socket } of slow) socket.pause()
    const heavy = 'x'.repeat(128 * KIB)
    let most = 0
    for (let index = 0; index < 80; index += 1) {
      void server.bus.publish({ type: 'log.entry', data: { level: 'info', message: heavy } })
      void progress(server)
      await turn()
      most = Math.max(most, server.gateway.stats().websocket_manager.queued_bytes)
    }
    await eventually(() => expect(server.gateway.connections()).to.have.length(900), 30_000)
    await eventually(() => {
      const got = healthy.map(({ text }) => seqsIn(text()).length)
      expect(got.every((count) => count === 80)).to.equal(true)
    }, 30_000)
    const expected = Array.from({ length: 80 }, (_, index) => 2 * index + 2)
    for (const { text } of healthy) expect(seqsIn(text())).to.deep.equal(expected)
    expect(most, 'what waited for all').to.be.within(1, 64 * KIB * KIB)
    expect(server.gateway.stats().websocket_manager).to.deep.include({ slow_consumers: 100, closed: { 4413: 100 } })
  })

  it('a peer that reads a byte a second is closed like one that reads nothing, and others do not notice', async () => {
    const server = await serve({ gateway: { heartbeatIntervalMs: 400, queue: { stallTimeoutMs: 800 } } })
    const healthy = await server.connect('?types=log.entry')
    const trickling = await rawPeer(server, '?types=log.entry')
    trickling.socket.removeAllListeners('data').pause()
    const sips = setInterval(() => void trickling.socket.read(1), 1_000)
    defer(() => clearInterval(sips))
    // Enough for the kernel to be full, and too little for the queue: what ends it is that it takes nothing.
    for (let index = 0; server.gateway.stats().websocket_manager.queued_bytes === 0 && index < 2_000; index += 1) {
      void server.bus.publish({ type: 'log.entry', data: { level: 'info', message: 'x'.repeat(64 * KIB) } })
      await turn()
    }
    await eventually(() =>
      expect(server.gateway.connections().map(({ id }) => id)).to.deep.equal([healthy.connectionId]),
    )
    expect(server.gateway.stats().websocket_manager.closed).to.deep.equal({ 4413: 1 })
    const { seq: last } = server.bus.head()
    const got = (await healthy.settle()).filter(({ type }) => type === 'workflowLog')
    expect(got.map(({ seq }) => seq)).to.deep.equal(upTo(last))
  })

  it('a peer that closes, or is cut, in mid-batch takes nothing from others', async () => {
    const server = await serve()
    const healthy = await server.connect()
    const closing = await server.connect()
    const cut = await rawPeer(server, '')
    for (let index = 0; index < 500; index += 1) {
      void progress(server)
      if (index === 250) closing.socket.close(1000)
      if (index === 260) cut.socket.resetAndDestroy()
      if (index % 50 === 0) await turn()
    }
    expect((await healthy.settle()).map(({ seq }) => seq)).to.deep.equal(upTo(500))
    await eventually(() => expect(server.gateway.connections()).to.have.length(1))
    const got = closing.messages.flatMap(({ seq }) => (seq === undefined ? [] : [seq]))
    expect(got).to.deep.equal(upTo(got.length))
    expect(server.gateway.stats().websocket_manager.closed).to.deep.equal({ 1000: 1, 1006: 1 })
  })

  it('a batch across the high-water mark arrives whole, once and in order at each', async () => {
    for (const bytes of [50, 1_000, 30_000, 70_000, 200_000]) {
      const server = await serve({ gateway: { queue: { highWaterMarkBytes: 64 * KIB } } })
      const clients = await Promise.all([server.connect(), server.connect(), server.connect('?execution_id=e')])
      const count = Math.ceil((300 * KIB) / bytes)
      const texts = Array.from({ length: count }, (_, index) => `${index} ${'x'.repeat(bytes)}`)
      for (const text of texts) void progress(server, text)
      for (const client of clients) {
        const frames = await client.settle()
        expect(
          frames.map(({ seq }) => seq),
          `${bytes} bytes each`,
        ).to.deep.equal(upTo(count))
        expect(frames.every(({ payload }, index) => payload['message'] === texts[index])).to.equal(true)
      }
    }
  })

  it('a burst of 5,000 events in one turn to a healthy idle peer is no overflow', async () => {
    const server = await serve()
    const client = await server.connect()
    for (let index = 0; index < 5_000; index += 1) void progress(server, `burst ${index}`)
    expect((await client.settle()).map(({ seq }) => seq)).to.deep.equal(upTo(5_000))
    expect(server.gateway.stats().websocket_manager).to.include({
      slow_consumers: 0,
      dropped: 0,
      active_connections: 1,
    })
  })

  it('answers and events keep their order, within a turn and across flushes, for each connection', async () => {
    const server = await serve({ gateway: { flush: { share: 0.2, maxWaitMs: 10 } } })
    const clients = await Promise.all([server.connect(), server.connect(), server.connect('?types=workflow.*')])
    for (let index = 0; index < 300; index += 1) {
      void progress(server, `event ${index}`)
      for (const [number, { connectionId }] of clients.entries()) {
        if (index % (number + 2) !== 0) continue
        server.gateway.send(connectionId, { type: 'note', payload: { after: index } })
      }
      if (index % 70 === 0) await turn()
    }
    for (const client of clients) {
      let last = -1
      const frames = await client.settle()
      for (const { type, seq, payload } of frames) {
        if (type === 'note') expect(payload['after'], 'a note follows the event it was sent after').to.equal(last)
        else last = Number(seq) - 1
      }
      expect(frames.filter(({ type }) => type === 'workflowProgress')).to.have.length(300)
    }
  })

  it('a subscription changes exactly where subscribed stands, also between flushes', async () => {
    const server = await serve()
    const client = await server.connect('?types=workflow.progress')
    client.send('SUBSCRIBE_EVENTS', { mode: 'replace', event_types: ['log.entry'] })
    // Until the change is there, events of both kinds are published in every turn.
    const subscribed = client.next('subscribed')
    while (!client.messages.some(({ type }) => type === 'subscribed')) {
      void progress(server)
      void server.bus.publish({ type: 'log.entry', data: { level: 'info', message: 'new' } })
      await turn()
    }
    const { seq: at } = (await subscribed).payload as { readonly seq: number }
    await client.settle()
    const events = client.messages.filter(({ seq }) => seq !== undefined)
    for (const { type, seq } of events) expect(type).to.equal(Number(seq) <= at ? 'workflowProgress' : 'workflowLog')
    const seqs = events.map(({ seq }) => Number(seq))
    // Progress has the odd numbers, the log the even ones.
    const last = server.bus.head().seq
    const expected = upTo(last).filter((seq) => (seq <= at ? seq % 2 === 1 : seq % 2 === 0))
    expect(seqs).to.deep.equal(expected)
  })

  it('shutting down with full queues says goodbye to who reads, cuts who does not, and ends in time', async () => {
    const server = await serve({ gateway: { queue: { maxBytes: 64 * KIB * KIB, maxMessages: 100_000 } } })
    const healthy = await server.connect('?types=log.entry')
    const stalled = await server.connect('?types=log.entry')
    stalled.socket.pause()
    const healthyEnd = healthy.closed()
    for (let index = 0; index < 300; index += 1) {
      void server.bus.publish({ type: 'log.entry', data: { level: 'info', message: 'x'.repeat(64 * KIB) } })
      if (index % 10 === 0) await turn()
    }
    expect(server.gateway.stats().websocket_manager.queued_bytes).to.be.greaterThan(0)
    const startedAtMs = performance.now()
    await inTime(server.gateway.close({ timeoutMs: 2_000 }), 'the end')
    expect(performance.now() - startedAtMs).to.be.below(4_000)
    expect(await healthyEnd).to.include({ code: 1001 })
    const frames = healthy.messages.filter(({ seq }) => seq !== undefined)
    expect(frames.map(({ seq }) => seq)).to.deep.equal(upTo(300))
    expect(healthy.messages.at(-1)).to.include({ type: 'heartbeat' })
    expect(server.gateway.stats().websocket_manager).to.include({ active_connections: 0, queued_bytes: 0 })
  })
})
