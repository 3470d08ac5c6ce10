import { Cursor } from './cursor.ts'
import { isJust, phrasesIn, asksBack } from './only-phrases.ts'
import { looksLikePath } from './paths.ts'
import type { Pending } from './pending.ts'
import { isContent, isName } from './pending.ts'
import { type Token, tokenize } from './tokens.ts'
import { SENTENCE_MARKS } from './words/courtesies.ts'
import {
  AGREEING,
  HELLO,
  INTERJECTIONS,
  KEEPING,
  LEAVING,
  NEGATIVE,
  NO_ANSWERS,
  NO_CONTENT,
  REFUSING,
  REFUSING_NAMES,
  SAYING_NAME,
  SOFTENING,
  UNSURE,
} from './words/replies.ts'

/** Whether `answer` means to leave it, whatever was asked. A text to say may be "no": more must be said there. */
export function isLeft({ as }: Pending, answer: string): boolean {
  const refusing =
    isName(as) || isContent(as) || as === 'yes' ? [LEAVING, REFUSING, REFUSING_NAMES] : [LEAVING, REFUSING]
  const said = phrasesIn(answer, [...refusing, SOFTENING])
  if (said === undefined || asksBack(answer) || isJust(answer, [SOFTENING])) return false
  if (said.length > 1 || isJust(answer, [LEAVING])) return true
  // "nothing" may be what a file shall hold
  return isContent(as) ? !isJust(answer, [NO_CONTENT]) : as !== 'text'
}

/**
 * Whether `answer` says in words of its own that it shall not be, or that something shall stay as it is: "absolutely not", "leave it there",
 * "don't touch b.txt". What holds a name may be a name.
 */
export function declines({ as }: Pending, answer: string): boolean {
  if (as !== 'yes' && !isName(as)) return false
  const cursor = new Cursor(answer, tokenize(answer))
  const isUnsure = asksBack(answer) || cursor.tokens.some((_, index) => seesAt(cursor, index))
  if (isUnsure || cursor.sees(AGREEING)) return false
  if (cursor.sees(KEEPING)) return true
  cursor.acceptAll(INTERJECTIONS)
  cursor.skipMarks(SENTENCE_MARKS)
  if (cursor.sees(KEEPING)) return true
  return cursor.tokens.some(({ lower }) => NEGATIVE.has(lower)) && (as === 'yes' || !cursor.tokens.some(tellsName))
}

/** Whether a word is a name, or says that one follows. */
function tellsName({ kind, text, lower }: Token): boolean {
  return kind === 'quote' || (kind === 'word' && (looksLikePath(text) || SAYING_NAME.has(lower)))
}

function seesAt({ text, tokens }: Cursor, index: number): boolean {
  const cursor = new Cursor(text, tokens)
  cursor.index = index
  return cursor.sees(UNSURE)
}

/** Whether `answer` says nothing that could be what was asked for: "hello", "I don't know", "yes" where a name is missing. */
export function saysNothing({ as }: Pending, answer: string): boolean {
  if (as === 'content' && isJust(answer, [HELLO])) return false
  if (as === 'yes') return isJust(answer, [NO_ANSWERS, SOFTENING]) && !isJust(answer, [AGREEING])
  return (isName(as) || as === 'content') && isJust(answer, [NO_ANSWERS, AGREEING, SOFTENING])
}
