import { types } from 'node:util'

/** What a value is as JSON, as far as it was written. */
export interface BoundedJson {
  /** The JSON; where it is not whole, the beginning of it. */
  readonly json: string
  readonly isWhole: boolean
}

/** The value is nested deeper than it may be. */
export class TooDeepError extends Error {}

/** A part of the value says by a `toJSON` of its own what it is as JSON, where that is not wanted. */
export class OwnFormError extends Error {}

export interface BoundedJsonOptions {
  /** Characters. */
  readonly maxLength: number
  readonly maxDepth: number
  /** Whether a `toJSON` is asked, other than that of a date; true by default. */
  readonly asksOwnForms?: boolean
}

/** Thrown to leave the writing at once: nothing behind the end is looked at. */
const full = new Error('there is no more room')

interface Writer extends Required<BoundedJsonOptions> {
  readonly pieces: string[]
  length: number
  /** The objects around what is being written, outermost first. */
  readonly around: object[]
}

/**
 * Writes `value` as `JSON.stringify` does, but stops after `maxLength` characters: a value of any size costs no more time and memory than
 * that. `undefined` for what JSON has no word for: `undefined`, a function, a symbol.
 *
 * @throws TooDeepError for what is nested deeper than `maxDepth`, TypeError for a BigInt, a circle, and an instance of which JSON would
 * hold nothing at all (a map, a set, a promise, an error), OwnFormError, and whatever a getter or `toJSON` of the value throws.
 */
export function boundedJson(
  value: unknown,
  { maxLength, maxDepth, asksOwnForms = true }: BoundedJsonOptions,
): BoundedJson | undefined {
  const writer: Writer = { maxLength, maxDepth, asksOwnForms, pieces: [], length: 0, around: [] }
  let isWhole = true
  try {
    if (!write(writer, plain(writer, value, ''))) return undefined
  } catch (error) {
    if (error !== full) throw error
    isWhole = false
  }
  return { json: writer.pieces.join('').slice(0, maxLength), isWhole }
}

/** Writes a value that is {@link plain}; false, and nothing is written, where JSON has no word for it. */
function write(writer: Writer, value: unknown): boolean {
  switch (typeof value) {
    case 'string':
      // no more of it than could fit
      put(writer, JSON.stringify(value.length > writer.maxLength ? value.slice(0, writer.maxLength) : value))
      if (value.length > writer.maxLength) throw full
      return true
    case 'number':
    case 'boolean':
    case 'bigint':
      // throws for a BigInt, as it should
      put(writer, JSON.stringify(value))
      return true
    case 'object':
      if (value === null) put(writer, 'null')
      else inside(writer, value, () => (Array.isArray(value) ? writeList(writer, value) : writeRecord(writer, value)))
      return true
    default:
      return false
  }
}

function writeList(writer: Writer, list: readonly unknown[]): void {
  put(writer, '[')
  for (let index = 0; index < list.length; index++) {
    if (index > 0) put(writer, ',')
    if (!write(writer, plain(writer, list[index], String(index)))) put(writer, 'null')
  }
  put(writer, ']')
}

function writeRecord(writer: Writer, record: object): void {
  if (isStream(record)) throw new TypeError(NOTHING)
  put(writer, '{')
  let isFirst = true
  for (const key of Object.keys(record)) {
    const value = plain(writer, Reflect.get(record, key), key)
    if (value === undefined || typeof value === 'function' || typeof value === 'symbol') continue
    put(writer, `${isFirst ? '' : ','}${JSON.stringify(key)}:`)
    write(writer, value)
    isFirst = false
  }
  if (isFirst && !isPlainObject(record)) throw new TypeError(NOTHING)
  put(writer, '}')
}

const NOTHING = 'JSON would hold nothing of it'

/** What is still to come is in none of its fields. */
function isStream(record: object): boolean {
  return (
    typeof Reflect.get(record, Symbol.asyncIterator) === 'function' || typeof Reflect.get(record, 'pipe') === 'function'
  )
}

/** An object that is nothing but its fields; also one of another realm. */
function isPlainObject(record: object): boolean {
  const prototype: unknown = Reflect.getPrototypeOf(record)
  return prototype === null || Reflect.getPrototypeOf(prototype as object) === null
}

function inside(writer: Writer, value: object, writeIt: () => void): void {
  const { around, maxDepth } = writer
  if (around.includes(value)) throw new TypeError('the value contains itself')
  if (around.length >= maxDepth) throw new TooDeepError(`the value is nested deeper than ${maxDepth}`)
  around.push(value)
  writeIt()
  around.pop()
}

function put(writer: Writer, text: string): void {
  writer.pieces.push(text)
  writer.length += text.length
  if (writer.length > writer.maxLength) throw full
}

/** What stands for `value` in JSON: what its `toJSON` says, and of a boxed value what is in the box. */
function plain({ maxLength, asksOwnForms }: Writer, value: unknown, key: string): unknown {
  // every byte takes two characters at least, and to list them all first is what takes the time
  if (ArrayBuffer.isView(value) && value.byteLength > maxLength) throw full
  const isAsked = (typeof value === 'object' && value !== null) || typeof value === 'bigint'
  const toJSON: unknown = isAsked ? Reflect.get(Object(value) as object, 'toJSON') : undefined
  if (typeof toJSON === 'function' && !asksOwnForms && !types.isDate(value))
    throw new OwnFormError('it has a form of its own')
  const said: unknown = typeof toJSON === 'function' ? Reflect.apply(toJSON, value, [key]) : value
  return types.isBoxedPrimitive(said) && !types.isSymbolObject(said) ? said.valueOf() : said
}
