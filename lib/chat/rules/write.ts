import { exampleOf } from '../abilities.ts'
import { arithmeticOf } from '../arithmetic-words.ts'
import { takeContentOf } from '../content-of.ts'
import { type Content, givenBy, type NoContent, takeContent, takeQuoted, takeRest, takeUnquoted } from '../contents.ts'
import { Cursor } from '../cursor.ts'
import { type Into, takeInto } from '../goals.ts'
import { placed, takeParts } from '../parts.ts'
import { looksLikeFile, namesFile } from '../paths.ts'
import { takePlacedTarget } from '../places.ts'
import { sentence } from '../quote.ts'
import {
  type Act,
  type Ask,
  actOf,
  actOnCopy,
  actOnFile,
  ask,
  type Reading,
  type Referents,
  type Rule,
  wanted,
} from '../reading.ts'
import { filledWith, takeBareResult, takeResult } from '../results.ts'
import { takeTarget } from '../targets.ts'
import { opensQuote, type Token } from '../tokens.ts'
import { NUMBER_WORDS } from '../words/basics.ts'
import {
  AGAIN,
  AS_WELL,
  BESIDE,
  BY,
  CONTAINING,
  CONTENT,
  DESCRIBING,
  LINKS,
  MANNERS,
  MORE,
  ON,
  PLACES_IN_FILE,
  WITH,
} from '../words/contents.ts'
import { LISTENERS } from '../words/courtesies.ts'
import { COMPUTED, IT, RESULT_ALONE, RESULT_OF } from '../words/results.ts'
import { DEFINITE, DETERMINERS, FILE, FROM, IN, INSIDE_FOLDER, INTO, PRONOUNS } from '../words/things.ts'
import { PUTTING, REPLACE_CONTENT, WRITE } from '../words/verbs.ts'
import { restOfWish } from '../wish.ts'
import { isJsonName, takePath } from './query.ts'
import { askForContent, CANNOT_ADD, createAct, isProblem, textOf, writeAct } from '../writing.ts'

/** "write 'x' to a.txt", "save hello world in b.txt", "put the text x into c.txt", "write to a.txt: x", "overwrite a.txt with 'x'". */
export const readWrite: Rule = (cursor, referents) => {
  const verb = cursor.accept(WRITE)
  if (verb === undefined) return readPlaceFirst(cursor, referents)
  cursor.acceptAll(LISTENERS)
  if (saysMore(cursor) || saysPlaceInFile(cursor)) return CANNOT_ADD
  if (PUTTING.has(verb) && saysOnFile(cursor, referents)) return CANNOT_ADD
  const start = cursor.index
  for (const read of READERS.get(verb) ?? ALL_READERS) {
    cursor.index = start
    const reading = read(cursor, referents)
    if (reading === undefined) continue
    const isMore =
      reading._tag === 'Act' && (isAdded(cursor, reading, referents) || endsInAsWell(cursor, reading, referents))
    return isMore ? CANNOT_ADD : reading
  }
  return undefined
}

type Reader = (cursor: Cursor, referents: Referents) => Reading | undefined

const RESULT_READERS: readonly Reader[] = [readContentOf, readPicked, readGiven, readGoalAlone, readItAlone]
const TEXT_READERS: readonly Reader[] = [readComputed, readContentFirst, readFileFirst, readUnquoted]
const ALL_READERS = [...RESULT_READERS, ...TEXT_READERS]

/** Of verbs after which the target comes first: "overwrite it", "fill a.txt". */
const READERS: ReadonlyMap<string, readonly Reader[]> = new Map([
  ['overwrite', [readContentOf, ...TEXT_READERS]],
  ['fill', [readFileFirst]],
])

/** Whether what is to be written comes after something else: "another line 'x' to a.txt". */
function saysMore(cursor: Cursor): boolean {
  return (
    cursor.sees(MORE) &&
    cursor.lookAhead(() => {
      cursor.accept(MORE)
      return !cursor.sees(FILE) && saysWhere(cursor)
    })
  )
}

/** Whether the words before a file tell where in it something goes: "bread on a new line in a.txt", "bread again in a.txt". */
function saysPlaceInFile(cursor: Cursor): boolean {
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
function saysOnFile(cursor: Cursor, referents: Referents): boolean {
  const goal = cursor.lookAhead(() => lastGoal(cursor, referents))
  return cursor.lookAhead(() => {
    cursor.index = goal?.index ?? cursor.tokens.length
    return cursor.accept(ON) !== undefined
  })
}

/** Whether "also" can only mean that the file holds something already: nothing was done before, or that was about the file. */
function isAdded({ manner }: Cursor, { args }: Act, referents: Referents): boolean {
  const isFirst = !('isGivenLast' in referents)
  return manner.isAlso === true && (isFirst || referents.file === args[0])
}

/** Whether "as well" can only mean that the file holds something already, for no other was spoken of before. */
function endsInAsWell({ text, tokens, manner }: Cursor, { args }: Act, { file }: Referents): boolean {
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

/** "set the content of a.txt to 'x'", "replace the text in a.txt with 'x'" */
export const readReplaceContent: Rule = (cursor, referents) => {
  if (cursor.accept(REPLACE_CONTENT) === undefined) return undefined
  const target = takeContentOf(cursor, referents)
  if (target?.path === undefined || target.isMany || target.kind === 'folder') return undefined
  const by = cursor.accept(BY)
  cursor.skipMarks(':=')
  function takeNewContent(): Content | NoContent {
    if (cursor.isDone()) return 'missing'
    const result = takeResult(cursor, referents)
    if (result !== undefined) return givenBy(result)
    // "to be or not": "be" may be part of it
    return by === 'to be' || describes(cursor, false) ? 'unclear' : takeUnquoted(cursor, referents)
  }
  const content = takeQuoted(cursor, referents) ?? takeRest(cursor) ?? takeNewContent()
  return finish(cursor, target.path, content)
}

/** "in a.txt write 'x'" */
function readPlaceFirst(cursor: Cursor, referents: Referents): Reading | undefined {
  const into = takeInto(cursor, referents)
  if (into?.path === undefined || !into.isSure) return undefined
  if (cursor.accept(WRITE) === undefined) return undefined
  const isDescribed = cursor.acceptAll(DETERMINERS).length > 0
  const isCalled = cursor.accept(CONTENT) !== undefined
  const content = isDescribed && !isCalled ? undefined : (takeQuoted(cursor, referents) ?? takeRest(cursor))
  // without quotes, another place may follow
  return finish(cursor, into.path, content ?? 'unclear')
}

/** "the contents of a.txt to b.txt": what is written is what another file holds. */
function readContentOf(cursor: Cursor, referents: Referents): Reading | undefined {
  const source = takeContentOf(cursor, referents)
  if (source?.path === undefined || source.isMany || source.kind === 'folder') return undefined
  const path = takeInto(cursor, referents)?.path
  return path !== undefined && cursor.isDone() ? actOnCopy(source.path, path) : undefined
}

/** "the result to a.txt", "it into b.txt": what a step before gave. */
function readGiven(cursor: Cursor, referents: Referents): Reading | undefined {
  const given = takeResult(cursor, referents) ?? takeBareResult(cursor, referents)
  if (given === undefined) return undefined
  const into = takeInto(cursor, referents)
  return cursor.isDone() ? writeGiven(given, into) : undefined
}

/** "to a.txt", or nothing, right after a step that gave something: that is written. */
function readGoalAlone(cursor: Cursor, referents: Referents): Reading | undefined {
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
function readItAlone(cursor: Cursor, { file, last }: Referents): Reading | undefined {
  if (file === undefined || last !== 'file' || cursor.accept(IT) === undefined || !cursor.isDone()) return undefined
  return askForNameOf(sentence`copy ${file} to `)
}

/** "the name from data.json to a.txt": a value of a JSON file. */
function readPicked(cursor: Cursor, referents: Referents): Reading | undefined {
  const isDefinite = DEFINITE.has(cursor.peek()?.lower ?? '')
  const path = takePath(cursor)
  if (path === undefined || !(isDefinite || path.includes('[')) || cursor.accept(FROM) === undefined) return undefined
  const file = takePlacedTarget(cursor, {})?.path
  const goal = takeInto(cursor, referents)?.path
  if (file === undefined || goal === undefined || !isJsonName(file) || !cursor.isDone()) return undefined
  const reading = actOnFile('read_file', [file], file)
  const picking = actOf('json_query', [filledWith(reading), path])
  return { ...writeAct(goal, givenBy(picking)), first: [reading, picking] }
}

/** "the result of 2 + 2 to a.txt" */
function readComputed(cursor: Cursor, referents: Referents): Reading | undefined {
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

/** "'x' to a.txt", "the text 'x' into a.txt", "the following to a.txt: x" */
function readContentFirst(cursor: Cursor, referents: Referents): Reading | undefined {
  const start = cursor.index
  const isSome = cursor.acceptAll(DETERMINERS).join(' ') === 'some'
  const isCalled = cursor.acceptAll(CONTENT).length > 0
  // "some text" describes no other text, so it is what was said
  const some = isSome && isCalled ? { text: cursor.source(start, cursor.index), isOpen: false } : undefined
  cursor.skipMarks(':\n')
  const quote = cursor.isInBracket() ? undefined : cursor.takeQuote()
  const quoted = quote === undefined ? undefined : { text: quote, isOpen: false }
  const into = takeInto(cursor, referents)
  if (into === undefined) return quoted !== undefined && cursor.isDone() ? askForName(quoted.text) : undefined
  const content = quoted ?? takeRest(cursor) ?? takeContent(cursor, referents, true) ?? takeQuoted(cursor, referents)
  if (content === undefined && !cursor.isDone()) return undefined
  return finish(cursor, into.path, content ?? some ?? 'missing')
}

/** "a.txt with content 'x'", "a file called a.txt saying 'x'", "a.txt 'x'" */
function readFileFirst(cursor: Cursor, referents: Referents): Reading | undefined {
  const target = takeTarget(cursor, referents)
  if (target === undefined || target.isMany || target.kind === 'folder') return undefined
  const { name, folder, content } = takeParts(cursor, referents, target)
  if (!cursor.isDone()) return undefined
  if (name === undefined) return target.kind === 'file' ? askForName(textOf(content)) : undefined
  // "put a.txt in docs" does not say what to write
  if (!target.isSure || (content === undefined && folder !== undefined)) return undefined
  if (target.isEmpty && content !== undefined && !isProblem(content)) return createAct(placed(folder, name), content)
  return finish(cursor, placed(folder, name), content ?? 'missing')
}

/** "hello world in b.txt": the content ends where the clause says, at its end, where it goes. */
function readUnquoted(cursor: Cursor, referents: Referents): Reading | undefined {
  const isTitle = beginsTitle(cursor.peek())
  const determiners = isTitle ? [] : cursor.acceptAll(DETERMINERS)
  const isCalled = !isTitle && cursor.accept(CONTENT) !== undefined
  const first = cursor.peek()
  if (first === undefined || (first.kind === 'quote' && !cursor.isInBracket())) return undefined
  if (opensQuote(first)) return askForContent('unclear')
  const start = cursor.index
  const goal = lastGoal(cursor, referents)
  if (goal === undefined) {
    if (saysWhere(cursor) || cursor.isDone()) return undefined
    const isSaid = determiners.length === 0 && !isCalled && !describes(cursor, isCalled)
    return askForName(isSaid ? restOfWish(cursor) : undefined)
  }
  const text = cursor.source(start, goal.index)
  const path = goal.isSure && goal.isOnly ? goal.path : undefined
  if (text === '') return askForContent('missing', path)
  if (RESULT_ALONE.has(text.toLowerCase())) return askForContent('unclear', path)
  // only "the text x" announces; "a message for Bob" may be a part of what is said
  if (isCalled ? determiners.join(' ') !== 'the' : determiners.length > 0) return askForContent('unclear', path)
  if (describes(cursor, isCalled)) return askForContent('unclear', path)
  if (goal.index === start + 1 && namesFile(text)) {
    return ask(
      `Shall I write "${text}" into a file, or move the file? Say it with quotes, or "move ${text} to ${goal.path}".`,
    )
  }
  if (namesFiles(cursor, goal.index) || endsInManner(cursor, goal.index)) return askForContent('unclear', path)
  if (!goal.isSure) {
    return ask(
      `Shall I write that into a file called "${goal.path}"? Then say: write 'the text' to the file ${goal.path}`,
      wanted('yes', sentence`create a file called ${goal.path} with content ${text}`),
    )
  }
  return goal.isOnly ? writeAct(goal.path, { text, isOpen: false }) : askForContent('unclear', path)
}

/** Whether a file is named before the token at `end`: "alpha from a.txt". */
function namesFiles({ tokens, index }: Cursor, end: number): boolean {
  return tokens.slice(index, end).some(({ kind, text }) => kind === 'word' && namesFile(text))
}

/** Whether the words before the token at `end` tell how to write the others: "hello three times", "hello backwards". */
function endsInManner(cursor: Cursor, end: number): boolean {
  return cursor.lookAhead(() => {
    for (let index = Math.max(cursor.index + 1, end - MAX_MANNER); index < end; index++) {
      cursor.index = index
      const isTold = cursor.accept(MANNERS) !== undefined || acceptTimes(cursor)
      if (isTold && cursor.index === end) return true
    }
    return false
  })
}

/** In words. */
const MAX_MANNER = 3

/** "three times", "10 times" */
function acceptTimes(cursor: Cursor): boolean {
  const isCounted = /^\d+$/.test(cursor.peek()?.text ?? '') || cursor.sees(NUMBER_WORDS)
  if (!isCounted || cursor.peek(1)?.lower !== 'times') return false
  cursor.index += 2
  return true
}

/** Whether the words tell what is to be written rather than say it: "5 lines", "it", "what I said", "the text of a.txt". */
function describes(cursor: Cursor, isCalled: boolean): boolean {
  if (isCalled) return cursor.sees(IN) || cursor.sees(LINKS)
  if (beginsTitle(cursor.peek())) return false
  return cursor.sees(PRONOUNS) || cursor.sees(DESCRIBING) || isCount(cursor)
}

/** "The Great Gatsby": nobody describes a content with a capital. */
function beginsTitle(token: Token | undefined): boolean {
  return token?.kind === 'word' && /^\p{Lu}\p{Ll}/u.test(token.text)
}

/** "10 random numbers", "three lines"; but "2 + 2" and "42" are what they are. */
function isCount(cursor: Cursor): boolean {
  return cursor.lookAhead(() => {
    if (/^\d+$/.test(cursor.peek()?.text ?? '')) cursor.index++
    else if (cursor.accept(NUMBER_WORDS) === undefined) return false
    const next = cursor.peek()
    return next?.kind === 'word' && /^\p{Letter}/u.test(next.text) && !cursor.sees(INTO)
  })
}

/** Whether something in the rest of the clause could say where a content goes. */
function saysWhere(cursor: Cursor): boolean {
  return cursor.tokens.slice(cursor.index).some(({ lower }) => INTO.startingWith(lower).length > 0)
}

/** Where a content without quotes goes. */
interface Goal {
  /** Where the phrase that says it begins. */
  readonly index: number
  readonly path: string
  /** It reads as a file's name. */
  readonly isSure: boolean
  /** No other file is named before it, which might be meant instead or too. */
  readonly isOnly: boolean
}

/** The last phrase that says where a content goes and ends the clause; before others one that reads as a file's name. */
function lastGoal(cursor: Cursor, referents: Referents): Goal | undefined {
  let found: Goal | undefined
  for (let index = cursor.tokens.length - 2; index > cursor.index; index--) {
    const goal = goalAt(cursor, referents, index)
    if (goal === undefined) continue
    if (found?.isSure === true && goal.isSure && !goal.endsClause) return { ...found, isOnly: false }
    if (goal.endsClause && (found === undefined || goal.isSure)) found = goal
  }
  return found
}

function goalAt(
  cursor: Cursor,
  referents: Referents,
  index: number,
): (Goal & { readonly endsClause: boolean }) | undefined {
  return cursor.lookAhead(() => {
    cursor.index = index
    const { path, isSure = false } = takeInto(cursor, referents) ?? {}
    return path === undefined ? undefined : { index, path, isSure, isOnly: true, endsClause: cursor.isDone() }
  })
}

function finish(cursor: Cursor, path: string | undefined, content: Content | NoContent): Reading | undefined {
  if (isProblem(content)) return askForContent(content, path)
  if (!cursor.isDone()) return undefined
  return path === undefined ? askForName(textOf(content)) : writeAct(path, content)
}

function askForName(text: string | undefined): Ask {
  const wants =
    text === undefined ? undefined : wanted('words', 'create a file called ', sentence` with content ${text}`)
  return ask(`${INTO_WHICH_FILE} For example: ${exampleOf('write_file')}`, wants)
}

/** Asks for the file that goes behind the words `before`. */
function askForNameOf(before: string | undefined, folder?: string): Ask {
  const place = folder === undefined ? '' : sentence` in the folder ${folder}`
  return ask(`${INTO_WHICH_FILE} For example: ${exampleOf('write_file')}`, wanted('words', before, place))
}

const INTO_WHICH_FILE = 'Into which file shall I write that?'
