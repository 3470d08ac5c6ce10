import { isRight } from 'fp-ts/lib/Either.js'
import type { Mixed } from 'io-ts'
import { isRecord } from '../base/is-record.ts'
import { type CodecParts, partsOf, wrappedIn } from '../base/codec-parts.ts'
import { type JsonSchema, ownSchemaOf } from './json-schema.ts'
import { knownNames } from '../base/codec-names.ts'
import { isSensitive } from './sensitive.ts'
import type { Tool } from './tool.ts'

const DRAFT = 'https://json-schema.org/draft/2020-12/schema'

/** The keywords that would tell a value. */
const TELLING: ReadonlySet<string> = new Set(['default', 'const', 'enum', 'examples'])

/**
 * The JSON Schema (draft 2020-12) of the params of `tool`, from their codec: for forms, for models that call tools, for documentation.
 * A param the tool would refuse as unknown is refused by `additionalProperties: false`; what is marked as sensitive is `writeOnly`.
 * A codec of somebody's own becomes `{}` with its name as description, unless it has a `jsonSchema` of its own. Never throws.
 *
 * ```ts
 * import * as t from 'io-ts'
 * import { defineTool, toolSchema } from 'praxis-rx'
 *
 * const greet = defineTool({
 *   name: 'greet',
 *   description: 'Greets.',
 *   params: t.type({ name: t.string }),
 *   run: ({ name }) => `Hello ${name}`,
 * })
 * toolSchema(greet) // { $schema, title: 'greet', …, properties: { name: { type: 'string' } }, required: ['name'] }
 * ```
 */
export function toolSchema(tool: Pick<Tool, 'name' | 'description' | 'params'>): JsonSchema {
  const { name, description, params } = tool
  return {
    $schema: DRAFT,
    title: name,
    description,
    type: 'object',
    ...schemaOf(params),
    ...(knownNames(params) === undefined ? {} : { additionalProperties: false }),
  }
}

function schemaOf(codec: Mixed): JsonSchema {
  return ownSchemaOf(codec) ?? wrapperSchema(codec) ?? objectSchema(codec) ?? plainSchema(codec)
}

function wrapperSchema(codec: Mixed): JsonSchema | undefined {
  const wrapped = wrappedIn(codec)
  if (wrapped === undefined) return undefined
  const schema = schemaOf(wrapped)
  switch (partsOf(codec)._tag) {
    case 'SensitiveType':
      return { ...withoutValues(schema), writeOnly: true }
    case 'DefaultType':
      return isSensitive(wrapped) ? schema : { ...schema, default: partsOf(codec).value }
    case 'RefinementType':
      return codec.name === 'Int' ? { ...schema, type: 'integer' } : { ...schema, description: codec.name }
    default:
      return schema
  }
}

/** `schema` without what would tell a value, at any depth. */
function withoutValues(schema: JsonSchema): JsonSchema {
  const told = Object.entries(schema).filter(([keyword]) => !TELLING.has(keyword))
  return Object.fromEntries(
    told.map(([keyword, value]) => [keyword, keyword === 'properties' ? mapSchemas(value) : within(value)]),
  )
}

function within(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(within)
  return isRecord(value) ? withoutValues(value) : value
}

/** Its keys are names of fields, whatever they look like. */
function mapSchemas(properties: unknown): unknown {
  if (!isRecord(properties)) return properties
  return Object.fromEntries(Object.entries(properties).map(([name, schema]) => [name, within(schema)]))
}

/** An object with fields, also where an intersection puts it together: one schema for all of them reads better than `allOf`. */
function objectSchema(codec: Mixed): JsonSchema | undefined {
  const fields = fieldsOf(codec)
  if (fields === undefined) return undefined
  const properties = fields.map(([name, schemas]) => [name, schemas.length === 1 ? schemas[0]?.schema : both(schemas)])
  const required = fields.filter(([, schemas]) => schemas.some(({ isRequired }) => isRequired)).map(([name]) => name)
  return {
    type: 'object',
    properties: Object.fromEntries(properties) as unknown,
    ...(required.length > 0 && { required }),
  }
}

interface Field {
  readonly schema: JsonSchema
  readonly isRequired: boolean
}

function both(fields: readonly Field[]): JsonSchema {
  return { allOf: fields.map(({ schema }) => schema) }
}

function fieldsOf(codec: Mixed): readonly (readonly [string, readonly Field[]])[] | undefined {
  const { _tag, props, types = [] } = partsOf(codec)
  switch (_tag) {
    case 'InterfaceType':
    case 'PartialType':
    case 'StrictType':
      return Object.entries(props ?? {}).map(([name, prop]) => {
        return [name, [{ schema: schemaOf(prop), isRequired: _tag !== 'PartialType' && !takesNothing(prop) }]]
      })
    case 'ExactType':
    case 'ReadonlyType': {
      const wrapped = wrappedIn(codec)
      return wrapped && fieldsOf(wrapped)
    }
    case 'IntersectionType': {
      const all = new Map<string, readonly Field[]>()
      for (const member of types) {
        const fields = fieldsOf(member)
        if (fields === undefined) return undefined
        for (const [name, more] of fields) all.set(name, [...(all.get(name) ?? []), ...more])
      }
      return [...all]
    }
    default:
      return undefined
  }
}

function takesNothing(codec: Mixed): boolean {
  try {
    return isRight(codec.decode(undefined))
  } catch {
    return false
  }
}

function plainSchema(codec: Mixed): JsonSchema {
  const parts = partsOf(codec)
  switch (parts._tag) {
    case 'StringType':
      return { type: 'string' }
    case 'NumberType':
      return { type: 'number' }
    case 'BooleanType':
      return { type: 'boolean' }
    case 'NullType':
      return { type: 'null' }
    case 'LiteralType':
      return { const: parts.value }
    case 'KeyofType':
      return { enum: Object.keys(parts.keys ?? {}) }
    case 'AnyArrayType':
      return { type: 'array' }
    case 'AnyDictionaryType':
      return { type: 'object' }
    case 'UnknownType':
    case 'AnyType':
      return {}
    default:
      return compositeSchema(parts) ?? { description: codec.name }
  }
}

function compositeSchema({ _tag, type, types = [], codomain }: CodecParts): JsonSchema | undefined {
  switch (_tag) {
    case 'ArrayType':
    case 'ReadonlyArrayType':
      return type && { type: 'array', items: schemaOf(type) }
    case 'DictionaryType':
      return codomain && { type: 'object', additionalProperties: schemaOf(codomain) }
    case 'TupleType':
      return { type: 'array', prefixItems: types.map(schemaOf), items: false, minItems: types.length }
    case 'IntersectionType':
      return { allOf: types.map(schemaOf) }
    case 'UnionType':
      return unionSchema(types.filter((member) => partsOf(member)._tag !== 'UndefinedType'))
    default:
      return undefined
  }
}

function unionSchema(members: readonly Mixed[]): JsonSchema {
  const [only, ...others] = members
  if (only !== undefined && others.length === 0) return schemaOf(only)
  const isLiteral = members.every((member) => partsOf(member)._tag === 'LiteralType')
  return isLiteral ? { enum: members.map((member) => partsOf(member).value) } : { anyOf: members.map(schemaOf) }
}
