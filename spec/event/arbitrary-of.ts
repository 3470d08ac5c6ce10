import * as fc from 'fast-check'
import * as t from 'io-ts'
import { GraphNode, InputNode, ToolNode } from '../../lib/event/graph.ts'

/** Values that `codec` takes, read from the codec itself: what a property over "any data of this type" needs. */
export function arbitraryOf(codec: t.Mixed): fc.Arbitrary<unknown> {
  if (codec === GraphNode) return fc.oneof(arbitraryOf(ToolNode), arbitraryOf(InputNode))
  if (codec instanceof t.StringType) return fc.string({ unit: 'grapheme' })
  if (codec instanceof t.NumberType) return numbers
  if (codec instanceof t.BooleanType) return fc.boolean()
  if (codec instanceof t.UnknownType) return fc.jsonValue({ maxDepth: 3 })
  if (codec instanceof t.AnyDictionaryType) return fc.dictionary(fc.string(), fc.jsonValue({ maxDepth: 2 }))
  if (codec instanceof t.LiteralType) return fc.constant(codec.value as unknown)
  if (codec instanceof t.KeyofType) return fc.constantFrom(...Object.keys(codec.keys as object))
  if (codec instanceof t.ArrayType || codec instanceof t.ReadonlyArrayType)
    return fc.array(arbitraryOf(codec.type as t.Mixed), { maxLength: 4 })
  if (codec instanceof t.InterfaceType) return fc.record(fields(codec.props as t.Props))
  if (codec instanceof t.PartialType) return fc.record(fields(codec.props as t.Props), { requiredKeys: [] })
  if (codec instanceof t.RefinementType) return arbitraryOf(codec.type as t.Mixed).filter((value) => codec.is(value))
  if (codec instanceof t.IntersectionType) {
    const parts = (codec.types as readonly t.Mixed[]).map(arbitraryOf)
    return fc.tuple(...parts).map((values) => Object.assign({}, ...values) as unknown)
  }
  throw new Error(`no arbitrary for the codec ${codec.name}`)
}

/** Whole ones too, so that refinements to integers find some. */
const numbers = fc.oneof(fc.nat(100), fc.double({ noNaN: true, noDefaultInfinity: true }))

function fields(props: t.Props): Record<string, fc.Arbitrary<unknown>> {
  return Object.fromEntries(Object.entries(props).map(([key, codec]) => [key, arbitraryOf(codec)]))
}
