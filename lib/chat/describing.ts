import type { Cursor } from './cursor.ts'
import { namesFile } from './paths.ts'
import type { Token } from './tokens.ts'
import { NUMBER_WORDS } from './words/basics.ts'
import { CONTENT, DESCRIBING, IS, LINKS, MANNERS, PLACES_IN_FILE, SPOKEN_OF } from './words/contents.ts'
import { DETERMINERS, IN, INTO, PRONOUNS } from './words/things.ts'

// Words where a content could be, that describe it rather than say it.

/** Whether a file is named before the token at `end`: "alpha from a.txt". */
export function namesFiles({ tokens, index }: Cursor, end: number): boolean {
  return tokens.slice(index, end).some(({ kind, text }) => kind === 'word' && namesFile(text))
}

/** Whether the words before the token at `end` tell how to write the others: "hello three times", "hello backwards". */
export function endsInManner(cursor: Cursor, end: number): boolean {
  return cursor.lookAhead(() => {
    for (let index = Math.max(cursor.index + 1, end - MAX_MANNER); index < end; index++) {
      cursor.index = index
      const isTold = (cursor.accept(MANNERS) ?? cursor.accept(PLACES_IN_FILE)) !== undefined || acceptTimes(cursor)
      if (isTold && cursor.index === end) return true
    }
    return false
  })
}

/** In words. */
const MAX_MANNER = 4

/** "three times", "10 times" */
function acceptTimes(cursor: Cursor): boolean {
  const isCounted = /^\d+$/.test(cursor.peek()?.text ?? '') || cursor.sees(NUMBER_WORDS)
  if (!isCounted || cursor.peek(1)?.lower !== 'times') return false
  cursor.index += 2
  return true
}

/** Whether the words tell what is to be written rather than say it: "5 lines", "it", "what I said", "the text of a.txt". */
export function describes(cursor: Cursor, isCalled: boolean): boolean {
  if (isCalled) return cursor.sees(IN) || cursor.sees(LINKS)
  if (saysSentence(cursor)) return false
  return cursor.sees(PRONOUNS) || cursor.sees(DESCRIBING) || isCount(cursor)
}

/** Whether the words can only be said, though they begin as what describes does: "The Great Gatsby", "this is a test", "1, 2", "all:". */
export function saysSentence(cursor: Cursor): boolean {
  const mark = cursor.peek(1)?.kind === 'mark' ? cursor.peek(1)?.text : undefined
  const isListed = mark === ':' || (mark === ',' && cursor.peek(2)?.kind === 'word')
  if (isListed && !cursor.sees(PRONOUNS) && !cursor.sees(CONTENT)) return true
  const isCalled = cursor.lookAhead(() => cursor.acceptAll(DETERMINERS).length > 0 && cursor.sees(CONTENT))
  if (beginsTitle(cursor.peek())) return !isCalled
  return cursor.lookAhead(() => cursor.accept(SPOKEN_OF) !== undefined && cursor.sees(IS))
}

/** "The Great Gatsby": nobody describes a content with a capital. */
export function beginsTitle(token: Token | undefined): boolean {
  return token?.kind === 'word' && /^\p{Lu}\p{Ll}/u.test(token.text)
}

/** "10 random numbers", "three lines"; but "2 + 2" and "42" are what they are. */
function isCount(cursor: Cursor): boolean {
  return cursor.lookAhead(() => {
    if (/^\d+$/.test(cursor.peek()?.text ?? '')) cursor.index++
    else if (cursor.accept(NUMBER_WORDS) === undefined) return false
    const next = cursor.peek()
    return next?.kind === 'word' && /^\p{Letter}/u.test(next.text) && !cursor.sees(INTO)
  })
}
