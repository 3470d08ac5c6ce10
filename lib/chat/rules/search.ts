import { exampleOf } from '../abilities.ts'
import type { Cursor } from '../cursor.ts'
import { readListing } from '../listing.ts'
import { takePlacedTarget } from '../places.ts'
import { ask, type Reading, type Referents, type Rule, wanted } from '../reading.ts'
import { readSearch, searchAct, takeSearched, takeSearchPlace } from '../searching.ts'
import { LISTENERS } from '../words/courtesies.ts'
import { FOR, OCCURRENCES, QUANTIFIERS, SEARCHED } from '../words/listings.ts'
import { NEEDS_FOR, SEARCH } from '../words/verbs.ts'

/** "search for 'x' in docs", "search docs for x", "find hello", "find all .md files", "find the file notes.txt" */
export const readFind: Rule = (cursor, referents) => {
  const verb = cursor.accept(SEARCH)
  if (verb === undefined) return undefined
  cursor.acceptAll(LISTENERS)
  if (cursor.isDone()) return askForText()
  const placeAlone = cursor.attempt(() => readPlaceAlone(cursor, referents))
  if (placeAlone !== undefined) return placeAlone
  const placed = cursor.attempt(() => readPlaceFirst(cursor, referents))
  if (placed !== undefined) return placed
  if (cursor.accept(FOR) === undefined && NEEDS_FOR.has(verb)) return undefined
  cursor.skipMarks(':')
  if (cursor.isDone()) return askForText()
  if (verb === 'grep') return readGrep(cursor, referents)
  return (
    cursor.attempt(() => readListing(cursor, referents, { isRecursive: true })) ??
    cursor.attempt(() => readNamed(cursor, referents)) ??
    readText(cursor, referents)
  )
}

/** "in docs": where, but not for what. */
function readPlaceAlone(cursor: Cursor, referents: Referents): Reading | undefined {
  if (!cursor.sees(SEARCHED)) return undefined
  const start = cursor.index
  const place = takeSearchPlace(cursor, referents)
  return place === undefined || !cursor.isDone() ? undefined : askForText(` ${cursor.source(start, cursor.index)}`)
}

/** "docs for x", "in all files for x" */
function readPlaceFirst(cursor: Cursor, referents: Referents): Reading | undefined {
  const place = takeSearchPlace(cursor, referents) ?? takeSearched(cursor, referents)
  if (place === undefined || cursor.accept(FOR) === undefined) return undefined
  cursor.acceptAll(OCCURRENCES)
  return readSearch(cursor, referents, place)
}

/** "the file notes.txt": a name, not a text. */
function readNamed(cursor: Cursor, referents: Referents): Reading | undefined {
  const start = cursor.peek()
  const target = takePlacedTarget(cursor, {})
  if (target?.path === undefined || target.kind === 'any' || start?.kind === 'quote') return undefined
  const place = takeSearchPlace(cursor, referents)
  return cursor.isDone() ? searchAct(target.path, place) : undefined
}

/** "hello docs", as the shell's command has it. */
function readGrep(cursor: Cursor, referents: Referents): Reading | undefined {
  while (/^-[A-Za-z]+$/.test(cursor.peek()?.text ?? '')) cursor.index++
  const token = cursor.peek()
  if (token?.kind !== 'word' && token?.kind !== 'quote') return undefined
  return (
    cursor.attempt(() => {
      cursor.index++
      const place = takeSearched(cursor, referents)
      return place !== undefined && cursor.isDone() ? searchAct(token.text, place) : undefined
    }) ?? readText(cursor, referents)
  )
}

function readText(cursor: Cursor, referents: Referents): Reading | undefined {
  cursor.attempt(() => {
    cursor.acceptAll(QUANTIFIERS)
    return cursor.accept(OCCURRENCES)
  })
  return readSearch(cursor, referents)
}

function askForText(place = ''): Reading {
  return ask(`What shall I search for? For example: ${exampleOf('search_files')}`, wanted('term', 'search for ', place))
}
