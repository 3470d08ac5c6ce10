import type { Cursor, Manner } from './cursor.ts'
import type { Act, Referents } from './reading.ts'
import { opensQuote } from './tokens.ts'
import { IN_IT } from './words/contents.ts'
import { SENTENCE_MARKS } from './words/courtesies.ts'
import { CALLED, THERE } from './words/things.ts'

/** A content as it was given. `isOpen`: without quotes and up to the end, so that what follows might belong to it. */
export interface Content {
  readonly text: string
  readonly isOpen: boolean
  /** Without quotes, so that what was taken for it may describe it. */
  readonly isBare?: boolean
  /** The step that gives it: then it has no text yet. */
  readonly given?: Act
  /** That step, where it is still to be done. */
  readonly first?: readonly Act[]
}

/** Why there is no content where one is announced: nothing follows, or words that describe it rather than say it. */
export type NoContent = 'missing' | 'unclear'

/** All that is left of the clause, to the letter, but for the mark that ends its sentence. */
export function takeUnquoted(cursor: Cursor, referents: Referents, isNameKnown = true): Content | NoContent {
  const start = cursor.index
  const first = cursor.peek()
  if (first !== undefined && opensQuote(first)) return 'unclear'
  const naming = isNameKnown ? undefined : lastNaming(cursor)
  const end = naming ?? cursor.tokens.length
  const source = cursor.source(start, end).trimEnd()
  const isToEnd = naming === undefined && cursor.tokens.at(-1)?.kind === 'mark'
  const text = isToEnd ? withoutSentenceEnd(source, cursor.manner) : source
  if (text === '') return 'missing'
  if (mayMeanFolder(referents) && endsInIt(cursor, end)) return 'unclear'
  cursor.index = end
  return { text, isOpen: naming === undefined, isBare: true }
}

/** Whether "in it" may be the folder that was spoken of; also where there were several, so that its path is undefined. */
export function mayMeanFolder(referents: Referents): boolean {
  return 'folder' in referents
}

/** Whether "in it" or "there" stands before the token at `end`: it may say where the file goes. */
function endsInIt(cursor: Cursor, end: number): boolean {
  return cursor.lookAhead(() => {
    for (let index = Math.max(cursor.index, end - MAX_IN_IT); index < end; index++) {
      cursor.index = index
      const isFound = cursor.accept(IN_IT) !== undefined || cursor.accept(THERE) !== undefined
      cursor.skipMarks(SENTENCE_MARKS)
      if (isFound && (cursor.index >= end || cursor.isDone())) return true
    }
    return false
  })
}

/** In tokens, with farewells and marks after it. */
const MAX_IN_IT = 8

/** Without a full stop that is no ellipsis, and without the question mark of a sentence that asks for something. */
export function withoutSentenceEnd(text: string, { isRequest = false }: Manner): string {
  const isOfSentence = /(?<!\.)\.$/.test(text) || (isRequest && text.endsWith('?'))
  return isOfSentence ? text.slice(0, -1).trimEnd() : text
}

/** Where "called name" ends the clause. */
export function lastNaming(cursor: Cursor): number | undefined {
  const first = cursor.index + 1
  for (let index = cursor.tokens.length - 2; index >= first; index--) {
    const isNaming = cursor.lookAhead(() => {
      cursor.index = index
      if (cursor.accept(CALLED) === undefined) return false
      cursor.index++
      return cursor.isDone()
    })
    if (isNaming) return index
  }
  return undefined
}
