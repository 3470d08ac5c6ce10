import { expect } from 'chai'
import { readFileSync } from 'node:fs'
import { parse } from '../../lib/dsl/grammar.generated.ts'
import { generateParser, grammarUrl, parserUrl } from '../../scripts/build-dsl.ts'

describe('the generated parser', () => {
  it('is what peggy makes of the grammar: else run "npm run build:dsl"', () => {
    expect(readFileSync(parserUrl, 'utf8')).to.equal(generateParser(readFileSync(grammarUrl, 'utf8')))
  })

  // Units are repeated up to the longest command a client may send (PROTOCOL section 4).
  const LENGTH = 16_384
  /** How often a character may be looked at. */
  const MAX_READS = 16
  const HEADS = ['', 'CALL a ', 'CALL a --k ', 'CALL a -- ', "CALL a '", 'CALL a "']
  const UNITS = [
    "'",
    '"',
    "'\\",
    '"\\',
    '"\\u',
    "''",
    '\\',
    ' ',
    '\t',
    ' \\\n',
    '#',
    ' #',
    '\n',
    '\r',
    '\r\n',
    '# \n',
    '-',
    '--',
  ]
  const MORE = [
    '--a ',
    '--a=',
    '--a=b ',
    '--a #\n',
    'a ',
    'a',
    'CALL ',
    'CALL a\n',
    'CALL a --k\n',
    '😀',
    '\ud800',
    '\u0000',
  ]
  const TAILS = ['', "'", '"', '$', '\\', '\nCALL a', '\n$']

  for (const head of HEADS) {
    it(`reads no text more than a few times over, after ${JSON.stringify(head)}`, () => {
      for (const unit of [...UNITS, ...MORE]) {
        for (const tail of TAILS) {
          const text = `${head}${unit.repeat(LENGTH / unit.length)}${tail}`
          expect(reads(text), JSON.stringify([head, unit, tail])).to.be.at.most(MAX_READS * text.length + 200)
        }
      }
    })
  }
})

/** How many characters of `text` the parser looks at. */
function reads(text: string): number {
  let count = 0
  const counted = {
    length: text.length,
    charAt: (index: number) => counting(text.charAt(index)),
    charCodeAt: (index: number) => counting(text.charCodeAt(index)),
    codePointAt: (index: number) => counting(text.codePointAt(index)),
    substr: (start: number, length: number) => counting(text.slice(start, start + length), length),
    substring: (start: number, end: number) => counting(text.slice(start, end), end - start),
  }
  function counting<Value>(value: Value, characters = 1): Value {
    count += characters
    return value
  }
  try {
    parse(counted, {})
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error
  }
  return count
}
