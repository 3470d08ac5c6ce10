import { Cursor } from './cursor.ts'
import { saysWhere } from './goals.ts'
import { skipCourtesies } from './joints.ts'
import { phrases } from './phrases.ts'
import { tokenize } from './tokens.ts'
import { restOfWish } from './wish.ts'
import { CONTAINING, CONTENT, LINKS, SUBJECTS, WITH } from './words/contents.ts'
import { EMPTY_CONTENT, NO_CONTENT } from './words/replies.ts'
import { DETERMINERS, IN } from './words/things.ts'

const THE = phrases('the, the following')
const WRITE = phrases('write, write down')

/** What an answer says that a file shall hold. */
export interface SaidContent {
  readonly text: string
  /** Its quotes, or its words, say for sure what it is: "nothing at all". */
  readonly isQuoted: boolean
  /** It may tell what the content is like: "a poem", said of what the file shall hold. */
  readonly isDescribed?: boolean
}

/**
 * The content that an answer says: in general all of it, to the letter, but for what announces it. Undefined for what is not said to be the
 * content itself: "whatever you like".
 */
export function contentIn(answer: string): SaidContent | undefined {
  const cursor = new Cursor(answer, tokenize(answer))
  if (isWhole(cursor, () => cursor.accept(EMPTY_CONTENT) !== undefined)) return { text: '', isQuoted: true }
  if (isWhole(cursor, () => cursor.accept(NO_CONTENT) !== undefined)) return undefined
  const all = { text: answer.trim(), isQuoted: false }
  const isTold = cursor.attempt(() => skipTelling(cursor)) !== undefined
  const start = cursor.index
  const isCalled = cursor.accept(THE) !== undefined && cursor.accept(CONTENT) !== undefined
  if (!isCalled) cursor.index = start
  if (!isTold && !isCalled) return all
  cursor.skipMarks(':')
  const quote = cursor.attempt(() => {
    const text = cursor.takeQuote()
    return cursor.isDone() ? text : undefined
  })
  if (quote !== undefined) return { text: quote, isQuoted: true }
  // "the text is good" may be all of it
  if (cursor.isDone() || cursor.sees(LINKS) || cursor.sees(IN)) return undefined
  const isDescribed = isTold && cursor.sees(DETERMINERS)
  return { text: restOfWish(cursor), isQuoted: false, isDescribed }
}

/** Passes what announces a content: "it should say", "with", "please write". */
function skipTelling(cursor: Cursor): true | undefined {
  const told = cursor.attempt(() => {
    cursor.accept(SUBJECTS)
    return cursor.accept(CONTAINING)
  })
  if (told !== undefined || cursor.accept(WITH) !== undefined) return true
  skipCourtesies(cursor)
  return cursor.accept(WRITE) === undefined || saysWhere(cursor) ? undefined : true
}

function isWhole(cursor: Cursor, take: () => boolean): boolean {
  return cursor.lookAhead(() => take() && cursor.isDone())
}
