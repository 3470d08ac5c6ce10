import { expect } from 'chai'
import * as fc from 'fast-check'
import { clientFrame, FrameWalker, opcodes } from '../../bench/client/frames.ts'
import { createFrame } from '../../lib/transport/frame.ts'

/** The payloads that a walker finds in `bytes` when they come in chunks of these sizes. */
function walk(bytes: Buffer, sizes: readonly number[]): readonly string[] {
  const found: string[] = []
  const walker = new FrameWalker((opcode, chunk, start, end) => {
    found.push(`${opcode} ${chunk.toString('utf8', start, end)}`)
  })
  // As the load generator does: one buffer for all reads, whose old content is overwritten by the next.
  const readBuffer = Buffer.alloc(bytes.length)
  let at = 0
  for (let i = 0; at < bytes.length; i += 1) {
    const length = Math.min(sizes[i % sizes.length] ?? 1, bytes.length - at)
    readBuffer.fill(0xff)
    bytes.copy(readBuffer, 0, at, at + length)
    walker.push(readBuffer, 0, length)
    at += length
  }
  return found
}

describe("the bench's frame walker", () => {
  const lengths = [0, 1, 125, 126, 300, 65_535, 65_536]
  const text = (length: number): string => 'é'.repeat(Math.floor(length / 2)) + 'x'.repeat(length % 2)

  it('finds every frame, however the chunks fall', () => {
    fc.assert(
      fc.property(
        fc.array(fc.constantFrom(...lengths), { minLength: 1, maxLength: 6 }),
        fc.array(fc.oneof(fc.integer({ min: 1, max: 20 }), fc.integer({ min: 1, max: 70_000 })), { minLength: 1 }),
        (frames, sizes) => {
          const bytes = Buffer.concat(frames.map((length) => createFrame(text(length)).wire))
          expect(walk(bytes, sizes)).to.deep.equal(frames.map((length) => `${opcodes.text} ${text(length)}`))
        },
      ),
      { numRuns: 60 },
    )
  })

  it('finds frames that come byte by byte', () => {
    const bytes = Buffer.concat([
      createFrame('a'.repeat(126)).wire,
      Buffer.from([0x89, 1, 0x21]),
      createFrame('b').wire,
    ])
    expect(walk(bytes, [1])).to.deep.equal([`1 ${'a'.repeat(126)}`, '9 !', '1 b'])
  })

  it('refuses what a server must not send', () => {
    expect(() => walk(clientFrame(opcodes.text, Buffer.from('masked')), [100])).to.throw('masked')
    expect(() => walk(Buffer.from([0x01, 1, 0x21]), [100])).to.throw('fragmented')
  })
})
