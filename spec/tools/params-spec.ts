import { expect } from 'chai'
import { isRight } from 'fp-ts/lib/Either.js'
import * as t from 'io-ts'
import { codecDetails } from '../../lib/base/codec-details.ts'
import { BooleanParam, PathParam, PatternParam, withDefault } from '../../lib/tools/params.ts'

function decoded(codec: t.Mixed, value: unknown): unknown {
  const result: t.Validation<unknown> = codec.decode(value)
  return isRight(result) ? result.right : codecDetails(result.left)[0]?.expected
}

describe('params', () => {
  it('BooleanParam takes booleans and their words', () => {
    expect([true, 'true', false, 'false'].map((value) => decoded(BooleanParam, value))).to.deep.equal([
      true,
      true,
      false,
      false,
    ])
    for (const value of ['', 'yes', 'TRUE', 1, 0, null, undefined]) {
      expect(decoded(BooleanParam, value)).to.equal('true or false')
    }
  })

  it('PathParam takes up to 1024 characters without NUL', () => {
    expect(decoded(PathParam, 'ä/b.txt')).to.equal('ä/b.txt')
    expect(decoded(PathParam, 'x'.repeat(1024))).to.have.length(1024)
    for (const value of ['', 'x'.repeat(1025), 'a\0b', 7, true, null, undefined]) {
      expect(decoded(PathParam, value)).to.equal('a path of 1 to 1024 characters without NUL')
    }
  })

  it('PatternParam takes up to 256 characters', () => {
    expect(decoded(PatternParam, '*.ts')).to.equal('*.ts')
    expect(decoded(PatternParam, 'x'.repeat(257))).to.equal('a pattern of 1 to 256 characters without NUL')
  })

  it('withDefault gives a value to what is absent, and to nothing else', () => {
    const codec = t.type({ deep: withDefault(BooleanParam, true) })
    expect(decoded(codec, {})).to.deep.equal({ deep: true })
    expect(decoded(codec, { deep: undefined })).to.deep.equal({ deep: true })
    expect(decoded(codec, { deep: 'false' })).to.deep.equal({ deep: false })
    expect(decoded(codec, { deep: null })).to.equal('true or false')
  })
})
