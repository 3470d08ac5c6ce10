import { expect } from 'chai'
import * as fc from 'fast-check'
import { cut, pad, widthOf } from '../../../examples/client/width.ts'

describe('the width of a text', () => {
  it('counts two columns for what is wide, none for what stands above a letter', () => {
    expect(widthOf('abc')).to.equal(3)
    expect(widthOf('世界')).to.equal(4)
    expect(widthOf('👍')).to.equal(2)
    expect(widthOf('e\u0301')).to.equal(1)
  })

  it('cuts with an ellipsis what is wider than there is room for', () => {
    expect(cut('abcdef', 6)).to.equal('abcdef')
    expect(cut('abcdefg', 6)).to.equal('abcde…')
    expect(cut('世界世界', 4)).to.equal('世…')
  })

  it('cuts every text to its room', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme' }), fc.integer({ min: 1, max: 20 }), (text, columns) => {
        expect(widthOf(cut(text, columns))).to.be.at.most(columns)
      }),
    )
  })

  it('pads by columns, not by characters', () => {
    expect(`${pad('世', 4)}|`).to.equal('世  |')
    expect(pad('abc', 2)).to.equal('abc')
  })
})
