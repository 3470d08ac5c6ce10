import type { CallStep, Condition, Location } from '../dsl/ast.ts'
import { mayBeNamed, referencesIn, type TextReference } from '../dsl/reference.ts'
import type { DslErrorCode } from '../protocol/codes.ts'
import { ScriptFault } from './script-fault.ts'

/** The names that may be referred to. */
type Known = Pick<ReadonlySet<string>, 'has'>

/**
 * Holds the references within the arguments of `call` to `known`, the names of the steps that have ended before it.
 *
 * @throws ScriptFault at the argument that refers to something else.
 */
export function checkArguments({ args }: CallStep, known: Known): void {
  for (const { value, location } of args) {
    if (value !== true) checkText(value, known, location, 'INVALID_ARGUMENTS')
  }
}

/**
 * Holds the references of `condition` to `known`, the names of the steps that have ended before it.
 *
 * @throws ScriptFault at what refers to something else.
 */
export function checkCondition(condition: Condition, known: Known): void {
  switch (condition._tag) {
    case 'Or':
    case 'And':
      return condition.terms.forEach((term) => checkCondition(term, known))
    case 'Not':
      return checkCondition(condition.term, known)
    case 'Comparison':
      checkCondition(condition.left, known)
      return checkCondition(condition.right, known)
    case 'Reference': {
      const text = `\${${[condition.name, ...condition.path].join('.')}}`
      return checkReference({ ...condition, text }, known, condition.location, 'DSL_SYNTAX')
    }
    case 'Literal':
      if (typeof condition.value !== 'string') return undefined
      return checkText(condition.value, known, condition.location, 'DSL_SYNTAX')
    default:
      return condition satisfies never
  }
}

function checkText(text: string, known: Known, location: Location, code: DslErrorCode): void {
  for (const reference of referencesIn(text)) checkReference(reference, known, location, code)
}

function checkReference(
  { name, path, text }: TextReference,
  known: Known,
  location: Location,
  code: DslErrorCode,
): void {
  if (!known.has(name))
    throw new ScriptFault(code, `expected the name of a step that ends before, got ${text}`, location)
  if (!path.every(mayBeNamed)) throw new ScriptFault(code, `expected \${name.path.to.field}, got ${text}`, location)
}
