import { printable } from '../base/printable.ts'
import { changeSomething } from './changes.ts'
import type { Cursor } from './cursor.ts'
import { looksLikePath } from './paths.ts'
import { inQuotes } from './quote.ts'
import { type Act, type Ask, ask, wanted } from './reading.ts'
import type { Token } from './tokens.ts'

const MAX_NAME_LENGTH = 200

/** Things that are named together, each as its tokens. */
interface Named {
  readonly things: readonly (readonly Token[])[]
  readonly areAnnounced: boolean
}

/** Whether nothing but its place in the sentence says that a thing is a name. */
export function isBare(thing: readonly Token[]): boolean {
  const [only, ...others] = thing
  return only?.kind === 'word' && others.length === 0 && !looksLikePath(only.text)
}

/**
 * What to ask where files are changed, and a word among paths may be none: "delete a.txt, carefully". A "yes" puts all such words in
 * quotes.
 */
export function askAboutBareNames(
  clause: Cursor,
  { things, areAnnounced }: Named,
  acts: readonly Act[],
): Ask | undefined {
  const bare = things.filter(isBare).flat()
  if (areAnnounced || bare.length === 0 || bare.length === things.length || !changeSomething(acts)) return undefined
  const names = bare.map(({ text }) => `"${printable(text, MAX_NAME_LENGTH)}"`)
  const question = bare.length === 1 ? 'Is this the name of a file too' : 'Are these the names of files too'
  return ask(`${question}: ${names.join(', ')}? Please put names in quotes.`, wanted('yes', withQuotes(clause, bare)))
}

/** The clause as it was said, but for quotes around `names`. */
function withQuotes({ text, tokens, index }: Cursor, names: readonly Token[]): string | undefined {
  const parts: (string | undefined)[] = []
  let end = tokens[index]?.start ?? 0
  for (const name of names) {
    parts.push(text.slice(end, name.start), inQuotes(name.text))
    end = name.end
  }
  parts.push(text.slice(end, tokens.findLast(({ kind }) => kind !== 'mark')?.end))
  return parts.includes(undefined) ? undefined : parts.join('')
}
