import type { Either } from 'fp-ts/lib/Either.js'
import type { Script } from '../../lib/dsl/ast.ts'
import { callsIn } from '../../lib/dsl/calls.ts'
import type { DslSyntaxError } from '../../lib/dsl/syntax-error.ts'

/** A script without its places: of each step the tool, then its arguments, an option as `{ name: value }`. */
export type Steps = readonly (readonly (string | Readonly<Record<string, string | true>>)[])[]

/** The steps of what `parseDsl` gave; throws the error's message if it gave one. */
export function stepsOf(parsed: Either<DslSyntaxError, Script>): Steps {
  if (parsed._tag === 'Left') throw new Error(parsed.left.message)
  return withoutPlaces(parsed.right)
}

export function withoutPlaces(script: Script): Steps {
  return callsIn(script.steps).map(({ tool, args }) => {
    const words: Steps[number][number][] = [tool]
    for (const arg of args) words.push(arg.name === undefined ? arg.value : { [arg.name]: arg.value })
    return words
  })
}

/** A tree without its places, to compare with another. */
export function bare(tree: unknown): unknown {
  if (Array.isArray(tree)) return tree.map(bare)
  if (typeof tree !== 'object' || tree === null) return tree
  const fields = Object.entries(tree).filter(([key]) => key !== 'location' && key !== 'toolLocation')
  return Object.fromEntries(fields.map(([key, value]) => [key, bare(value)]))
}
