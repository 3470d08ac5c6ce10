import { expect } from 'chai'
import * as fc from 'fast-check'
import { decodeFrame } from '../../../examples/client/frame.ts'

describe('decodeFrame', () => {
  it('keeps every field of a frame', () => {
    const frame = { type: 'PONG', payload: { n: 1 }, id: 'i', timestamp: 't', correlation_id: 'c', seq: 3 }
    expect(decodeFrame(JSON.stringify(frame))).to.deep.equal(frame)
  })

  for (const text of ['', '{', '[]', 'null', '"x"', '{}', '{"type":1,"payload":{}}', '{"type":"x","payload":[]}']) {
    it(`finds no frame in ${JSON.stringify(text)}`, () => {
      expect(decodeFrame(text)).to.equal(undefined)
    })
  }

  it('finds no frame in bytes', () => {
    expect(decodeFrame(Buffer.from('{"type":"x","payload":{}}'))).to.equal(undefined)
  })

  it('never throws', () => {
    fc.assert(
      fc.property(fc.oneof(fc.string(), fc.json()), (text) => {
        decodeFrame(text)
      }),
    )
  })
})
