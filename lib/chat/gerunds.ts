import { Cursor } from './cursor.ts'
import type { Token } from './tokens.ts'
import { BEFORE_GERUND } from './words/courtesies.ts'
import { VERBS } from './words/verbs.ts'

/** `tokens` with the verb that "would you mind deleting a.txt?" asks for as it is said in "delete a.txt". */
export function withoutGerunds(text: string, tokens: readonly Token[]): readonly Token[] {
  const cursor = new Cursor(text, tokens)
  for (; cursor.peek() !== undefined; cursor.index++) {
    const index = cursor.lookAhead(() => (cursor.accept(BEFORE_GERUND) === undefined ? undefined : cursor.index))
    const gerund = index === undefined ? undefined : tokens[index]
    const verb = gerund === undefined ? undefined : verbOf(gerund)
    if (index !== undefined && verb !== undefined) return [...tokens.slice(0, index), verb, ...tokens.slice(index + 1)]
  }
  return tokens
}

/** "deleting" as "delete", "putting" as "put". */
function verbOf(token: Token): Token | undefined {
  const stem = /^(\p{Letter}{2,})ing$/u.exec(token.lower)?.[1]
  if (stem === undefined) return undefined
  const bases = [`${stem}e`, stem, stem.replace(/(.)\1$/, '$1')]
  const base = bases.find((word) => VERBS.some((verbs) => verbs.startingWith(word).length > 0))
  return base === undefined ? undefined : { ...token, text: base, lower: base }
}
