import { expect } from 'chai'
import * as fc from 'fast-check'
import { drawCaret } from '../../lib/dsl/caret.ts'
import { text as anyText } from './arbitraries.ts'

describe('drawCaret', () => {
  const cases: readonly (readonly [what: string, line: string, column: number, drawn: readonly [string, string]])[] = [
    ['the first column', 'abc', 1, ['abc', '^']],
    ['a column within', 'abc', 2, ['abc', ' ^']],
    ['the place after the end', 'abc', 4, ['abc', '   ^']],
    ['an empty line', '', 1, ['', '^']],
    ['tabs, kept in both lines', '\ta\tb', 4, ['\ta\tb', '\t \t^']],
    ['control characters, escaped', 'a\u0000b', 3, ['a\\u0000b', '       ^']],
    ['a mark without width', '\ufeffb', 2, ['\\ufeffb', '      ^']],
    ['a lone surrogate', 'a\ud800b', 3, ['a\\ud800b', '       ^']],
    ['a wide character of two units', '😀b', 3, ['😀b', '  ^']],
    ['a long line, near its start', 'x'.repeat(200), 1, [`${'x'.repeat(30)}…`, '^']],
    ['a long line, within', 'x'.repeat(200), 101, [`…${'x'.repeat(80)}…`, `${' '.repeat(51)}^`]],
    ['a long line, at its end', 'x'.repeat(200), 201, [`…${'x'.repeat(50)}`, `${' '.repeat(51)}^`]],
  ]
  for (const [what, line, column, [source, mark]] of cases) {
    it(`draws ${what}`, () => {
      expect(drawCaret(line, column)).to.equal(`${source}\n${mark}`)
    })
  }

  it('cuts between characters, never within one', () => {
    // two units a character, but for one in the middle: a cut at a fixed distance is within one on either side of it
    const characters = [...Array.from('😀'.repeat(60)), 'x', ...Array.from('😀'.repeat(60))]
    for (let count = 0; count < characters.length; count++) {
      const column = characters.slice(0, count).join('').length + 1
      expect(drawCaret(characters.join(''), column), `column ${column}`).not.to.include('\\ud')
    }
  })

  it('draws two bounded lines with the mark below its place', () => {
    fc.assert(
      fc.property(anyText, anyText, fc.nat(300), (before, after, length) => {
        const head = before.replace(/[\n\r]/g, '').padEnd(length, 'x')
        const line = `${head}^${after.replace(/[\n\r]/g, '')}`
        const drawn = drawCaret(line, head.length + 1).split('\n')
        expect(drawn).to.have.length(2)
        const mark = drawn[1] ?? ''
        expect(drawn[0]?.[mark.length - 1]).to.equal('^')
        expect(mark.length).to.be.at.most(1 + 51 * 6)
      }),
    )
  })
})
