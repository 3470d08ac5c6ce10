import { isRecord } from '../../lib/base/is-record.ts'

/** Whether `value` is valid by `schema`, as far as the keywords go that our schemas are made of. */
export function isValid(schema: unknown, value: unknown): boolean {
  if (typeof schema === 'boolean') return schema
  if (!isRecord(schema)) throw new Error('no schema')
  return Object.entries(schema).every(([keyword, says]) => {
    const test = KEYWORDS[keyword]
    if (test === undefined) throw new Error(`"${keyword}" is not known here`)
    return test(says, value, schema)
  })
}

type Test = (says: unknown, value: unknown, schema: Readonly<Record<string, unknown>>) => boolean

const says = (): boolean => true

const KEYWORDS: Readonly<Record<string, Test>> = {
  $schema: says,
  title: says,
  description: says,
  default: says,
  type: (type, value) => typeOf(value) === type,
  enum: (values, value) => (values as readonly unknown[]).includes(value),
  minimum: (minimum, value) => typeof value !== 'number' || value >= (minimum as number),
  maximum: (maximum, value) => typeof value !== 'number' || value <= (maximum as number),
  minLength: (length, value) => typeof value !== 'string' || value.length >= (length as number),
  maxLength: (length, value) => typeof value !== 'string' || value.length <= (length as number),
  required: (names, value) =>
    !isRecord(value) || (names as readonly string[]).every((name) => Object.hasOwn(value, name)),
  properties: (properties, value) =>
    !isRecord(value) ||
    Object.entries(properties as object).every(
      ([name, schema]) => !Object.hasOwn(value, name) || isValid(schema, value[name]),
    ),
  additionalProperties: (additional, value, { properties = {} }) =>
    !isRecord(value) ||
    Object.entries(value).every(
      ([name, item]) => Object.hasOwn(properties as object, name) || isValid(additional, item),
    ),
}

function typeOf(value: unknown): string {
  if (value === null) return 'null'
  return Array.isArray(value) ? 'array' : typeof value
}
