import { exampleOf } from '../abilities.ts'
import type { Cursor } from '../cursor.ts'
import { looksLikePath } from '../paths.ts'
import { phrases } from '../phrases.ts'
import { sentence } from '../quote.ts'
import { takePlacedTarget } from '../places.ts'
import { type Act, actOf, actOnFile, ask, type Reading, type Referents, type Rule, wanted } from '../reading.ts'
import { filledWith, takeResult } from '../results.ts'
import { readJsonPath } from '../../tools/basic/json-path.ts'
import { JSON_NOUNS, LOOSE_QUERY, OUT_OF, PATH_OF, QUERY } from '../words/basics.ts'
import { DEFINITE, INSIDE_FOLDER, NOT_NAMES } from '../words/things.ts'

/** Verbs that are not said of files alone. */
const GETTING: ReadonlySet<string> = new Set(['get', 'get me', 'give me', 'tell me', 'retrieve', 'return'])
/** Tools whose results may be JSON. */
const MAY_BE_JSON: ReadonlySet<string> = new Set(['http_get', 'json_query', 'echo'])

/** `get users[0].name from '{"users":[…]}'`, `query '{"a":1}' for a`, `what is a.b in {"a":{"b":1}}?` */
export const readQuery: Rule = (cursor, referents) => {
  const first = cursor.attempt(() => readPlaceFirst(cursor))
  if (first !== undefined) return first
  const isQuery = cursor.accept(QUERY) !== undefined
  const verb = isQuery ? undefined : cursor.accept(LOOSE_QUERY)
  if (!isQuery && verb === undefined) return undefined
  return (
    cursor.attempt(() => readJsonFirst(cursor, isQuery)) ??
    cursor.attempt(() => (isQuery ? readFileFirst(cursor, referents) : undefined)) ??
    cursor.attempt(() => readPathFirst(cursor)) ??
    cursor.attempt(() => readPathOf(cursor, referents, isQuery)) ??
    cursor.attempt(() => readPathInGiven(cursor, referents, isQuery)) ??
    cursor.attempt(() => (isQuery ? readPathBeforeFile(cursor, referents) : undefined)) ??
    (isQuery || GETTING.has(verb ?? '') ? readPathOnly(cursor, isQuery) : undefined)
  )
}

/** `from '{"a":1}' get a` */
function readPlaceFirst(cursor: Cursor): Reading | undefined {
  if (cursor.accept(OUT_OF) === undefined) return undefined
  const json = takeJson(cursor)
  if (json === undefined || (cursor.accept(QUERY) ?? cursor.accept(LOOSE_QUERY)) === undefined) return undefined
  const path = takePath(cursor)
  return path === undefined || !cursor.isDone() ? undefined : actOf('json_query', [json, path])
}

/** `'{"a":1}' for a`; the preposition may be left out after a verb that means nothing else. */
function readJsonFirst(cursor: Cursor, isQuery: boolean): Reading | undefined {
  cursor.accept(OUT_OF)
  const json = takeJson(cursor)
  if (json === undefined) return undefined
  cursor.skipMarks(',')
  if (cursor.isDone()) return isQuery ? askForPath(json) : undefined
  cursor.acceptAll(OUT_OF)
  const path = takePath(cursor)
  return path === undefined || !cursor.isDone() ? undefined : actOf('json_query', [json, path])
}

/** `the value of a from '{"a":1}'` */
function readPathFirst(cursor: Cursor): Reading | undefined {
  const path = takePath(cursor)
  if (path === undefined || cursor.accept(OUT_OF) === undefined) return undefined
  const json = takeJson(cursor)
  return json === undefined || !cursor.isDone() ? undefined : actOf('json_query', [json, path])
}

/** `users[0].name from data.json`, `the name out of it`: out of what a step before gives, or a file that is read for it. */
function readPathOf(cursor: Cursor, referents: Referents, isQuery: boolean): Reading | undefined {
  const path = takePath(cursor)
  if (path === undefined || cursor.accept(OUT_OF) === undefined) return undefined
  if (isQuery || mayBeJson(referents.given)) {
    const result = takeResult(cursor, referents) ?? takeFileAgain(cursor, referents)
    if (result !== undefined) return cursor.isDone() ? actOf('json_query', [filledWith(result), path]) : undefined
  }
  const file = takeJsonFile(cursor, referents)
  return file === undefined || !cursor.isDone() ? undefined : queryOfFile(file, path)
}

/** `data.json for users[0].name` */
function readFileFirst(cursor: Cursor, referents: Referents): Reading | undefined {
  cursor.accept(OUT_OF)
  const file = takeJsonFile(cursor, referents)
  if (file === undefined || cursor.acceptAll(OUT_OF).length === 0) return undefined
  const path = takePath(cursor)
  return path === undefined || !cursor.isDone() ? undefined : queryOfFile(file, path)
}

/** `users[0].name data.json`, after a verb that means nothing else. */
function readPathBeforeFile(cursor: Cursor, referents: Referents): Reading | undefined {
  const path = takePath(cursor)
  const file = takeJsonFile(cursor, referents)
  return path === undefined || file === undefined || !cursor.isDone() ? undefined : queryOfFile(file, path)
}

function takeJsonFile(cursor: Cursor, referents: Referents): string | undefined {
  const file = takePlacedTarget(cursor, referents, INSIDE_FOLDER)
  const isFile = file?.path !== undefined && !file.isMany && file.kind !== 'folder'
  return isFile && isJsonName(file.path) ? file.path : undefined
}

/** The steps that read a file and pick a value out of it. */
function queryOfFile(file: string, path: string): Reading {
  const reading = actOnFile('read_file', [file], file)
  // "then delete it" may be said of the value
  const refersTo: Referents = { file: undefined, last: 'file' }
  return { ...actOf('json_query', [filledWith(reading), path]), first: [reading], refersTo }
}

/** `users[0].name`, "the name", right after the step that gave what it is in. */
function readPathInGiven(cursor: Cursor, { given, isGivenLast = false }: Referents, isQuery: boolean): Act | undefined {
  if (given === undefined || !isGivenLast || !mayBeJson(given)) return undefined
  const isDefinite = DEFINITE.has(cursor.peek()?.lower ?? '')
  // "the folder", "the data"
  if (isDefinite && NOT_NAMES.has(cursor.peek(1)?.lower ?? '')) return undefined
  const path = takePath(cursor)
  if (path === undefined || !cursor.isDone()) return undefined
  const isSaidToBeOne = path.includes('[') || (!looksLikePath(path) && (isQuery || isDefinite))
  return isSaidToBeOne ? actOf('json_query', [filledWith(given), path]) : undefined
}

function mayBeJson(given: Act | undefined): boolean {
  if (given === undefined) return false
  const [source] = given.args
  return MAY_BE_JSON.has(given.tool) || (given.tool === 'read_file' && typeof source === 'string' && isJsonName(source))
}

/** The file that was read before, named again: "read data.json and get a from data.json", "from the file". */
function takeFileAgain(cursor: Cursor, referents: Referents): Act | undefined {
  const { given } = referents
  if (given?.tool !== 'read_file') return undefined
  return cursor.attempt(() => (takePlacedTarget(cursor, referents)?.path === given.args[0] ? given : undefined))
}

export function isJsonName(path: string): boolean {
  return /\.(?:json|geojson|webmanifest)$/i.test(path)
}

/** `users[0].name`; a verb that means much else needs a path that can be nothing else. */
function readPathOnly(cursor: Cursor, isQuery: boolean): Reading | undefined {
  const isSaidToBeOne = isQuery || /\w\[/.test(cursor.peek()?.text ?? '')
  const path = takePath(cursor)
  if (path === undefined || !cursor.isDone() || !isSaidToBeOne) return undefined
  const wants = wanted('text', sentence`query ${path} from `)
  return ask(`In which JSON shall I look? For example: ${exampleOf('json_query')}`, wants)
}

function askForPath(json: string): Reading {
  const wants = wanted('term', sentence`query ${json} for `)
  return ask(`Which value shall I get out of it? For example: ${exampleOf('json_query')}`, wants)
}

/** A path, in quotes or as a word: "users[0].name". What is in quotes and no path is the name of a field. */
export function takePath(cursor: Cursor): string | undefined {
  const ofAll = cursor.attempt(() => takeOfAll(cursor))
  if (ofAll !== undefined) return ofAll
  cursor.acceptAll(PATH_OF)
  const quoted = cursor.takeQuote()
  if (quoted !== undefined) return isPath(quoted) ? quoted : `[${JSON.stringify(quoted)}]`
  const token = cursor.peek()
  if (token?.kind !== 'word') return undefined
  cursor.index++
  // with a bracket that the sentence seemed to open: "[0].name"
  const text = cursor.source(cursor.index - 1, cursor.index)
  return isPath(text) ? text : undefined
}

/** "the names of all users": of each in a list. */
function takeOfAll(cursor: Cursor): string | undefined {
  cursor.acceptAll(PATH_OF)
  const names = /^(\p{Letter}[\p{Letter}\p{Number}_]*)s$/u.exec(cursor.peek()?.text ?? '')?.[1]
  cursor.index++
  if (names === undefined || cursor.accept(phrases('of')) === undefined) return undefined
  cursor.acceptAll(PATH_OF)
  const list = cursor.peek()
  cursor.index++
  const isName = list?.kind === 'word' && isPath(list.text) && list.text.endsWith('s')
  return isName ? `${list.text}[*].${names}` : undefined
}

function isPath(text: string): boolean {
  try {
    readJsonPath(text)
    return text !== ''
  } catch {
    return false
  }
}

/** A list or an object, in quotes or as it is written in JSON. */
function takeJson(cursor: Cursor): string | undefined {
  cursor.accept(JSON_NOUNS)
  cursor.skipMarks(':\n')
  const quoted = cursor.takeQuote()
  if (quoted !== undefined) return isJson(quoted) ? quoted : undefined
  return takeJsonText(cursor)
}

function takeJsonText(cursor: Cursor): string | undefined {
  const { text, tokens, index } = cursor
  const gap = text.slice(tokens[index - 1]?.end ?? 0, tokens[index]?.start ?? 0)
  // a bracket at the beginning of a word is of the sentence, and so in no token
  const start = (tokens[index]?.start ?? text.length) - (/[[{]\s*$/.exec(gap)?.[0].length ?? 0)
  const end = endOfJson(text, start)
  if (end === undefined || !isJson(text.slice(start, end))) return undefined
  const next = tokens.findIndex((token) => token.start >= end)
  cursor.index = next === -1 ? tokens.length : next
  return (tokens[cursor.index - 1]?.end ?? 0) <= end ? text.slice(start, end) : undefined
}

const STRING = /"(?:[^"\\]|\\.)*"/y

/** Where the bracket closes that opens at `start`. */
function endOfJson(text: string, start: number): number | undefined {
  let depth = 0
  for (let index = start; index < text.length; index++) {
    if (text.charAt(index) === '"') {
      STRING.lastIndex = index
      const string = STRING.exec(text)
      // to look for another end from each quotation mark would cost too much
      if (string === null) return undefined
      index += string[0].length - 1
    } else if ('[{'.includes(text.charAt(index))) depth += 1
    else if (']}'.includes(text.charAt(index))) depth -= 1
    if (depth <= 0) return index > start ? index + 1 : undefined
  }
  return undefined
}

function isJson(text: string): boolean {
  if (!/^\s*[[{]/.test(text)) return false
  try {
    JSON.parse(text)
    return true
  } catch {
    return false
  }
}
