import { expect } from 'chai'
import * as fc from 'fast-check'
import { MAX_TOKENS, tokenize } from '../../lib/chat/tokens.ts'

describe('tokenize', () => {
  const cases: readonly (readonly [text: string, ...tokens: readonly string[]])[] = [
    [''],
    [' \t '],
    ['read a.txt', 'word read', 'word a.txt'],
    ['read a.txt.', 'word read', 'word a.txt', 'mark .'],
    ['really?!', 'word really', 'mark ?', 'mark !'],
    ['a, b;c', 'word a', 'mark ,', 'word b;c'],
    ['a\n\n b', 'word a', 'mark \n', 'word b'],
    ['. .. ... ./a', 'word .', 'word ..', 'mark .', 'mark .', 'mark .', 'word ./a'],
    ['a - b – c', 'word a', 'mark ,', 'word b', 'mark ,', 'word c'],
    ['(a) b(1).txt (c d)', 'word a', 'word b(1).txt', 'word c', 'word d'],
    ['[a] b[1]', 'word a', 'word b[1]'],
    [`{"a b": 1}`, 'word {', 'quote a b', 'mark :', 'word 1}'],
    [
      `"a b" 'c d' “e f” ‘g h’ «i j» \`k l\` „m n“`,
      'quote a b',
      'quote c d',
      'quote e f',
      'quote g h',
      'quote i j',
      'quote k l',
      'quote m n',
    ],
    [`"a",'b'.`, 'quote a', 'mark ,', 'quote b', 'mark .'],
    [`x:"a b" y='c' ("d")`, 'word x', 'mark :', 'quote a b', 'word y', 'mark =', 'quote c', 'quote d'],
    [`'' ""`, 'quote ', 'quote '],
    ["don't students' o'clock", "word don't", "word students'", "word o'clock"],
    ["'it's fine' 'a'b'", "quote it's fine", "quote a'b"],
    ["'tis the 'x'", "quote tis the 'x"],
    ["'tis the season", "word 'tis", 'word the', 'word season'],
    ['"say "hi" now"', 'quote say "hi', 'word now"'],
    ['"a"b c', 'quote a', 'word b', 'word c'],
    ['a "b c', 'word a', 'unclosed "b c'],
    ['5" disk', 'word 5"', 'word disk'],
    ['```js\na `b`\n``` c', 'quote a `b`\n', 'word c'],
    ['```a b``` c', 'quote a b', 'word c'],
    ['a\u00a0b', 'word a', 'word b'],
  ]
  for (const [text, ...tokens] of cases) {
    it(JSON.stringify(text), () => {
      expect(tokenize(text).map((token) => `${token.kind} ${token.text}`)).to.deep.equal(tokens)
    })
  }

  it('reads words in any case and with any apostrophe', () => {
    expect(tokenize('What’s THAT').map(({ lower }) => lower)).to.deep.equal(["what's", 'that'])
  })

  it('keeps the order and the places, and stops in time', () => {
    fc.assert(
      fc.property(
        fc.string({ unit: fc.constantFrom(...Array.from(`ab .,;:!?'"“”‘’\`()[]=\n-`)), maxLength: 60 }),
        (text) => {
          let end = 0
          for (const token of tokenize(text)) {
            expect(token.start).to.be.at.least(end)
            expect(token.end).to.be.within(token.start + 1, text.length)
            if (token.kind === 'word') expect(text.slice(token.start, token.end)).to.equal(token.text)
            if (token.kind === 'quote') expect(text.slice(token.start, token.end)).to.include(token.text)
            end = token.end
          }
        },
      ),
    )
    for (const unit of ['a ', '. ', '...', '"a" ', '( ', '[ '])
      expect(tokenize(unit.repeat(20_000))).to.have.length(MAX_TOKENS + 1)
  })
})
