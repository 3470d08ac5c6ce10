import type { Cursor } from './cursor.ts'
import { beginsTitle, describes, endsInManner, namesFiles } from './describing.ts'
import { looksLikePath } from './paths.ts'
import { takePlace } from './places.ts'
import type { Referents } from './reading.ts'
import { takeTarget } from './targets.ts'
import { holdsQuote, opensQuote, type Token } from './tokens.ts'
import {
  type Content,
  lastNaming,
  mayMeanFolder,
  type NoContent,
  takeUnquoted,
  withoutSentenceEnd,
} from './unquoted.ts'
import { CONTENT, DESCRIBING, IN_IT } from './words/contents.ts'
import { THANKS } from './words/courtesies.ts'
import { LEAVING, REFUSING, SOFTENING } from './words/replies.ts'
import { INSIDE_FOLDER, NOT_NAMES } from './words/things.ts'

// A content right after "with", which nothing calls one and no quotes hold: "create a.txt with buy milk".

/** The words up to the end of the clause, to the letter, or to a folder that is called one; `unclear` where they may describe a content. */
export function takePlain(cursor: Cursor, referents: Referents, isNameKnown: boolean): Content | NoContent {
  return (
    cursor.attempt(() => takeCode(cursor, referents)) ??
    cursor.attempt(() => takeWord(cursor, referents)) ??
    takeWords(cursor, referents, isNameKnown)
  )
}

/** What is written as no words are, from a bracket to a bracket: `{"a": 1}`, `print("hi")`. */
function takeCode(cursor: Cursor, referents: Referents): Content | undefined {
  const token = cursor.peek()
  const isCode = cursor.isInBracket() || (token?.kind === 'word' && /^<|[({[]/.test(token.text))
  const content = isCode ? takeUnquoted(cursor, referents) : 'unclear'
  // "(x) in docs" may say where
  return typeof content === 'string' || !/[)\]}>;]$/.test(content.text) ? undefined : content
}

/** A word that is all there is, or several with commas between them: "hello", "1, 2, 3". What comes after them is no part of it. */
function takeWord(cursor: Cursor, referents: Referents): Content | undefined {
  const start = cursor.index
  do {
    const token = cursor.peek()
    const isName =
      token?.kind !== 'word' || looksLikePath(token.text) || NOT_NAMES.has(token.lower) || holdsQuote(token)
    if (isName || cursor.sees(DESCRIBING) || cursor.sees(CONTENT)) return undefined
    cursor.index++
  } while (skipComma(cursor))
  const text = cursor.source(start, cursor.index)
  // "with hello in it" may be the folder that was spoken of
  if (!mayMeanFolder(referents)) cursor.accept(IN_IT)
  return cursor.isDone() && !endsInOwnMark(cursor) ? { text, isOpen: false, isBare: true } : undefined
}

function skipComma(cursor: Cursor): boolean {
  const mark = cursor.peek()
  if (mark?.kind !== 'mark' || mark.text !== ',' || cursor.peek(1)?.kind !== 'word') return false
  cursor.index++
  return true
}

/** "all:", "Hello!" */
function endsInOwnMark({ tokens, manner: { isRequest = false } }: Cursor): boolean {
  const last = tokens.at(-1)
  return last?.kind === 'mark' && (':!'.includes(last.text) || (last.text === '?' && !isRequest))
}

function takeWords(cursor: Cursor, referents: Referents, isNameKnown: boolean): Content | NoContent {
  const { index: start, tokens, manner } = cursor
  const first = tokens[start]
  const isPart = first === undefined || opensQuote(first) || tokens.slice(start).some(({ kind }) => kind === 'quote')
  if (isPart || describes(cursor, false)) return 'unclear'
  const naming = isNameKnown ? undefined : lastNaming(cursor)
  const end = naming ?? endOfWords(cursor, referents)
  if (end === undefined || namesFiles(cursor, end) || endsInManner(cursor, end)) return 'unclear'
  if (endsInCondition(tokens.slice(start, end)) || isTakenBack(cursor, end)) return 'unclear'
  const isToEnd = end === tokens.length
  const source = cursor.source(start, end).trimEnd()
  const text = isToEnd ? withoutSentenceEnd(source, manner) : source
  if (text === '') return 'missing'
  cursor.index = end
  if (!isToEnd && naming === undefined) cursor.accept(IN_IT)
  return { text, isOpen: isToEnd, isBare: true }
}

/** Where the words end that are a content; undefined where their end may say where the file goes. */
function endOfWords(cursor: Cursor, referents: Referents): number | undefined {
  return cursor.lookAhead(() => {
    for (cursor.index++; cursor.peek() !== undefined; cursor.index++) {
      const end = cursor.index
      const found = cursor.lookAhead(() => endAt(cursor, referents, end))
      if (found !== 'none') return found
    }
    return cursor.tokens.length
  })
}

/** What ends the words at the cursor: thanks, "in it", a folder that is called one; undefined for what may be one. */
function endAt(cursor: Cursor, referents: Referents, end: number): number | undefined | 'none' {
  const isThanks = cursor.lookAhead(() => {
    cursor.skipMarks(',')
    return cursor.acceptAll(THANKS).length > 0 && cursor.isDone()
  })
  if (isThanks) return end
  if (cursor.lookAhead(() => cursor.accept(IN_IT) !== undefined && cursor.isDone())) {
    return mayMeanFolder(referents) ? undefined : end
  }
  const target = cursor.lookAhead(() =>
    cursor.accept(INSIDE_FOLDER) === undefined ? undefined : takeTarget(cursor, {}),
  )
  if (target === undefined || takePlace(cursor, referents, INSIDE_FOLDER) === undefined || !cursor.isDone())
    return 'none'
  if (target.kind === 'folder') return end
  // "I live in Paris"
  return beginsTitle(cursor.tokens[end + 1]) ? 'none' : undefined
}

const CONDITIONS: ReadonlySet<string> = new Set(['if', 'unless'])
const EXISTING: ReadonlySet<string> = new Set(['exist', 'exists', 'there', 'missing', 'already'])

/** "hello unless it exists" */
function endsInCondition(tokens: readonly Token[]): boolean {
  const last = tokens.findLast(({ kind }) => kind === 'word')
  return EXISTING.has(last?.lower ?? '') && tokens.some(({ lower }) => CONDITIONS.has(lower))
}

/** "hello, never mind" */
function isTakenBack(cursor: Cursor, end: number): boolean {
  const comma = cursor.tokens.findLastIndex(({ kind, text }, index) => index < end && kind === 'mark' && text === ',')
  return cursor.lookAhead(() => {
    if (comma < cursor.index) return false
    cursor.index = comma + 1
    const said = [LEAVING, REFUSING, SOFTENING].flatMap((words) => cursor.acceptAll(words))
    return said.length > 0 && cursor.isDone()
  })
}
