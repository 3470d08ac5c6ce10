import type { Mixed } from 'io-ts'
import { partsOf, wrappedIn } from './codec-parts.ts'

/**
 * Every name `codec` knows at its top level, in its order; `undefined` where the codec does not tell (a record, a union, a codec
 * of somebody's own), and then no name can be called unknown.
 */
export function knownNames(codec: Mixed): ReadonlySet<string> | undefined {
  const wrapped = wrappedIn(codec)
  if (wrapped !== undefined) return knownNames(wrapped)
  const { _tag, props, types } = partsOf(codec)
  switch (_tag) {
    case 'InterfaceType':
    case 'PartialType':
    case 'StrictType':
      return props && new Set(Object.keys(props))
    case 'IntersectionType':
      return types && union(types.map(knownNames))
    default:
      return undefined
  }
}

function union(sets: readonly (ReadonlySet<string> | undefined)[]): ReadonlySet<string> | undefined {
  const all = new Set<string>()
  for (const names of sets) {
    if (names === undefined) return undefined
    for (const name of names) all.add(name)
  }
  return all
}
