import type { PrintableArgument } from '../dsl/print-call.ts'
import type { KnownTool } from './abilities.ts'
import type { Cursor } from './cursor.ts'

/** A file that a step made, and the one that it is a copy of. */
export interface Copied {
  readonly original: string
  readonly copy: string
}

/** Where a file went that may be a folder: "docs". Only with what is asked then can "it" be told. */
export interface UnsureGoal {
  /** What the file is called if it is no folder. */
  readonly name: string
  /** What the file is called if it is a folder. */
  readonly inside: string
  readonly clause: Cursor
  readonly ask: Ask
}

/** What "it", "that file" and "there" may mean: what earlier steps of the same message spoke of. */
export interface Referents {
  readonly file?: string | undefined
  readonly folder?: string | undefined
  /** Those that the steps before made, or put something into. */
  readonly folders?: readonly string[] | undefined
  /** Which of the two "it" is. */
  readonly last?: 'file' | 'folder'
  /** Those that one step of several was about: "them". */
  readonly several?: readonly string[] | undefined
  /** Where what was spoken of last was copied: "the original", "the copy". "It" may be either. */
  readonly copied?: readonly Copied[] | undefined
  /** Where "it" was brought to what may be a folder. */
  readonly goal?: UnsureGoal | undefined
  /** The file that the step before made empty, whose content may be told now. */
  readonly started?: string | undefined
  /** The file that the step before deleted, which may be made again. */
  readonly deleted?: string | undefined
  /** The last step that gave something: "the result". */
  readonly given?: Act | undefined
  /** It was the last step of all: "it". */
  readonly isGivenLast?: boolean | undefined
}

/** An argument that holds what an earlier step gives, or a part of that. */
export interface Filled {
  readonly _tag: 'Filled'
  readonly act: Act
  /** From the result to the part, as a reference has it: `.body`. Empty for all of it. */
  readonly path: string
  readonly before: string
  readonly after: string
}

/** One step that was understood. */
export interface Act {
  readonly _tag: 'Act'
  readonly tool: KnownTool
  readonly args: readonly (PrintableArgument | Filled)[]
  /** Steps that are to be done before it, which the same clause asks for. */
  readonly first?: readonly Act[]
  /** What the step spoke of, for the steps after it. */
  readonly refersTo: Referents
  /** Its content has no quotes and so goes on to the end: what else the message says may be part of it. */
  readonly isOpen?: boolean
}

/** A clause, and the steps that it means. */
export interface Planned {
  readonly clause: Cursor
  readonly steps: readonly Act[]
}

/** A step that was understood in part: what to ask. */
export interface Ask {
  readonly _tag: 'Ask'
  readonly question: string
  /** How an answer completes the clause; absent where only a new message helps. */
  readonly wants?: Wanted | undefined
}

/** One of several answers: what it puts into the gap, and all that it may be called. */
export interface Choice {
  readonly words: string
  readonly called: readonly string[]
}

/** A clause with a gap, which an answer fills. */
export interface Wanted {
  /** The answers that were offered, where these are all that is likely. */
  readonly choices?: readonly Choice[]
  /** What the clause says before the gap. */
  readonly before: string
  readonly after: string
  /** What stood there goes on to the end of the message, whatever clauses that seemed to have. */
  readonly isToEnd?: boolean
  /**
   * How the answer goes there: as the `words` it is, in quotes as a `text` or, without what is said around it, as a `name`; of `yes`
   * nothing does, it agrees to the clause. A `term` is words that may be any, "hello" too; a `content` what a file shall
   * hold, with a word that announces it; a `quote` is that, but only in quotes.
   */
  readonly as: 'words' | 'name' | 'term' | 'text' | 'content' | 'quote' | 'yes'
}

/** A step that was understood, and that there is nothing to do for: what it wants to see is shown. */
export interface Shown {
  readonly _tag: 'Shown'
}

export type Reading = Act | Ask | Shown

/** Reads one clause whole; undefined where it is not of its kind. Wherever it leaves the cursor, nobody goes on from there. */
export type Rule = (cursor: Cursor, referents: Referents) => Reading | undefined

export function ask(question: string, wants?: Wanted): Ask {
  return { _tag: 'Ask', question, wants }
}

/** A clause with a gap; none where a part of it is undefined, since it cannot be said. */
export function wanted(
  as: Wanted['as'],
  before: string | undefined,
  after: string | undefined = '',
): Wanted | undefined {
  return before === undefined || after === undefined ? undefined : { before, after, as }
}

/** A step that is about no file. */
export function actOf(tool: KnownTool, args: Act['args']): Act {
  return { _tag: 'Act', tool, args, refersTo: {} }
}

/** A step that is about a file. */
export function actOnFile(tool: KnownTool, args: Act['args'], file: string): Act {
  return { _tag: 'Act', tool, args, refersTo: { file, last: 'file' } }
}

/** The step that copies a file. It is about the copy, as far as nothing depends on that. */
export function actOnCopy(original: string, copy: string): Act {
  const refersTo: Referents = { file: copy, last: 'file', copied: [{ original, copy }] }
  return { _tag: 'Act', tool: 'copy_file', args: [original, copy], refersTo }
}

/** A step that is about a folder. */
export function actOnFolder(tool: KnownTool, args: Act['args'], folder: string): Act {
  return { _tag: 'Act', tool, args, refersTo: { folder, last: 'folder' } }
}
