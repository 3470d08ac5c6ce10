import { Cursor } from './cursor.ts'
import { askAboutBareNames, isBare } from './bare-names.ts'
import { looksLikePath } from './paths.ts'
import { type Act, type Ask, ask, type Reading, type Referents, type Wanted, wanted } from './reading.ts'
import { takeOperand, takeTarget } from './targets.ts'
import type { Token } from './tokens.ts'
import { CONTENT, WHOLE } from './words/contents.ts'
import { LISTENERS } from './words/courtesies.ts'
import { COPIES, ORIGINALS } from './words/copies.ts'
import { BOTH, COUNTS, SEPARATORS, THEM } from './words/lists.ts'
import { ADJECTIVES, CALLED, DETERMINERS, FILES, FOLDERS, IN, INTO } from './words/things.ts'
import { COPY, OBJECT_VERBS, SHELL, SHELL_ONLY, SHELL_TRANSFER, WRITE } from './words/verbs.ts'

/** The steps of one clause, and what they spoke of. */
export interface Acts {
  readonly _tag: 'Acts'
  readonly acts: readonly Act[]
  readonly refersTo: Referents
}

const MAX_THINGS = 50
/** Of all arguments together: a content is given to each file, so a short message could say very much. */
const MAX_CHARACTERS = 1_048_576
const TRANSFERS: ReadonlySet<string> = new Set(['copy_file', 'move_file'])

/**
 * Reads a clause about several things, "copy a.txt and b.txt to docs", as if it were said of each: `read` is given a clause for
 * every one. Undefined if there are no several, or if one of these clauses has no meaning.
 */
export function readEach(
  clause: Cursor,
  referents: Referents,
  read: (clause: Cursor) => Reading | undefined,
): Acts | Ask | undefined {
  // "mkdir a b": as the shell has it, "a" is a name
  const isShell = clause.sees(SHELL)
  for (const take of isShell ? [takeOperands, takeNamed] : [takeNamed, takeGoals]) {
    const list = clause.lookAhead(() => take(clause, referents))
    if (list === undefined || list.things.length < 2) continue
    if (list.things.length > MAX_THINGS) return ask(TOO_MUCH)
    const reading = readAll(clausesOf(clause, list), read)
    if (reading?._tag === 'Acts') return askAboutBareNames(clause, list, reading.acts) ?? reading
    if (reading !== undefined) return ask(reading.question, reading.wants && wantedOfAll(clause, list, reading.wants))
  }
  return undefined
}

function readAll(clauses: readonly Cursor[], read: (clause: Cursor) => Reading | undefined): Acts | Ask | undefined {
  const acts: Act[] = []
  let question: Ask | undefined
  let characters = 0
  for (const clause of clauses) {
    const reading = read(clause)
    if (reading === undefined || reading._tag === 'Shown') return undefined
    if (reading._tag === 'Ask') {
      question ??= reading
    } else {
      acts.push(reading)
      for (const arg of reading.args) characters += typeof arg === 'string' ? arg.length : 0
      // at once, since each takes as long to read
      if (characters > MAX_CHARACTERS) return ask(TOO_MUCH)
    }
  }
  return question ?? together(acts)
}

/** Where the answer is the same for all, the list with a gap behind it: "move a.txt and b.txt into …". It completes no other. */
function wantedOfAll(
  { text, tokens, index }: Cursor,
  { end }: List,
  { as, before, after }: Wanted,
): Wanted | undefined {
  const gap = / (?:to|into|with) $/.exec(before)?.[0]
  const said = text.slice(tokens[index]?.start, tokens[end - 1]?.end)
  return gap === undefined || after !== '' ? undefined : wanted(as, `${said}${gap}`)
}

const TOO_MUCH = 'That is too much at once. Please say it in several messages.'

function together(acts: readonly Act[]): Acts | Ask {
  const goals = acts.filter(({ tool }) => TRANSFERS.has(tool)).map(({ args }) => args[1])
  if (new Set(goals).size < goals.length) {
    return ask('Several files cannot become one. For example: move a.txt and b.txt into the folder docs')
  }
  const last = acts.at(-1)?.refersTo.last ?? 'file'
  const several = acts.flatMap(({ refersTo }) => refersTo[last] ?? [])
  const copied = acts.flatMap(({ refersTo }) => refersTo.copied ?? [])
  // "it" could be any of them
  return {
    _tag: 'Acts',
    acts,
    refersTo: { [last]: undefined, last, several, ...(copied.length === 0 ? {} : { copied }) },
  }
}

/** Things named together, with what is said of each before and after it. */
interface List {
  /** A noun before them, or the way of the shell, says that they are names. */
  readonly areAnnounced: boolean
  readonly before: readonly Token[]
  readonly things: readonly (readonly Token[])[]
  /** Where what comes after them begins. */
  readonly end: number
}

function clausesOf({ text, tokens, manner }: Cursor, { before, things, end }: List): readonly Cursor[] {
  const after = tokens.slice(end)
  return things.map((thing) => new Cursor(text, [...before, ...thing, ...after], { ...manner, isOneOfMany: true }))
}

/** "delete a.txt, b.txt and c.txt", "create two folders called a and b", "read them" */
function takeNamed(cursor: Cursor, referents: Referents): List | undefined {
  const start = cursor.index
  if (!OBJECT_VERBS.some((verbs) => cursor.accept(verbs) !== undefined)) return undefined
  cursor.acceptAll(LISTENERS)
  cursor.attempt(() => takeContentsOf(cursor))
  const before = cursor.tokens.slice(start, cursor.index)
  const them = takeThem(cursor, referents)
  if (them !== undefined) return { areAnnounced: true, before, things: them, end: cursor.index }
  cursor.accept(BOTH)
  const noun = cursor.attempt(() => takeNoun(cursor))
  const named = takeThings(cursor, true, () => {
    // "the folders one, two and three"
    if (noun !== undefined && takeOne(cursor)) return true
    const target = takeTarget(cursor, {})
    return target?.path !== undefined && !target.isMany
  })
  const things = named.map((thing) => (isOne(thing) ? thing.map(inQuotes) : thing))
  const isCounted = noun?.count === undefined || noun.count === things.length
  if (!isCounted) return undefined
  const areAnnounced = noun !== undefined
  return { areAnnounced, before: [...before, ...(noun?.tokens ?? [])], things, end: cursor.index }
}

/** "copy a.txt to b.txt and c.txt", "write 'x' to a.txt and b.txt": one thing that goes to several places. */
function takeGoals(cursor: Cursor): List | undefined {
  const start = cursor.index
  const isCopying = cursor.accept(COPY) !== undefined
  const isWriting = !isCopying && cursor.accept(WRITE) !== undefined && cursor.peek()?.kind === 'quote'
  if (!isCopying && !isWriting) return undefined
  for (cursor.index++; cursor.peek() !== undefined; cursor.index++) {
    const list = cursor.attempt(() => takeGoalsHere(cursor, start))
    if (list !== undefined) return list
  }
  return undefined
}

function takeGoalsHere(cursor: Cursor, start: number): List | undefined {
  if (cursor.accept(INTO) === undefined) return undefined
  const before = cursor.tokens.slice(start, cursor.index)
  const things = takeThings(cursor, true, () => {
    const first = cursor.peek()
    // "to a.txt and 'y'" may begin another text
    if (first?.kind === 'quote' && !looksLikePath(first.text)) return false
    const target = takeTarget(cursor, {})
    return target?.path !== undefined && !target.isMany
  })
  return things.length > 1 && cursor.isDone() ? { areAnnounced: false, before, things, end: cursor.index } : undefined
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
function takeOperands(cursor: Cursor): List | undefined {
  const start = cursor.index
  const isShellOnly = cursor.sees(SHELL_ONLY)
  const verb = cursor.accept(SHELL)
  if (verb === undefined) return undefined
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

/** As many things as follow one another, each passed by `take`; the cursor stays behind the last. */
function takeThings(cursor: Cursor, needsSeparators: boolean, take: () => boolean): readonly (readonly Token[])[] {
  const things: (readonly Token[])[] = []
  let end = cursor.index
  while (things.length <= MAX_THINGS) {
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
