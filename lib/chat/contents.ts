import { arithmeticOf } from './arithmetic-words.ts'
import { takeContentOf } from './content-of.ts'
import type { Cursor } from './cursor.ts'
import { saysSentence } from './describing.ts'
import { takePlain } from './plain-contents.ts'
import { type Act, actOf, actOnFile, type Referents } from './reading.ts'
import { takeResult } from './results.ts'
import { takeTarget } from './targets.ts'
import { type Content, mayMeanFolder, type NoContent, takeUnquoted } from './unquoted.ts'
import { restOfWish } from './wish.ts'
import {
  AND,
  AS_CONTENT,
  CONTAINING,
  CONTENT,
  IN_IT,
  ITS,
  LINKS,
  SAME_AS,
  WITH,
  WITH_NOTHING,
} from './words/contents.ts'
import { COMPUTED, RESULT_OF } from './words/results.ts'
import { DETERMINERS } from './words/things.ts'

/**
 * The content that comes next: "with content 'x'", "containing the text 'x'", "saying x y", "with nothing in it". Without quotes it
 * goes on to the end of the clause, or to a last "called name" where the name is still to come.
 */
export function takeContent(
  cursor: Cursor,
  referents: Referents,
  isNameKnown: boolean,
): Content | NoContent | undefined {
  return cursor.attempt(() => {
    cursor.skipMarks(',\n')
    cursor.attempt(() => cursor.accept(AND))
    if (cursor.accept(WITH_NOTHING) !== undefined) return { text: '', isOpen: false }
    const isWith = cursor.accept(WITH) !== undefined
    const containing = isWith ? undefined : cursor.accept(CONTAINING)
    const isContaining = containing !== undefined
    const result = isWith || isContaining ? takeResult(cursor, referents) : undefined
    if (result !== undefined) return givenBy(result)
    const elsewhere = isWith || isContaining ? takeElsewhere(cursor) : undefined
    if (elsewhere !== undefined) return elsewhere
    const isSentence = isWith && saysSentence(cursor)
    const isDescribed = !isSentence && cursor.acceptAll(DETERMINERS).length + cursor.acceptAll(ITS).length > 0
    const isCalled = !isSentence && cursor.accept(CONTENT) !== undefined
    if (!isWith && !isContaining && !isCalled) return takeRest(cursor)
    cursor.skipMarks(':=\n')
    const links = cursor.acceptAll(LINKS)
    cursor.skipMarks(':=\n')
    const given = takeQuoted(cursor, referents) ?? takeRest(cursor)
    if (given !== undefined) return given
    if (cursor.isDone()) return 'missing'
    if (isWith && !isCalled && !isDescribed) {
      return links.length > 0 ? 'unclear' : takePlain(cursor, referents, isNameKnown)
    }
    // "with the content of b.txt" says where the content is, not what it is
    if (links.includes('of')) return 'unclear'
    if (!isCalled && (!isContaining || isDescribed)) return 'unclear'
    // "with content is it you", "saying the words of Bob": what was passed may be part of the content
    const isSubject = !isWith && (!isContaining || containing === 'whose')
    const isNarrowed = containing !== undefined && /\b(?:just|only)\b/.test(containing)
    if (isNarrowed || links.length > (isSubject ? 1 : 0) || (isContaining && !isSubject && isCalled)) return 'unclear'
    return takeUnquoted(cursor, referents, isNameKnown)
  })
}

/** A content that stands for itself, in quotes or after a colon, with what may repeat what it is: "'x' as its content". */
export function takeQuoted(cursor: Cursor, referents: Referents): Content | undefined {
  const text = cursor.isInBracket() ? undefined : cursor.takeQuote()
  if (text === undefined) return undefined
  if (cursor.accept(AS_CONTENT) === undefined && !mayMeanFolder(referents)) cursor.accept(IN_IT)
  return { text, isOpen: false }
}

/** What is said by where it is to be found, up to the end: "the result of 2 + 2", "the contents of a.txt". */
export function takeElsewhere(cursor: Cursor): Content | undefined {
  return takeComputed(cursor) ?? takeHeldByOther(cursor)
}

/** "the result of 2 + 2", "the sum of 2 and 3", up to the end. */
function takeComputed(cursor: Cursor): Content | undefined {
  return cursor.attempt(() => {
    if (cursor.accept(RESULT_OF) === undefined && !cursor.sees(COMPUTED)) return undefined
    const arithmetic = arithmeticOf(restOfWish(cursor))
    if (arithmetic === undefined) return undefined
    cursor.index = cursor.tokens.length
    const calculation = actOf('calculate', [arithmetic.expression])
    return { ...givenBy(calculation), first: [calculation] }
  })
}

/** "the contents of a.txt", "the same content as a.txt", at the end: what another file holds. */
function takeHeldByOther(cursor: Cursor): Content | undefined {
  return cursor.attempt(() => {
    const other = cursor.accept(SAME_AS) === undefined ? takeContentOf(cursor, {}) : takeTarget(cursor, {})
    if (other?.path === undefined || other.isMany || other.kind === 'folder') return undefined
    return other.isSure && cursor.isDone() ? givenBy(actOnFile('read_file', [other.path], other.path)) : undefined
  })
}

/** What a step before gives. */
export function givenBy(act: Act): Content {
  return { text: '', isOpen: false, given: act }
}

/** What a colon announced. */
export function takeRest(cursor: Cursor): Content | undefined {
  cursor.skipMarks(':\n')
  const token = cursor.peek()
  if (token?.kind !== 'rest') return undefined
  cursor.index++
  return { text: token.text, isOpen: false }
}
