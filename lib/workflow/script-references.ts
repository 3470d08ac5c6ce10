import type { CallStep, Condition, Location } from '../dsl/ast.ts'
import { MAX_PATH, mayBeNamed, referencesIn, type Results, type TextReference } from '../dsl/reference.ts'
import type { DslErrorCode } from '../protocol/codes.ts'
import { HIDDEN } from '../tools/sensitive.ts'
import { ScriptFault } from './script-fault.ts'
import { isCutResult } from './tool-result.ts'

/** What may be referred to at some place of a script. */
export interface Referable {
  /** The names of the steps that have ended before. */
  readonly known: Pick<ReadonlySet<string>, 'has'>
  /** All names that the script gives. */
  readonly given: Pick<ReadonlySet<string>, 'has'>
  /** Whether that part of the result of the step of that name is sensitive. */
  readonly isSecret: (name: string, path: readonly string[]) => boolean
  /** What is wrong is not shown: what looks like a reference may be a part of something sensitive. */
  readonly isHidden?: boolean
}

/** @throws ScriptFault at the argument of `call` that refers to something else. */
export function checkArguments({ args }: CallStep, referable: Referable): void {
  for (const { value, location } of args) {
    if (value === true) continue
    for (const reference of referencesIn(value)) checkReference(reference, referable, location, 'INVALID_ARGUMENTS')
  }
}

/** @throws ScriptFault at what in `condition` refers to something else. */
export function checkCondition(condition: Condition, referable: Referable): void {
  for (const [reference, location] of referencesOf(condition)) {
    checkReference(reference, referable, location, 'DSL_SYNTAX')
  }
}

/**
 * Holds `condition` to results that are known as far as it asks. Of one that was cut it may ask whether it is there.
 *
 * @throws Error where it asks what was in one that was cut.
 */
export function checkResults(condition: Condition, results: Results): void {
  for (const [{ name, path, text }, , mayBeCut] of referencesOf(condition)) {
    if ((mayBeCut && path.length === 0) || !isCutResult(results.get(name))) continue
    throw new Error(`${text} is not known: the result of ${name} was cut for its length`)
  }
}

/** A reference, where it stands, and whether only that there is something is asked. */
type Placed = readonly [TextReference, Location, mayBeCut: boolean]

function referencesOf(condition: Condition): readonly Placed[] {
  switch (condition._tag) {
    case 'Or':
    case 'And':
      return condition.terms.flatMap(referencesOf)
    case 'Not':
      return referencesOf(condition.term)
    case 'Comparison': {
      const { left, right } = condition
      const isOfNothing = isNull(left) || isNull(right)
      return [...referencesOf(left), ...referencesOf(right)].map(
        ([reference, location, mayBeCut]): Placed => [reference, location, mayBeCut && isOfNothing],
      )
    }
    case 'Reference': {
      const { name, path, location } = condition
      return [[{ name, path, text: `\${${[name, ...path].join('.')}}` }, location, true]]
    }
    case 'Literal': {
      const { value, location } = condition
      return typeof value === 'string'
        ? referencesIn(value).map((reference): Placed => [reference, location, false])
        : []
    }
    default:
      return condition satisfies never
  }
}

function isNull(condition: Condition): boolean {
  return condition._tag === 'Literal' && condition.value === null
}

function checkReference(
  { name, path, text }: TextReference,
  { known, given, isSecret, isHidden = false }: Referable,
  location: Location,
  code: DslErrorCode,
): void {
  const fail = (expected: string): never => {
    throw new ScriptFault(code, `expected ${expected}, got ${isHidden ? HIDDEN : text}`, location)
  }
  if (!given.has(name)) fail('a name that a step was given')
  if (!known.has(name)) fail('the name of a step that ends before')
  if (path.length > MAX_PATH) fail(`a path of at most ${MAX_PATH} names`)
  if (!path.every(mayBeNamed)) fail('names of fields as ${name.path.to.field} has them')
  if (isSecret(name, path)) fail('a reference to something that is not sensitive')
}
