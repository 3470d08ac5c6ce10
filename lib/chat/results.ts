import type { Cursor } from './cursor.ts'
import type { Act, Filled, Referents } from './reading.ts'
import { DETERMINERS } from './words/things.ts'
import { ITS } from './words/contents.ts'
import { THEM } from './words/lists.ts'
import { ANY_TEXT, IT, OF_IT, RESULTS, WHAT_IT_GAVE } from './words/results.ts'

/** Where in its result the tool has what people mean by it. */
const PATHS: Readonly<Record<string, string>> = {
  http_get: '.body',
  read_file: '.content',
  search_files: '.text',
  list_files: '.text',
  list_directory: '.text',
}

const LISTING: ReadonlySet<string> = new Set(['search_files', 'list_files', 'list_directory'])

/** Whether `path` leads to what `act` gives only where it is told to: its list as a text. */
export function isTextOf({ tool }: Act, path: string): boolean {
  return LISTING.has(tool) && path === PATHS[tool]
}

/** Whether a later step may use what `act` gives. */
export function givesSomething({ tool }: Act): boolean {
  return RESULTS.has(tool)
}

/** The argument that becomes what `act` gave, between two texts. */
export function filledWith(act: Act, before = '', after = ''): Filled {
  return { _tag: 'Filled', act, path: PATHS[act.tool] ?? '', before, after }
}

/** Tools that give several things: "them". */
const GIVING_MANY: ReadonlySet<string> = new Set(['search_files', 'list_files', 'list_directory', 'json_query'])

/** The step whose result is spoken of: "the result", "its content", "the list of files", "it" right after the step that gave it. */
export function takeResult(cursor: Cursor, referents: Referents): Act | undefined {
  const { given, isGivenLast = false } = referents
  if (given === undefined) return undefined
  return cursor.attempt(() => {
    const named = cursor.attempt(() => takeNamedResult(cursor, given))
    if (named !== undefined || cursor.accept(WHAT_IT_GAVE) !== undefined) return named ?? given
    return isGivenLast && acceptPronoun(cursor, given) ? given : undefined
  })
}

/** With these, no result is meant that was given before. */
const OTHERS: ReadonlySet<string> = new Set(['some', 'any', 'another'])

/** As {@link takeResult}, where the article may be left out: "save result to a.txt". */
export function takeBareResult(cursor: Cursor, { given }: Referents): Act | undefined {
  const names = given && RESULTS.get(given.tool)
  // "write text to a.txt" names no result
  if (names === undefined || cursor.sees(ANY_TEXT) || cursor.accept(names) === undefined) return undefined
  cursor.accept(OF_IT)
  return given
}

function acceptPronoun(cursor: Cursor, { tool }: Act): boolean {
  return cursor.accept(IT) !== undefined || (GIVING_MANY.has(tool) && cursor.accept(THEM) !== undefined)
}

function takeNamedResult(cursor: Cursor, given: Act): Act | undefined {
  const isIts = cursor.acceptAll(ITS).includes('its')
  const determiners = cursor.acceptAll(DETERMINERS)
  // "some text" is another one
  if ((!isIts && determiners.length === 0) || determiners.some((word) => OTHERS.has(word))) return undefined
  const names = RESULTS.get(given.tool)
  if (names === undefined || cursor.accept(names) === undefined) return undefined
  cursor.accept(OF_IT)
  return given
}
