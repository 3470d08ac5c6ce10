import { exampleOf } from '../abilities.ts'
import { arithmeticOf } from '../arithmetic-words.ts'
import type { Cursor } from '../cursor.ts'
import { actOf, ask, type Reading, type Referents, type Rule, wanted } from '../reading.ts'
import { filledWith } from '../results.ts'
import {
  ARITHMETIC,
  CALCULATE,
  HOW_MUCH,
  LEAVING_OUT,
  LEAVING_OUT_WORDS,
  MAKES,
  NUMBERS,
  VALUE_OF,
} from '../words/basics.ts'
import { BOTH, THEM } from '../words/lists.ts'
import { COMPUTED, RESULTS_OF_STEPS } from '../words/results.ts'
import { endOfWish, restOfWish } from '../wish.ts'

/** Tools whose results may be calculated with. */
const MAY_BE_NUMBERS: ReadonlySet<string> = new Set(['calculate', 'json_query', 'echo'])
const RESULT = /\b(?:the|that|this) (?:result|answer|value|number|sum|total|product|difference|outcome)\b/i
const RESULT_OR_IT = new RegExp(`${RESULT.source}|\\b(?:it|that|this)\\b`, 'i')
/** A number that nobody says. */
const STAND_IN = '190819081908'

/** Arithmetic without quotes is shorter. */
const MAX_TOKENS = 100

/** "calculate (2 + 3) * 4", "what is 15 percent of 80", "compute the square root of 2", "add 2 and 3", "how much is 3 x 4?" */
export const readCalculate: Rule = (cursor, referents) => {
  if (cursor.accept(CALCULATE) !== undefined) return readTold(cursor, referents)
  return cursor.attempt(() => readAsked(cursor, referents)) ?? cursor.attempt(() => readVerb(cursor, referents))
}

/** "2 + 2", "3 * (4 - 1) =": nothing but arithmetic. */
export const readBareArithmetic: Rule = (cursor, referents) => {
  // at a look, since every clause passes here
  const isLikely =
    NUMBERS.has(cursor.peek()?.lower ?? '') ||
    /^(?:[-+(\d.√]|(?:min|max|abs|round|floor|ceil|sqrt)\()/.test(cursor.peek()?.lower ?? '') ||
    cursor.sees(COMPUTED) ||
    cursor.isInBracket()
  return isLikely ? calculation(takeExpression(cursor), true, referents) : undefined
}

function readTold(cursor: Cursor, referents: Referents): Reading {
  cursor.accept(VALUE_OF)
  cursor.skipMarks(':\n')
  if (cursor.isDone()) {
    return ask(`What shall I calculate? For example: ${exampleOf('calculate')}`, wanted('words', 'calculate '))
  }
  return (
    calculation(takeExpression(cursor), false, referents) ??
    ask(
      `I cannot calculate that. I know numbers, + - * / % ^, parentheses and sqrt. For example: ${exampleOf('calculate')}`,
    )
  )
}

/** "what is 2 + 2", "what does 2 + 2 equal": only what is arithmetic, for much else is asked so. */
function readAsked(cursor: Cursor, referents: Referents): Reading | undefined {
  if (cursor.accept(HOW_MUCH) === undefined) return undefined
  cursor.accept(VALUE_OF)
  cursor.skipMarks(':')
  return calculation(takeExpression(cursor), true, referents)
}

/** "add 2 and 3", "multiply 6 by 7" */
function readVerb(cursor: Cursor, referents: Referents): Reading | undefined {
  if (!ARITHMETIC.has(cursor.peek()?.lower ?? '')) return undefined
  if (cursor.lookAhead(() => usesResults(cursor, referents))) return ONE_RESULT
  return cursor.attempt(() => readGoingOn(cursor, referents)) ?? calculation(takeExpression(cursor), true, referents)
}

/** "add them", where steps gave numbers. */
function usesResults(cursor: Cursor, { given }: Referents): boolean {
  cursor.index++
  cursor.acceptAll(BOTH)
  const isThem = cursor.accept(THEM) !== undefined || cursor.accept(RESULTS_OF_STEPS) !== undefined
  return isThem && cursor.isDone() && (given === undefined || MAY_BE_NUMBERS.has(given.tool))
}

const ONE_RESULT = ask(
  'I can go on with the result of one step, not of several. For example: calculate 1 + 1, then add 4 to it',
)

/** "subtract 3", right after a step that gave a number. */
function readGoingOn(cursor: Cursor, { given, isGivenLast = false }: Referents): Reading | undefined {
  if (given === undefined || !isGivenLast || !MAY_BE_NUMBERS.has(given.tool)) return undefined
  const put = LEAVING_OUT.get(cursor.accept(LEAVING_OUT_WORDS) ?? '')
  const { expression, isOperation = false } = arithmeticOf(takeExpression(cursor) ?? '') ?? {}
  if (put === undefined || expression === undefined) return undefined
  const [before = '', after = ''] = put(isOperation ? `(${expression})` : expression, STAND_IN).split(STAND_IN)
  return actOf('calculate', [filledWith(given, `${before}(`, `)${after}`)])
}

function calculation(
  said: string | undefined,
  needsOperation: boolean,
  { given, isGivenLast = false }: Referents,
): Reading | undefined {
  if (said === undefined) return undefined
  const { expression, isOperation = false } = arithmeticOf(said) ?? {}
  if (expression !== undefined) return needsOperation && !isOperation ? undefined : actOf('calculate', [expression])
  if (given === undefined || !MAY_BE_NUMBERS.has(given.tool) || said.includes(STAND_IN)) return undefined
  // "multiply it by 2": the sentence is read with a number in the place of what is not known yet
  const words = isGivenLast ? RESULT_OR_IT : RESULT
  const [before = '', after, ...more] = arithmeticOf(said.replace(words, STAND_IN))?.expression.split(STAND_IN) ?? []
  if (after === undefined || more.length > 0) return undefined
  return actOf('calculate', [filledWith(given, `${before}(`, `)${after}`)])
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
