import type { Rule } from '../reading.ts'
import { takeResult } from '../results.ts'
import { ALOUD } from '../words/verbs.ts'
import { SHOWING } from '../words/results.ts'

/** "and tell me the result", "then show it": what a step gave is shown at the end anyway. */
export const readShown: Rule = (cursor, referents) => {
  if (referents.given === undefined || cursor.accept(SHOWING) === undefined) return undefined
  if (takeResult(cursor, referents) === undefined) return undefined
  cursor.accept(ALOUD)
  return cursor.isDone() ? { _tag: 'Shown' } : undefined
}
