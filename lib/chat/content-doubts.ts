import { splitClauses } from './clauses.ts'
import { Cursor } from './cursor.ts'
import { beginsTitle } from './describing.ts'
import { skipCourtesies } from './joints.ts'
import { isMisspelledOrder } from './misspellings.ts'
import { asksBack } from './only-phrases.ts'
import { namesFile } from './paths.ts'
import { type Token, tokenize } from './tokens.ts'
import { DESCRIBING, SAME_AS } from './words/contents.ts'
import { SENTENCE_MARKS } from './words/courtesies.ts'
import { CORRECTING, INTERJECTIONS, KEEPING, LEAVING, TEXTS_TOO, UNSURE } from './words/replies.ts'
import { COMPUTED, RESULT_OF } from './words/results.ts'
import { DETERMINERS } from './words/things.ts'
import { VERBS } from './words/verbs.ts'

/**
 * Whether words that were said where a file's content was asked for may be no content, but about it: a question, an order, a
 * correction, a description, or where it is to be found. In quotes they are what they are. `isOrder`: whether a text is understood as one.
 */
export function isDoubtfulContent(answer: string, isOrder: (text: string) => boolean): boolean {
  const tokens = tokenize(answer)
  const finders = [beginsOrder, beginsCorrection, describes, tellsWhere, speaksOfFile]
  return (
    asksBack(answer) ||
    finders.some((finds) => finds(new Cursor(answer, tokens))) ||
    isMisspelledOrder(answer, isOrder) ||
    goesOnWithOrder(answer, tokens, isOrder)
  )
}

/** "append bread", "please show it to me first" */
function beginsOrder(cursor: Cursor): boolean {
  skipCourtesies(cursor)
  return !cursor.sees(TEXTS_TOO) && VERBS.some((verbs) => cursor.sees(verbs))
}

/** "sorry, wrong file", "I meant b.txt", "leave it as it is", "I don't know yet" */
function beginsCorrection(cursor: Cursor): boolean {
  if (cursor.sees(LEAVING)) return true
  const isInterjected = cursor.acceptAll(INTERJECTIONS).length > 0 && cursor.peek()?.kind === 'mark'
  cursor.skipMarks(SENTENCE_MARKS)
  return isInterjected || [CORRECTING, KEEPING, UNSURE].some((words) => cursor.sees(words))
}

/** "whatever is there now", "a poem about bees" */
function describes(cursor: Cursor): boolean {
  if (beginsTitle(cursor.peek())) return false
  return cursor.sees(DESCRIBING) || (cursor.sees(DETERMINERS) && cursor.tokens.some(({ lower }) => lower === 'about'))
}

/** "the same as before", "the result of that" */
function tellsWhere(cursor: Cursor): boolean {
  return [SAME_AS, RESULT_OF, COMPUTED].some((words) => cursor.sees(words))
}

/** Longer texts name files as well. */
const MAX_REMARK = 12

/** "b.txt", "the first line of a.txt", "use c.txt instead": a few words that name a file may be about it. */
function speaksOfFile({ tokens }: Cursor): boolean {
  return tokens.length <= MAX_REMARK && tokens.some(isFileName)
}

function isFileName({ kind, text }: Token): boolean {
  return kind === 'word' && namesFile(text) && !text.includes('://')
}

/** "milk and eggs, then list the files" */
function goesOnWithOrder(answer: string, tokens: readonly Token[], isOrder: (text: string) => boolean): boolean {
  const [, ...others] = splitClauses(answer, tokens)
  return others.some((clause) => isOrder(answer.slice(clause.tokens[0]?.start, clause.tokens.at(-1)?.end)))
}
