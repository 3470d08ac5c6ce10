import type { Rule } from '../reading.ts'
import { looksLikeFile } from '../paths.ts'
import { takeTarget } from '../targets.ts'
import { BY } from '../words/contents.ts'
import { REPLACE_PART } from '../words/verbs.ts'
import { CANNOT_CHANGE_PART } from '../writing.ts'

/** "replace x with y in a.txt", "change line 3 of a.txt to y": no tool changes a part of a file. */
export const readReplacePart: Rule = (cursor) => {
  if (cursor.accept(REPLACE_PART) === undefined) return undefined
  const first = cursor.lookAhead(() => (cursor.peek()?.kind === 'quote' ? undefined : takeTarget(cursor, {})))
  // "change a.txt to b.txt"
  if (first?.path !== undefined && looksLikeFile(first.path)) return undefined
  const rest = cursor.tokens.slice(cursor.index)
  const isReplaced = rest.some(({ lower }) => lower === 'for' || BY.startingWith(lower).length > 0)
  const isFile = rest.some(({ kind, text }) => kind === 'word' && looksLikeFile(text))
  return isReplaced && isFile ? CANNOT_CHANGE_PART : undefined
}
