import { expect } from 'chai'
import { once } from 'node:events'
import type { Duplex } from 'node:stream'
import { createFrame } from '../../lib/transport/frame.ts'
import type { Incoming } from '../../lib/transport/transport.ts'
import { eventually } from './eventually.ts'
import { clientFrame, handshake, startWsServer, type WsServer, type WsServerSettings } from './ws-fixture.ts'

describe('createWsAcceptor', () => {
  let server: WsServer | undefined

  const start = async (settings: WsServerSettings = {}): Promise<WsServer> => {
    server = await startWsServer(settings)
    return server
  }
  afterEach(async () => {
    await server?.close()
    server = undefined
  })

  /** The lines of the answer to a handshake. */
  const answerTo = async (bytes: string): Promise<readonly string[]> => {
    const { connectRaw } = server ?? (await start())
    const { received } = await connectRaw(bytes)
    await eventually(() => received().includes('\r\n\r\n'), 'an answer')
    return received().toString('latin1').split('\r\n')
  }

  it('answers a good handshake with 101 and the digest of RFC 6455, and hands over a transport', async () => {
    const { transports, refusals } = await start()
    const answer = await answerTo(handshake())
    expect(answer[0]).to.equal('HTTP/1.1 101 Switching Protocols')
    expect(answer).to.include('Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=')
    expect([transports.length, refusals]).to.deep.equal([1, []])
  })

  it('selects its subprotocol where a client offers it, among others too, and no other', async () => {
    const offering = (offered: string | undefined) => answerTo(handshake({ 'Sec-WebSocket-Protocol': offered }))
    const selected = (answer: readonly string[]) => answer.filter((line) => /^sec-websocket-protocol/i.test(line))
    expect(selected(await offering('test.v1'))).to.deep.equal(['Sec-WebSocket-Protocol: test.v1'])
    expect(selected(await offering('other, test.v1'))).to.deep.equal(['Sec-WebSocket-Protocol: test.v1'])
    expect(selected(await offering('other'))).to.deep.equal([])
    expect(selected(await offering(undefined))).to.deep.equal([])
    expect(server?.transports).to.have.length(4)
  })

  it('agrees to no compression (THREATS T9)', async () => {
    const answer = await answerTo(handshake({ 'Sec-WebSocket-Extensions': 'permessage-deflate' }))
    expect(answer.filter((line) => /^sec-websocket-extensions/i.test(line))).to.deep.equal([])
    expect(answer[0]).to.include('101')
  })

  it('writes the 101 and what is said at once together: a connection that comes costs one write', async () => {
    const writes: string[] = []
    const { connectRaw } = await start({
      beforeAccept: (socket) => {
        const write = socket._write.bind(socket)
        const writev = socket._writev?.bind(socket)
        socket._write = (chunk, ...rest) => {
          writes.push('one')
          write(chunk, ...rest)
        }
        socket._writev = (chunks, callback) => {
          writes.push(`${chunks.length} together`)
          writev?.(chunks, callback)
        }
      },
      onTransport: (transport) => transport.write(createFrame('welcome')),
    })
    const { received } = await connectRaw(handshake())
    await eventually(() => received().includes('welcome'), 'the first words')
    expect(writes).to.deep.equal(['2 together'])
  })

  it('loses nothing of what came together with the handshake', async () => {
    const told: Incoming[] = []
    const { connectRaw } = await start({
      onTransport: ({ incoming$ }) => incoming$.subscribe((incoming) => told.push(incoming)),
    })
    await connectRaw(Buffer.concat([Buffer.from(handshake()), clientFrame(0x81, 'early')]))
    await eventually(() => told.length === 1, 'the text')
    expect(told).to.deep.equal([{ _tag: 'Text', text: 'early', bytes: 5 }])
  })

  for (const [what, bytes, why] of [
    ['without a key', handshake({ 'Sec-WebSocket-Key': undefined }), /Sec-WebSocket-Key/],
    ['with a bad key', handshake({ 'Sec-WebSocket-Key': 'short' }), /Sec-WebSocket-Key/],
    ['of an unknown version', handshake({ 'Sec-WebSocket-Version': '12' }), /Sec-WebSocket-Version/],
    ['without a version', handshake({ 'Sec-WebSocket-Version': undefined }), /Sec-WebSocket-Version/],
    ['by POST', handshake({}, 'POST'), /method/],
    ['to another protocol', handshake({ Upgrade: 'h2c' }), /Upgrade/],
    ['with malformed subprotocols', handshake({ 'Sec-WebSocket-Protocol': 'a,,b' }), /Sec-WebSocket-Protocol/],
  ] as const) {
    it(`refuses a handshake ${what}, says why, and has written nothing by then`, async () => {
      const { transports, refusals } = await start()
      const answer = await answerTo(bytes)
      expect(refusals).to.have.length(1)
      expect(refusals[0]?.why).to.match(why)
      expect(refusals[0]?.bytesWritten).to.equal(0)
      expect(transports).to.deep.equal([])
      expect(answer).to.deep.equal(['HTTP/1.1 400 Bad Request', '', ''])
    })
  }

  it('keeps handshakes apart: a refused one changes nothing for those after it', async () => {
    const { transports, refusals } = await start()
    for (const key of [undefined, 'dGhlIHNhbXBsZSBub25jZQ==', 'short', 'dGhlIHNhbXBsZSBub25jZQ==']) {
      await answerTo(handshake({ 'Sec-WebSocket-Key': key }))
    }
    expect([transports.length, refusals.length]).to.deep.equal([2, 2])
  })

  it('refuses a peer that left before its handshake was answered, so that its slot can be given back', async () => {
    const leave = async (socket: Duplex): Promise<void> => {
      const left = once(socket, 'close')
      socket.destroy()
      await left
    }
    const { connectRaw, transports, refusals } = await start({ beforeAccept: leave })
    await connectRaw(handshake())
    await eventually(() => refusals.length > 0, 'the refusal')
    expect(refusals).to.deep.equal([{ why: 'the peer has left', bytesWritten: 0 }])
    expect(transports).to.deep.equal([])
  })
})
