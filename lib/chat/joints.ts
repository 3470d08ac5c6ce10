import type { Cursor } from './cursor.ts'
import type { Token } from './tokens.ts'
import { COURTESIES, SENTENCE_MARKS } from './words/courtesies.ts'

/** What may stand between two steps. */
const JOINTS: ReadonlySet<string> = new Set(['and', 'then', '&', '&&', 'plus', ',', ';', '\n', 'after', 'afterwards'])

/** Whether a further step may begin at `token`; what follows must say that one does. */
export function isJoint(token: Token): boolean {
  return token.kind !== 'quote' && JOINTS.has(token.lower)
}

/** Passes what is said before what is wanted: courtesies, which it gives, and joints. */
export function skipCourtesies(cursor: Cursor): readonly string[] {
  const found: string[] = []
  for (let before = -1; before !== cursor.index; ) {
    before = cursor.index
    cursor.skipMarks(SENTENCE_MARKS)
    const token = cursor.peek()
    if (token?.kind === 'word' && JOINTS.has(token.lower) && token.lower !== 'after') cursor.index++
    found.push(...cursor.acceptAll(COURTESIES))
  }
  return found
}
