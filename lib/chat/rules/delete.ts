import { exampleOf } from '../abilities.ts'
import type { Cursor } from '../cursor.ts'
import { takePlacedTarget } from '../places.ts'
import { actOnFile, type Ask, ask, type Reading, type Referents, type Rule, wanted } from '../reading.ts'
import { EVERYTHING, QUANTIFIERS_OF_MANY } from '../words/things.ts'
import { skipOptions } from '../shell-options.ts'
import { AWAY, DELETE, FOR_GOOD, LOOSE_DELETE, THROW } from '../words/verbs.ts'

/** "delete old.txt", "remove the file 'a b.txt' from docs" */
export const readDelete: Rule = (cursor, referents) => {
  const verb = cursor.accept(DELETE)
  if (verb === undefined) return readThrowAway(cursor, referents)
  if (verb === 'rm') skipOptions(cursor)
  const quantifiers = cursor.acceptAll(QUANTIFIERS_OF_MANY)
  const target = takePlacedTarget(cursor, referents)
  if (target?.isMany === true || cursor.sees(EVERYTHING) || quantifiers.length > 0) {
    return ask(`I delete one file at a time. For example: ${exampleOf('delete_file')}`)
  }
  cursor.accept(FOR_GOOD)
  if (!cursor.isDone()) return undefined
  if (target?.kind === 'folder') return ask('I can delete files, but not folders.')
  // "trash" may be the name of a folder
  if (target === undefined && LOOSE_DELETE.has(verb)) return undefined
  if (target?.path === undefined) return askWhichFile()
  if (!target.isSure && LOOSE_DELETE.has(verb)) return undefined
  return actOnFile('delete_file', [target.path], target.path)
}

/** "throw old.txt away" */
function readThrowAway(cursor: Cursor, referents: Referents): Reading | undefined {
  if (cursor.accept(THROW) === undefined) return undefined
  const { path, isMany, isSure, kind } = takePlacedTarget(cursor, referents) ?? {}
  if (path === undefined || isMany === true || isSure !== true || kind === 'folder') return undefined
  return cursor.accept(AWAY) !== undefined && cursor.isDone() ? actOnFile('delete_file', [path], path) : undefined
}

function askWhichFile(): Ask {
  return ask(`Which file shall I delete? For example: ${exampleOf('delete_file')}`, wanted('words', 'delete '))
}
