import type { Mixed } from 'io-ts'
import { partsOf, wrappedIn } from './codec-parts.ts'

/** The names that reach an object's prototype; none of them is ever a param (THREATS T11). */
const POISONOUS: ReadonlySet<string> = new Set(['__proto__', 'constructor', 'prototype'])

export function isPoisonousName(name: string): boolean {
  return POISONOUS.has(name)
}

/**
 * Every name `codec` knows at its top level, in its order; `undefined` where the codec does not tell (a record, a union, a codec
 * of somebody's own), and then no name can be called unknown.
 */
export function knownParamNames(codec: Mixed): ReadonlySet<string> | undefined {
  const wrapped = wrappedIn(codec)
  if (wrapped !== undefined) return knownParamNames(wrapped)
  const { _tag, props, types } = partsOf(codec)
  switch (_tag) {
    case 'InterfaceType':
    case 'PartialType':
    case 'StrictType':
      return props && new Set(Object.keys(props))
    case 'IntersectionType':
      return types && union(types.map(knownParamNames))
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
