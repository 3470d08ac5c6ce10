import * as t from 'io-ts'
import { Cursor } from './cursor.ts'
import { inQuotes } from './quote.ts'
import type { Ask } from './reading.ts'
import { tokenize } from './tokens.ts'
import { restOfWish } from './wish.ts'
import { AGREEING, ANSWERING, LEAVING, REFUSING } from './words/replies.ts'
import { DETERMINERS, FILE, FOLDER } from './words/things.ts'

/** A message with a gap, and what was asked about it. As plain JSON: it lies with the connection in between. */
export const Pending = t.type(
  {
    question: t.string,
    before: t.string,
    after: t.string,
    as: t.keyof({ words: null, name: null, text: null, yes: null }),
  },
  'Pending',
)
export type Pending = t.TypeOf<typeof Pending>

/** A longer message is not kept: whoever wrote it is asked all the same. */
const MAX_LENGTH = 32 * 1024

/** What is left open of the message that `clause` is a part of; undefined where an answer would not help. */
export function pendingOf(clause: Cursor, { question, wants }: Ask): Pending | undefined {
  const { text, tokens } = clause
  if (wants === undefined || text.length > MAX_LENGTH) return undefined
  const from = clause.peek()?.start ?? 0
  const to = tokens.findLast(({ kind }) => kind !== 'mark')?.end ?? text.length
  return {
    question,
    before: `${text.slice(0, from)}${wants.before}`,
    after: `${wants.after}${text.slice(to)}`,
    as: wants.as,
  }
}

/** Whether `answer` means to leave it, whatever was asked. */
export function isLeft({ as }: Pending, answer: string): boolean {
  return isJust(answer, as === 'text' ? LEAVING : REFUSING)
}

/** The message whole, with `answer` in its gap; undefined where that is no answer. */
export function completed({ before, after, as }: Pending, answer: string): string | undefined {
  const filling = fill(as, answer)
  return filling === undefined ? undefined : `${before}${filling}${after}`
}

function fill(as: Pending['as'], answer: string): string | undefined {
  switch (as) {
    case 'yes':
      return isJust(answer, AGREEING) ? '' : undefined
    case 'text':
      return isQuote(answer) ? answer.trim() : inQuotes(answer.trim())
    default: {
      const said = essenceOf(answer)
      return as === 'words' || isQuote(said) ? said : inQuotes(said)
    }
  }
}

/** What is said without what is said around it: "it's called notes.txt." is notes.txt. */
function essenceOf(answer: string): string {
  const cursor = new Cursor(answer, tokenize(answer))
  for (let before = -1; before !== cursor.index; ) {
    before = cursor.index
    cursor.acceptAll(ANSWERING)
    cursor.skipMarks(',:')
  }
  // of two kinds, one: "the folder"
  if (cursor.lookAhead(() => cursor.accept(DETERMINERS) !== undefined && isKind(cursor))) cursor.accept(DETERMINERS)
  return restOfWish(cursor)
}

function isKind(cursor: Cursor): boolean {
  return (cursor.accept(FILE) ?? cursor.accept(FOLDER)) !== undefined && cursor.isDone()
}

function isQuote(text: string): boolean {
  const [only, ...others] = tokenize(text)
  return only?.kind === 'quote' && others.length === 0
}

function isJust(answer: string, phrases: typeof AGREEING): boolean {
  const cursor = new Cursor(answer, tokenize(answer))
  let count = 0
  for (let before = -1; before !== cursor.index; ) {
    before = cursor.index
    cursor.skipMarks(',.!')
    count += cursor.acceptAll(phrases).length
  }
  return count > 0 && cursor.isDone()
}
