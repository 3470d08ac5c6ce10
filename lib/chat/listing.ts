import type { Cursor } from './cursor.ts'
import { baseName, folderOf, isPattern, join, looksLikeFile, ROOT } from './paths.ts'
import type { Phrases } from './phrases.ts'
import { takeFolder, takePlace } from './places.ts'
import { actOnFolder, type Reading, type Referents } from './reading.ts'
import { takeFileKind } from './file-kinds.ts'
import { askForWholeFolders, searchAct } from './searching.ts'
import { CONTENT } from './words/contents.ts'
import {
  ENDING,
  ENTRIES,
  EXISTING,
  FOUND_IN,
  HAVING,
  HOLDING,
  IN_THEM,
  MATCHING,
  NAMED,
  QUANTIFIERS,
  RECURSIVELY,
  STARTING,
  WITH_EXTENSION,
} from './words/listings.ts'
import { DETERMINERS, FILE, FILES, FOLDERS, IN } from './words/things.ts'

/** Several files, by where they are and what they are like: "all .md files in docs and its subfolders". */
interface Listing {
  /** `entries`: folders too. */
  readonly what: 'files' | 'entries'
  readonly folder: string | undefined
  /** Of their names. */
  readonly pattern: string | undefined
  readonly isRecursive: boolean
  /** A text they hold. */
  readonly text: string | undefined
}

/** How a {@link Listing} is asked for. */
interface Asking {
  /** Folders below count, whether said or not. */
  readonly isRecursive?: boolean
  /** The verb can only mean several. */
  readonly isList?: boolean
  /** After "which", "file" too may be many. */
  readonly isQuestion?: boolean
}

/** Reads the rest of the clause as a {@link Listing}, and makes it the step that gives it. */
export function readListing(cursor: Cursor, referents: Referents, asking: Asking = {}): Reading | undefined {
  const listing = takeListing(cursor, referents, asking)
  return listing === undefined || !cursor.isDone() ? undefined : listingAct(listing)
}

/** The step that lists a folder with the folders in it. */
export function folderAct(folder: string): Reading {
  return actOnFolder('list_directory', [folder], folder)
}

/** The step that lists the files of `folder` that match `pattern`, which may begin with a path. */
export function filesAct(folder: string, pattern: string | undefined, isRecursive: boolean): Reading {
  const isPath = pattern !== undefined && pattern.includes('/') && !isPattern(folderOf(pattern))
  const from = isPath ? join(folder, folderOf(pattern)) : folder
  const names = isPath ? baseName(pattern) : pattern
  const args = names === undefined ? [from] : [from, names]
  return actOnFolder('list_files', isRecursive ? [...args, { name: 'recursive', value: true }] : args, from)
}

function listingAct({ what, folder = ROOT, pattern, isRecursive, text }: Listing): Reading | undefined {
  if (text !== undefined && pattern !== undefined) return askForWholeFolders()
  if (text !== undefined) return searchAct(text, { _tag: 'Folder', path: folder })
  if (what === 'entries' && !isRecursive && pattern === undefined) return folderAct(folder)
  return filesAct(folder, pattern, isRecursive)
}

function takeListing(cursor: Cursor, referents: Referents, asking: Asking): Listing | undefined {
  const quantifiers = cursor.acceptAll(QUANTIFIERS)
  const ofKind = takeFileKind(cursor, quantifiers.includes('all') || asking.isList === true)
  // "the file" is one, "every file" are all
  const isOne = quantifiers.includes('the') || quantifiers.includes('a') || quantifiers.length === 0
  const isEverything = quantifiers.at(-1) === 'all' && cursor.isDone()
  const what = isEverything
    ? 'entries'
    : (takeNoun(cursor, isOne && asking.isQuestion !== true) ?? (ofKind === undefined ? undefined : 'files'))
  if (what === undefined) return undefined
  let folder: string | undefined
  let pattern = ofKind
  // "all markdown files", wherever they are
  let isRecursive = asking.isRecursive === true || (ofKind !== undefined && quantifiers.includes('all'))
  let text: string | undefined
  for (let before = -1; before !== cursor.index; ) {
    before = cursor.index
    cursor.skipMarks(',')
    isRecursive = cursor.accept(RECURSIVELY) !== undefined || isRecursive
    cursor.acceptAll(EXISTING)
    folder ??= takePlace(cursor, referents, IN)
    pattern ??= takePattern(cursor) ?? takeFileKind(cursor, true)
    text ??= takeHeldText(cursor, referents)
  }
  return { what, folder, pattern, isRecursive, text }
}

function takeNoun(cursor: Cursor, isOne: boolean): 'files' | 'entries' | undefined {
  if (cursor.accept(ENTRIES) !== undefined) return 'entries'
  if (cursor.accept(FILES) !== undefined) return 'files'
  if (!isOne && cursor.accept(FILE) !== undefined) return 'files'
  return cursor.accept(FOLDERS) === undefined ? undefined : 'entries'
}

function takePattern(cursor: Cursor): string | undefined {
  return (
    takeAfter(cursor, WITH_EXTENSION, (text) => `*.${text.replace(/^[*.]{1,2}/, '')}`) ??
    takeAfter(cursor, ENDING, (text) => `*${text}`) ??
    takeAfter(cursor, STARTING, (text) => `${text}*`) ??
    takeAfter(cursor, NAMED, (text) => (isPattern(text) || looksLikeFile(text) ? text : `${text}*`)) ??
    takeAfter(cursor, MATCHING, (text) => text)
  )
}

function takeAfter(cursor: Cursor, introduction: Phrases, toPattern: (text: string) => string): string | undefined {
  return cursor.attempt(() => {
    if (cursor.accept(introduction) === undefined) return undefined
    const token = cursor.peek()
    if (token?.kind !== 'word' && token?.kind !== 'quote') return undefined
    cursor.index++
    return toPattern(token.text)
  })
}

/** The text in "containing x", "with the word x", "that have 'x' in them". */
function takeHeldText(cursor: Cursor, referents: Referents): string | undefined {
  return cursor.attempt(() => {
    const isHolding = cursor.accept(HOLDING) !== undefined
    if (!isHolding && cursor.accept(HAVING) === undefined) return undefined
    const isDescribed = cursor.acceptAll(DETERMINERS).length > 0
    const isCalled = cursor.acceptAll(CONTENT).length > 0
    const quoted = cursor.takeQuote()
    if (quoted !== undefined) {
      cursor.accept(FOUND_IN)
      return quoted
    }
    if (isCalled || (isHolding && !isDescribed)) return takeWords(cursor, referents)
    return isDescribed ? undefined : takeWordsInThem(cursor)
  })
}

/** Words up to "in them". */
function takeWordsInThem(cursor: Cursor): string | undefined {
  const start = cursor.index
  for (let index = start + 1; index < cursor.tokens.length; index++) {
    cursor.index = index
    if (cursor.accept(IN_THEM) !== undefined) return cursor.source(start, index)
  }
  return undefined
}

/** Words up to the end, or to a folder that ends the clause. */
function takeWords(cursor: Cursor, referents: Referents): string | undefined {
  const start = cursor.index
  for (let index = start + 1; index <= cursor.tokens.length; index++) {
    if (cursor.tokens[index - 1]?.kind === 'quote') return undefined
    cursor.index = index
    const isEnd = cursor.lookAhead(() => {
      cursor.accept(FOUND_IN)
      cursor.attempt(() => (cursor.accept(IN) === undefined ? undefined : takeFolder(cursor, referents)))
      cursor.accept(RECURSIVELY)
      return cursor.isDone()
    })
    if (!isEnd) continue
    const text = cursor.source(start, index)
    cursor.accept(FOUND_IN)
    return text
  }
  return undefined
}
