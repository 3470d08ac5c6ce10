import { expect } from 'chai'
import * as t from 'io-ts'
import { knownNames } from '../../lib/base/codec-names.ts'

const both = t.intersection([t.type({ a: t.string }), t.partial({ b: t.string })])

function names(codec: t.Mixed): readonly string[] | undefined {
  const known = knownNames(codec)
  return known && [...known]
}

describe('knownNames', () => {
  it('reads the object codecs', () => {
    expect(names(t.type({ a: t.string, b: t.number }))).to.deep.equal(['a', 'b'])
    expect(names(t.partial({ a: t.string }))).to.deep.equal(['a'])
    expect(names(t.type({}))).to.deep.equal([])
    expect(names(t.strict({ a: t.string }))).to.deep.equal(['a'])
    expect(names(new t.StrictType('old', both.is, both.validate, both.encode, { a: t.string }))).to.deep.equal(['a'])
  })

  it('reads through what is wrapped around them', () => {
    expect(names(both)).to.deep.equal(['a', 'b'])
    expect(names(t.exact(both))).to.deep.equal(['a', 'b'])
    expect(names(t.readonly(both))).to.deep.equal(['a', 'b'])
    expect(names(new t.RefinementType('some', both.is, both.validate, both.encode, both, () => true))).to.deep.equal([
      'a',
      'b',
    ])
    expect(names(t.intersection([t.readonly(both), t.strict({ c: t.string })]))).to.deep.equal(['a', 'b', 'c'])
  })

  it('does not guess', () => {
    expect(names(t.record(t.string, t.string))).to.equal(undefined)
    expect(names(t.union([both, t.type({ c: t.string })]))).to.equal(undefined)
    expect(names(t.intersection([both, t.record(t.string, t.string)]))).to.equal(undefined)
    expect(names(t.unknown)).to.equal(undefined)
    expect(names(new t.Type('own', both.is, both.validate, both.encode))).to.equal(undefined)
  })
})
