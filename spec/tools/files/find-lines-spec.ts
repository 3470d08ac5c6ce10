import { expect } from 'chai'
import * as fc from 'fast-check'
import { findLines } from '../../../lib/tools/files/find-lines.ts'

describe('findLines', () => {
  it('finds each line once, and counts from 1', () => {
    expect(findLines('one x x\ntwo\nthree x\r\nx', 'x', 9)).to.deep.equal([
      { line: 1, text: 'one x x' },
      { line: 3, text: 'three x' },
      { line: 4, text: 'x' },
    ])
  })

  it('finds at most as many as asked', () => {
    expect(findLines('x\nx\nx', 'x', 2)).to.have.length(2)
    expect(findLines('x', 'x', 0)).to.have.length(0)
  })

  it('takes nothing for a pattern', () => {
    expect(findLines('aXb\na.b', 'a.b', 9)).to.deep.equal([{ line: 2, text: 'a.b' }])
  })

  it('finds what goes over several lines where it begins', () => {
    expect(findLines('0\na\nb\nc', 'a\nb', 9)).to.deep.equal([{ line: 2, text: 'a' }])
  })

  it('cuts a long line so that the place is in it', () => {
    const near = findLines(`ab${'-'.repeat(9_000)}`, 'ab', 1)[0]?.text
    expect(near).to.have.length(256).and.match(/^ab-/)
    const far = findLines(`${'-'.repeat(9_000)}ab${'+'.repeat(9_000)}`, 'ab', 1)[0]?.text
    expect(far).to.have.length(256).and.match(/-ab\+/)
  })

  it('cuts no character in halves', () => {
    const text = findLines(`ab-${'😀'.repeat(200)}`, 'ab', 1)[0]?.text
    expect(text).to.equal(`ab-${'😀'.repeat(126)}`)
  })

  it('finds the lines that hold it, as splitting would', () => {
    const words = fc.array(fc.constantFrom('a', 'b', '\n'), { maxLength: 30 }).map((all) => all.join(''))
    fc.assert(
      fc.property(words, fc.constantFrom('a', 'ab', 'aa', 'bab'), (text, wanted) => {
        const expected = text.split('\n').flatMap((line, index) => (line.includes(wanted) ? [index + 1] : []))
        expect(findLines(text, wanted, 99).map((found) => found.line)).to.deep.equal(expected)
      }),
    )
  })
})
