import type { Cursor } from './cursor.ts'
import { opensQuote } from './tokens.ts'
import { AND, CONTAINING, CONTENT, IN_IT, ITS, LINKS, WITH, WITH_NOTHING } from './words/contents.ts'
import { CALLED, DETERMINERS } from './words/things.ts'

/** A content as it was given. `isOpen`: without quotes and up to the end, so that what follows might belong to it. */
export interface Content {
  readonly text: string
  readonly isOpen: boolean
}

/** Why there is no content where one is announced: nothing follows, or words that describe it rather than say it. */
export type NoContent = 'missing' | 'unclear'

/**
 * The content that comes next: "with content 'x'", "containing the text 'x'", "saying x y", "with nothing in it". Without quotes it
 * goes on to the end of the clause, or to a last "called name" where the name is still to come.
 */
export function takeContent(cursor: Cursor, isNameKnown: boolean): Content | NoContent | undefined {
  return cursor.attempt(() => {
    cursor.skipMarks(',\n')
    cursor.attempt(() => cursor.accept(AND))
    if (cursor.accept(WITH_NOTHING) !== undefined) return { text: '', isOpen: false }
    const isWith = cursor.accept(WITH) !== undefined
    const isContaining = !isWith && cursor.accept(CONTAINING) !== undefined
    const isDescribed = cursor.acceptAll(DETERMINERS).length + cursor.acceptAll(ITS).length > 0
    const isCalled = cursor.accept(CONTENT) !== undefined
    if (!isWith && !isContaining && !isCalled) return takeRest(cursor)
    cursor.skipMarks(':=\n')
    const links = cursor.acceptAll(LINKS)
    cursor.skipMarks(':=\n')
    const given = takeQuoted(cursor) ?? takeRest(cursor)
    if (given !== undefined) return given
    if (cursor.isDone()) return 'missing'
    // "with the content of b.txt" says where the content is, not what it is
    if (links.includes('of')) return 'unclear'
    if (isCalled || (isContaining && !isDescribed)) return takeUnquoted(cursor, isNameKnown)
    return 'unclear'
  })
}

/** A content that stands for itself, in quotes or after a colon, with what may repeat what it is: "'x' as its content". */
export function takeQuoted(cursor: Cursor): Content | undefined {
  const text = cursor.takeQuote()
  if (text === undefined) return undefined
  cursor.accept(IN_IT)
  return { text, isOpen: false }
}

/** What a colon announced. */
export function takeRest(cursor: Cursor): Content | undefined {
  cursor.skipMarks(':\n')
  const token = cursor.peek()
  if (token?.kind !== 'rest') return undefined
  cursor.index++
  return { text: token.text, isOpen: false }
}

/** All that is left of the clause, but for the full stop that ends its sentence. */
export function takeUnquoted(cursor: Cursor, isNameKnown = true): Content | NoContent {
  const start = cursor.index
  const first = cursor.peek()
  if (first !== undefined && opensQuote(first)) return 'unclear'
  const naming = isNameKnown ? undefined : lastNaming(cursor)
  const last = cursor.tokens.at(-1)
  const end = naming ?? cursor.tokens.length - (last?.kind === 'mark' && last.text === '.' ? 1 : 0)
  if (end <= start) return 'missing'
  cursor.index = naming ?? cursor.tokens.length
  return { text: cursor.source(start, end), isOpen: naming === undefined }
}

/** Where "called name" ends the clause. */
function lastNaming(cursor: Cursor): number | undefined {
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
