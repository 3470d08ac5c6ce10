import { expect } from 'chai'
import * as fc from 'fast-check'
import type { Duplex } from 'node:stream'
import { setImmediate } from 'node:timers/promises'
import type { WebSocket } from 'ws'
import { createFrame } from '../../lib/transport/frame.ts'
import type { Transport } from '../../lib/transport/transport.ts'
import { eventually } from './eventually.ts'
import { fill, keepsTheTransportContract, listenTo, type TransportBench, watchWritable } from './transport-contract.ts'
import { clientFrame, handshake, startWsServer, type WsServer, type WsServerSettings } from './ws-fixture.ts'

/** A client of `ws` on a loopback socket as a peer. */
async function openBench(settings: WsServerSettings = {}): Promise<TransportBench & { readonly client: WebSocket }> {
  const server = await startWsServer(settings)
  const { client, transport } = await server.connectClient()
  const received: string[] = []
  let closed: { readonly code: number; readonly reason: string } | undefined
  client.on('message', (data: Buffer) => received.push(data.toString('utf8')))
  client.on('close', (code, reason) => {
    closed = { code, reason: reason.toString('utf8') }
  })
  return {
    client,
    transport,
    peer: {
      send: (text) => client.send(text),
      sendBinary: () => client.send(Buffer.from([1, 2, 3])),
      received: () => received,
      close: (code, reason) => client.close(code, reason),
      closed: () => closed,
      stall: () => client.pause(),
      resume: () => client.resume(),
    },
    dispose: server.close,
  }
}

describe('createWsTransport', () => {
  keepsTheTransportContract(openBench)

  describe('over a socket', () => {
    let server: WsServer

    const start = async (settings: WsServerSettings = {}): Promise<WsServer> => {
      server = await startWsServer(settings)
      return server
    }
    afterEach(() => server.close())

    /** A peer that speaks bytes, past the handshake. */
    const openRaw = async (settings: WsServerSettings = {}) => {
      const { connectRaw, transports } = await start(settings)
      const raw = await connectRaw(handshake())
      await eventually(() => raw.received().includes('\r\n\r\n'), 'the answer')
      const transport = transports[0] ?? expect.fail('no transport')
      return { ...raw, transport, ...listenTo(transport) }
    }

    const openClient = async (settings: WsServerSettings = {}) => {
      const { connectClient } = await start(settings)
      const { client, transport } = await connectClient()
      const closed: number[] = []
      client.on('close', (code) => closed.push(code))
      return { client, closed, transport, ...listenTo(transport) }
    }

    it('carries any text to a real client, with pings and pongs in between', async () => {
      const { client, transport } = await openClient()
      const received: string[] = []
      client.on('message', (data: Buffer) => received.push(data.toString('utf8')))
      const texts = fc.array(fc.string({ unit: 'grapheme', maxLength: 200 }), { maxLength: 10 })
      await fc.assert(
        fc.asyncProperty(texts, async (written) => {
          received.length = 0
          for (const text of written) {
            transport.write(createFrame(text))
            transport.ping()
            client.ping()
          }
          await eventually(() => received.length >= written.length, 'the last text')
          expect(received).to.deep.equal(written)
        }),
      )
    })

    it('hears a ping of the peer as a sign of life, and answers it', async () => {
      const { client, told } = await openClient()
      let pongs = 0
      client.on('pong', () => {
        pongs += 1
      })
      client.ping()
      await eventually(() => pongs === 1, 'the pong')
      expect(told).to.deep.equal([{ _tag: 'SignOfLife' }])
    })

    it('tells a close without a code as 1005', async () => {
      const { client, told, isDone } = await openClient()
      client.close()
      await eventually(isDone, 'the end')
      expect(told).to.deep.equal([{ _tag: 'Closed', code: 1_005, reason: '' }])
    })

    it('joins the fragments of a message', async () => {
      const { client, told } = await openClient()
      for (const [part, fin] of [
        ['one ', false],
        ['two ', false],
        ['three', true],
      ] as const) {
        client.send(part, { fin })
      }
      await eventually(() => told.length === 1, 'the text')
      expect(told).to.deep.equal([{ _tag: 'Text', text: 'one two three', bytes: 13 }])
    })

    it('sends nothing after its close frame', async () => {
      const { socket, received, transport, isDone } = await openRaw()
      const answerLength = received().length
      transport.close(1_000, '')
      transport.write(createFrame('late'))
      transport.ping()
      socket.write(clientFrame(0x88, Buffer.from([0x03, 0xe8])))
      await eventually(isDone, 'the end')
      expect([...received().subarray(answerLength)]).to.deep.equal([0x88, 2, 0x03, 0xe8])
    })

    describe('a peer that breaks the protocol is told why, and so is the server, once:', () => {
      /** Fails unless `told` is one fault with `code`, then the end. */
      const expectFault = async (
        { told, isDone }: ReturnType<typeof listenTo>,
        code: number,
        before: readonly string[] = [],
      ): Promise<void> => {
        await eventually(isDone, 'the end')
        expect(told.map(({ _tag }) => _tag)).to.deep.equal([...before, 'Fault', 'Closed'])
        const fault = told.find(({ _tag }) => _tag === 'Fault')
        expect(fault).to.include({ code })
        expect(fault).to.have.property('error').that.is.an('error')
      }

      const sendFragments = (client: WebSocket, count: number): void => {
        for (let index = 1; index <= count; index += 1) client.send('x', { fin: index === count })
      }

      it('1009 for a message that is too big; one of the greatest size passes', async () => {
        const { client, closed, ...heard } = await openClient({ maxPayloadBytes: 1_000 })
        client.send('x'.repeat(1_000))
        client.send('x'.repeat(1_001))
        await expectFault(heard, 1_009, ['Text'])
        await eventually(() => closed.length === 1, 'the close')
        expect(closed).to.deep.equal([1_009])
      })

      it('1009 for fragments that are too big together', async () => {
        const { client, closed, ...heard } = await openClient({ maxPayloadBytes: 1_000 })
        client.send('x'.repeat(600), { fin: false })
        client.send('x'.repeat(600))
        await expectFault(heard, 1_009)
        await eventually(() => closed.length === 1, 'the close')
        expect(closed).to.deep.equal([1_009])
      })

      it('1007 for a text that is not UTF-8', async () => {
        const { client, closed, ...heard } = await openClient()
        client.send(Buffer.from([0xc3, 0x28]), { binary: false })
        await expectFault(heard, 1_007)
        await eventually(() => closed.length === 1, 'the close')
        expect(closed).to.deep.equal([1_007])
      })

      it('1008 for more than 1,024 fragments; 1,024 pass', async () => {
        const { client, closed, ...heard } = await openClient()
        sendFragments(client, 1_024)
        sendFragments(client, 1_025)
        await expectFault(heard, 1_008, ['Text'])
        await eventually(() => closed.length === 1, 'the close')
        expect(closed).to.deep.equal([1_008])
      })

      it('1008 for a message in more than 4,096 pieces, which cost more than they weigh (THREATS T7)', async () => {
        const sockets: Duplex[] = []
        const { transports, connectRaw } = await start({ beforeAccept: (socket) => void sockets.push(socket) })
        const { socket: raw, received } = await connectRaw(handshake())
        await eventually(() => transports.length === 1, 'the transport')
        const heard = listenTo(transports[0] ?? expect.fail())
        // Said where it is read, because the kernel puts pieces together.
        const say = (bytes: Buffer): unknown => sockets[0]?.emit('data', bytes)
        say(Buffer.from([0x81, 0xfe, 0x40, 0, 0, 0, 0, 0]))
        for (let piece = 1; piece <= 4_096; piece += 1) say(Buffer.from('x'))
        await setImmediate()
        expect(heard.told).to.deep.equal([])
        say(Buffer.from('x'))
        await eventually(() => received().includes(0x88), 'the close frame')
        raw.end()
        await expectFault(heard, 1_008)
      })

      const closeFrame = (code: number): Buffer => Buffer.from([code >> 8, code & 0xff])

      for (const [what, bytes] of [
        ['a frame without a mask', Buffer.from([0x81, 1, 0x78])],
        ['reserved bits', clientFrame(0xf1, 'x')],
        ['compression nobody agreed to', clientFrame(0xc1, 'x')],
        ['an unknown opcode', clientFrame(0x83, 'x')],
        ['a continuation of nothing', clientFrame(0x80, 'x')],
        ['a message within a message', Buffer.concat([clientFrame(0x01, 'x'), clientFrame(0x81, 'y')])],
        ['a fragmented ping', clientFrame(0x09, 'x')],
        ['a close with a code that nobody may send', clientFrame(0x88, closeFrame(1_005))],
        ['words of another protocol', Buffer.from('EHLO example.org\r\n')],
      ] as const) {
        it(`1002 for ${what}`, async () => {
          const { socket, received, ...heard } = await openRaw()
          const answerLength = received().length
          socket.write(bytes)
          await eventually(() => received().length >= answerLength + 4, 'the close frame')
          expect([...received().subarray(answerLength, answerLength + 4)]).to.deep.equal([
            0x88,
            2,
            1_002 >> 8,
            1_002 & 0xff,
          ])
          socket.end()
          await expectFault(heard, 1_002)
        })
      }
    })

    describe('a peer that leaves without a word', () => {
      for (const [how, leave] of [
        ['by a reset', (socket: { resetAndDestroy: () => unknown }) => socket.resetAndDestroy()],
        ['by ending its socket', (socket: { end: () => unknown }) => socket.end()],
      ] as const) {
        it(`${how} is told as 1006, once, and whatever is done then is nothing`, async () => {
          const { socket, transport, told, isDone } = await openRaw()
          // The middle of a frame is no end of a conversation.
          socket.write(clientFrame(0x81, 'a whole message').subarray(0, 9))
          leave(socket)
          await eventually(isDone, 'the end')
          expect(told).to.deep.equal([{ _tag: 'Closed', code: 1_006, reason: '' }])
          expect(() => useAfterwards(transport)).not.to.throw()
        })
      }

      it('does no harm to who writes to it before anybody has noticed', async () => {
        const { socket, transport, told, isDone } = await openRaw()
        socket.resetAndDestroy()
        while (!isDone()) {
          transport.write(createFrame('x'.repeat(100_000)))
          transport.ping()
          await setImmediate()
        }
        expect(told).to.deep.equal([{ _tag: 'Closed', code: 1_006, reason: '' }])
      })

      it('does no harm to a server that nobody listens at', async () => {
        const { connectRaw, transports } = await start()
        const { socket, received } = await connectRaw(handshake())
        await eventually(() => received().includes('\r\n\r\n'), 'the answer')
        socket.write(Buffer.from([0x81, 1, 0x78]))
        await eventually(() => received().includes(0x88), 'the close frame')
        socket.resetAndDestroy()
        expect(transports).to.have.length(1)
      })
    })
  })

  it('tells that it takes more however low its mark is: below its own a stream does not tell', async () => {
    const bench = await openBench({ highWaterMarkBytes: 0, lowWaterMarkBytes: 0 })
    try {
      const texts = fill(bench, 4 * 1024)
      const states = watchWritable(bench.transport)
      bench.peer.resume()
      await eventually(() => bench.peer.received().length === texts.length, 'all that was written')
      await eventually(() => states.at(-1) === true, 'that it takes more')
      expect(states).to.deep.equal([false, true])
    } finally {
      await bench.dispose()
    }
  })

  it('counts as full what holds more than its mark, and not before', async () => {
    const filled = async (highWaterMarkBytes: number): Promise<number> => {
      const bench = await openBench({ highWaterMarkBytes })
      try {
        return fill(bench, 64 * 1024).length
      } finally {
        await bench.dispose()
      }
    }
    // What the kernel takes varies a little; 32 MiB do not.
    const more = (await filled(32 * 1024 * 1024)) - (await filled(64 * 1024))
    expect(more * 64 * 1024).to.be.greaterThan(24 * 1024 * 1024)
  })
})

function useAfterwards(transport: Transport): void {
  transport.write(createFrame('late'))
  transport.ping()
  transport.close(1_000, 'late')
  transport.terminate()
}
