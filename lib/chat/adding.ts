import { Cursor } from './cursor.ts'
import { lastGoal, saysWhere } from './goals.ts'
import { looksLikeFile } from './paths.ts'
import type { Act, Referents } from './reading.ts'
import { takeTarget } from './targets.ts'
import { AGAIN, AS_WELL, BESIDE, CONTAINING, MORE, ON, PLACES_IN_FILE, WITH } from './words/contents.ts'
import { FILE, INSIDE_FOLDER } from './words/things.ts'

// What is said of a file that shall keep what it holds: no tool adds to one, and to write it would lose that.

/** Whether what is to be written comes after something else: "another line 'x' to a.txt". */
export function saysMore(cursor: Cursor): boolean {
  return (
    cursor.sees(MORE) &&
    cursor.lookAhead(() => {
      cursor.accept(MORE)
      return !cursor.sees(FILE) && saysWhere(cursor)
    })
  )
}

/** Whether the words before a file tell where in it something goes: "bread on a new line in a.txt", "bread again in a.txt". */
export function saysPlaceInFile(cursor: Cursor): boolean {
  // "a.txt with content see at the end"
  if (namesFileFirst(cursor)) return false
  return cursor.lookAhead(() => {
    let isLoose = false
    for (cursor.index++; cursor.peek() !== undefined; cursor.index++) {
      if (cursor.sees(PLACES_IN_FILE)) return true
      const isInFile = cursor.lookAhead(() => {
        const isRepeated = cursor.accept(AGAIN) !== undefined
        return (isRepeated || isLoose) && cursor.accept(INSIDE_FOLDER) !== undefined && takesFile(cursor)
      })
      if (isInFile) return true
      isLoose ||= cursor.sees(BESIDE)
    }
    return false
  })
}

function namesFileFirst(cursor: Cursor): boolean {
  return cursor.lookAhead(() => {
    const isNamed = cursor.peek()?.kind !== 'quote' && takeTarget(cursor, {})?.isSure === true
    return isNamed && (cursor.sees(WITH) || cursor.sees(CONTAINING))
  })
}

function takesFile(cursor: Cursor): boolean {
  const { path, isSure, kind } = takeTarget(cursor, {}) ?? {}
  return path !== undefined && isSure === true && kind !== 'folder' && (kind === 'file' || looksLikeFile(path))
}

/** Whether something is put on a file rather than into it: "bread on a.txt". */
export function saysOnFile(cursor: Cursor, referents: Referents): boolean {
  const goal = cursor.lookAhead(() => lastGoal(cursor, referents))
  return cursor.lookAhead(() => {
    cursor.index = goal?.index ?? cursor.tokens.length
    return cursor.accept(ON) !== undefined
  })
}

/** Whether "also" can only mean that the file holds something already: nothing was done before, or that was about the file. */
export function isAdded({ manner }: Cursor, { args }: Act, referents: Referents): boolean {
  const isFirst = !('isGivenLast' in referents)
  return manner.isAlso === true && (isFirst || referents.file === args[0])
}

/** Whether "as well" can only mean that the file holds something already, for no other was spoken of before. */
export function endsInAsWell({ text, tokens, manner }: Cursor, { args }: Act, { file }: Referents): boolean {
  if (file !== undefined && file !== args[0]) return false
  const end = new Cursor(text, tokens.slice(-MAX_FAREWELL), manner)
  while (end.peek() !== undefined) {
    if (end.accept(AS_WELL) !== undefined && end.isDone()) return true
    end.index++
  }
  return false
}

/** In tokens, with marks. */
const MAX_FAREWELL = 4
