import { expect } from 'chai'
import * as fc from 'fast-check'
import { randomBytes } from 'node:crypto'
import { once } from 'node:events'
import { WebSocket } from 'ws'
import { createFrame } from '../../lib/transport/frame.ts'
import type { Transport } from '../../lib/transport/transport.ts'
import { eventually } from './eventually.ts'
import { fill, keepsTheTransportContract, listenTo, type TransportBench, watchWritable } from './transport-contract.ts'
import { startWsServer, type WsServer, type WsServerSettings } from './ws-fixture.ts'

/** Everything is compressed, however short. */
const everything: WsServerSettings = { compression: { threshold: 0 } }

interface Peer {
  readonly client: WebSocket
  readonly transport: Transport
  readonly received: readonly string[]
  readonly closed: () => { readonly code: number; readonly reason: string } | undefined
}

/** A client that has negotiated compression or, if it is plain, has not. */
async function connect(server: WsServer, isPlain = false): Promise<Peer> {
  const index = server.transports.length
  const client = new WebSocket(server.url, { perMessageDeflate: !isPlain })
  client.on('error', () => undefined)
  const received: string[] = []
  let closed: { readonly code: number; readonly reason: string } | undefined
  client.on('message', (data: Buffer, isBinary: boolean) => received.push(isBinary ? 'binary' : data.toString('utf8')))
  client.on('close', (code, reason) => {
    closed = { code, reason: reason.toString('utf8') }
  })
  await once(client, 'open')
  expect(client.extensions.includes('permessage-deflate')).to.equal(!isPlain)
  return { client, transport: server.transports[index] ?? expect.fail(), received, closed: () => closed }
}

async function openBench(settings: WsServerSettings): Promise<TransportBench> {
  const server = await startWsServer(settings)
  const { client, transport, received, closed } = await connect(server)
  return {
    transport,
    peer: {
      send: (text) => client.send(text),
      sendBinary: () => client.send(Buffer.from([1, 2, 3])),
      received: () => received,
      close: (code, reason) => client.close(code, reason),
      closed,
      stall: () => client.pause(),
      resume: () => client.resume(),
    },
    dispose: server.close,
  }
}

const unicode = 'ünïcödé ✓ 😀 \u0000 '

/** Frames of every size, in an order that mixes them: what is short must not overtake what takes long to compress. */
const texts: readonly string[] = [
  'first',
  'x'.repeat(100_000),
  'short after long',
  unicode.repeat(5_000),
  '',
  unicode,
  ...Array.from({ length: 200 }, (_, index) => (index % 20 === 0 ? `${index}`.repeat(10_000) : `frame ${index}`)),
  'last',
]

function writeAll(transport: Transport, all: readonly string[]): void {
  for (const text of all) transport.write(createFrame(text))
}

/** A text of which compression leaves three quarters. */
function noise(length: number): string {
  return randomBytes(length).toString('base64').slice(0, length)
}

describe('a transport whose client has negotiated permessage-deflate', () => {
  describe('with compression of all', () => {
    keepsTheTransportContract(() => openBench(everything))
  })

  describe('with the thresholds of ws', () => {
    keepsTheTransportContract(() => openBench({ compression: true }))
  })

  describe('on a server', () => {
    let server: WsServer

    const start = async (settings: WsServerSettings = everything): Promise<WsServer> => {
      server = await startWsServer(settings)
      return server
    }
    afterEach(() => server.close())

    for (const [what, compression] of [
      ['all is compressed', { threshold: 0 }],
      ['what is long is compressed', true],
      ['nothing is kept from one message to the next', { threshold: 0, serverNoContextTakeover: true }],
      ['one is compressed at a time', { threshold: 0, concurrencyLimit: 1 }],
    ] as const) {
      it(`gets every frame, correct and in order, where ${what}`, async () => {
        const { transport, received } = await connect(await start({ compression }))
        writeAll(transport, texts)
        await eventually(() => received.length === texts.length, 'the last frame')
        expect(received.map((text, index) => text === texts[index])).not.to.include(false)
      })
    }

    it('gets the same as clients that have not, side by side, from the very same frames', async () => {
      await start()
      const peers = [
        await connect(server),
        await connect(server, true),
        await connect(server),
        await connect(server, true),
      ]
      const frames = texts.map((text) => createFrame(text))
      const before = frames.map(({ wire }) => Buffer.from(wire))
      for (const frame of frames) for (const { transport } of peers) transport.write(frame)
      await eventually(() => peers.every(({ received }) => received.length === texts.length), 'the last frame')
      for (const { received } of peers) {
        expect(received.map((text, index) => text === texts[index])).not.to.include(false)
      }
      expect(frames.every(({ wire }, index) => before[index]?.equals(wire))).to.equal(true)
    })

    it('is given each frame by itself, others what a flush brings joined', async () => {
      await start()
      const [compressed, plain] = [await connect(server), await connect(server, true)]
      expect(compressed.transport.writeJoined).to.equal(undefined)
      const joined = Buffer.concat(['one', 'two'].map((text) => createFrame(text).wire))
      plain.transport.writeJoined?.(joined)
      await eventually(() => plain.received.length === 2, 'what was joined')
      expect(plain.received).to.deep.equal(['one', 'two'])
    })

    it('costs less on the wire', async () => {
      const sockets: { readonly bytesWritten: number }[] = []
      const { transports } = await start({
        ...everything,
        beforeAccept: (socket) => void sockets.push(socket as unknown as { readonly bytesWritten: number }),
      })
      const peer = await connect(server)
      const [socket] = sockets
      const begin = socket?.bytesWritten ?? 0
      writeAll(peer.transport, ['x'.repeat(500_000)])
      await eventually(() => peer.received.length === 1, 'the frame')
      expect((socket?.bytesWritten ?? Number.NaN) - begin).to.be.within(1, 5_000)
      expect(transports).to.have.length(1)
    })

    it('gets all that was written before a close, then the close', async () => {
      const { transport, received, closed } = await connect(await start())
      const { isDone } = listenTo(transport)
      writeAll(transport, texts)
      transport.close(4_408, 'heartbeat timeout')
      writeAll(transport, ['late'])
      await eventually(isDone, 'the end')
      await eventually(() => closed() !== undefined, 'the close')
      expect(received.map((text, index) => text === texts[index])).not.to.include(false)
      expect(received).to.have.length(texts.length)
      expect(closed()).to.deep.equal({ code: 4_408, reason: 'heartbeat timeout' })
    })

    it('is given nothing after a close, which would only fill up', async () => {
      const { client, transport } = await connect(await start())
      const states = watchWritable(transport)
      const { isDone } = listenTo(transport)
      client.pause()
      transport.close(1_000, 'bye')
      const before = transport.progress?.()
      for (let index = 0; index < 4; index += 1) transport.write(createFrame('x'.repeat(100_000)))
      expect([states, transport.progress?.()]).to.deep.equal([[true], before])
      client.resume()
      await eventually(isDone, 'the end')
      expect([states, transport.progress?.()]).to.deep.equal([[true], before])
    })

    it('gets pings and pongs in between, and any text', async () => {
      const { client, transport, received } = await connect(await start())
      const any = fc.array(fc.string({ unit: 'grapheme', maxLength: 300 }), { maxLength: 8 })
      let want = 0
      await fc.assert(
        fc.asyncProperty(any, async (written) => {
          const begin = received.length
          want = begin + written.length
          for (const text of written) {
            transport.write(createFrame(text))
            transport.ping()
            client.ping()
          }
          await eventually(() => received.length >= want, 'the last text')
          expect(received.slice(begin)).to.deep.equal(written)
        }),
      )
    })

    it('shuts the gate when it does not read and opens it when it does, whatever that costs; nothing is lost', async () => {
      const { client, transport, received } = await connect(await start())
      const states = watchWritable(transport)
      const text = noise(256 * 1024)
      client.pause()
      let written = 0
      // Compression is not at once: what is written waits for it, which counts.
      while (states.at(-1) === true) {
        if (written > 400) throw new Error('this transport is never full')
        transport.write(createFrame(text))
        written += 1
      }
      expect(states).to.deep.equal([true, false])
      client.resume()
      await eventually(() => received.length === written, 'all that was written')
      await eventually(() => states.at(-1) === true, 'that it takes more')
      expect(received.every((one) => one === text)).to.equal(true)
      expect(states.filter((isOpen) => !isOpen).length).to.be.at.least(1)
    })

    it('stays shut for a peer that reads nothing at all, also when all is compressed', async () => {
      const { client, transport } = await connect(await start())
      const states = watchWritable(transport)
      const text = noise(1024 * 1024)
      client.pause()
      // As a pipeline does: only while it may. The kernel takes some megabytes of a peer that does not read.
      let written = 0
      const subscription = transport.writable$.subscribe((isWritable) => {
        if (!isWritable) return
        queueMicrotask(() => {
          while (states.at(-1) === true && written < 100) {
            transport.write(createFrame(text))
            written += 1
          }
        })
      })
      const before = () => transport.progress?.() ?? Number.NaN
      // It comes to rest: nothing more is taken for a while of turns.
      let still = 0
      let last = before()
      await eventually(() => {
        still = before() === last ? still + 1 : 0
        last = before()
        return states.at(-1) === false && still > 2_000
      }, 'a full socket')
      expect(written).to.be.below(100)
      subscription.unsubscribe()
      client.resume()
      await eventually(() => states.at(-1) === true, 'that it takes more')
    })

    it('has made progress with each frame that its socket took', async () => {
      const { transport, received } = await connect(await start())
      const progress = (): number => transport.progress?.() ?? Number.NaN
      let before = progress()
      for (const text of ['one', 'x'.repeat(50_000), 'three']) {
        transport.write(createFrame(text))
        expect(progress()).to.equal(before)
        await eventually(() => progress() > before, 'progress')
        before = progress()
      }
      await eventually(() => received.length === 3, 'the last frame')
    })

    for (const isPlain of [true, false]) {
      const who = isPlain ? 'others' : 'it'

      it(`makes progress also in the middle of a large frame: one that reads slowly has not stalled (${who})`, async () => {
        const { client, transport, received } = await connect(await start(), isPlain)
        client.pause()
        // Noise, so that what is compressed stays large.
        transport.write(createFrame(randomBytes(12 * 1024 * 1024).toString('base64')))
        const seen = new Set<number>()
        client.resume()
        await eventually(() => {
          seen.add(transport.progress?.() ?? Number.NaN)
          return received.length === 1
        }, 'the frame')
        expect(seen.size).to.be.greaterThan(3)
      })
    }

    it('does no harm where it is gone in the middle of it', async () => {
      const { client, transport } = await connect(await start())
      const { told, isDone } = listenTo(transport)
      writeAll(transport, texts)
      client.terminate()
      while (!isDone()) {
        transport.write(createFrame('x'.repeat(10_000)))
        transport.ping()
        await new Promise<void>((resolve) => {
          setImmediate(resolve)
        })
      }
      expect(() => writeAll(transport, ['late'])).not.to.throw()
      expect(told.filter(({ _tag }) => _tag === 'Closed')).to.deep.equal([{ _tag: 'Closed', code: 1_006, reason: '' }])
    })

    it('is terminated in the middle of it without a word', async () => {
      const { transport, closed } = await connect(await start())
      const { isDone } = listenTo(transport)
      writeAll(transport, texts)
      transport.terminate()
      await eventually(isDone, 'the end')
      await eventually(() => closed() !== undefined, 'the end at the peer')
      expect(closed()).to.include({ code: 1_006 })
    })
  })

  it('says that it is full for a peer that does not read as any other does', async () => {
    const bench = await openBench({ compression: { threshold: 0 }, highWaterMarkBytes: 0, lowWaterMarkBytes: 0 })
    try {
      const written = fill(bench, 4 * 1024)
      const states = watchWritable(bench.transport)
      bench.peer.resume()
      await eventually(() => bench.peer.received().length === written.length, 'all that was written')
      await eventually(() => states.at(-1) === true, 'that it takes more')
      expect(states).to.deep.equal([false, true])
    } finally {
      await bench.dispose()
    }
  })
})
