import type { Cursor } from './cursor.ts'
import { isJoint } from './joints.ts'
import { isPattern, looksLikePath } from './paths.ts'
import type { Referents } from './reading.ts'
import { holdsQuote } from './tokens.ts'
import { COPY_OF_IT, ORIGINAL } from './words/copies.ts'
import {
  ADJECTIVES,
  AS,
  CALLED,
  DEFINITE,
  DETERMINERS,
  FILE,
  FILES,
  FOLDER,
  FOLDERS,
  IN,
  INSIDE_FOLDER,
  INTO,
  NAMES_BY_NOUN,
  NAMES_BY_PLACE,
  NEVER_NAMES,
  NEW,
  NOT_NAMES,
  PRONOUNS,
} from './words/things.ts'
import { SHELL_ONLY } from './words/verbs.ts'

/** What a phrase such as "the file notes.txt", "docs/", "it" or "a new folder called x" names. */
export interface Target {
  /** `any` where nothing says which. */
  readonly kind: 'file' | 'folder' | 'any'
  /** Undefined where the phrase gives no name: "a file". */
  readonly path: string | undefined
  /** It speaks of several: "the files", "*.txt". */
  readonly isMany: boolean
  /** More than its place in the sentence says that it is one: quotes, a noun, an extension, a slash. */
  readonly isSure: boolean
  /** "an empty file". */
  readonly isEmpty: boolean
}

/** The phrase that comes next, if it can name a file or folder. */
export function takeTarget(cursor: Cursor, referents: Referents): Target | undefined {
  return (
    cursor.attempt(() => takeCopied(cursor, referents)) ??
    cursor.attempt(() => takePronoun(cursor, referents)) ??
    cursor.attempt(() => takeNoun(cursor, referents)) ??
    cursor.attempt(() => takeName(cursor))
  )
}

/** The name that follows "called" and the like. */
export function takeNaming(cursor: Cursor): string | undefined {
  return cursor.attempt(() => {
    if (cursor.accept(CALLED) === undefined) return undefined
    cursor.skipMarks(':=')
    return cursor.takeQuote() ?? takeAnyWord(cursor)
  })
}

/** What "it" is. */
export function spokenOf({ file, folder, last, several }: Referents): Target {
  const target = { isMany: false, isSure: true, isEmpty: false }
  // of several files put into a folder none is "it"
  if (last === 'folder' || (file === undefined && several !== undefined && folder !== undefined))
    return { ...target, kind: 'folder', path: folder }
  return { ...target, kind: last ?? 'any', path: file }
}

/** "the original", "the copy", after a step that copied one file. */
function takeCopied(cursor: Cursor, { copied = [] }: Referents): Target | undefined {
  const [only, ...others] = copied
  if (only === undefined || others.length > 0) return undefined
  if (cursor.accept(ORIGINAL) !== undefined) return spokenOf({ file: only.original, last: 'file' })
  return cursor.accept(COPY_OF_IT) === undefined ? undefined : spokenOf({ file: only.copy, last: 'file' })
}

function takePronoun(cursor: Cursor, referents: Referents): Target | undefined {
  const pronoun = cursor.accept(PRONOUNS)
  if (pronoun === undefined) return undefined
  // "this" and "that" may also determine what follows
  const mayDetermine = pronoun === 'this' || pronoun === 'that'
  if (mayDetermine && !cursor.isDone() && !endsName(cursor)) return undefined
  return { ...spokenOf(referents), isMany: pronoun === 'them' }
}

/** "the new file called x", "folder x", "files". */
function takeNoun(cursor: Cursor, referents: Referents): Target | undefined {
  const determiner = cursor.accept(DETERMINERS)
  const isEmpty = cursor.acceptAll(ADJECTIVES).some((adjective) => adjective === 'empty' || adjective === 'blank')
  const kind = takeKind(cursor)
  if (kind === undefined) return undefined
  const target = { kind: kind.kind, isMany: kind.isMany, isSure: true, isEmpty }
  cursor.skipMarks(':')
  const name = takeNaming(cursor) ?? cursor.takeQuote()
  if (name !== undefined) return { ...target, path: name }
  const word = takeWord(cursor) ?? (kind.isMany ? undefined : takeLastWord(cursor, [NAMES_BY_PLACE, NAMES_BY_NOUN]))
  if (word !== undefined) return { ...target, path: word, isMany: kind.isMany || isPattern(word) }
  // "called" and then no name
  cursor.accept(CALLED)
  const isSpokenOf = determiner !== undefined && DEFINITE.has(determiner) && !kind.isMany
  return { ...target, path: isSpokenOf ? referents[kind.kind] : undefined }
}

/** "notes.txt", "the notes.txt file", "'a b.txt'". */
function takeName(cursor: Cursor): Target | undefined {
  const first = cursor.peek()
  const determiner = cursor.accept(DETERMINERS)
  const adjectives = cursor.acceptAll(NEW)
  // "a" is a name where nothing follows that it could determine
  const isBareA = first?.text === 'a' && adjectives.length === 0
  if (isBareA && (cursor.isDone() || endsName(cursor))) return named('a', false, cursor)
  const quoted = cursor.takeQuote()
  const name = quoted ?? takeWord(cursor) ?? takePlacedWord(cursor)
  if (name === undefined) return undefined
  const target = named(name, quoted !== undefined, cursor)
  const isBare = determiner === undefined && adjectives.length === 0
  if (!isBare && !target.isSure) return undefined
  return { ...target, isEmpty: adjectives.includes('empty') || adjectives.includes('blank') }
}

function named(path: string, isQuoted: boolean, cursor: Cursor): Target {
  const noun = cursor.attempt(() => takeKind(cursor))
  const kind = noun?.kind ?? (path.endsWith('/') ? 'folder' : 'any')
  const isSure = isQuoted || noun !== undefined || looksLikePath(path)
  return { kind, path, isMany: noun?.isMany === true || (!isQuoted && isPattern(path)), isSure, isEmpty: false }
}

interface Kind {
  readonly kind: 'file' | 'folder'
  readonly isMany: boolean
}

function takeKind(cursor: Cursor): Kind | undefined {
  if (cursor.accept(FILE) !== undefined) return { kind: 'file', isMany: false }
  if (cursor.accept(FOLDER) !== undefined) return { kind: 'folder', isMany: false }
  if (cursor.accept(FILES) !== undefined) return { kind: 'file', isMany: true }
  if (cursor.accept(FOLDERS) !== undefined) return { kind: 'folder', isMany: true }
  return undefined
}

/** A word that may be a name where one is looked for. */
function takeWord(cursor: Cursor): string | undefined {
  return NOT_NAMES.has(cursor.peek()?.lower ?? '') ? undefined : takeAnyWord(cursor)
}

/** A word that is no name else, where it is the last one of `sets`. */
function takeLastWord(cursor: Cursor, sets: readonly ReadonlySet<string>[]): string | undefined {
  return cursor.attempt(() => {
    const word = cursor.peek()?.lower ?? ''
    if (cursor.isDone() || !sets.some((set) => set.has(word))) return undefined
    const name = takeAnyWord(cursor)
    const next = cursor.peek()
    const isEnd = cursor.isDone() || (next !== undefined && isJoint(next)) || cursor.sees(INSIDE_FOLDER)
    return isEnd ? name : undefined
  })
}

/** As {@link takeLastWord}, right after what can only be followed by a name: "to out". */
function takePlacedWord(cursor: Cursor): string | undefined {
  const before = cursor.tokens[cursor.index - 1]?.lower ?? ''
  if (SHELL_ONLY.startingWith(before).length > 0) return takeLastWord(cursor, [NAMES_BY_PLACE, NAMES_BY_NOUN])
  const isPlace = [INTO, IN].some((words) => words.startingWith(before).length > 0)
  return isPlace ? takeLastWord(cursor, [NAMES_BY_PLACE]) : undefined
}

/** A name as the shell's commands take it, which is no option. */
export function takeOperand(cursor: Cursor): string | undefined {
  if (cursor.peek()?.text.startsWith('-') === true) return undefined
  return cursor.takeQuote() ?? takeWord(cursor) ?? takeLastWord(cursor, [NAMES_BY_PLACE, NAMES_BY_NOUN])
}

function takeAnyWord(cursor: Cursor): string | undefined {
  const token = cursor.peek()
  if (token?.kind !== 'word' || NEVER_NAMES.has(token.lower) || holdsQuote(token)) return undefined
  cursor.index++
  return token.text
}

/** Whether what comes next is no name and nothing that "a", "this" or "that" could determine. */
function endsName(cursor: Cursor): boolean {
  const token = cursor.peek()
  if (token === undefined || token.kind === 'mark' || token.kind === 'rest') return true
  if (token.kind !== 'word') return false
  return NOT_NAMES.has(token.lower) && cursor.lookAhead(() => takeKind(cursor)) === undefined
}

/** The name that follows "as". */
export function takeAs(cursor: Cursor): string | undefined {
  return cursor.attempt(() => (cursor.accept(AS) === undefined ? undefined : takeTarget(cursor, {})?.path))
}
