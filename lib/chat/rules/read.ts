import { exampleOf } from '../abilities.ts'
import { takeContentOf } from '../content-of.ts'
import { isKnownFolder } from '../known-folders.ts'
import { folderAct } from '../listing.ts'
import { looksLikeFile, ROOT } from '../paths.ts'
import { takePlacedTarget } from '../places.ts'
import { sentence } from '../quote.ts'
import { actOnFile, ask, type Reading, type Rule, wanted } from '../reading.ts'
import { type Target } from '../targets.ts'
import { LISTENERS } from '../words/courtesies.ts'
import { QUANTIFIERS_OF_MANY } from '../words/things.ts'
import { ALOUD, READ, SHOW } from '../words/verbs.ts'

/** "read notes.txt", "show me the contents of notes.txt", "open the file 'a b.txt'", "show the folder docs" */
export const readRead: Rule = (cursor, referents) => {
  const isReading = cursor.accept(READ) !== undefined
  if (!isReading && cursor.accept(SHOW) === undefined) return undefined
  cursor.acceptAll(LISTENERS)
  cursor.acceptAll(QUANTIFIERS_OF_MANY)
  const content = takeContentOf(cursor, referents)
  const target = content ?? takePlacedTarget(cursor, referents)
  cursor.accept(ALOUD)
  if (target === undefined) return isReading && cursor.isDone() ? askForFile() : undefined
  if (!cursor.isDone()) return undefined
  if (target.isMany) return ask(`I read one file at a time. For example: ${exampleOf('read_file')}`)
  if (content !== undefined) return lookInto(target)
  const isFolder = !target.isSure && target.path !== undefined && isKnownFolder(target.path, referents)
  return readTarget(isFolder ? { ...target, kind: 'folder' } : target, isReading)
}

/** "notes.txt's contents please", "the contents of notes.txt" */
export const readBareContent: Rule = (cursor, referents) => {
  const target = takeContentOf(cursor, referents)
  return target === undefined || !cursor.isDone() || target.isMany ? undefined : lookInto(target)
}

/** What is asked of something without saying whether it is a file or a folder: its looks decide. */
export function lookInto({ kind, path }: Target): Reading {
  if (path === undefined) return kind === 'folder' ? folderAct(ROOT) : askForFile()
  const isFile = kind === 'file' || (kind === 'any' && looksLikeFile(path))
  return isFile ? actOnFile('read_file', [path], path) : folderAct(path)
}

function readTarget({ kind, path, isSure }: Target, isReading: boolean): Reading {
  if (kind === 'folder') return folderAct(path ?? ROOT)
  if (path === undefined) return askForFile()
  if (kind === 'any' && !isReading && !(isSure && looksLikeFile(path))) {
    return ask(
      `Is "${path}" a file or a folder? Say "read the file ${path}" or "show the folder ${path}".`,
      wanted('words', 'show the ', sentence` ${path}`),
    )
  }
  return actOnFile('read_file', [path], path)
}

function askForFile(): Reading {
  return ask(`Which file shall I read? For example: ${exampleOf('read_file')}`, wanted('words', 'read '))
}
