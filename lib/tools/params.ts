import * as t from 'io-ts'
import { withSchema } from './json-schema.ts'

// The names below are what a caller reads as `expected`, so they are written as sentences go: "expected true or false".

const MAX_PATH_LENGTH = 1024
const MAX_PATTERN_LENGTH = 256

/** A boolean, also as the word it is in a `CALL`, where every value is text. */
export const BooleanParam: t.Type<boolean, boolean> = withSchema(
  new t.Type(
    'true or false',
    t.boolean.is,
    (value, context) => {
      if (value === true || value === 'true') return t.success(true)
      if (value === false || value === 'false') return t.success(false)
      return t.failure(value, context)
    },
    t.identity,
  ),
  { type: 'boolean' },
)

/** A number from `min` to `max`, also as the text it is in a `CALL`. */
export function numberParam(what: string, min: number, max: number): t.Type<number, number> {
  const is = (value: unknown): value is number => typeof value === 'number' && value >= min && value <= max
  const codec: t.Type<number, number> = new t.Type(
    `${what} from ${min} to ${max}`,
    is,
    (value, context) => {
      const number = typeof value === 'string' && /^-?\d+(\.\d+)?$/.test(value) ? Number(value) : value
      return is(number) ? t.success(number) : t.failure(value, context)
    },
    t.identity,
  )
  return withSchema(codec, { type: 'number', minimum: min, maximum: max, description: what })
}

/** A path as a caller writes it. What it may reach is for the sandbox to say (THREATS T13). */
export const PathParam: t.Type<string, string> = textParam('a path', MAX_PATH_LENGTH)

/** What to look for: a glob, or a piece of text. */
export const PatternParam: t.Type<string, string> = textParam('a pattern', MAX_PATTERN_LENGTH)

/** `codec`, with `value` for an absent param. `null` is not absent. */
export function withDefault<Value>(codec: t.Type<Value, Value>, value: Value): t.Type<Value, Value> {
  const defaulting: t.Type<Value, Value> = new t.Type(
    codec.name,
    codec.is,
    (given, context) => codec.validate(given === undefined ? value : given, context),
    codec.encode,
  )
  return Object.assign(defaulting, { _tag: 'DefaultType', type: codec, value })
}

/** A text of 1 to `maxLength` characters without NUL. */
export function textParam(what: string, maxLength: number): t.Type<string, string> {
  const is = (value: unknown): value is string =>
    typeof value === 'string' && value !== '' && value.length <= maxLength && !value.includes('\0')
  const codec: t.Type<string, string> = new t.Type(
    `${what} of 1 to ${maxLength} characters without NUL`,
    is,
    (value, context) => (is(value) ? t.success(value) : t.failure(value, context)),
    t.identity,
  )
  return withSchema(codec, { type: 'string', minLength: 1, maxLength, description: what })
}
