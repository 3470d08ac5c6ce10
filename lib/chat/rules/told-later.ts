import { takeContent } from '../contents.ts'
import type { Rule } from '../reading.ts'
import { SUBJECTS } from '../words/contents.ts'
import { askForContent, createAct, isProblem } from '../writing.ts'

/** "It should contain 'x'", "The content is 'x'": of the file that the step before made, and no other. */
export const readToldLater: Rule = (cursor, referents) => {
  const { started } = referents
  if (started === undefined) return undefined
  cursor.accept(SUBJECTS)
  const content = takeContent(cursor, referents, true)
  if (content === undefined) return undefined
  if (isProblem(content)) return askForContent(content, started)
  return cursor.isDone() ? createAct(started, content) : undefined
}
