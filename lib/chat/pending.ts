import * as t from 'io-ts'
import type { Cursor } from './cursor.ts'
import type { Ask } from './reading.ts'

/** A message with a gap, and what was asked about it. As plain JSON: it lies with the connection in between. */
export const Pending = t.intersection(
  [
    t.type({
      question: t.string,
      before: t.string,
      after: t.string,
      as: t.keyof({ words: null, name: null, term: null, text: null, content: null, quote: null, yes: null }),
    }),
    t.partial({
      choices: t.readonlyArray(t.type({ words: t.string, called: t.readonlyArray(t.string) })),
      /** What stood where a text in quotes is wanted: who says it again means it. */
      said: t.string,
    }),
  ],
  'Pending',
)
export type Pending = t.TypeOf<typeof Pending>

export function isName(as: Pending['as']): boolean {
  return as === 'words' || as === 'name'
}

/** Whether what a file shall hold was asked for. */
export function isContent(as: Pending['as']): boolean {
  return as === 'content' || as === 'quote'
}

/** A longer message is not kept: whoever wrote it is asked all the same. */
const MAX_LENGTH = 32 * 1024

/** What is left open of the message that `clause` is a part of; undefined where an answer would not help. */
export function pendingOf(clause: Cursor, { question, wants }: Ask): Pending | undefined {
  const { text, tokens } = clause
  if (wants === undefined || text.length > MAX_LENGTH) return undefined
  const from = clause.peek()?.start ?? 0
  const end = tokens.findLast(({ kind }) => kind !== 'mark')?.end ?? text.length
  const to = wants.isToEnd === true ? text.length : end
  return {
    question,
    before: `${text.slice(0, from)}${wants.before}`,
    after: `${wants.after}${text.slice(to)}`,
    as: wants.as,
    ...(wants.choices === undefined ? {} : { choices: wants.choices }),
    ...(wants.as === 'quote' ? { said: text.slice(from, to) } : {}),
  }
}
