import { takeContentOf } from '../content-of.ts'
import { takePlacedTarget } from '../places.ts'
import { ask, type Rule, wanted } from '../reading.ts'
import { ALL_CONTENT } from '../words/contents.ts'
import { DELETE, EMPTY } from '../words/verbs.ts'
import { writeAct } from '../writing.ts'

/** "empty the file a.txt", "clear a.txt", "truncate it", "delete the contents of a.txt": the file stays, without a content. */
export const readEmpty: Rule = (cursor, referents) => {
  const isEmptying = cursor.accept(EMPTY) !== undefined
  if (!isEmptying && cursor.accept(DELETE) === undefined) return undefined
  const content = takeContentOf(cursor, referents, ALL_CONTENT)
  const target = content ?? (isEmptying ? takePlacedTarget(cursor, referents) : undefined)
  // "clear the screen", "empty words"
  if (target?.isSure !== true || !cursor.isDone()) return undefined
  if (target.isMany) return ask('I empty one file at a time. For example: empty notes.txt')
  if (target.kind === 'folder') return ask('I can empty files, but not folders.')
  if (target.path === undefined)
    return ask('Which file shall I empty? For example: empty notes.txt', wanted('words', 'empty '))
  return writeAct(target.path, { text: '', isOpen: false })
}
