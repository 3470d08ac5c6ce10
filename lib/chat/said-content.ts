import { Cursor } from './cursor.ts'
import { inQuotes } from './quote.ts'
import { tokenize } from './tokens.ts'
import { restOfWish } from './wish.ts'
import { CONTAINING, CONTENT, LINKS, SUBJECTS } from './words/contents.ts'
import { EMPTY_CONTENT, NO_CONTENT } from './words/replies.ts'
import { IN } from './words/things.ts'
import { phrases } from './phrases.ts'

const THE = phrases('the, the following')

/**
 * What an answer without quotes says that a file shall hold, in quotes: in general all of it, to the letter. Undefined for what is not
 * said to be the content itself: "whatever you like".
 */
export function contentIn(answer: string): string | undefined {
  const cursor = new Cursor(answer, tokenize(answer))
  if (isWhole(cursor, () => cursor.accept(EMPTY_CONTENT) !== undefined)) return inQuotes('')
  if (isWhole(cursor, () => cursor.accept(NO_CONTENT) !== undefined)) return undefined
  return cursor.lookAhead(() => {
    // "it should say x", "the text x"
    const isTold = cursor.accept(SUBJECTS) !== undefined && cursor.accept(CONTAINING) !== undefined
    if (!isTold) cursor.index = 0
    const isCalled = cursor.accept(THE) !== undefined && cursor.accept(CONTENT) !== undefined
    if (!isTold && !isCalled) return inQuotes(answer)
    cursor.skipMarks(':')
    const quote = cursor.attempt(() => {
      const text = cursor.takeQuote()
      return cursor.isDone() ? text : undefined
    })
    if (quote !== undefined) return inQuotes(quote)
    // "the text is good" may be all of it
    if (isTold || cursor.isDone() || cursor.sees(LINKS) || cursor.sees(IN)) return undefined
    return inQuotes(restOfWish(cursor))
  })
}

function isWhole(cursor: Cursor, take: () => boolean): boolean {
  return cursor.lookAhead(() => take() && cursor.isDone())
}
