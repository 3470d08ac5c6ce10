import { expect } from 'chai'
import * as fc from 'fast-check'
import { printable } from '../../lib/base/printable.ts'

/** What can forge, hide or turn around a line of a log (THREATS T21). */
const unsafe: readonly (readonly [string, number, number])[] = [
  ['C0 controls, line feed and escape among them', 0x00, 0x1f],
  ['DEL and the C1 controls', 0x7f, 0x9f],
  ['the Arabic letter mark', 0x061c, 0x061c],
  ['the left-to-right and right-to-left marks', 0x200e, 0x200f],
  ['line and paragraph separators, embeddings and overrides', 0x2028, 0x202e],
  ['isolates', 0x2066, 0x2069],
]

const isUnsafe = (code: number): boolean => unsafe.some(([, from, to]) => code >= from && code <= to)

describe('printable', () => {
  for (const [what, from, to] of unsafe) {
    it(`escapes ${what}`, () => {
      for (let code = from; code <= to; code++) {
        const escaped = `a\\u${code.toString(16).padStart(4, '0')}b`
        expect(printable(`a${String.fromCharCode(code)}b`)).to.equal(escaped)
      }
    })
  }

  it('leaves other text as it is, whatever the script', () => {
    const text = 'täglich 日本語 עברית 👩‍👩‍👧 "quoted" \\n {"a":1}'
    expect(printable(text)).to.equal(text)
  })

  it('cuts after 256 characters and shows that it did', () => {
    expect(printable('x'.repeat(256))).to.equal('x'.repeat(256))
    expect(printable('x'.repeat(257))).to.equal(`${'x'.repeat(256)}…`)
  })

  it('cuts where it is told to', () => {
    expect(printable('abcdef', 3)).to.equal('abc…')
    expect(printable('abc', 3)).to.equal('abc')
    expect(printable('abc', 0)).to.equal('…')
  })

  it('lets nothing unsafe through, and is bounded, for any text', () => {
    const anything = fc.array(fc.integer({ min: 0, max: 0xffff }), { maxLength: 400 })
    fc.assert(
      fc.property(anything, (codes) => {
        const shown = printable(String.fromCharCode(...codes), 64)
        expect(Array.from(shown, (_, index) => shown.charCodeAt(index)).some(isUnsafe)).to.equal(false)
        // An escape takes six characters for one.
        expect(shown.length).to.be.at.most(64 * 6 + 1)
      }),
    )
  })
})
