import * as t from 'io-ts'
import { printable } from '../base/printable.ts'
import { baseName, looksLikeFile, ROOT } from './paths.ts'

/** How many names or lines one answer lists. */
const MAX_LISTED = 200
const MAX_PATH_LENGTH = 1_024
const MAX_LINE_LENGTH = 400

/** The shape of one tool's result, and the sentence for it. */
interface Teller {
  readonly tool: string
  /** The sentence, or undefined where `result` is not of the shape. */
  readonly tell: (result: unknown) => string | undefined
}

/** What a file tool did, in words; undefined if `result` is none of theirs. Without `tool` the shape alone decides. */
export function describeFileResult(result: unknown, tool?: string): string | undefined {
  for (const { tool: of, tell } of TELLERS) {
    const told = tool === undefined || tool === of ? tell(result) : undefined
    if (told !== undefined) return told
  }
  return undefined
}

function teller<Result>(tool: string, shape: t.Type<Result>, tell: (result: Result) => string): Teller {
  return { tool, tell: (result) => (shape.is(result) ? tell(result) : undefined) }
}

const truncated = t.partial({ truncated: t.boolean })
/** Something that was there before is lost. */
const replacing = t.partial({ replaced: t.boolean })
const Entry = t.intersection([t.type({ name: t.string, type: t.string }), t.partial({ bytes: t.number })])
const Match = t.intersection([t.type({ path: t.string }), t.partial({ line: t.number, text: t.string })])

/** Of two shapes that one result may have, the one that asks for more stands first. */
const TELLERS: readonly Teller[] = [
  teller(
    'write_file',
    t.intersection([t.type({ path: t.string, bytesWritten: t.number }), replacing]),
    ({ path, bytesWritten, replaced }) => {
      if (replaced === true && bytesWritten === 0) return `Emptied ${shown(path)}.`
      return `${replaced === true ? 'Replaced' : 'Wrote'} ${shown(path)} (${bytesOf(bytesWritten)}).`
    },
  ),
  teller(
    'read_file',
    t.intersection([t.type({ path: t.string, content: t.string, encoding: t.string, bytes: t.number }), truncated]),
    tellContent,
  ),
  teller(
    'list_files',
    t.intersection([
      t.type({ directory: t.string, files: t.array(t.type({ path: t.string, bytes: t.number })) }),
      truncated,
    ]),
    ({ directory, files, truncated: isCut }) => {
      if (files.length === 0) return `No files were found in ${place(directory)}.`
      const lines = files.map(({ path, bytes }) => `${shown(path)} (${bytesOf(bytes)})`)
      return list(`${count(files.length, 'file', isCut)} in ${place(directory)}:`, lines, isCut)
    },
  ),
  teller(
    'list_directory',
    t.intersection([t.type({ directory: t.string, entries: t.array(Entry) }), truncated]),
    ({ directory, entries, truncated: isCut }) => {
      if (entries.length === 0) return `There is nothing in ${place(directory)}.`
      return list(`${count(entries.length, 'entry', isCut)} in ${place(directory)}:`, entries.map(tellEntry), isCut)
    },
  ),
  teller('create_directory', t.type({ path: t.string, created: t.boolean }), ({ path, created }) => {
    return created ? `Created the folder ${shown(path)}.` : `The folder ${shown(path)} is there already.`
  }),
  teller('delete_file', t.type({ path: t.string, deleted: t.boolean }), ({ path, deleted }) => {
    return deleted ? `Deleted ${shown(path)}.` : `${shown(path)} was not deleted.`
  }),
  teller(
    'copy_file',
    t.intersection([t.type({ source: t.string, destination: t.string, bytes: t.number }), replacing]),
    ({ source, destination, bytes, replaced }) =>
      `Copied ${shown(source)} to ${shown(destination)} (${bytesOf(bytes)})${inPlace(destination, replaced)}${asFile(source, destination)}.`,
  ),
  teller(
    'move_file',
    t.intersection([t.type({ source: t.string, destination: t.string }), replacing]),
    ({ source, destination, replaced }) =>
      `Moved ${shown(source)} to ${shown(destination)}${inPlace(destination, replaced)}${asFile(source, destination)}.`,
  ),
  teller(
    'search_files',
    t.intersection([t.type({ matches: t.array(Match) }), truncated]),
    ({ matches, truncated: isCut }) => {
      if (matches.length === 0) return 'Nothing was found.'
      return list(`${count(matches.length, 'match', isCut)}:`, matches.map(tellMatch), isCut)
    },
  ),
]

function inPlace(destination: string, replaced: boolean | undefined): string {
  return replaced === true ? `, in place of the ${shown(baseName(destination))} that was there` : ''
}

/** Whoever thought of a folder hears that there was none. */
function asFile(source: string, destination: string): string {
  return looksLikeFile(source) && !looksLikeFile(destination) ? ', a file of that name' : ''
}

interface FileContent {
  readonly path: string
  readonly content: string
  readonly encoding: string
  readonly bytes: number
  readonly truncated?: boolean
}

function tellContent({ path, content, encoding, bytes, truncated: isCut }: FileContent): string {
  if (content === '' && bytes === 0) return `${shown(path)} is empty.`
  const notes = [
    ...(isCut === true ? [`the beginning of ${bytesOf(bytes)}`] : []),
    ...(encoding === 'base64' ? ['as base64'] : []),
  ]
  return `${shown(path)}${notes.length === 0 ? '' : ` (${notes.join(', ')})`}:\n${content}`
}

function tellEntry({ name, type, bytes }: t.TypeOf<typeof Entry>): string {
  if (type === 'directory') return `${shown(name)}/`
  const notes = [...(type === 'file' ? [] : [printable(type)]), ...(bytes === undefined ? [] : [bytesOf(bytes)])]
  return notes.length === 0 ? shown(name) : `${shown(name)} (${notes.join(', ')})`
}

function tellMatch({ path, line, text }: t.TypeOf<typeof Match>): string {
  const at = line === undefined ? shown(path) : `${shown(path)}:${line}`
  return text === undefined ? at : `${at}: ${printable(text, MAX_LINE_LENGTH)}`
}

/** `title` and a line for each of `lines`, of very many the first. Of a list that was cut nobody knows how many more there are. */
function list(title: string, lines: readonly string[], isCut = false): string {
  const more = isCut ? 'and more' : `and ${lines.length - MAX_LISTED} more`
  const rest = lines.length > MAX_LISTED ? [more] : []
  return [title, ...[...lines.slice(0, MAX_LISTED), ...rest].map((line) => `- ${line}`)].join('\n')
}

const PLURALS: Readonly<Record<string, string>> = { file: 'files', entry: 'entries', match: 'matches' }

/** "2 files"; of a list that was cut "The first 2 files". */
function count(number: number, noun: string, isCut: boolean | undefined): string {
  const counted = `${number} ${number === 1 ? noun : PLURALS[noun]}`
  return isCut === true ? `The first ${counted}` : counted
}

function bytesOf(number: number): string {
  return number === 1 ? '1 byte' : `${number} bytes`
}

function place(directory: string): string {
  return directory === ROOT ? 'the workspace' : shown(directory)
}

function shown(path: string): string {
  return printable(path, MAX_PATH_LENGTH)
}
