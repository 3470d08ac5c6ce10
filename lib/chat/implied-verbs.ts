import { Cursor } from './cursor.ts'
import { isJoint, skipCourtesies } from './joints.ts'
import { looksLikeFile, looksLikePath, namesFile } from './paths.ts'
import { wordSet } from './phrases.ts'
import type { Token } from './tokens.ts'
import { SAY } from './words/basics.ts'
import { CONTAINING, WITH } from './words/contents.ts'
import { FAREWELLS } from './words/courtesies.ts'
import { DETERMINERS, FILE, FOLDER, INTO, NEW } from './words/things.ts'
import { COPY, CREATE, MOVE, RENAME, WRITE } from './words/verbs.ts'

/** A verb that is not said again: "copy a.txt to b.txt and c.txt to d.txt". */
export interface ImpliedVerb {
  readonly verb: string
  /** Of the token that it belongs before. */
  readonly index: number
  readonly isWriting: boolean
}

/** What a content is announced with. */
const ANNOUNCING: ReadonlySet<string> = wordSet('with, containing, saying, content, contains, says, holding')

const REPEATED = [
  { verbs: CREATE, verb: 'create', isWriting: true, implies: impliesCreating },
  { verbs: RENAME, verb: 'rename', isWriting: false, implies: impliesTransfer },
  { verbs: COPY, verb: 'copy', isWriting: false, implies: impliesTransfer },
  { verbs: MOVE, verb: 'move', isWriting: false, implies: impliesTransfer },
  { verbs: WRITE, verb: 'write', isWriting: true, implies: impliesWriting },
  { verbs: SAY, verb: 'say', isWriting: false, implies: impliesSaying },
] as const

/** The verb of `clause`, where the joint at `index` is followed by what it is to be done with too. */
export function impliedVerb(cursor: Cursor, clause: readonly Token[], index: number): ImpliedVerb | undefined {
  const before = new Cursor(cursor.text, clause)
  skipCourtesies(before)
  // "make a copy of" is copying, not making
  const verb = before.sees(COPY) ? REPEATED[2] : REPEATED.find(({ verbs }) => before.sees(verbs))
  if (verb === undefined) return undefined
  return cursor.lookAhead(() => {
    cursor.index = index + 1
    skipCourtesies(cursor)
    const start = cursor.index
    return verb.implies(cursor, clause) ? { verb: verb.verb, index: start, isWriting: verb.isWriting } : undefined
  })
}

/**
 * "with 'x' and b.txt with 'y'": behind a content without quotes only with a name that can be nothing else, since what follows could be a part
 * of it.
 */
function impliesCreating(cursor: Cursor, clause: readonly Token[]): boolean {
  const isAnnounced = clause.some(({ lower }) => ANNOUNCING.has(lower))
  if (!isAnnounced) return impliesAfterFolder(cursor, clause)
  cursor.acceptAll(DETERMINERS)
  cursor.acceptAll(NEW)
  if (clause.at(-1)?.kind === 'quote' && (cursor.sees(FILE) || cursor.sees(FOLDER))) return true
  const name = cursor.peek()
  cursor.index++
  return name !== undefined && looksLikeFile(name.text) && (cursor.sees(WITH) || cursor.sees(CONTAINING))
}

/** "a folder called docs and a file docs/a.txt" */
function impliesAfterFolder(cursor: Cursor, clause: readonly Token[]): boolean {
  const before = new Cursor(cursor.text, clause)
  const isFolder = clause.some((_, index) => {
    before.index = index
    return before.sees(FOLDER)
  })
  if (!isFolder || cursor.acceptAll(DETERMINERS).length === 0) return false
  cursor.acceptAll(NEW)
  return cursor.accept(FILE) !== undefined && cursor.peek()?.kind === 'word'
}

/** "to b.txt and c.txt to d.txt" */
function impliesTransfer(cursor: Cursor, clause: readonly Token[]): boolean {
  if (!saysWhere(clause)) return false
  const name = cursor.peek()
  cursor.index++
  const isName = name?.kind === 'quote' || (name?.kind === 'word' && looksLikePath(name.text))
  return isName && isPlaced(cursor)
}

/** "'x' to a.txt and 'y' to b.txt"; without quotes only where both files have names that can be nothing else. */
function impliesWriting(cursor: Cursor, clause: readonly Token[]): boolean {
  if (!saysWhere(clause)) return false
  if (cursor.peek()?.kind === 'quote') return cursor.takeQuote() !== undefined && isPlaced(cursor)
  return (
    namesFileLast(clause) &&
    skipWords(cursor) &&
    isPlaced(cursor) &&
    namesFileLast(cursor.tokens.slice(0, cursor.index))
  )
}

function namesFileLast(tokens: readonly Token[]): boolean {
  const last = tokens.at(-1)
  return last?.kind === 'word' && namesFile(last.text)
}

/** In words. */
const MAX_TEXT = 16

/** Passes the words before a place that ends a step, if there are any that name no file. */
function skipWords(cursor: Cursor): boolean {
  for (let count = 0; count < MAX_TEXT; count++) {
    const token = cursor.peek()
    if (count > 0 && cursor.lookAhead(() => isPlaced(cursor))) return true
    if (token?.kind !== 'word' || isJoint(token) || namesFile(token.text)) return false
    cursor.index++
  }
  return false
}

/** "'x' and 'y'" */
function impliesSaying(cursor: Cursor, clause: readonly Token[]): boolean {
  return clause.at(-1)?.kind === 'quote' && cursor.takeQuote() !== undefined && endsStep(cursor)
}

function endsStep(cursor: Cursor): boolean {
  cursor.acceptAll(FAREWELLS)
  const next = cursor.peek()
  return next === undefined || next.kind === 'mark' || isJoint(next)
}

function saysWhere(clause: readonly Token[]): boolean {
  return clause.some(({ kind, lower }) => kind === 'word' && INTO.startingWith(lower).length > 0)
}

/** Whether a place follows, and then the end of a step. */
function isPlaced(cursor: Cursor): boolean {
  if (cursor.accept(INTO) === undefined) return false
  cursor.acceptAll(DETERMINERS)
  cursor.accept(FILE)
  cursor.accept(FOLDER)
  const place = cursor.peek()
  cursor.index++
  cursor.accept(FOLDER)
  return (place?.kind === 'quote' || place?.kind === 'word') && endsStep(cursor)
}
