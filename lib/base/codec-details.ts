import type { Errors, ValidationError } from 'io-ts'
import { printable } from './printable.ts'

/** One thing that is wrong with a value, as it is told to whoever sent it (PROTOCOL section 7). */
export interface ErrorDetail {
  /** Where, from the root: `nodes[0].id`; empty for the value itself. */
  readonly path: string
  readonly expected: string
  readonly actual: string
}

const MAX_DETAILS = 20
const MAX_TEXT = 120

/** What an io-ts codec found wrong, as a bounded list of plain details. */
export function codecDetails(errors: Errors): readonly ErrorDetail[] {
  return errors.slice(0, MAX_DETAILS).map(detail)
}

/** `value` in a few words, safe to print: its type and, for scalars, the value. */
export function describeValue(value: unknown): string {
  if (value === undefined) return 'nothing'
  if (value === null) return 'null'
  if (typeof value === 'string') return printable(JSON.stringify(value.slice(0, MAX_TEXT)), MAX_TEXT)
  if (typeof value === 'number' || typeof value === 'boolean' || typeof value === 'bigint') return String(value)
  if (Array.isArray(value)) return `a list of ${value.length}`
  if (typeof value === 'object') return 'an object'
  return `a ${typeof value}`
}

function detail(error: ValidationError): ErrorDetail {
  const last = error.context[error.context.length - 1]
  return {
    path: printable(pathOf(error), MAX_TEXT),
    expected: printable(error.message ?? last?.type.name ?? 'something else', MAX_TEXT),
    actual: describeValue(error.value),
  }
}

function pathOf(error: ValidationError): string {
  let path = ''
  for (const key of pathNames(error)) {
    if (/^\d+$/.test(key)) path += `[${key}]`
    else path += path === '' ? key : `.${key}`
  }
  return path
}

/** Where `error` is: the names of the fields and the indices that lead there from the root. */
export function pathNames({ context }: ValidationError): readonly string[] {
  const names: string[] = []
  let parent: unknown
  for (const { key, actual } of context) {
    // io-ts also counts the members of intersections and unions, which are no part of the value: the value stays the same there.
    // The parent's type does not tell, since refinements and codecs of our own stand in for the intersection they wrap.
    const isMember = /^\d+$/.test(key) && Object.is(actual, parent)
    parent = actual
    if (key !== '' && !isMember) names.push(key)
  }
  return names
}
