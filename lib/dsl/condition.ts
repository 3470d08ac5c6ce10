import type { Condition, Operator } from './ast.ts'
import { fillReferences, type Results, valueOf } from './reference.ts'

/**
 * Whether `condition` holds, given the results there are. Pure and total: never throws, whatever the data.
 *
 * - A reference to a step without a result, or to a field that is not there, is `null`.
 * - By itself a value holds unless it is `null`, `false`, `0` or the empty text.
 * - Numbers are compared as numbers, texts by their UTF-16 units; a text that looks like a number (up to 15 digits) is compared as
 *   one, but only with a number or another such text.
 * - Values of different kinds are not equal and have no order: `!=` holds between them and nothing else does. The same is true of
 *   records and lists, whatever they are compared with.
 */
export function holds(condition: Condition, results: Results): boolean {
  switch (condition._tag) {
    case 'Or':
      return condition.terms.some((term) => holds(term, results))
    case 'And':
      return condition.terms.every((term) => holds(term, results))
    case 'Not':
      return !holds(condition.term, results)
    case 'Comparison':
      return compare(condition.operator, valueIn(condition.left, results), valueIn(condition.right, results))
    case 'Reference':
    case 'Literal':
      return isTruthy(valueIn(condition, results))
    default:
      return condition satisfies never
  }
}

function valueIn(condition: Condition, results: Results): unknown {
  if (condition._tag === 'Reference') return valueOf(condition, results)
  if (condition._tag !== 'Literal') return holds(condition, results)
  return typeof condition.value === 'string' ? fillReferences(condition.value, results) : condition.value
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
