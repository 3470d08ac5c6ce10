import { printable } from '../base/printable.ts'
import type { Cursor } from './cursor.ts'
import { type Ask, ask, wanted } from './reading.ts'
import { endOfWish } from './wish.ts'

const MAX_SAID = 200

/** Asks whether what `first` and the clauses after it, up to `last`, ask for shall be done; a "yes" says so. */
export function askForLeave(first: Cursor, last: Cursor): Ask {
  const { text, tokens } = first
  const from = first.peek()?.start ?? 0
  const end = last.tokens[endOfWish(last) - 1]?.end ?? text.length
  const wants = wanted('yes', 'yes ', text.slice(from, tokens.findLast(({ kind }) => kind !== 'mark')?.end))
  return ask(`Shall I ${printable(text.slice(from, end), MAX_SAID)}?`, wants)
}
