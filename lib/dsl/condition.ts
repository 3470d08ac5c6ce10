import type { Condition, Operator } from './ast.ts'
import { fillReferences, type Results, TextBudget, valueOf } from './reference.ts'

/**
 * Whether `condition` holds, given the results there are. Pure, and total but for its bound: nothing in the data makes it throw.
 *
 * - A reference to a step without a result, or to a field that is not there, is `null`.
 * - By itself a value holds unless it is `null`, `false`, `0` or the empty text.
 * - Numbers are compared as numbers, texts by their UTF-16 units; a text that looks like a number (up to 15 digits) is compared as
 *   one, but only with a number or another such text.
 * - Values of different kinds are not equal and have no order: `!=` holds between them and nothing else does. The same is true of
 *   records and lists, whatever they are compared with.
 *
 * @throws TooMuchTextError where its texts, with their references filled, take more than 128 KiB together.
 */
export function holds(condition: Condition, results: Results): boolean {
  return isTrue(condition, results, new TextBudget(MAX_TEXT_BYTES))
}

/** As much as the params of a call may take. */
const MAX_TEXT_BYTES = 128 * 1024

function isTrue(condition: Condition, results: Results, budget: TextBudget): boolean {
  switch (condition._tag) {
    case 'Or':
      return condition.terms.some((term) => isTrue(term, results, budget))
    case 'And':
      return condition.terms.every((term) => isTrue(term, results, budget))
    case 'Not':
      return !isTrue(condition.term, results, budget)
    case 'Comparison': {
      const { operator, left, right } = condition
      return compare(operator, valueIn(left, results, budget), valueIn(right, results, budget))
    }
    case 'Reference':
    case 'Literal':
      return isTruthy(valueIn(condition, results, budget))
    default:
      return condition satisfies never
  }
}

function valueIn(condition: Condition, results: Results, budget: TextBudget): unknown {
  if (condition._tag === 'Reference') return valueOf(condition, results)
  if (condition._tag !== 'Literal') return isTrue(condition, results, budget)
  return typeof condition.value === 'string' ? fillReferences(condition.value, results, budget) : condition.value
}

function isTruthy(value: unknown): boolean {
  return value !== null && value !== undefined && value !== false && value !== '' && value !== 0 && !Number.isNaN(value)
}

function compare(operator: Operator, left: unknown, right: unknown): boolean {
  // What has no order is not a number, and so on no side of zero.
  const order = orderOf(left, right) ?? Number.NaN
  switch (operator) {
    case '==':
      return order === 0 || areSame(left, right)
    case '!=':
      return order !== 0 && !areSame(left, right)
    case '<':
      return order < 0
    case '<=':
      return order <= 0
    case '>':
      return order > 0
    case '>=':
      return order >= 0
    default:
      return operator satisfies never
  }
}

/** Below, at or above zero as `left` comes before, is equal to or comes after `right`; absent where they have no order. */
function orderOf(left: unknown, right: unknown): number | undefined {
  const [one, other] = [numberIn(left), numberIn(right)]
  if (one !== undefined && other !== undefined) return Math.sign(one - other)
  if (typeof left !== 'string' || typeof right !== 'string') return undefined
  return left === right ? 0 : left < right ? -1 : 1
}

function areSame(left: unknown, right: unknown): boolean {
  return (left === null || typeof left === 'boolean') && left === right
}

const LIKE_A_NUMBER = /^-?\d+(?:\.\d+)?$/
const MAX_DIGITS = 15

/** The number that `value` is or looks like. A long row of digits stays a text: as a number it would be another one. */
function numberIn(value: unknown): number | undefined {
  if (typeof value === 'number') return Number.isFinite(value) ? value : undefined
  if (typeof value !== 'string' || value.length > MAX_DIGITS + 2 || !LIKE_A_NUMBER.test(value)) return undefined
  return value.replace(/[-.]/g, '').length <= MAX_DIGITS ? Number(value) : undefined
}
