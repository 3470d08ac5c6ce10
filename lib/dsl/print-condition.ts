import { OptionError } from '../base/options.ts'
import type { Condition, Literal } from './ast.ts'
import { quoteText } from './quote.ts'

/**
 * The text of a condition, with the parentheses it needs: `parseDsl` gives the same condition back.
 *
 * @throws OptionError for a number that is not finite, which the language cannot say.
 */
export function printCondition(condition: Condition): string {
  switch (condition._tag) {
    case 'Or':
    case 'And': {
      const mark = condition._tag === 'Or' ? ' || ' : ' && '
      return condition.terms.map((term) => printWithin(condition, term)).join(mark)
    }
    case 'Comparison':
      return `${printWithin(condition, condition.left)} ${condition.operator} ${printWithin(condition, condition.right)}`
    case 'Not':
      return `!${condition.term._tag === 'Not' ? printCondition(condition.term) : printWithin(condition, condition.term)}`
    case 'Reference':
      return `\${${[condition.name, ...condition.path].join('.')}}`
    case 'Literal':
      return printLiteral(condition.value)
    default:
      return condition satisfies never
  }
}

/** How tightly each kind holds what is in it. */
const TIGHTNESS: Readonly<Record<Condition['_tag'], number>> = {
  Or: 1,
  And: 2,
  Comparison: 3,
  Not: 4,
  Reference: 5,
  Literal: 5,
}

function printWithin(outer: Condition, inner: Condition): string {
  const printed = printCondition(inner)
  return TIGHTNESS[inner._tag] > TIGHTNESS[outer._tag] ? printed : `(${printed})`
}

function printLiteral(value: Literal['value']): string {
  if (typeof value === 'string') return quoteText(value)
  if (typeof value !== 'number') return String(value)
  if (!Number.isFinite(value)) throw new OptionError('printScript', 'condition', 'a finite number', value)
  return Object.is(value, -0) ? '-0' : String(value)
}
