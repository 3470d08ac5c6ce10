import { printable } from '../base/printable.ts'
import { takeContentOf } from './content-of.ts'
import type { Cursor } from './cursor.ts'
import type { Acts } from './lists.ts'
import { inQuotes } from './quote.ts'
import { type Ask, ask, type Choice, type Copied, type Referents, wanted } from './reading.ts'
import { takeTarget } from './targets.ts'
import { THEM } from './words/lists.ts'

const MAX_NAME_LENGTH = 200

/**
 * What to ask where a clause changes "it" after a file was copied: it may be the original or the copy, and the wrong one would be
 * lost. `read` gives what the clause means with other referents.
 */
export function askWhichCopy(
  clause: Cursor,
  referents: Referents,
  reading: Acts | Ask,
  read: (referents: Referents) => Acts | Ask | undefined,
): Ask | undefined {
  const { copied } = referents
  if (copied === undefined || !speaksOfCopies(referents, copied)) return undefined
  const originals = withOriginals(referents, copied)
  const other = read(originals)
  if (other === undefined || lossesOf(other) === lossesOf(reading)) return undefined
  return copied.length === 1 ? askWhichOne(clause, referents, originals, copied) : askWhichOnes(clause)
}

/** Whether "it" or "them" still is what was copied. */
function speaksOfCopies({ file, several = [] }: Referents, copied: readonly Copied[]): boolean {
  return copied.length === 1 ? file === copied[0]?.copy : copied.every(({ copy }, index) => copy === several[index])
}

function withOriginals(referents: Referents, copied: readonly Copied[]): Referents {
  const originals = copied.map(({ original }) => original)
  return copied.length === 1 ? { ...referents, file: originals[0] } : { ...referents, several: originals }
}

/** What is no more as it was after a clause, or may be after the answer to what it leaves open. */
function lossesOf(reading: Acts | Ask): string {
  if (reading._tag === 'Ask') return JSON.stringify([reading.wants?.before, reading.wants?.after])
  return JSON.stringify(
    reading.acts.map(({ tool, args }) => {
      if (tool === 'move_file') return [tool, ...args]
      if (tool === 'copy_file') return [tool, args[1]]
      return tool === 'write_file' || tool === 'delete_file' ? [tool, args[0]] : []
    }),
  )
}

function askWhichOne(
  clause: Cursor,
  referents: Referents,
  originals: Referents,
  copied: readonly Copied[],
): Ask | undefined {
  const choices = copied.flatMap(({ original, copy }) => [
    choiceOf(original, ['the original', 'original', 'the old one']),
    choiceOf(copy, ['the copy', 'copy', 'the new one']),
  ])
  const names = copied.flatMap(({ original, copy }) => [original, copy]).map((name) => printable(name, MAX_NAME_LENGTH))
  const wants = gapInstead(clause, (cursor) => {
    const target = takeTwice(cursor, takeTarget, referents, originals)
    if (target) return ''
    return takeTwice(cursor, takeContentOf, referents, originals) ? 'the contents of ' : undefined
  })
  return ask(
    `Do you mean the original, "${names[0]}", or the copy, "${names[1]}"?`,
    wants === undefined ? undefined : { ...wants, choices },
  )
}

function askWhichOnes(clause: Cursor): Ask {
  const wants = gapInstead(clause, (cursor) => (cursor.accept(THEM) === undefined ? undefined : ''))
  const choices: readonly Choice[] = [
    { words: 'the originals', called: ['the originals', 'originals', 'the old ones', 'the original files'] },
    { words: 'the copies', called: ['the copies', 'copies', 'the new ones', 'the new files'] },
  ]
  return ask('Do you mean the originals or the copies?', wants === undefined ? undefined : { ...wants, choices })
}

function choiceOf(name: string, called: readonly string[]): Choice {
  return { words: inQuotes(name) ?? name, called: [name, ...called] }
}

/** Whether `take` gives another file with the one referents than with the other; the cursor is behind it then. */
function takeTwice(cursor: Cursor, take: typeof takeTarget, one: Referents, other: Referents): boolean {
  const before = cursor.lookAhead(() => take(cursor, other))
  const target = cursor.attempt(() => {
    const found = take(cursor, one)
    return found?.path === before?.path ? undefined : found
  })
  return target !== undefined
}

/** The clause with a gap in the place of what `take` passes, after the words that it gives. */
function gapInstead(clause: Cursor, take: (cursor: Cursor) => string | undefined): ReturnType<typeof wanted> {
  const { text, tokens } = clause
  const start = clause.peek()?.start ?? 0
  return clause.lookAhead(() => {
    for (let index = clause.index; index < tokens.length; index++) {
      clause.index = index
      const words = take(clause)
      if (words === undefined) continue
      const after = text.slice(tokens[clause.index - 1]?.end, tokens.findLast(({ kind }) => kind !== 'mark')?.end)
      return wanted('words', `${text.slice(start, tokens[index]?.start)}${words}`, after)
    }
    return undefined
  })
}
