import { expect } from 'chai'
import * as fc from 'fast-check'
import type { Writable } from 'node:stream'
import * as ws from 'ws'
import { createFrame } from '../../lib/transport/frame.ts'

// `@types/ws` does not know it.
const Receiver = Reflect.get(ws, 'Receiver') as new (options: object) => Writable

/** The messages a client of `ws` reads from `bytes`. */
function decode(bytes: Buffer): readonly { readonly text: string; readonly isBinary: boolean }[] {
  const messages: { text: string; isBinary: boolean }[] = []
  const receiver = new Receiver({ isServer: false })
  receiver.on('message', (data: Buffer, isBinary: boolean) => {
    messages.push({ text: data.toString('utf8'), isBinary })
  })
  receiver.on('error', (error) => {
    throw error
  })
  receiver.write(bytes)
  return messages
}

/** Strings of all kinds, halves of surrogate pairs too. */
const texts = fc.oneof(
  fc.string({ unit: 'grapheme' }),
  fc.string({ unit: 'binary' }),
  fc.array(fc.integer({ min: 0, max: 0xff_ff }), { maxLength: 20 }).map((units) => String.fromCharCode(...units)),
  fc.nat(300).map((length) => 'x'.repeat(length)),
)

/** What UTF-8 keeps of `text`: half a surrogate pair becomes the replacement character. */
const asUtf8 = (text: string): string => Buffer.from(text, 'utf8').toString('utf8')

describe('createFrame', () => {
  for (const [length, header] of [
    [0, [0x81, 0]],
    [1, [0x81, 1]],
    [125, [0x81, 125]],
    [126, [0x81, 126, 0, 126]],
    [65_535, [0x81, 126, 0xff, 0xff]],
    [65_536, [0x81, 127, 0, 0, 0, 0, 0, 1, 0, 0]],
    [1_000_000, [0x81, 127, 0, 0, 0, 0, 0, 0x0f, 0x42, 0x40]],
  ] as const) {
    it(`begins ${length} bytes with the header of RFC 6455: final, text, no mask, the shortest length`, () => {
      const text = 'x'.repeat(length)
      const { wire, payload } = createFrame(text)
      expect([...wire.subarray(0, header.length)]).to.deep.equal(header)
      expect(wire.length).to.equal(header.length + length)
      expect(payload.toString('utf8') === text).to.equal(true)
      expect(decode(wire)).to.deep.equal([{ text, isBinary: false }])
    })
  }

  it('counts bytes, not characters', () => {
    const text = '€'.repeat(42)
    const { wire, payload } = createFrame(text)
    expect([...wire.subarray(0, 4)]).to.deep.equal([0x81, 126, 0, 126])
    expect(payload.toString('utf8')).to.equal(text)
  })

  it('is read by a real client as the text it was made of', () => {
    fc.assert(
      fc.property(fc.array(texts, { maxLength: 8 }), (written) => {
        const wire = Buffer.concat(written.map((text) => createFrame(text).wire))
        expect(decode(wire)).to.deep.equal(written.map((text) => ({ text: asUtf8(text), isBinary: false })))
      }),
    )
  })

  it('shows the payload as a view of what is written', () => {
    const { wire, payload } = createFrame('small')
    expect(payload.buffer).to.equal(wire.buffer)
    expect([payload.byteOffset - wire.byteOffset, payload.length]).to.deep.equal([2, 5])
  })

  for (const length of [0, 5, 126, 5_000, 70_000]) {
    it(`keeps no other memory alive once it has settled, and says the same (${length} characters)`, () => {
      const frame = createFrame('€'.repeat(length))
      const before = [frame.wire.toString('hex'), frame.payload.toString()]
      for (let times = 0; times < 2; times += 1) {
        frame.settle()
        expect(frame.wire.buffer.byteLength).to.equal(frame.wire.length)
        expect(frame.payload.buffer).to.equal(frame.wire.buffer)
        expect([frame.wire.toString('hex'), frame.payload.toString()]).to.deep.equal(before)
      }
    })
  }
})
