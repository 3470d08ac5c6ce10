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

  const BLOCKS = [
    'PARALLEL\n',
    'SEQUENCE\n\n',
    'IF 1\n',
    'ELSE\n',
    'ENDIF\n',
    'END_PARALLEL\n',
    'WORKFLOW a\n',
    'AGENT a\n',
    'TASK a\n',
    'RETRY 1\n',
    'CALL a\nAGENT b\n',
    'TASK a\nCALL b\n',
    '$a=CALL b\n',
    'CALL a RETRY 1\n',
    'PARALLEL\nCALL a\nEND_PARALLEL\n',
    'IF 1\nCALL b\nELSE\nCALL c\nENDIF\n',
  ]
  const CONDITIONS = [
    '(',
    '!',
    '! ',
    '(!',
    '1 && ',
    '1||',
    '1 == ',
    '(1)',
    '${a.b} == 1 && ',
    '.a',
    '$a',
    '${a',
    "'a' ",
    '1 ',
  ]
  const MODIFIERS = ['RETRY 1 ', 'TIMEOUT 1.0 ', 'RETRY ', 'r ', 'RETRY 1', '0', 'retry 0.1 #', '--a RETRY 1 ']
  const nested = (depth: number): string => 'PARALLEL\n'.repeat(depth)
  const groups: readonly (readonly [head: string, units: readonly string[], tails: readonly string[]])[] = [
    ['', BLOCKS, ['', 'CALL a', 'END_WORKFLOW']],
    [nested(31), [...BLOCKS, '\n', '# \n', ' '], ['', 'END_IF', `CALL a\n${'END_PARALLEL\n'.repeat(31)}`]],
    ['IF ', CONDITIONS, ['', '1', ')', '\nCALL a\nENDIF']],
    [`IF ${'('.repeat(31)}`, [...CONDITIONS, ' ', '\t'], ['', '1', ')']],
    ['CALL a ', MODIFIERS, ['', 'RETRY 1', 'x', '# c']],
    ['RETRY 1', [' ', '0', ' RETRY 1'], ['', ' TIMEOUT 1']],
  ]
  for (const [head, units, tails] of groups) {
    it(`reads no block, condition or modifier more often, after ${JSON.stringify(head.slice(0, 12))}`, () => {
      for (const unit of units) {
        for (const tail of tails) {
          const text = `${head}${unit.repeat(LENGTH / unit.length)}${tail}`
          expect(reads(text), JSON.stringify([head, unit, tail])).to.be.at.most(MAX_READS * text.length + 1_000)
        }
      }
    })
  }

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
