import { printable } from '../base/printable.ts'
import { exampleOf } from './abilities.ts'
import type { Cursor } from './cursor.ts'
import { takeFileKind } from './file-kinds.ts'
import { isJoint } from './joints.ts'
import { ROOT } from './paths.ts'
import { takeFolder, takePlace } from './places.ts'
import { sentence } from './quote.ts'
import { actOnFolder, type Ask, ask, type Reading, type Referents, wanted } from './reading.ts'
import { takeTarget } from './targets.ts'
import { CONTENT } from './words/contents.ts'
import {
  ALL_FILES,
  APPEARS,
  FOUND_IN,
  QUANTIFIERS,
  RECURSIVELY,
  SEARCHED,
  SEARCHING_OTHERWISE,
} from './words/listings.ts'
import { DETERMINERS, FILE, FILES, FOLDER, FOLDERS, IN, PRONOUNS, QUANTIFIERS_OF_MANY } from './words/things.ts'

/** Where to search: a folder, or a file or the files of one kind, which no tool searches alone. */
export type SearchPlace =
  | { readonly _tag: 'Kind' }
  | { readonly _tag: 'Folder'; readonly path: string }
  | { readonly _tag: 'File'; readonly path: string }

/** "in docs", "in all files of the folder docs", "everywhere". */
export function takeSearchPlace(cursor: Cursor, referents: Referents): SearchPlace | undefined {
  return cursor.attempt(() => {
    if (cursor.accept(RECURSIVELY) !== undefined) return folder(ROOT)
    const place = takePlace(cursor, referents, SEARCHED)
    if (place !== undefined) {
      cursor.accept(RECURSIVELY)
      return folder(place)
    }
    return cursor.accept(SEARCHED) === undefined ? undefined : takeSearched(cursor, referents)
  })
}

/** A {@link SearchPlace} without its preposition: "my files", "docs". */
export function takeSearched(cursor: Cursor, referents: Referents): SearchPlace | undefined {
  return cursor.attempt(() => {
    const kind = cursor.attempt(() => takeKindOfFiles(cursor, referents))
    if (kind !== undefined) return kind
    if (cursor.accept(ALL_FILES) !== undefined) return folder(takePlace(cursor, referents, IN) ?? ROOT)
    const path = takeFolder(cursor, referents)
    if (path !== undefined) return folder(path)
    const file = takeTarget(cursor, referents)
    return file?.path === undefined || file.isMany || !file.isSure ? undefined : { _tag: 'File', path: file.path }
  })
}

/** "all .md files in docs", "*.md" */
function takeKindOfFiles(cursor: Cursor, referents: Referents): SearchPlace | undefined {
  cursor.acceptAll(QUANTIFIERS)
  if (takeFileKind(cursor, true) === undefined) return undefined
  cursor.accept(FILES)
  takePlace(cursor, referents, IN)
  return { _tag: 'Kind' }
}

/** What is asked where a search is for files of one kind. */
export function askForWholeFolders(): Ask {
  return ask(`I search all files of a folder, not only those of one kind. For example: ${exampleOf('search_files')}`)
}

/** The rest of the clause as what to look for and, after it, where: "the word hello in docs". */
export function readSearch(cursor: Cursor, referents: Referents, place?: SearchPlace): Reading | undefined {
  const start = cursor.index
  const isDescribed = cursor.acceptAll(DETERMINERS).length > 0
  const isCalled = cursor.acceptAll(CONTENT).length > 0
  // "search for line"
  if (isCalled && !isDescribed) {
    const term = cursor.source(start, cursor.index)
    const rest = cursor.attempt(() => readPlace(cursor, referents))
    if (rest !== undefined) return searchAct(term, rest.place ?? place)
  }
  cursor.skipMarks(':')
  const quoted = cursor.takeQuote()
  // "all files that …" describes what to look for rather than says it
  if (quoted === undefined && !isCalled && (isDescribed || DESCRIBING.some((set) => cursor.sees(set)))) return undefined
  const rest = quoted === undefined ? undefined : readPlace(cursor, referents)
  const found = quoted === undefined ? readUnquoted(cursor, referents) : rest && { text: quoted, place: rest.place }
  if (found === undefined || found.text === '') return undefined
  return found.isUnclear === true ? askForOneText(found.text) : searchAct(found.text, found.place ?? place)
}

const DESCRIBING = [PRONOUNS, QUANTIFIERS_OF_MANY, FILE, FILES, FOLDER, FOLDERS] as const

/** The step that searches for `text`. */
export function searchAct(text: string, place: SearchPlace = folder(ROOT)): Reading {
  if (place._tag === 'Kind') return askForWholeFolders()
  if (place._tag === 'File')
    return ask(`I search whole folders, not one file. I can read ${place.path}, or search its folder.`)
  const act = actOnFolder('search_files', place.path === ROOT ? [text] : [text, place.path], place.path)
  // "find a.txt and read it": what will be found is not known yet
  return { ...act, refersTo: { folder: place.path, file: undefined, last: 'file' } }
}

/** What stands between what is looked for and the end; undefined if there is more than a place. */
function readPlace(cursor: Cursor, referents: Referents): { readonly place: SearchPlace | undefined } | undefined {
  cursor.accept(FOUND_IN)
  cursor.accept(APPEARS)
  const place = takeSearchPlace(cursor, referents)
  cursor.accept(RECURSIVELY)
  return cursor.isDone() ? { place } : undefined
}

interface Found {
  readonly text: string
  /** Some of its words may say how to search rather than what for. */
  readonly isUnclear?: boolean
  readonly place: SearchPlace | undefined
}

/** Words without quotes, up to a place or the end. */
function readUnquoted(cursor: Cursor, referents: Referents): Found | undefined {
  const start = cursor.index
  for (let index = start + 1; index <= cursor.tokens.length; index++) {
    // who quotes a part does not mean the whole to the letter
    if (cursor.tokens[index - 1]?.kind === 'quote') return undefined
    cursor.index = index
    const rest = readPlace(cursor, referents)
    if (rest === undefined) continue
    return { text: cursor.source(start, index), place: rest.place, isUnclear: saysHow(cursor, start, index) }
  }
  return undefined
}

/** Whether the words from `start` to `end` may say how to search: "WARN or ERROR", "error ignoring case", "ERROR but not". */
function saysHow(cursor: Cursor, start: number, end: number): boolean {
  const words = cursor.tokens.slice(start, end)
  const isJoined = words.length === 3 && words[1]?.lower === 'and'
  if (isJoined && words.every(({ text, lower }) => lower === 'and' || /^\p{Lu}+$/u.test(text))) return true
  // "hello, not in docs"
  if (words.length > 1 && words.at(-1)?.lower === 'not') return true
  // "hello in docs and src"
  const where = words.findIndex(({ lower }, index) => index > 0 && lower === 'in')
  if (where !== -1 && words.slice(where + 2).some(isJoint)) return true
  return cursor.lookAhead(() => {
    for (cursor.index = start + 1; cursor.index < end; cursor.index++) if (cursor.sees(SEARCHING_OTHERWISE)) return true
    return false
  })
}

/** A "yes" searches for all of it, to the letter. */
function askForOneText(text: string): Ask {
  const question = `I search for one text, as it is written. Is it all of "${printable(text, MAX_TEXT_LENGTH)}"?`
  return ask(`${question} Please put it in quotes.`, wanted('yes', sentence`search for ${text}`))
}

const MAX_TEXT_LENGTH = 200

function folder(path: string): SearchPlace {
  return { _tag: 'Folder', path }
}
