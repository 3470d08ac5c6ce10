import { printable } from '../../base/printable.ts'
import { takeContentOf } from '../content-of.ts'
import { givenBy, takeQuoted, takeRest } from '../contents.ts'
import type { Cursor } from '../cursor.ts'
import { describes } from '../describing.ts'
import { looksLikeFile, namesFile } from '../paths.ts'
import { takePlacedTarget } from '../places.ts'
import { takePlain } from '../plain-contents.ts'
import { sentence } from '../quote.ts'
import { type Act, type Ask, ask, type Choice, type Reading, type Referents, type Rule, wanted } from '../reading.ts'
import { takeResult } from '../results.ts'
import { takeTarget } from '../targets.ts'
import { type Content, type NoContent, takeUnquoted } from '../unquoted.ts'
import { BY, CONTENT } from '../words/contents.ts'
import { DETERMINERS } from '../words/things.ts'
import { REPLACE_CONTENT } from '../words/verbs.ts'
import { writeOrAsk } from '../writing.ts'

/** "set the content of a.txt to 'x'", "replace the text in a.txt with 'x'", "replace a.txt with x" */
export const readReplaceContent: Rule = (cursor, referents) => {
  const verb = cursor.accept(REPLACE_CONTENT)
  if (verb === undefined) return undefined
  return (
    cursor.attempt(() => readOfContent(cursor, referents)) ?? cursor.attempt(() => readOfFile(cursor, referents, verb))
  )
}

/** "the content of a.txt to 'x'" */
function readOfContent(cursor: Cursor, referents: Referents): Reading | undefined {
  const target = takeContentOf(cursor, referents)
  if (target?.path === undefined || target.isMany || target.kind === 'folder') return undefined
  const by = cursor.accept(BY)
  cursor.skipMarks(':=')
  return writeOrAsk(cursor, target.path, takeGiven(cursor, referents) ?? takeSaid(cursor, referents, by))
}

/** "a.txt with x" */
function readOfFile(cursor: Cursor, referents: Referents, verb: string): Reading | undefined {
  const path = takeWholeFile(cursor, referents)
  if (path === undefined || cursor.accept(BY) === undefined) return undefined
  cursor.skipMarks(':=')
  const other = otherFile(cursor, verb)
  if (other !== undefined) return OVER.has(verb) ? askWhetherText(path, other) : undefined
  // which goes on as other verbs of writing do
  if (verb === 'overwrite') return undefined
  const content = takeGiven(cursor, referents) ?? takePlain(cursor, referents, true)
  const reading = writeOrAsk(cursor, path, content)
  // "update a.txt with x" may leave the rest as it is, "change a.txt to lowercase" the words
  const isBare = typeof content !== 'string' && content.isBare === true
  const isUnsure = verb === 'update' || (isBare && !OVER.has(verb))
  return isUnsure && reading?._tag === 'Act' ? askWhetherAll(path, reading) : reading
}

/** A file without a word for its content, which only a name that can be nothing else says. */
function takeWholeFile(cursor: Cursor, referents: Referents): string | undefined {
  const { path, isSure, isMany, kind } = takePlacedTarget(cursor, referents) ?? {}
  if (path === undefined || isSure !== true || isMany === true) return undefined
  return kind === 'file' || (kind === 'any' && looksLikeFile(path)) ? path : undefined
}

/** What has quotes, or was given by a step before. */
function takeGiven(cursor: Cursor, referents: Referents): Content | NoContent | undefined {
  const called = cursor.attempt(() => {
    cursor.acceptAll(DETERMINERS)
    cursor.accept(CONTENT)
    cursor.skipMarks(':\n')
    return takeQuoted(cursor, referents)
  })
  const given = called ?? takeRest(cursor)
  if (given !== undefined) return given
  if (cursor.isDone()) return 'missing'
  const result = takeResult(cursor, referents)
  return result === undefined ? undefined : givenBy(result)
}

/** What has no quotes, up to the end. */
function takeSaid(cursor: Cursor, referents: Referents, by: string | undefined): Content | NoContent {
  // "to be or not": "be" may be part of it
  return by === 'to be' || describes(cursor, false) ? 'unclear' : takeUnquoted(cursor, referents)
}

const MAX_SHOWN = 200

/** Verbs after which a file may be replaced by another one; "change a.txt to b.txt" may be a new name. */
const OVER: ReadonlySet<string> = new Set(['replace', 'overwrite'])

/** The name of another file, where a content could be: "replace a.txt with b.txt". */
function otherFile(cursor: Cursor, verb: string): string | undefined {
  const next = cursor.peek()
  // in quotes it is the text, but after "change" a new name
  const mayBeName = next?.kind === 'word' || (next?.kind === 'quote' && verb === 'change')
  const isName = next !== undefined && mayBeName && namesFile(next.text)
  return isName && cursor.lookAhead(() => takeTarget(cursor, {}) !== undefined && cursor.isDone())
    ? next.text
    : undefined
}

function askWhetherText(path: string, other: string): Ask {
  const [copying, writing] = [sentence`copy ${other} to ${path}`, sentence`overwrite ${path} with content ${other}`]
  const shown = printable(other, MAX_SHOWN)
  const question = `Do you mean what the file "${shown}" holds, or the text "${shown}"?`
  if (copying === undefined || writing === undefined) return ask(question)
  const choices: readonly Choice[] = [
    {
      words: copying,
      called: ['what it holds', 'what the file holds', 'the file', 'file', 'its contents', 'the contents'],
    },
    { words: writing, called: ['the text', 'text'] },
  ]
  return ask(question, { before: '', after: '', as: 'words', choices })
}

/** A "yes" replaces all that the file holds. */
function askWhetherAll(path: string, { args: [, content] }: Act): Ask {
  const isText = typeof content === 'string'
  const said = isText ? `by "${printable(content, MAX_SHOWN)}"` : 'by that'
  return ask(
    `I can only replace all that ${printable(path, MAX_SHOWN)} holds. Shall I do that, ${said}?`,
    isText ? wanted('yes', sentence`overwrite ${path} with ${content}`) : undefined,
  )
}
