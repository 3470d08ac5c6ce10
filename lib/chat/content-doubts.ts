import { Cursor } from './cursor.ts'
import { skipCourtesies } from './joints.ts'
import { namesFile } from './paths.ts'
import { tokenize } from './tokens.ts'
import { SAME_AS } from './words/contents.ts'
import { SENTENCE_MARKS } from './words/courtesies.ts'
import { CORRECTING, INTERJECTIONS, TEXTS_TOO } from './words/replies.ts'
import { COMPUTED, RESULT_OF } from './words/results.ts'
import { VERBS } from './words/verbs.ts'

/**
 * Whether words that were said where a file's content was asked for may be no content, but about it: a question, an order, a
 * correction, or where it is to be found. In quotes they are what they are.
 */
export function isDoubtfulContent(answer: string): boolean {
  return (
    answer.trimEnd().endsWith('?') ||
    [beginsOrder, beginsCorrection, tellsWhere].some((finds) => finds(new Cursor(answer, tokenize(answer))))
  )
}

/** "append bread", "please show it to me first" */
function beginsOrder(cursor: Cursor): boolean {
  skipCourtesies(cursor)
  return !cursor.sees(TEXTS_TOO) && VERBS.some((verbs) => cursor.sees(verbs))
}

/** "sorry, wrong file", "I meant b.txt" */
function beginsCorrection(cursor: Cursor): boolean {
  const isInterjected = cursor.acceptAll(INTERJECTIONS).length > 0 && cursor.peek()?.kind === 'mark'
  cursor.skipMarks(SENTENCE_MARKS)
  return isInterjected || cursor.sees(CORRECTING)
}

/** "b.txt", "the same as b.txt", "the result of that" */
function tellsWhere(cursor: Cursor): boolean {
  if ([SAME_AS, RESULT_OF, COMPUTED].some((words) => cursor.sees(words))) return true
  const name = cursor.peek()
  cursor.index++
  return name?.kind === 'word' && namesFile(name.text) && cursor.isDone()
}
