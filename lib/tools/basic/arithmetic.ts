import { printable } from '../../base/printable.ts'
import { ToolError } from '../tool.ts'

/** The codes an expression fails with; `docs/protocol.md` lists them. */
type ArithmeticErrorCode = 'INVALID_EXPRESSION' | 'DIVISION_BY_ZERO' | 'NOT_A_NUMBER' | 'OVERFLOW'

/** Tells the value. @throws ToolError where there is none. */
export type Calculation = () => number

/** Where in the text it is read. */
interface Reader {
  readonly text: string
  index: number
  depth: number
}

interface Operator {
  /** Of two operators the one that binds more strongly goes first. */
  readonly binding: number
  readonly isRightAssociative?: boolean
  readonly apply: (left: number, right: number) => number
}

/** Nested deeper than any expression a person writes, and far from the end of the stack. */
const MAX_DEPTH = 100
/** A number keeps about 15 digits; what a sum has beyond them is noise: 0.1 + 0.2. */
const DIGITS = 15
const SIGN_BINDING = 3

const OPERATORS: ReadonlyMap<string, Operator> = new Map<string, Operator>([
  ['+', { binding: 1, apply: (left, right) => left + right }],
  ['-', { binding: 1, apply: (left, right) => left - right }],
  ['*', { binding: 2, apply: (left, right) => left * right }],
  ['/', { binding: 2, apply: (left, right) => left / nonZero(right) }],
  ['%', { binding: 2, apply: (left, right) => left % nonZero(right) }],
  // more strongly than a sign before it, less than one after it: -2^2 is -4, 2^-1 is 0.5
  ['^', { binding: 4, isRightAssociative: true, apply: power }],
])

const FUNCTIONS: ReadonlyMap<string, (...values: readonly number[]) => number> = new Map([
  ['min', Math.min],
  ['max', Math.max],
  ['abs', Math.abs],
  ['round', Math.round],
  ['floor', Math.floor],
  ['ceil', Math.ceil],
  ['sqrt', Math.sqrt],
])
const OF_MANY: ReadonlySet<string> = new Set(['min', 'max'])

const SPACE = /\s*/y
const NUMBER = /(?:\d+(?:\.\d*)?|\.\d+)(?:e[+-]?\d+)?/iy
const NAME = /[a-z]+/iy

/**
 * The value of what {@link readArithmetic} reads. Integers are exact to 2^53, fractions have 15 digits.
 *
 * @throws ToolError as that does, and `DIVISION_BY_ZERO`, `NOT_A_NUMBER` (the root of a negative number), `OVERFLOW` (beyond 1.8e308), all
 * permanent.
 */
export function evaluate(expression: string): number {
  const value = readArithmetic(expression)()
  // never -0, which JSON does not know
  return (Number.isInteger(value) ? value : Number(value.toPrecision(DIGITS))) + 0
}

/**
 * Reads an arithmetic expression: decimals (`1.5`, `.5`, `2e3`), `+ - * / %` (the remainder, with the sign of what is divided),
 * `^` (from the right, before a sign: `-2^2` is `-4`), signs, parentheses nested at most 100 deep, and `min`, `max` of any number of
 * values, `abs`, `round`, `floor`, `ceil`, `sqrt` of one. Nothing of the text is ever run as code.
 *
 * @throws ToolError `INVALID_EXPRESSION`, permanent, with the column.
 */
export function readArithmetic(expression: string): Calculation {
  const reader: Reader = { text: expression, index: 0, depth: 0 }
  const calculation = readExpression(reader, 0)
  if (reader.index < expression.length) throw unexpected(reader, 'an operator or the end')
  return calculation
}

/** Reads operators that bind more strongly than `binding`, and what is on both sides of them. */
function readExpression(reader: Reader, binding: number): Calculation {
  if (reader.depth >= MAX_DEPTH) {
    throw failure('INVALID_EXPRESSION', `the expression is nested deeper than ${MAX_DEPTH}`)
  }
  reader.depth += 1
  let left = readOperand(reader)
  for (;;) {
    const sign = reader.text.charAt(reader.index)
    const operator = OPERATORS.get(sign)
    if (operator === undefined || operator.binding <= binding) break
    reader.index += 1
    const right = readExpression(reader, operator.binding - (operator.isRightAssociative === true ? 1 : 0))
    left = applied(operator, left, right)
  }
  reader.depth -= 1
  return left
}

function applied({ apply }: Operator, left: Calculation, right: Calculation): Calculation {
  return () => checked(apply(left(), right()))
}

/** Reads a number, a sign and what it belongs to, parentheses, or the call of a function; and the space around it. */
function readOperand(reader: Reader): Calculation {
  take(reader, SPACE)
  if (accept(reader, '-')) {
    const operand = readExpression(reader, SIGN_BINDING)
    return () => -operand()
  }
  if (accept(reader, '+')) return readExpression(reader, SIGN_BINDING)
  if (accept(reader, '(')) {
    const inner = readExpression(reader, 0)
    close(reader)
    return inner
  }
  const number = take(reader, NUMBER)
  if (number !== '') {
    take(reader, SPACE)
    return () => checked(Number(number))
  }
  return readCall(reader)
}

function readCall(reader: Reader): Calculation {
  const start = reader.index
  const name = take(reader, NAME).toLowerCase()
  const apply = FUNCTIONS.get(name)
  if (apply === undefined) {
    reader.index = start
    throw unexpected(reader, name === '' ? 'a number' : `one of ${[...FUNCTIONS.keys()].join(', ')}`)
  }
  take(reader, SPACE)
  if (!accept(reader, '(')) throw unexpected(reader, '"("')
  const values = [readExpression(reader, 0)]
  while (OF_MANY.has(name) && accept(reader, ',')) values.push(readExpression(reader, 0))
  close(reader)
  return () => checked(apply(...values.map((value) => value())))
}

function close(reader: Reader): void {
  if (!accept(reader, ')')) throw unexpected(reader, '")"')
  take(reader, SPACE)
}

function accept(reader: Reader, character: string): boolean {
  const isThere = reader.text.charAt(reader.index) === character
  if (isThere) reader.index += 1
  return isThere
}

/** Takes what `pattern` (sticky) matches here; empty where that is nothing. */
function take(reader: Reader, pattern: RegExp): string {
  pattern.lastIndex = reader.index
  const taken = pattern.exec(reader.text)?.[0] ?? ''
  reader.index += taken.length
  return taken
}

function power(base: number, exponent: number): number {
  return base === 0 && exponent < 0 ? base / nonZero(base) : base ** exponent
}

function nonZero(divisor: number): number {
  if (divisor === 0) throw failure('DIVISION_BY_ZERO', 'the expression divides by zero')
  return divisor
}

function checked(value: number): number {
  if (Number.isNaN(value)) throw failure('NOT_A_NUMBER', 'the expression has no real number as its value')
  if (!Number.isFinite(value)) throw failure('OVERFLOW', 'the value of the expression is too large')
  return value
}

function unexpected({ text, index }: Reader, expected: string): ToolError {
  const found = index < text.length ? `"${printable(text.charAt(index))}"` : 'the end'
  return failure('INVALID_EXPRESSION', `expected ${expected} at column ${index + 1}, found ${found}`)
}

function failure(code: ArithmeticErrorCode, message: string): ToolError {
  return new ToolError(code, message, { permanent: true })
}
