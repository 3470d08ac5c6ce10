import { exampleOf } from '../abilities.ts'
import { takePlacedTarget } from '../places.ts'
import { actOnFile, type Ask, ask, type Rule, wanted } from '../reading.ts'
import { EVERYTHING, QUANTIFIERS_OF_MANY } from '../words/things.ts'
import { DELETE, LOOSE_DELETE } from '../words/verbs.ts'

/** "delete old.txt", "remove the file 'a b.txt' from docs" */
export const readDelete: Rule = (cursor, referents) => {
  const verb = cursor.accept(DELETE)
  if (verb === undefined) return undefined
  const quantifiers = cursor.acceptAll(QUANTIFIERS_OF_MANY)
  const target = takePlacedTarget(cursor, referents)
  if (target?.isMany === true || cursor.sees(EVERYTHING) || quantifiers.length > 0) {
    return ask(`I delete one file at a time. For example: ${exampleOf('delete_file')}`)
  }
  if (!cursor.isDone()) return undefined
  if (target?.kind === 'folder') return ask('I can delete files, but not folders.')
  // "trash" may be the name of a folder
  if (target === undefined && LOOSE_DELETE.has(verb)) return undefined
  if (target?.path === undefined) return askWhichFile()
  if (!target.isSure && LOOSE_DELETE.has(verb)) return undefined
  return actOnFile('delete_file', [target.path], target.path)
}

function askWhichFile(): Ask {
  return ask(`Which file shall I delete? For example: ${exampleOf('delete_file')}`, wanted('words', 'delete '))
}
