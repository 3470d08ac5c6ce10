import * as t from 'io-ts'
import { codecDetails, type ErrorDetail, pathNames } from '../base/codec-details.ts'
import { isRecord } from '../base/is-record.ts'
import { type CodecParts, partsOf, wrappedIn } from '../base/codec-parts.ts'

/** What is shown where something sensitive was. */
export const HIDDEN = '[sensitive]'
/** Not it. */
const OTHER = ''

/** Deeper than any value that comes as JSON goes through a codec that refers to itself. */
const MAX_DEPTH = 1_000

/**
 * Marks what `codec` decodes as sensitive: a tool gets it as it is, everybody else reads `"[sensitive]"` instead, in frames, logs,
 * history and replays (THREATS T21). It decodes as `codec` does. Mark outermost: a codec of your own that wraps a marked one hides
 * the mark too.
 *
 * ```ts
 * import * as t from 'io-ts'
 * import { defineTool, sensitive } from 'praxis-rx'
 *
 * const login = defineTool({
 *   name: 'login',
 *   description: 'Returns a token for a user.',
 *   params: t.type({ user: t.string, password: sensitive(t.string) }),
 *   results: t.type({ token: sensitive(t.string) }),
 *   run: ({ user, password }) => ({ token: `${user}-${password.length}` }),
 * })
 * ```
 */
export function sensitive<Codec extends t.Mixed>(
  codec: Codec,
): t.Type<t.TypeOf<Codec>, t.OutputOf<Codec>, t.InputOf<Codec>> {
  const { name, is, validate, encode } = codec as t.Type<t.TypeOf<Codec>, t.OutputOf<Codec>, t.InputOf<Codec>>
  const same = new t.Type(name, is, (value, context) => validate.call(codec, value, context), encode)
  return Object.assign(same, { _tag: 'SensitiveType', type: codec })
}

/**
 * `value` with `"[sensitive]"` for whatever `codec` marks, present or `null`; what is absent stays absent. Of a union or an
 * intersection all that any member marks is hidden, whether or not the value is that member's: too much hidden is a nuisance, too
 * little a leak. For the same reason the value need not fit: raw params may be given as well as decoded ones, and a text that stands
 * for a list or a record with a mark in it is hidden as a whole. Changes nothing in place, and gives back `value` itself where nothing is marked. Never throws for what JSON can hold.
 */
export function withoutSensitive(codec: t.Mixed, value: unknown): unknown {
  return hide(codec, value, HIDDEN, 0)
}

/** Whether `value` has something where `codec` marks, and all of that is hidden already. */
export function isHidden(codec: t.Mixed, value: unknown): boolean {
  return hide(codec, value, OTHER, 0) !== value && hide(codec, value, HIDDEN, 0) === value
}

/** Whether all that `codec` decodes is marked, by itself or by a wrapper around it. */
export function isSensitive(codec: t.Mixed): boolean {
  const { _tag, types } = partsOf(codec)
  if (_tag === 'SensitiveType') return true
  if (_tag === 'UnionType' || _tag === 'IntersectionType') return types?.some(isSensitive) === true
  const wrapped = wrappedIn(codec)
  return wrapped !== undefined && isSensitive(wrapped)
}

/**
 * Whether what is at `path` within what `codec` decodes is marked, or within something that is. Of a union or an intersection any member
 * decides, as in {@link withoutSensitive}.
 */
export function isSensitiveAt(codec: t.Mixed, path: readonly string[]): boolean {
  if (!marksAnything(codec)) return false
  let codecs = new Set([codec])
  for (const name of path) {
    if ([...codecs].some(isSensitive)) return true
    codecs = fieldsOf(codecs, name)
  }
  return [...codecs].some(isSensitive)
}

/** The codecs of the field `name` of what any of `codecs` decodes. */
function fieldsOf(codecs: ReadonlySet<t.Mixed>, name: string): Set<t.Mixed> {
  const fields = new Set<t.Mixed>()
  const seen = new Set<t.Mixed>()
  const waiting = [...codecs]
  for (let codec = waiting.pop(); codec !== undefined; codec = waiting.pop()) {
    if (seen.has(codec)) continue
    seen.add(codec)
    const parts = partsOf(codec)
    const wrapped = wrappedIn(codec) ?? (parts._tag === 'RecursiveType' ? parts.type : undefined)
    const field = wrapped === undefined ? fieldIn(parts, name) : undefined
    if (wrapped !== undefined) waiting.push(wrapped)
    else if (parts._tag === 'UnionType' || parts._tag === 'IntersectionType') waiting.push(...(parts.types ?? []))
    if (field !== undefined) fields.add(field)
  }
  return fields
}

function fieldIn({ _tag, props, type, types, codomain }: CodecParts, name: string): t.Mixed | undefined {
  switch (_tag) {
    case 'InterfaceType':
    case 'PartialType':
    case 'StrictType':
      return propOf(props, name)
    case 'DictionaryType':
      return codomain
    case 'ArrayType':
    case 'ReadonlyArrayType':
      return type
    case 'TupleType':
      return types?.[Number(name)]
    default:
      return undefined
  }
}

const marked = new WeakMap<t.Mixed, boolean>()

/** Whether `codec` marks anything, at any depth. A codec that refers to itself may be asked too. Asked again it costs nothing. */
export function marksAnything(codec: t.Mixed): boolean {
  const known = marked.get(codec)
  if (known !== undefined) return known
  const found = findsMark(codec)
  marked.set(codec, found)
  return found
}

function findsMark(codec: t.Mixed): boolean {
  const seen = new Set<t.Mixed>()
  const marks = (inner: t.Mixed | undefined): boolean => {
    if (inner === undefined || seen.has(inner)) return false
    seen.add(inner)
    const { _tag, props, type, types, codomain } = partsOf(inner)
    if (_tag === 'SensitiveType') return true
    return [type, codomain, ...(types ?? []), ...Object.values(props ?? {})].some(marks)
  }
  return marks(codec)
}

/** What is wrong with a value, as {@link codecDetails} tells it, without what is marked, and without texts that stand where a mark is. */
export function detailsWithoutSensitive(errors: t.Errors): readonly ErrorDetail[] {
  return codecDetails(errors).map((detail, index) => {
    const error = errors[index]
    const root = error?.context[0]?.type as t.Mixed | undefined
    if (error === undefined || root === undefined || !marksAnything(root)) return detail
    const last = error.context.at(-1)?.type as t.Mixed | undefined
    const mayBeSecret = isSensitiveAt(root, pathNames(error)) || (last !== undefined && marksAnything(last))
    return mayBeSecret ? { path: detail.path, expected: detail.expected, actual: HIDDEN } : detail
  })
}

function hide(codec: t.Mixed, value: unknown, mark: string, depth: number): unknown {
  if (value === undefined) return undefined
  // only a codec that refers to itself gets here, with a value that no JSON was
  if (depth > MAX_DEPTH) return mark
  const { _tag, props, type, types, codomain } = partsOf(codec)
  if (_tag === 'SensitiveType') return mark
  const wrapped = wrappedIn(codec)
  if (wrapped !== undefined) return hide(wrapped, value, mark, depth)
  if (_tag === 'UnionType' || _tag === 'IntersectionType') {
    return (types ?? []).reduce<unknown>((rest, member) => hide(member, rest, mark, depth), value)
  }
  const below = (inner: t.Mixed | undefined, item: unknown): unknown =>
    inner === undefined ? item : hide(inner, item, mark, depth + 1)
  switch (_tag) {
    case 'RecursiveType':
      return below(type, value)
    case 'InterfaceType':
    case 'PartialType':
    case 'StrictType':
      return isRecord(value)
        ? mapFields(value, (name, item) => below(propOf(props, name), item))
        : unlike(codec, value, mark)
    case 'DictionaryType':
      return isRecord(value) ? mapFields(value, (_, item) => below(codomain, item)) : unlike(codec, value, mark)
    case 'ArrayType':
    case 'ReadonlyArrayType':
      return Array.isArray(value) ? mapItems(value, (item) => below(type, item)) : unlike(codec, value, mark)
    case 'TupleType':
      return Array.isArray(value)
        ? mapItems(value, (item, index) => below(types?.[index], item))
        : unlike(codec, value, mark)
    default:
      return value
  }
}

/** A value where a list or a record should be: a text may be one, as JSON, with all that is marked in it. */
function unlike(codec: t.Mixed, value: unknown, mark: string): unknown {
  return typeof value === 'string' && marksAnything(codec) ? mark : value
}

function propOf(props: Readonly<Record<string, t.Mixed>> | undefined, name: string): t.Mixed | undefined {
  return props !== undefined && Object.hasOwn(props, name) ? props[name] : undefined
}

function mapFields(
  record: Readonly<Record<string, unknown>>,
  map: (name: string, value: unknown) => unknown,
): Readonly<Record<string, unknown>> {
  const entries = Object.entries(record)
  const mapped = entries.map(([name, value]) => [name, map(name, value)] as const)
  const isSame = mapped.every(([, value], index) => Object.is(value, entries[index]?.[1]))
  // fromEntries defines properties: no name reaches a setter
  return isSame ? record : Object.fromEntries(mapped)
}

function mapItems(list: readonly unknown[], map: (item: unknown, index: number) => unknown): readonly unknown[] {
  const mapped = list.map(map)
  return mapped.every((item, index) => Object.is(item, list[index])) ? list : mapped
}
