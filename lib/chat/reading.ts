import type { PrintableArgument } from '../dsl/print-call.ts'
import type { FileTool } from './abilities.ts'
import type { Cursor } from './cursor.ts'

/** What "it", "that file" and "there" may mean: what earlier steps of the same message spoke of. */
export interface Referents {
  readonly file?: string | undefined
  readonly folder?: string | undefined
  /** Which of the two "it" is. */
  readonly last?: 'file' | 'folder'
  /** Those that one step of several was about: "them". */
  readonly several?: readonly string[] | undefined
  /** The file that the step before made empty, whose content may be told now. */
  readonly started?: string | undefined
}

/** One step that was understood. */
export interface Act {
  readonly _tag: 'Act'
  readonly tool: FileTool
  readonly args: readonly PrintableArgument[]
  /** What the step spoke of, for the steps after it. */
  readonly refersTo: Referents
  /** Its content has no quotes and so goes on to the end: what else the message says may be part of it. */
  readonly isOpen?: boolean
}

/** A step that was understood in part: what to ask. */
export interface Ask {
  readonly _tag: 'Ask'
  readonly question: string
}

export type Reading = Act | Ask

/** Reads one clause whole; undefined where it is not of its kind. Wherever it leaves the cursor, nobody goes on from there. */
export type Rule = (cursor: Cursor, referents: Referents) => Reading | undefined

export function ask(question: string): Ask {
  return { _tag: 'Ask', question }
}

/** A step that is about a file. */
export function actOnFile(tool: FileTool, args: readonly PrintableArgument[], file: string): Act {
  return { _tag: 'Act', tool, args, refersTo: { file, last: 'file' } }
}

/** A step that is about a folder. */
export function actOnFolder(tool: FileTool, args: readonly PrintableArgument[], folder: string): Act {
  return { _tag: 'Act', tool, args, refersTo: { folder, last: 'folder' } }
}
