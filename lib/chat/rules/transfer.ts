import { exampleOf, type KnownTool } from '../abilities.ts'
import { takeContentOf } from '../content-of.ts'
import type { Cursor } from '../cursor.ts'
import { isKnownFolder } from '../known-folders.ts'
import { baseName, folderOf, isPattern, join, looksLikeFile, ROOT } from '../paths.ts'
import { takePlacedTarget } from '../places.ts'
import { sentence } from '../quote.ts'
import { type Act, actOnCopy, actOnFile, ask, type Reading, type Referents, type Rule, wanted } from '../reading.ts'
import { spokenOf, takeAs, takeNaming, takeOperand, takeTarget, type Target } from '../targets.ts'
import {
  AS,
  DOT,
  EVERYTHING,
  FROM,
  HERE,
  INSIDE,
  INSIDE_FOLDER,
  INTO,
  PRONOUNS,
  QUANTIFIERS_OF_MANY,
  THERE,
  TO,
} from '../words/things.ts'
import { withUnsureGoal } from '../unsure-goals.ts'
import { COPY, MOVE, PUT, RENAME } from '../words/verbs.ts'

/** "copy a.txt to b.txt", "duplicate a as b", "make a copy of a.txt in the folder docs" */
export const readCopy: Rule = (cursor, referents) => {
  const verb = cursor.accept(COPY)
  if (verb === undefined) return undefined
  if (verb === 'cp') return readShell(cursor, referents, 'copy_file') ?? readTransfer(cursor, referents, COPYING)
  return readTransfer(cursor, referents, COPYING)
}

/** "move a.txt to docs/", "move it into the folder docs" */
export const readMove: Rule = (cursor, referents) => {
  const verb = cursor.accept(MOVE)
  if (verb === undefined) return undefined
  if (verb === 'mv') return readShell(cursor, referents, 'move_file') ?? readTransfer(cursor, referents, MOVING)
  return readTransfer(cursor, referents, MOVING)
}

/** "put a.txt into the docs folder": a file, without quotes, and what is a folder for sure. */
export const readPut: Rule = (cursor, referents) => {
  if (cursor.accept(PUT) === undefined || cursor.peek()?.kind === 'quote' || cursor.sees(PRONOUNS)) return undefined
  const source = takeTarget(cursor, {})
  if (source?.path === undefined || source.isMany || source.kind === 'folder' || !looksLikeFile(source.path))
    return undefined
  const goal = takeGoal(cursor, referents)
  if (goal?.kind !== 'folder' || goal.path === undefined || goal.isNamed || !cursor.isDone()) return undefined
  // "put a.txt in docs" may write as well
  const isPlain = goal.isSpokenOf !== true && referents.folder !== goal.path
  return isPlain ? undefined : transferAct('move_file', source.path, join(goal.path, baseName(source.path)))
}

/** "rename docs/a.txt to b.txt": to docs/b.txt, since a new name is no new place. */
export const readRename: Rule = (cursor, referents) => {
  if (cursor.accept(RENAME) === undefined) return undefined
  return readTransfer(cursor, referents, RENAMING)
}

interface Transfer {
  readonly tool: KnownTool
  readonly verb: string
  /** What to ask where it does not say where the file goes. */
  readonly asksFor: string
  /** What then stands before the answer. */
  readonly before: string
  /** A new name without a folder stays in the folder of the old one. */
  readonly staysInFolder: boolean
}

const COPYING: Transfer = {
  tool: 'copy_file',
  verb: 'copy',
  asksFor: 'What shall the copy be called',
  before: 'to',
  staysInFolder: false,
}
const MOVING: Transfer = {
  tool: 'move_file',
  verb: 'move',
  asksFor: 'Where shall I move it',
  before: 'into',
  staysInFolder: false,
}
const RENAMING: Transfer = {
  tool: 'move_file',
  verb: 'rename',
  asksFor: 'What shall the new name be',
  before: 'to',
  staysInFolder: true,
}

/** "a b", as the shell's commands have it. */
function readShell(cursor: Cursor, referents: Referents, tool: KnownTool): Reading | undefined {
  return cursor.attempt(() => {
    const [from, to] = [takeOperand(cursor), takeOperand(cursor)]
    if (from === undefined || to === undefined || isPattern(from) || !cursor.isDone()) return undefined
    const isPlace = isOneOfMany(cursor) || isKnownFolder(to, referents)
    const isFolder = to.endsWith('/') || (isPlace && !looksLikeFile(to))
    const act = transferAct(tool, from, isFolder ? join(to, baseName(from)) : to)
    return isFolder || looksLikeFile(to) ? act : withUnsureGoal(cursor, act, { from, to, start: cursor.index - 1 })
  })
}

function readTransfer(
  cursor: Cursor,
  referents: Referents,
  { tool, verb, asksFor, before, staysInFolder }: Transfer,
): Reading | undefined {
  const quantifiers = cursor.acceptAll(QUANTIFIERS_OF_MANY)
  cursor.accept(FROM)
  const first = takeContentOf(cursor, referents) ?? takeSource(cursor, referents)
  const isMany = first?.isMany === true || quantifiers.length > 0 || cursor.sees(EVERYTHING)
  if (isMany || (staysInFolder && isOneOfMany(cursor))) {
    return ask(`I ${verb} one file at a time. For example: ${exampleOf(tool)}`)
  }
  const start = cursor.index
  const goal = takeGoal(cursor, referents)
  const source = first ?? (goal && (takeSourceLast(cursor) ?? impliedSource(referents)))
  if (!cursor.isDone() || goal?.isMany === true) return undefined
  if (source?.kind === 'folder') return ask(`I can ${verb} files, but not folders.`)
  if (source?.path === undefined) {
    return ask(
      `Which file shall I ${verb}? For example: ${exampleOf(tool)}`,
      wanted('words', `${verb} `, goalAsSaid(goal)),
    )
  }
  if (goal?.path === undefined) {
    const from = sentence` the file ${source.path} `
    return ask(`${asksFor}? For example: ${exampleOf(tool)}`, wanted('words', from && `${verb}${from}${before} `))
  }
  const from = source.path
  const isInto = goal.kind === 'folder' && !goal.isNamed
  const to = isInto ? join(goal.path, baseName(from)) : goal.path
  const isNewName = staysInFolder && !isInto && !to.includes('/') && folderOf(from) !== ROOT
  const path = isNewName ? join(folderOf(from), to) : to
  const isUnsure = goal.kind === 'any' && !looksLikeFile(path) && !isOneOfMany(cursor) && goal.preposition !== 'as'
  const act = transferAct(tool, from, path)
  return isUnsure && !staysInFolder ? withUnsureGoal(cursor, act, { from, to: path, start }) : act
}

/** What is brought elsewhere, and the folder that it is in, where another place follows: "a.txt in docs to b.txt". */
function takeSource(cursor: Cursor, referents: Referents): Target | undefined {
  const placed = cursor.attempt(() => {
    const target = takePlacedTarget(cursor, referents, INSIDE_FOLDER)
    return target?.path !== undefined && cursor.sees(TO) ? target : undefined
  })
  return placed ?? takePlacedTarget(cursor, referents, FROM)
}

/** "from a.txt", after where it goes. */
function takeSourceLast(cursor: Cursor): Target | undefined {
  return cursor.attempt(() => {
    const source = cursor.accept(FROM) === undefined ? undefined : takeTarget(cursor, {})
    return source?.path !== undefined && source.isSure && !source.isMany ? source : undefined
  })
}

/** The file that the step before was about, where none is named: "create a.txt and copy to b.txt". */
function impliedSource({ file, last }: Referents): Target | undefined {
  return file === undefined || last !== 'file' ? undefined : spokenOf({ file, last })
}

function transferAct(tool: KnownTool, from: string, path: string): Act {
  return tool === 'copy_file' ? actOnCopy(from, path) : actOnFile(tool, [from, path], path)
}

/** A goal as it may be said again. */
function goalAsSaid(goal: Goal | undefined): string | undefined {
  if (goal?.path === undefined) return ''
  return goal.kind === 'folder' && !goal.isNamed ? sentence` into the folder ${goal.path}` : sentence` to ${goal.path}`
}

function isOneOfMany({ manner }: Cursor): boolean {
  return manner.isOneOfMany === true
}

/** Where a file goes. */
interface Goal extends Target {
  /** The path is that of the file itself, also where a folder was said. */
  readonly isNamed: boolean
  readonly preposition?: string | undefined
  /** It was said to be a folder. */
  readonly isSpokenOf?: boolean
}

function folderGoal(path: string): Goal {
  return { kind: 'folder', path, isMany: false, isSure: true, isEmpty: false, isNamed: false }
}

function takeGoal(cursor: Cursor, referents: Referents): Goal | undefined {
  return cursor.attempt(() => {
    const isApart = cursor.text.charAt(cursor.peek()?.start ?? -1) === ','
    cursor.skipMarks(',')
    const name = takeNaming(cursor)
    if (name !== undefined)
      return { kind: 'file', path: name, isMany: false, isSure: true, isEmpty: false, isNamed: true }
    if (referents.folder !== undefined && cursor.accept(THERE) !== undefined) return folderGoal(referents.folder)
    if (cursor.accept(HERE) !== undefined) return folderGoal(ROOT)
    const preposition = cursor.accept(INTO)
    if (preposition !== undefined && (cursor.accept(HERE) ?? cursor.accept(DOT)) !== undefined) return folderGoal(ROOT)
    const goal = takePlacedTarget(cursor, referents, INSIDE_FOLDER)
    // "copy paper clips", "copy a.txt, b.txt"
    if (goal === undefined || (preposition === undefined && (isApart || !goal.isSure))) return undefined
    // several files can only go to one place if it is a folder
    const isKnown = goal.path !== undefined && isKnownFolder(goal.path, referents)
    const isPlace = INSIDE.has(preposition ?? '') || ((isOneOfMany(cursor) || isKnown) && preposition !== 'as')
    const mayBeFolder = goal.kind === 'any' && goal.path !== undefined && !looksLikeFile(goal.path)
    // "to docs as b.txt"
    const isFolder = goal.kind === 'folder' || (mayBeFolder && (isPlace || cursor.sees(AS)))
    const folder = isFolder ? goal.path : undefined
    const inFolder = folder === undefined ? undefined : (takeNaming(cursor) ?? takeAs(cursor))
    if (folder !== undefined && inFolder === undefined)
      return { ...folderGoal(folder), isSpokenOf: goal.kind === 'folder' }
    if (folder === undefined || inFolder === undefined) return { ...goal, preposition, isNamed: false }
    return { ...goal, path: join(folder, inFolder), isNamed: true }
  })
}
