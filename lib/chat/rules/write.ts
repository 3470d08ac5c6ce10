import { endsInAsWell, isAdded, saysMore, saysOnFile, saysPlaceInFile } from '../adding.ts'
import { takeContent, takeQuoted, takeRest } from '../contents.ts'
import type { Cursor } from '../cursor.ts'
import { beginsTitle, describes, endsInManner, namesFiles, saysSentence } from '../describing.ts'
import { lastGoal, saysWhere, takeInto } from '../goals.ts'
import { placed, takeParts } from '../parts.ts'
import { takePlain } from '../plain-contents.ts'
import { namesFile } from '../paths.ts'
import { sentence } from '../quote.ts'
import { ask, type Reading, type Referents, type Rule, wanted } from '../reading.ts'
import { takeTarget } from '../targets.ts'
import { askTextOrFile } from '../text-or-file.ts'
import { opensQuote } from '../tokens.ts'
import { CONTENT } from '../words/contents.ts'
import { LISTENERS } from '../words/courtesies.ts'
import { RESULT_ALONE } from '../words/results.ts'
import { DETERMINERS } from '../words/things.ts'
import { PUTTING, WRITE } from '../words/verbs.ts'
import { restOfWish } from '../wish.ts'
import {
  asOverwriting,
  askForContent,
  askForName,
  CANNOT_ADD,
  createAct,
  isProblem,
  textOf,
  writeAct,
  writeOrAsk,
} from '../writing.ts'
import {
  readComputed,
  readContentOf,
  readGiven,
  readGoalAlone,
  readItAlone,
  readListed,
  readPicked,
} from './write-result.ts'

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
    if (verb === 'overwrite' && reading._tag === 'Ask') return asOverwriting(reading)
    const isMore =
      reading._tag === 'Act' && (isAdded(cursor, reading, referents) || endsInAsWell(cursor, reading, referents))
    return isMore ? CANNOT_ADD : reading
  }
  return undefined
}

type Reader = (cursor: Cursor, referents: Referents) => Reading | undefined

const RESULT_READERS: readonly Reader[] = [readContentOf, readPicked, readGiven, readGoalAlone, readItAlone, readListed]
const TEXT_READERS: readonly Reader[] = [readComputed, readContentFirst, readFileFirst, readUnquoted]
const ALL_READERS = [...RESULT_READERS, ...TEXT_READERS]
const PUT_READERS = [...RESULT_READERS, readComputed, readContentFirst, readFileFirstQuoted, readUnquoted]

/** Of verbs after which the target comes first: "overwrite it", "fill a.txt". */
const READERS: ReadonlyMap<string, readonly Reader[]> = new Map([
  ['overwrite', [readContentOf, readComputed, readContentFirst, readFileFirst, readNameFirst]],
  ['fill', [readFileFirst]],
  // these are said of a file that goes somewhere too
  ['put', PUT_READERS],
  ['place', PUT_READERS],
  ['enter', PUT_READERS],
])

/** "in a.txt write 'x'" */
function readPlaceFirst(cursor: Cursor, referents: Referents): Reading | undefined {
  const into = takeInto(cursor, referents)
  if (into?.path === undefined || !into.isSure) return undefined
  if (cursor.accept(WRITE) === undefined) return undefined
  const isDescribed = cursor.acceptAll(DETERMINERS).length > 0
  const isCalled = cursor.accept(CONTENT) !== undefined
  if (isDescribed && !isCalled) return askForContent('unclear', into.path)
  const quoted = takeQuoted(cursor, referents) ?? takeRest(cursor)
  if (quoted !== undefined) return writeOrAsk(cursor, into.path, quoted)
  // without quotes, another place may follow
  const isPlain = !isCalled && lastGoal(cursor, referents) === undefined && !cursor.isDone()
  return writeOrAsk(cursor, into.path, isPlain ? takePlain(cursor, referents, true) : 'unclear')
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
  return writeOrAsk(cursor, into.path, content ?? some ?? 'missing')
}

/** "a.txt with content 'x'", "a file called a.txt saying 'x'", "a.txt 'x'" */
function readFileFirst(cursor: Cursor, referents: Referents): Reading | undefined {
  const target = takeTarget(cursor, referents)
  if (target === undefined || target.isMany || target.kind === 'folder') return undefined
  const { name, folder, content } = takeParts(cursor, referents, target)
  if (name !== undefined && target.isSure && isProblem(content)) return askForContent(content, placed(folder, name))
  if (!cursor.isDone()) return undefined
  if (name === undefined) return target.kind === 'file' ? askForName(textOf(content)) : undefined
  // "put a.txt in docs" does not say what to write
  if (!target.isSure || (content === undefined && folder !== undefined)) return undefined
  if (target.isEmpty && content !== undefined && !isProblem(content)) return createAct(placed(folder, name), content)
  return writeOrAsk(cursor, placed(folder, name), content ?? 'missing')
}

/** "notes with x": a word that only its place says to be a file. */
function readNameFirst(cursor: Cursor, referents: Referents): Reading | undefined {
  const target = takeTarget(cursor, {})
  if (target?.path === undefined || target.isMany || target.kind === 'folder') return undefined
  const { folder, content } = takeParts(cursor, referents, target)
  return content === undefined ? undefined : writeOrAsk(cursor, placed(folder, target.path), content)
}

/** As {@link readFileFirst}, where words without quotes are no content: "put a.txt with the others". */
function readFileFirstQuoted(cursor: Cursor, referents: Referents): Reading | undefined {
  const target = cursor.lookAhead(() => takeTarget(cursor, referents))
  const parts =
    target &&
    cursor.lookAhead(() => {
      takeTarget(cursor, referents)
      return takeParts(cursor, referents, target)
    })
  const content = parts?.content
  const isSaid = content === undefined || (!isProblem(content) && content.isBare !== true)
  return isSaid ? readFileFirst(cursor, referents) : undefined
}

/** "hello world in b.txt": the content ends where the clause says, at its end, where it goes. */
function readUnquoted(cursor: Cursor, referents: Referents): Reading | undefined {
  const isTitle = beginsTitle(cursor.peek()) || saysSentence(cursor)
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
  if (goal.index === start + 1 && namesFile(text)) return askTextOrFile(text, goal.path)
  if (namesFiles(cursor, goal.index) || endsInManner(cursor, goal.index)) return askForContent('unclear', path)
  if (!goal.isSure) {
    return ask(
      `Shall I write that into a file called "${goal.path}"? Then say: write 'the text' to the file ${goal.path}`,
      wanted('yes', sentence`create a file called ${goal.path} with content ${text}`),
    )
  }
  return goal.isOnly ? writeAct(goal.path, { text, isOpen: false }) : askForContent('unclear', path)
}
