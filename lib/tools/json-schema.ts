import type { Mixed } from 'io-ts'

/** A schema of JSON Schema, draft 2020-12. */
export type JsonSchema = Readonly<Record<string, unknown>>

/**
 * `codec`, saying by `jsonSchema` what JSON it takes: for codecs whose code does not tell. What they take besides, such as a number
 * written as text, need not be said.
 */
export function withSchema<Codec extends Mixed>(codec: Codec, jsonSchema: JsonSchema): Codec {
  return Object.assign(codec, { jsonSchema })
}

/** What `codec` says of itself, if it does. */
export function ownSchemaOf(codec: Mixed): JsonSchema | undefined {
  const own: unknown = Reflect.get(codec, 'jsonSchema')
  return typeof own === 'object' && own !== null && !Array.isArray(own) ? (own as JsonSchema) : undefined
}
