import { Cursor } from './cursor.ts'
import { asksBack } from './only-phrases.ts'
import { looksLikePath } from './paths.ts'
import { type Token, tokenize } from './tokens.ts'
import { AROUND_NAMES, HEDGING, SAYING_NAME } from './words/replies.ts'

/** How sure an answer is that was given where a name was asked for. */
export interface Naming {
  /** It asks back: "a.txt?" */
  readonly isAsked: boolean
  /** "maybe a.txt", "what about a.txt" */
  readonly isHedged: boolean
  /** The one word that it says, where nothing says that this is a name: no extension, no quotes, no "call it". */
  readonly bare: string | undefined
}

export function namingOf(answer: string): Naming {
  const tokens = tokenize(answer)
  const words = tokens.filter(({ kind }) => kind !== 'mark')
  const last = words.at(-1)
  const isAnnounced = words.slice(0, -1).some(({ lower }) => SAYING_NAME.has(lower))
  const isBare = last?.kind === 'word' && !isAnnounced && !looksLikePath(last.text)
  const isHedged = tokens.some((_, index) => new Cursor(answer, tokens.slice(index)).sees(HEDGING))
  return { isAsked: asksBack(answer), isHedged, bare: isBare ? last.text : undefined }
}

/** The name in an answer that says nothing else, but in a whole sentence: "the new name is z.txt". As it was said, quotes and all. */
export function nameAmongWords(answer: string): string | undefined {
  const words = tokenize(answer).filter(({ kind }) => kind !== 'mark')
  const names = words.filter(({ kind, text }) => kind === 'quote' || (kind === 'word' && looksLikePath(text)))
  const [name = wordCalledSo(words), ...others] = names
  if (name === undefined || others.length > 0) return undefined
  const isOnly = words.every((word) => word === name || AROUND_NAMES.has(word.lower))
  return isOnly ? answer.slice(name.start, name.end) : undefined
}

/** The last of `words`, where the one before it says that it is a name: "a folder called reports". */
function wordCalledSo(words: readonly Token[]): Token | undefined {
  const [before, last] = words.slice(-2)
  return last?.kind === 'word' && SAYING_NAME.has(before?.lower ?? '') && !AROUND_NAMES.has(last.lower)
    ? last
    : undefined
}
