import type { Rule } from '../reading.ts'
import { APPEND, CONNECTING } from '../words/verbs.ts'
import { CANNOT_ADD } from '../writing.ts'

/** "append 'x' to a.txt", "add a line to a.txt": no tool does that, and to write the file would lose what it holds. */
export const readAppend: Rule = (cursor) => {
  if (cursor.accept(APPEND) === undefined || cursor.isDone()) return undefined
  const rest = cursor.tokens.slice(cursor.index)
  if (!rest.some(({ kind, lower }) => kind === 'quote' || kind === 'rest' || CONNECTING.has(lower))) return undefined
  return CANNOT_ADD
}
