import { arithmeticOf } from './arithmetic-words.ts'
import { takeContentOf } from './content-of.ts'
import type { Cursor, Manner } from './cursor.ts'
import { type Act, actOf, actOnFile, type Referents } from './reading.ts'
import { takeResult } from './results.ts'
import { looksLikePath } from './paths.ts'
import { takeTarget } from './targets.ts'
import { holdsQuote, opensQuote } from './tokens.ts'
import { restOfWish } from './wish.ts'
import {
  AND,
  AS_CONTENT,
  CONTAINING,
  CONTENT,
  DESCRIBING,
  IN_IT,
  ITS,
  LINKS,
  SAME_AS,
  WITH,
  WITH_NOTHING,
} from './words/contents.ts'
import { SENTENCE_MARKS } from './words/courtesies.ts'
import { COMPUTED, RESULT_OF } from './words/results.ts'
import { CALLED, DETERMINERS, NOT_NAMES, THERE } from './words/things.ts'

/** A content as it was given. `isOpen`: without quotes and up to the end, so that what follows might belong to it. */
export interface Content {
  readonly text: string
  readonly isOpen: boolean
  /** The step that gives it: then it has no text yet. */
  readonly given?: Act
  /** That step, where it is still to be done. */
  readonly first?: readonly Act[]
}

/** Why there is no content where one is announced: nothing follows, or words that describe it rather than say it. */
export type NoContent = 'missing' | 'unclear'

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
    const isDescribed = cursor.acceptAll(DETERMINERS).length + cursor.acceptAll(ITS).length > 0
    const isCalled = cursor.accept(CONTENT) !== undefined
    if (!isWith && !isContaining && !isCalled) return takeRest(cursor)
    cursor.skipMarks(':=\n')
    const links = cursor.acceptAll(LINKS)
    cursor.skipMarks(':=\n')
    const given = takeQuoted(cursor, referents) ?? takeRest(cursor)
    if (given !== undefined) return given
    if (cursor.isDone()) return 'missing'
    const code = isWith && !isCalled && !isDescribed ? cursor.attempt(() => takeCode(cursor, referents)) : undefined
    if (code !== undefined) return code
    const plain = isWith && !isCalled && !isDescribed ? cursor.attempt(() => takePlain(cursor, referents)) : undefined
    if (plain !== undefined) return plain
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

/** What is written as no words are, from a bracket to a bracket: `{"a": 1}`, `print("hi")`. */
function takeCode(cursor: Cursor, referents: Referents): Content | undefined {
  const token = cursor.peek()
  const isCode = cursor.isInBracket() || (token?.kind === 'word' && /^<|[({[]/.test(token.text))
  const content = isCode ? takeUnquoted(cursor, referents) : 'unclear'
  // "(x) in docs" may say where
  return typeof content === 'string' || !/[)\]}>;]$/.test(content.text) ? undefined : content
}

/**
 * A word that is all there is, or several with commas between them: "with hello", "with 1, 2, 3". More words may describe a content,
 * and so may a word that stands for something else, or is a file's name.
 */
function takePlain(cursor: Cursor, referents: Referents): Content | undefined {
  const start = cursor.index
  do {
    const token = cursor.peek()
    const isName =
      token?.kind !== 'word' || looksLikePath(token.text) || NOT_NAMES.has(token.lower) || holdsQuote(token)
    if (isName || cursor.sees(DESCRIBING) || cursor.sees(CONTENT)) return undefined
    cursor.index++
  } while (skipComma(cursor))
  const text = cursor.source(start, cursor.index)
  // "with hello in it" may be the folder that was spoken of
  if (!mayMeanFolder(referents)) cursor.accept(IN_IT)
  return cursor.isDone() ? { text, isOpen: false } : undefined
}

function skipComma(cursor: Cursor): boolean {
  if (cursor.peek()?.text !== ',' || cursor.peek(1)?.kind !== 'word') return false
  cursor.index++
  return true
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
  return { text, isOpen: naming === undefined }
}

/** Whether "in it" may be the folder that was spoken of; also where there were several, so that its path is undefined. */
function mayMeanFolder(referents: Referents): boolean {
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
function withoutSentenceEnd(text: string, { isRequest = false }: Manner): string {
  const isOfSentence = /(?<!\.)\.$/.test(text) || (isRequest && text.endsWith('?'))
  return isOfSentence ? text.slice(0, -1).trimEnd() : text
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
