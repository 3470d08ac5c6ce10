import { arithmeticOf } from '../arithmetic-words.ts'
import { takeContentOf } from '../content-of.ts'
import { givenBy } from '../contents.ts'
import { Cursor } from '../cursor.ts'
import { type Into, lastGoal, takeInto } from '../goals.ts'
import { readListing } from '../listing.ts'
import { takePlacedTarget } from '../places.ts'
import { sentence } from '../quote.ts'
import { type Act, type Ask, actOf, actOnCopy, actOnFile, type Reading, type Referents } from '../reading.ts'
import { filledWith, takeBareResult, takeResult } from '../results.ts'
import { COMPUTED, IT, RESULT_OF } from '../words/results.ts'
import { LIST_OF } from '../words/listings.ts'
import { DEFINITE, FROM, NOT_NAMES } from '../words/things.ts'
import { restOfWish } from '../wish.ts'
import { askForNameOf, writeAct } from '../writing.ts'
import { isJsonName, takePath } from './query.ts'

// What follows a verb of writing where what is written is not said but given: by a step before, by another file, by arithmetic.

/** "the contents of a.txt to b.txt": what is written is what another file holds. */
export function readContentOf(cursor: Cursor, referents: Referents): Reading | undefined {
  const source = takeContentOf(cursor, referents)
  if (source?.path === undefined || source.isMany || source.kind === 'folder') return undefined
  const path = takeInto(cursor, referents)?.path
  return path !== undefined && cursor.isDone() ? actOnCopy(source.path, path) : undefined
}

/** "the result to a.txt", "it into b.txt": what a step before gave. */
export function readGiven(cursor: Cursor, referents: Referents): Reading | undefined {
  const given = takeResult(cursor, referents) ?? takeBareResult(cursor, referents)
  if (given === undefined) return undefined
  const into = takeInto(cursor, referents)
  return cursor.isDone() ? writeGiven(given, into) : undefined
}

/** "to a.txt", or nothing, right after a step that gave something: that is written. */
export function readGoalAlone(cursor: Cursor, referents: Referents): Reading | undefined {
  const { given, isGivenLast = false } = referents
  if (given === undefined || !isGivenLast) return undefined
  const into = takeInto(cursor, referents)
  // what a file holds is not written into it
  if (!cursor.isDone() || (into?.path !== undefined && given.args.includes(into.path))) return undefined
  return writeGiven(given, into)
}

function writeGiven(given: Act, into: Into | undefined): Reading | undefined {
  if (into?.path === undefined) return askForGoal(given, into?.folder)
  // "read a.txt and put it in docs" is about the file
  const isFile = into.isSure || into.isNamed || given.tool !== 'read_file'
  return isFile ? writeAct(into.path, givenBy(given)) : undefined
}

/** Asks for the file where there is a result to write. */
function askForGoal({ tool }: Act, folder: string | undefined): Ask {
  const called = tool === 'read_file' ? 'the contents' : 'the result'
  return askForNameOf(`save ${called} as `, folder)
}

/** "it", where that is a file: what it holds is to be written elsewhere. */
export function readItAlone(cursor: Cursor, { file, last }: Referents): Reading | undefined {
  if (file === undefined || last !== 'file' || cursor.accept(IT) === undefined || !cursor.isDone()) return undefined
  return askForNameOf(sentence`copy ${file} to `)
}

/** "the name from data.json to a.txt": a value of a JSON file. */
export function readPicked(cursor: Cursor, referents: Referents): Reading | undefined {
  const first = cursor.peek()
  const isDefinite = DEFINITE.has(first?.lower ?? '')
  const path = takePath(cursor)
  const isName = first?.kind === 'word' && !NOT_NAMES.has(first.lower) && !isDefinite
  if (path === undefined || !(isDefinite || isName || path.includes('[')) || cursor.accept(FROM) === undefined)
    return undefined
  const file = takePlacedTarget(cursor, {})?.path
  const goal = takeInto(cursor, referents)?.path
  if (file === undefined || goal === undefined || !isJsonName(file) || !cursor.isDone()) return undefined
  const reading = actOnFile('read_file', [file], file)
  const picking = actOf('json_query', [filledWith(reading), path])
  return { ...writeAct(goal, givenBy(picking)), first: [reading, picking] }
}

/** "the list of files in docs to a.txt" */
export function readListed(cursor: Cursor, referents: Referents): Reading | undefined {
  if (!cursor.sees(LIST_OF)) return undefined
  const goal = lastGoal(cursor, referents)
  if (goal?.isOnly !== true) return undefined
  const before = new Cursor(cursor.text, cursor.tokens.slice(0, goal.index))
  before.index = cursor.index
  const listing = readListing(before, referents, { isList: true })
  return listing?._tag === 'Act' ? { ...writeAct(goal.path, givenBy(listing)), first: [listing] } : undefined
}

/** "the result of 2 + 2 to a.txt" */
export function readComputed(cursor: Cursor, referents: Referents): Reading | undefined {
  if (cursor.accept(RESULT_OF) === undefined && !cursor.sees(COMPUTED)) return undefined
  const goal = lastGoal(cursor, referents)
  if (goal?.isOnly === false) return undefined
  const said = goal === undefined ? restOfWish(cursor) : cursor.source(cursor.index, goal.index)
  const arithmetic = arithmeticOf(said)
  if (arithmetic === undefined) return undefined
  if (goal === undefined) return askForNameOf(`save the result of ${arithmetic.expression} as `)
  const calculation = actOf('calculate', [arithmetic.expression])
  return { ...writeAct(goal.path, givenBy(calculation)), first: [calculation] }
}
