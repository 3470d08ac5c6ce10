import { exampleOf } from '../abilities.ts'
import { arithmeticOf } from '../arithmetic-words.ts'
import type { Cursor } from '../cursor.ts'
import { actOf, ask, type Reading, type Rule, wanted } from '../reading.ts'
import { ARITHMETIC, CALCULATE, HOW_MUCH, MAKES, NUMBERS, VALUE_OF } from '../words/basics.ts'
import { endOfWish, restOfWish } from '../wish.ts'

/** Arithmetic without quotes is shorter. */
const MAX_TOKENS = 100

/** "calculate (2 + 3) * 4", "what is 15 percent of 80", "compute the square root of 2", "add 2 and 3", "how much is 3 x 4?" */
export const readCalculate: Rule = (cursor) => {
  if (cursor.accept(CALCULATE) !== undefined) return readTold(cursor)
  return cursor.attempt(() => readAsked(cursor)) ?? cursor.attempt(() => readVerb(cursor))
}

/** "2 + 2", "3 * (4 - 1) =": nothing but arithmetic. */
export const readBareArithmetic: Rule = (cursor) => {
  // at a look, since every clause passes here
  const isLikely =
    NUMBERS.has(cursor.peek()?.lower ?? '') ||
    /^(?:[-+(\d.√]|(?:min|max|abs|round|floor|ceil|sqrt)\()/.test(cursor.peek()?.lower ?? '') ||
    cursor.isInBracket()
  return isLikely ? calculation(takeExpression(cursor), true) : undefined
}

function readTold(cursor: Cursor): Reading {
  cursor.accept(VALUE_OF)
  cursor.skipMarks(':\n')
  if (cursor.isDone()) {
    return ask(`What shall I calculate? For example: ${exampleOf('calculate')}`, wanted('words', 'calculate '))
  }
  return (
    calculation(takeExpression(cursor), false) ??
    ask(
      `I cannot calculate that. I know numbers, + - * / % ^, parentheses and sqrt. For example: ${exampleOf('calculate')}`,
    )
  )
}

/** "what is 2 + 2", "what does 2 + 2 equal": only what is arithmetic, for much else is asked so. */
function readAsked(cursor: Cursor): Reading | undefined {
  if (cursor.accept(HOW_MUCH) === undefined) return undefined
  cursor.accept(VALUE_OF)
  cursor.skipMarks(':')
  return calculation(takeExpression(cursor), true)
}

/** "add 2 and 3", "multiply 6 by 7" */
function readVerb(cursor: Cursor): Reading | undefined {
  return ARITHMETIC.has(cursor.peek()?.lower ?? '') ? calculation(takeExpression(cursor), true) : undefined
}

function calculation(expression: string | undefined, needsOperation: boolean): Reading | undefined {
  const arithmetic = expression === undefined ? undefined : arithmeticOf(expression)
  if (arithmetic === undefined || (needsOperation && !arithmetic.isOperation)) return undefined
  return actOf('calculate', [arithmetic.expression])
}

function takeExpression(cursor: Cursor): string | undefined {
  if (cursor.tokens.length - cursor.index > MAX_TOKENS) return undefined
  const quoted = cursor.attempt(() => {
    const text = cursor.takeQuote()
    return cursor.isDone() ? text : undefined
  })
  if (quoted !== undefined) return quoted
  const end = endOfWish(cursor)
  // "what does 2 + 2 make"
  const isMaking = cursor.lookAhead(() => {
    cursor.index = end - 1
    return end > 0 && cursor.accept(MAKES) !== undefined
  })
  return isMaking ? cursor.source(cursor.index, end - 1) : restOfWish(cursor)
}
