import { expect } from 'chai'
import * as fc from 'fast-check'
import { escapeReferences, fillReferences, mayBeNamed, referencesIn, TextBudget } from '../../lib/dsl/reference.ts'
import { text as anyText } from './arbitraries.ts'

describe('references in a text', () => {
  const found: readonly (readonly [text: string, references: readonly string[]])[] = [
    ['', []],
    ['$a {b} ${', []],
    ['${a}', ['a']],
    ['x ${a.b.0} y${c}', ['a.b.0', 'c']],
    ['$${a} ${b}', ['b']],
    ['$$${a}', []],
    ['${}', ['']],
    ['${a b}', ['a b']],
    ['${a${b}}', ['b']],
  ]
  for (const [text, references] of found) {
    it(`are ${JSON.stringify(references)} in ${text}`, () => {
      const all = referencesIn(text)
      expect(all.map(({ name, path }) => [name, ...path].join('.'))).to.deep.equal(references)
      expect(all.map((reference) => reference.text)).to.deep.equal(references.map((reference) => `\${${reference}}`))
    })
  }

  it('are replaced: the whole text by the value, others by their text', () => {
    const results = new Map<string, unknown>([['a', { n: 1, t: 'x', l: [1, 'y'], no: null }]])
    expect(fillReferences('${a.n}', results, new TextBudget(1_000))).to.equal(1)
    expect(fillReferences('${a.l}', results, new TextBudget(1_000))).to.deep.equal([1, 'y'])
    expect(fillReferences('${a.nothing}', results, new TextBudget(1_000))).to.equal(null)
    expect(fillReferences('${b}', results, new TextBudget(1_000))).to.equal(null)
    expect(fillReferences('<${a.n} ${a.t} ${a.l} ${a.no} ${b}>', results, new TextBudget(1_000))).to.equal(
      '<1 x [1,"y"] null null>',
    )
    expect(fillReferences('$${a.n} $${', results, new TextBudget(1_000))).to.equal('${a.n} ${')
    expect(fillReferences('${a', results, new TextBudget(1_000))).to.equal('${a')
  })

  it('are none in a text that was escaped, which comes out as it was', () => {
    const pieces = fc.array(fc.oneof(anyText, fc.constantFrom('${', '$', '{', '}', '${a}')), { maxLength: 6 })
    fc.assert(
      fc.property(
        pieces.map((some) => some.join('')),
        (text) => {
          expect(referencesIn(escapeReferences(text))).to.deep.equal([])
          expect(fillReferences(escapeReferences(text), new Map(), new TextBudget(1_000))).to.equal(text)
        },
      ),
    )
  })

  it('reach no prototype', () => {
    for (const name of ['', '__proto__', 'constructor', 'prototype']) expect(mayBeNamed(name), name).to.equal(false)
    expect(mayBeNamed('toString')).to.equal(true)
    expect(fillReferences('${a.toString}', new Map([['a', {}]]), new TextBudget(1_000))).to.equal(null)
  })
})
