import type { Cursor } from './cursor.ts'
import { isBare } from './bare-names.ts'
import { looksLikePath, namesFile } from './paths.ts'
import type { Phrases } from './phrases.ts'
import { takeFolder } from './places.ts'
import type { Referents } from './reading.ts'
import { skipOptions } from './shell-options.ts'
import { takeOperand, takeTarget } from './targets.ts'
import type { Token } from './tokens.ts'
import { CONTENT, WHOLE } from './words/contents.ts'
import { LISTENERS } from './words/courtesies.ts'
import { COPIES, ORIGINALS } from './words/copies.ts'
import { RECURSIVELY } from './words/listings.ts'
import { BOTH, BOTH_OF_TWO, COUNTS, SEPARATORS, THEM } from './words/lists.ts'
import { ADJECTIVES, CALLED, DETERMINERS, FILES, FOLDERS, IN, INTO } from './words/things.ts'
import {
  ASKING,
  COPY,
  OBJECT_VERBS,
  PLACED_VERBS,
  SHELL,
  SHELL_ONLY,
  SHELL_TRANSFER,
  WHAT_IS_IN,
  WRITE,
} from './words/verbs.ts'

/** Of one clause. */
export const MAX_THINGS = 50

/** Things named together, with what is said of each before and after it. */
export interface List {
  /** A noun before them, or the way of the shell, says that they are names. */
  readonly areAnnounced: boolean
  readonly before: readonly Token[]
  readonly things: readonly (readonly Token[])[]
  /** Where what comes after them begins. */
  readonly end: number
}

/** "delete a.txt, b.txt and c.txt", "create two folders called a and b", "read them" */
export function takeNamed(cursor: Cursor, referents: Referents): List | undefined {
  const start = cursor.index
  // "show me what's in a.txt and b.txt"
  const isAsked = cursor.attempt(() => (cursor.accept(ASKING) === undefined ? undefined : cursor.accept(WHAT_IS_IN)))
  if (isAsked === undefined && !OBJECT_VERBS.some((verbs) => cursor.accept(verbs) !== undefined)) return undefined
  cursor.acceptAll(LISTENERS)
  cursor.attempt(() => takeContentsOf(cursor))
  const before = cursor.tokens.slice(start, cursor.index)
  const them = takeThem(cursor, referents)
  if (them !== undefined) return { areAnnounced: true, before, things: them, end: cursor.index }
  cursor.accept(BOTH)
  const noun = cursor.attempt(() => takeNoun(cursor))
  // "what is in a.txt and in b.txt"
  const again = IN.startingWith(before.at(-1)?.lower ?? '').length > 0 ? IN : undefined
  function takeThing(): boolean {
    // "the folders one, two and three"
    if (noun !== undefined && takeOne(cursor)) return true
    const target = takeTarget(cursor, {})
    return target?.path !== undefined && !target.isMany
  }
  const named = takeThings(cursor, true, takeThing, again)
  const things = named.map((thing) => (isOne(thing) ? thing.map(inQuotes) : thing))
  const isCounted = noun?.count === undefined || noun.count === things.length
  if (!isCounted) return undefined
  const areAnnounced = noun !== undefined
  return { areAnnounced, before: [...before, ...(noun?.tokens ?? [])], things, end: cursor.index }
}

/** "copy a.txt to b.txt and c.txt", "write 'x' to a.txt and b.txt": one thing that goes to several places. */
export function takeGoals(cursor: Cursor): List | undefined {
  const start = cursor.index
  const isCopying = cursor.accept(COPY) !== undefined
  if (!isCopying && cursor.accept(WRITE) === undefined) return undefined
  // what has no quotes may go on: "write bread to x.txt and butter"
  const areSure = !isCopying && cursor.peek()?.kind !== 'quote'
  for (cursor.index++; cursor.peek() !== undefined; cursor.index++) {
    const list = cursor.attempt(() => takeGoalsHere(cursor, start, areSure))
    if (list !== undefined) return list
  }
  return undefined
}

function takeGoalsHere(cursor: Cursor, start: number, areSure: boolean): List | undefined {
  if (cursor.accept(INTO) === undefined) return undefined
  const before = cursor.tokens.slice(start, cursor.index)
  const things = takeThings(
    cursor,
    true,
    () => {
      const first = cursor.peek()
      // "to a.txt and 'y'" may begin another text
      if (first?.kind === 'quote' && !looksLikePath(first.text)) return false
      const target = takeTarget(cursor, {})
      return target?.path !== undefined && !target.isMany && (!areSure || namesFile(target.path))
    },
    INTO,
  )
  return things.length > 1 && cursor.isDone() ? { areAnnounced: false, before, things, end: cursor.index } : undefined
}

/** "list the files in docs and src": one thing that is in several places. */
export function takePlaces(cursor: Cursor): List | undefined {
  const start = cursor.index
  if (!PLACED_VERBS.some((verbs) => cursor.sees(verbs))) return undefined
  for (cursor.index++; cursor.peek() !== undefined; cursor.index++) {
    const list = cursor.attempt(() => {
      if (cursor.accept(IN) === undefined) return undefined
      const before = cursor.tokens.slice(start, cursor.index)
      const things = takeThings(cursor, true, () => takeFolder(cursor, {}) !== undefined, IN)
      const isEnd = cursor.lookAhead(() => {
        cursor.accept(RECURSIVELY)
        return cursor.isDone()
      })
      return things.length > 1 && isEnd ? { areAnnounced: false, before, things, end: cursor.index } : undefined
    })
    if (list !== undefined) return list
  }
  return undefined
}

/** The word "one", where it determines nothing. */
function takeOne(cursor: Cursor): boolean {
  if (cursor.peek()?.lower !== 'one') return false
  const next = cursor.peek(1)
  const isName = next === undefined || next.kind === 'mark' || SEPARATORS.startingWith(next.lower).length > 0
  if (isName) cursor.index++
  return isName
}

function isOne(thing: readonly Token[]): boolean {
  return thing.length === 1 && thing[0]?.lower === 'one'
}

/** A word, as if it were in quotes. */
function inQuotes(token: Token): Token {
  return { ...token, kind: 'quote', lower: '' }
}

/** "rm a.txt b.txt", "mv a.txt b.txt docs": as the shell's commands have it, the last of which is where they go. */
export function takeOperands(cursor: Cursor): List | undefined {
  const start = cursor.index
  const isShellOnly = cursor.sees(SHELL_ONLY)
  const verb = cursor.accept(SHELL)
  if (verb === undefined) return undefined
  if (verb === 'rm') skipOptions(cursor)
  const before = cursor.tokens.slice(start, cursor.index)
  const things = takeThings(cursor, false, () => {
    const isQuoted = cursor.peek()?.kind === 'quote'
    const name = cursor.isDone() ? undefined : takeOperand(cursor)
    // "cat pictures", "touch wood"
    return name !== undefined && (isQuoted || isShellOnly || looksLikePath(name))
  })
  // "rm a b.txt"; but what follows a path, as in "rm a.txt carefully", may be said of it
  const areAnnounced = isShellOnly && things.findIndex(isBare) < things.findIndex((thing) => !isBare(thing))
  if (!SHELL_TRANSFER.has(verb)) return { areAnnounced, before, things, end: cursor.index }
  return cursor.isDone() ? { areAnnounced, before, things: things.slice(0, -1), end: cursor.index - 1 } : undefined
}

/** "the contents of" */
function takeContentsOf(cursor: Cursor): true | undefined {
  cursor.acceptAll(DETERMINERS)
  cursor.acceptAll(WHOLE)
  return cursor.accept(CONTENT) !== undefined && cursor.accept(IN) !== undefined ? true : undefined
}

/** "them", as the names of those that were spoken of. */
function takeThem(cursor: Cursor, referents: Referents): readonly (readonly Token[])[] | undefined {
  const token = cursor.peek()
  const names = takeSeveral(cursor, referents)
  if (token === undefined) return undefined
  return names?.map((text): readonly Token[] => [{ ...token, kind: 'quote', text, lower: '' }])
}

function takeSeveral(cursor: Cursor, { several, copied = [] }: Referents): readonly string[] | undefined {
  const [only] = copied
  if (several === undefined && only !== undefined && copied.length === 1 && cursor.accept(BOTH_OF_TWO) !== undefined)
    return [only.original, only.copy]
  if (copied.length > 1 && cursor.accept(ORIGINALS) !== undefined) return copied.map(({ original }) => original)
  if (copied.length > 1 && cursor.accept(COPIES) !== undefined) return copied.map(({ copy }) => copy)
  return several === undefined || cursor.accept(THEM) === undefined ? undefined : several
}

interface Noun {
  /** The phrase as it is said of one: "files called" is "file called". */
  readonly tokens: readonly Token[]
  readonly count: number | undefined
}

/** "the files", "three new folders called" */
function takeNoun(cursor: Cursor): Noun | undefined {
  cursor.acceptAll(DETERMINERS)
  const count = COUNTS.get(cursor.peek()?.lower ?? '')
  if (count !== undefined) cursor.index++
  cursor.acceptAll(ADJECTIVES)
  const token = cursor.peek()
  const noun = takePlural(cursor)
  if (token === undefined || noun === undefined) return undefined
  const start = cursor.index
  cursor.accept(CALLED)
  cursor.skipMarks(':,\n')
  const said = cursor.tokens.slice(start, cursor.index).filter(({ kind }) => kind === 'word')
  return { tokens: [{ ...token, text: noun, lower: noun }, ...said], count }
}

function takePlural(cursor: Cursor): string | undefined {
  if (cursor.accept(FILES) !== undefined) return 'file'
  return cursor.accept(FOLDERS) === undefined ? undefined : 'folder'
}

/**
 * As many things as follow one another, each passed by `take`; the cursor stays behind the last. Before all but the first one of `again` may
 * be said once more: "to a/ and to b/".
 */
function takeThings(
  cursor: Cursor,
  needsSeparators: boolean,
  take: () => boolean,
  again?: Phrases,
): readonly (readonly Token[])[] {
  const things: (readonly Token[])[] = []
  let end = cursor.index
  while (things.length <= MAX_THINGS) {
    if (again !== undefined && things.length > 0) cursor.accept(again)
    const start = cursor.index
    if (!take()) break
    end = cursor.index
    things.push(cursor.tokens.slice(start, end))
    if (!skipSeparators(cursor) && needsSeparators) break
  }
  cursor.index = end
  return things
}

function skipSeparators(cursor: Cursor): boolean {
  const start = cursor.index
  for (let before = -1; before !== cursor.index; ) {
    before = cursor.index
    cursor.skipMarks(',\n')
    cursor.accept(SEPARATORS)
  }
  return cursor.index > start
}
