import { expect } from 'chai'
import * as fc from 'fast-check'
import { evaluate } from '../../../lib/tools/basic/arithmetic.ts'
import { ToolError } from '../../../lib/tools/tool.ts'

function failureOf(expression: string): ToolError {
  try {
    evaluate(expression)
  } catch (error) {
    if (error instanceof ToolError) return error
    throw error
  }
  throw new Error(`"${expression}" has a value`)
}

describe('evaluate', () => {
  const values: Readonly<Record<string, number>> = {
    '7': 7,
    ' 1 + 2 * 3 ': 7,
    '(1 + 2) * 3': 9,
    '2 - 3 - 4': -5,
    '24 / 4 / 2': 3,
    '10 % 4': 2,
    '-7 % 3': -1,
    '5.5 % 2': 1.5,
    '2 ^ 10': 1_024,
    '2 ^ 3 ^ 2': 512,
    '-2 ^ 2': -4,
    '(-2) ^ 2': 4,
    '2 ^ -1': 0.5,
    '2 * -3': -6,
    '- - 3': 3,
    '+3': 3,
    '.5 + 1.': 1.5,
    '1e3 + 2.5E-1': 1_000.25,
    '0.1 + 0.2': 0.3,
    '1 / 3': 0.333333333333333,
    '0 ^ 0': 1,
    '0 * -1': 0,
    'min(3, 1, 2)': 1,
    'max(3)': 3,
    'MAX ( 1 , 2 )': 2,
    'abs(-4) + sqrt(16)': 8,
    'round(2.5) + floor(-1.5) + ceil(1.2)': 3,
    '9007199254740991': 9_007_199_254_740_991,
  }
  for (const [expression, value] of Object.entries(values)) {
    it(`${expression} is ${value}`, () => {
      expect(evaluate(expression)).to.equal(value)
    })
  }

  const failures: Readonly<Record<string, readonly [code: string, words: string]>> = {
    '1 / 0': ['DIVISION_BY_ZERO', 'divides by zero'],
    '1 % (2 - 2)': ['DIVISION_BY_ZERO', 'divides by zero'],
    '0 ^ -1': ['DIVISION_BY_ZERO', 'divides by zero'],
    'sqrt(-1)': ['NOT_A_NUMBER', 'no real number'],
    '(-8) ^ 0.5': ['NOT_A_NUMBER', 'no real number'],
    '1e400': ['OVERFLOW', 'too large'],
    '10 ^ 400': ['OVERFLOW', 'too large'],
    '-1e308 * 10': ['OVERFLOW', 'too large'],
    '': ['INVALID_EXPRESSION', 'expected a number at column 1, found the end'],
    '1 +': ['INVALID_EXPRESSION', 'expected a number at column 4, found the end'],
    '1 2': ['INVALID_EXPRESSION', 'expected an operator or the end at column 3, found "2"'],
    '(1': ['INVALID_EXPRESSION', 'expected ")" at column 3'],
    '1)': ['INVALID_EXPRESSION', 'found ")"'],
    '()': ['INVALID_EXPRESSION', 'found ")"'],
    'min()': ['INVALID_EXPRESSION', 'found ")"'],
    'abs(1, 2)': ['INVALID_EXPRESSION', 'expected ")" at column 6, found ","'],
    'sqrt 4': ['INVALID_EXPRESSION', 'expected "("'],
    'process.exit(1)': ['INVALID_EXPRESSION', 'expected one of min, max,'],
    'constructor(1)': ['INVALID_EXPRESSION', 'expected one of'],
    '5!': ['INVALID_EXPRESSION', 'found "!"'],
    '1\u0000': ['INVALID_EXPRESSION', 'found "\\u0000"'],
  }
  for (const [expression, [code, words]] of Object.entries(failures)) {
    it(`refuses ${JSON.stringify(expression)} with ${code}`, () => {
      const error = failureOf(expression)
      expect(error).to.include({ code, permanent: true })
      expect(error.message).to.include(words)
    })
  }

  it('refuses what is nested deeper than 100, by whatever', () => {
    for (const nesting of ['(', '-', '2^', 'abs(', '1+(']) {
      expect(failureOf(`${nesting.repeat(300)}1`).message).to.include('deeper than 100')
    }
    expect(evaluate('1 + '.repeat(300).concat('1'))).to.equal(301)
  })

  it('gives what JavaScript gives for the same of integers', () => {
    const operator = fc.constantFrom('+', '-', '*')
    const sum = fc.letrec<{ sum: string }>((tie) => ({
      sum: fc.oneof(
        { depthSize: 'small', withCrossShrink: true },
        fc.nat(99).map(String),
        fc.tuple(tie('sum'), operator, tie('sum')).map(([left, sign, right]) => `(${left}) ${sign} (${right})`),
        fc.tuple(fc.nat(9), operator, fc.nat(9), operator, fc.nat(9)).map((parts) => parts.join(' ')),
      ),
    })).sum
    fc.assert(
      fc.property(sum, (expression) => {
        // oxlint-disable-next-line no-implied-eval, typescript/no-implied-eval, typescript/no-unsafe-call -- the model, in a spec
        const expected = new Function(`return ${expression}`)() as number
        if (Number.isSafeInteger(expected)) expect(evaluate(expression)).to.equal(expected + 0)
      }),
    )
  })

  it('has a finite value or fails with a code, whatever the text', () => {
    const token = fc.constantFrom(
      '1',
      '2.5',
      '0',
      '+',
      '-',
      '*',
      '/',
      '%',
      '^',
      '(',
      ')',
      ',',
      ' ',
      'min',
      'sqrt',
      'e',
      '.',
      'ä',
    )
    fc.assert(
      fc.property(
        fc.oneof(
          fc.string(),
          fc.array(token).map((tokens) => tokens.join('')),
        ),
        (expression) => {
          try {
            expect(Number.isFinite(evaluate(expression))).to.equal(true)
          } catch (error) {
            expect(error).to.be.instanceOf(ToolError)
          }
        },
      ),
    )
  })
})
