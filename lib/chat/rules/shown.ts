import type { Rule } from '../reading.ts'
import { takeResult } from '../results.ts'
import { ALOUD, READ } from '../words/verbs.ts'
import { IT, SHOWING } from '../words/results.ts'

/** Tools that give names of files. */
const FINDING: ReadonlySet<string> = new Set(['search_files', 'list_files', 'list_directory'])

/** "and tell me the result", "then show it": what a step gave is shown at the end anyway. */
export const readShown: Rule = (cursor, referents) => {
  const { given } = referents
  const isReading = cursor.sees(READ)
  if (given === undefined || cursor.accept(SHOWING) === undefined) return undefined
  // "find notes.txt and read it" is about the file
  if (FINDING.has(given.tool) && isReading && cursor.sees(IT)) return undefined
  if (takeResult(cursor, referents) === undefined) return undefined
  cursor.accept(ALOUD)
  return cursor.isDone() ? { _tag: 'Shown' } : undefined
}
