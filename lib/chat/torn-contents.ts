import { Cursor } from './cursor.ts'
import type { Acts } from './lists.ts'
import type { Ask } from './reading.ts'
import type { Token } from './tokens.ts'
import { WRITE } from './words/verbs.ts'
import { askForContent } from './writing.ts'

/** What to ask, and the part of the message that the answer stands for. */
interface Torn {
  readonly clause: Cursor
  readonly ask: Ask
}

type Read = (clause: Cursor) => Acts | Ask | undefined

/**
 * What to ask where a text without quotes was taken for a text and further steps, one of which is none: "write hello; delete b.txt to x.txt".
 * Which file it goes to is said then, at its end.
 */
export function askForTorn(
  first: Cursor,
  others: readonly Cursor[],
  tokens: readonly Token[],
  read: Read,
): Torn | undefined {
  const end = others.at(-1)?.tokens.at(-1)?.end
  if (end === undefined || !first.sees(WRITE) || !others.some((clause) => read(clause) === undefined)) return undefined
  const start = first.peek()?.start ?? 0
  const clause = new Cursor(
    first.text,
    tokens.filter((token) => token.start >= start && token.end <= end),
    first.manner,
  )
  const reading = read(clause)
  if (reading?._tag === 'Ask') return { clause, ask: reading }
  const path = reading?.acts.at(-1)?.args[0]
  return typeof path === 'string' ? { clause, ask: askForContent('unclear', path) } : undefined
}
