import { expect } from 'chai'
import * as fc from 'fast-check'
import { isRight } from 'fp-ts/lib/Either.js'
import { EncodingParam, fittingBytes, toBytes, toText } from '../../../lib/tools/files/encoding.ts'
import { ToolError } from '../../../lib/tools/tool.ts'

describe('EncodingParam', () => {
  it('takes the encodings by their names', () => {
    const values = ['utf8', 'utf-8', 'base64'].map((value) => EncodingParam.decode(value))
    expect(values.map((value) => isRight(value) && value.right)).to.deep.equal(['utf8', 'utf8', 'base64'])
    for (const value of ['latin1', 'hex', '', 1, null]) expect(isRight(EncodingParam.decode(value))).to.equal(false)
  })
})

describe('toBytes', () => {
  it('takes base64 of either alphabet, padded or not', () => {
    for (const content of ['/+8=', '/+8', '_-8=', '_-8']) {
      expect([...toBytes(content, 'base64', 'a')]).to.deep.equal([0xff, 0xef])
    }
    expect(toBytes('', 'base64', 'a')).to.have.length(0)
  })

  it('refuses what is not base64', () => {
    for (const content of ['äää', 'a!bc', 'YQ==YQ==', '{"a":1}', 'a', 'ab cd efg']) {
      expect(() => toBytes(content, 'base64', 'a.bin'), content)
        .to.throw(ToolError, '"a.bin"')
        .with.property('code', 'INVALID_CONTENT')
    }
  })

  it('is undone by toText', () => {
    fc.assert(
      fc.property(fc.uint8Array(), fc.string({ unit: 'grapheme' }), (bytes, text) => {
        expect([...toBytes(toText(bytes, 'base64', false, 'a'), 'base64', 'a')]).to.deep.equal([...bytes])
        expect(toText(toBytes(text, 'utf8', 'a'), 'utf8', false, 'a')).to.equal(text)
      }),
    )
  })
})

describe('toText', () => {
  it('refuses bytes that are not UTF-8, and keeps a byte order mark', () => {
    expect(() => toText(Uint8Array.of(0x61, 0xff), 'utf8', false, 'a.bin'))
      .to.throw(ToolError, 'base64')
      .with.property('code', 'NOT_TEXT')
    expect(toText(Uint8Array.of(0xef, 0xbb, 0xbf, 0x61), 'utf8', false, 'a')).to.equal('\ufeffa')
  })

  it('leaves out a character that a cut went through, and only then', () => {
    const half = Buffer.from('aü').subarray(0, 2)
    expect(toText(half, 'utf8', true, 'a')).to.equal('a')
    expect(() => toText(half, 'utf8', false, 'a')).to.throw(ToolError)
  })
})

describe('fittingBytes', () => {
  it('is as many bytes as make a text of that length', () => {
    expect(fittingBytes(100, 'utf8')).to.equal(100)
    expect(fittingBytes(100, 'base64')).to.equal(75)
    expect(toText(new Uint8Array(fittingBytes(101, 'base64')), 'base64', true, 'a').length).to.be.at.most(101)
  })
})
