import { describeValue, type ErrorDetail } from '../base/codec-details.ts'
import { isRecord } from '../base/is-record.ts'
import { printable } from '../base/printable.ts'

// What an `input` node asks for: a small part of JSON Schema. A form that holds a word which is not below is refused before the
// start, since a rule that nobody checks is worse than none.

/** A form that {@link formProblems} found nothing wrong with. */
export type Form = Readonly<Record<string, unknown>>

const MAX_DEPTH = 16
const MAX_DETAILS = 20
const MAX_NAME = 120
/** Said to people by whoever shows the form; no rules. */
const ANNOTATIONS: ReadonlySet<string> = new Set(['title', 'description', 'default'])
const TYPES = ['string', 'number', 'integer', 'boolean', 'object', 'array', 'null'] as const

type TypeName = (typeof TYPES)[number]

interface Keyword {
  readonly expected: string
  readonly test: (value: unknown) => boolean
}

const aCount: Keyword = {
  expected: 'an integer of 0 or more',
  test: (value) => Number.isInteger(value) && Number(value) >= 0,
}
const aNumber: Keyword = { expected: 'a number', test: (value) => typeof value === 'number' && Number.isFinite(value) }

/** `properties` and `items` are forms themselves and looked into besides. */
const keywords: ReadonlyMap<string, Keyword> = new Map([
  ['type', { expected: `one of ${TYPES.join(', ')}`, test: (value) => (TYPES as readonly unknown[]).includes(value) }],
  ['properties', { expected: 'an object of forms', test: isRecord }],
  ['required', { expected: 'a list of names', test: isListOf(isText) }],
  ['enum', { expected: 'a list of texts, numbers, booleans or nulls', test: isListOf(isScalar) }],
  ['minLength', aCount],
  ['maxLength', aCount],
  ['minimum', aNumber],
  ['maximum', aNumber],
  ['items', { expected: 'a form', test: isRecord }],
  ['additionalProperties', { expected: 'true or false', test: (value) => typeof value === 'boolean' }],
])

/** What is wrong with `form`, which stands at `path`; empty for one that can be checked by. */
export function formProblems(form: unknown, path: string, depth = 0): readonly ErrorDetail[] {
  if (!isRecord(form)) return [{ path, expected: 'a form', actual: describeValue(form) }]
  if (depth > MAX_DEPTH) return [{ path, expected: `a form nested at most ${MAX_DEPTH} deep`, actual: 'a deeper one' }]
  const problems: ErrorDetail[] = []
  for (const [word, value] of Object.entries(form)) {
    if (ANNOTATIONS.has(word)) continue
    const at = `${path}.${printable(word, MAX_NAME)}`
    const keyword = keywords.get(word)
    if (keyword === undefined) {
      const expected = `no such word: a form knows ${[...keywords.keys(), ...ANNOTATIONS].join(', ')}`
      problems.push({ path: at, expected, actual: describeValue(value) })
    } else if (!keyword.test(value)) {
      problems.push({ path: at, expected: keyword.expected, actual: describeValue(value) })
    } else if (word === 'items') {
      problems.push(...formProblems(value, at, depth + 1))
    } else if (word === 'properties') {
      for (const [name, inner] of Object.entries(value as object)) {
        problems.push(...formProblems(inner, `${at}.${printable(name, MAX_NAME)}`, depth + 1))
      }
    }
  }
  return problems.slice(0, MAX_DETAILS)
}

/** What is wrong with `value`, which stands at `path`, by a form that is sound; empty where it fits. */
export function valueProblems(form: Form, value: unknown, path: string): readonly ErrorDetail[] {
  const expected = expectation(form, value)
  if (expected !== undefined) return [{ path, expected, actual: describeValue(value) }]
  if (Array.isArray(value)) return itemProblems(form, value, path)
  return isRecord(value) ? propertyProblems(form, value, path) : []
}

/** What `value` itself, its parts aside, should have been; undefined where it is that. */
function expectation(form: Form, value: unknown): string | undefined {
  const { type, minLength, maxLength, minimum, maximum } = form
  if (type !== undefined && !isOfType(value, type as TypeName)) return `a value of the type ${type as TypeName}`
  const allowed = form['enum']
  if (Array.isArray(allowed) && !allowed.includes(value)) {
    return printable(`one of ${allowed.map((item) => JSON.stringify(item)).join(', ')}`)
  }
  if (typeof value === 'string') {
    // Code points, as JSON Schema counts.
    const length = minLength === undefined && maxLength === undefined ? 0 : Array.from(value).length
    if (minLength !== undefined && length < Number(minLength)) return `at least ${Number(minLength)} characters`
    if (maxLength !== undefined && length > Number(maxLength)) return `at most ${Number(maxLength)} characters`
  }
  if (typeof value === 'number') {
    if (minimum !== undefined && value < Number(minimum)) return `at least ${Number(minimum)}`
    if (maximum !== undefined && value > Number(maximum)) return `at most ${Number(maximum)}`
  }
  return undefined
}

function itemProblems({ items }: Form, list: readonly unknown[], path: string): readonly ErrorDetail[] {
  if (!isRecord(items)) return []
  const problems: ErrorDetail[] = []
  for (const [index, item] of list.entries()) {
    problems.push(...valueProblems(items, item, `${path}[${index}]`))
    if (problems.length >= MAX_DETAILS) break
  }
  return problems.slice(0, MAX_DETAILS)
}

function propertyProblems(form: Form, value: Readonly<Record<string, unknown>>, path: string): readonly ErrorDetail[] {
  const properties = isRecord(form['properties']) ? form['properties'] : {}
  const required = (form['required'] ?? []) as readonly string[]
  const problems: ErrorDetail[] = []
  for (const name of required) {
    if (Object.hasOwn(value, name)) continue
    problems.push({ path: `${path}.${printable(name, MAX_NAME)}`, expected: 'a value', actual: 'nothing' })
  }
  for (const [name, item] of Object.entries(value)) {
    const at = `${path}.${printable(name, MAX_NAME)}`
    if (Object.hasOwn(properties, name)) problems.push(...valueProblems(properties[name] as Form, item, at))
    else if (form['additionalProperties'] === false) {
      problems.push({ path: at, expected: 'no field of this name', actual: describeValue(item) })
    }
    if (problems.length >= MAX_DETAILS) break
  }
  return problems.slice(0, MAX_DETAILS)
}

function isOfType(value: unknown, type: TypeName): boolean {
  switch (type) {
    case 'null':
      return value === null
    case 'array':
      return Array.isArray(value)
    case 'object':
      return isRecord(value)
    case 'integer':
      return Number.isInteger(value)
    default:
      return typeof value === type
  }
}

function isText(value: unknown): boolean {
  return typeof value === 'string'
}

function isScalar(value: unknown): boolean {
  return value === null || typeof value === 'string' || typeof value === 'boolean' || aNumber.test(value)
}

function isListOf(test: (value: unknown) => boolean): (value: unknown) => boolean {
  return (value) => Array.isArray(value) && value.every(test)
}
