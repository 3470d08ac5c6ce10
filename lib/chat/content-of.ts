import type { Cursor } from './cursor.ts'
import type { Phrases } from './phrases.ts'
import { takePlacedTarget } from './places.ts'
import type { Referents } from './reading.ts'
import { spokenOf, type Target } from './targets.ts'
import { CONTENT, WHOLE } from './words/contents.ts'
import { DETERMINERS, IN } from './words/things.ts'

/** The file or folder whose content is spoken of: "the contents of notes.txt", "notes.txt's content", "its contents". */
export function takeContentOf(cursor: Cursor, referents: Referents, called: Phrases = CONTENT): Target | undefined {
  return cursor.attempt(() => {
    const owner = cursor.peek()
    const name = owner?.kind === 'word' && owner.lower.endsWith("'s") ? owner.text.slice(0, -2) : undefined
    if (name !== undefined || owner?.lower === 'its') {
      cursor.index++
      if (cursor.accept(called) === undefined) return undefined
      return spokenOf(name === undefined ? referents : { file: name })
    }
    cursor.acceptAll(DETERMINERS)
    cursor.acceptAll(WHOLE)
    if (cursor.accept(called) === undefined || cursor.accept(IN) === undefined) return undefined
    return takePlacedTarget(cursor, referents)
  })
}
