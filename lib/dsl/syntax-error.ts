import { drawCaret } from './caret.ts'
import type { Locator } from './location.ts'
import { visible } from './visible.ts'

/** Why a text is no script. What a client reads as the `error` of `dslResult`, code `DSL_SYNTAX` (PROTOCOL section 5). */
export interface DslSyntaxError {
  /** One sentence for people. */
  readonly message: string
  /** Both count from 1, `column` in UTF-16 units. Of an unclosed quote or block: where it opened, since it runs to the end anyhow. */
  readonly line: number
  readonly column: number
  /** What could have stood there. */
  readonly expected: readonly string[]
  /** The source line, cut around the place if it is long, and a line with a `^` below the place. */
  readonly caret: string
}

const MAX_FOUND = 32

/** The text does not go on at `offset` as the language allows. */
export function unexpected(
  text: string,
  offset: number,
  expected: readonly string[],
  locator: Locator,
): DslSyntaxError {
  const message = `expected ${oneOf(expected)}, found ${found(text, offset)}`
  return at(offset, message, expected, locator)
}

/** What opened at `offset`, a quote or a block, is never closed by `end`. */
export function unclosed(offset: number, end: string, locator: Locator): DslSyntaxError {
  const { line, column } = locator.locate(offset)
  const [what, opened] = end.length === 1 ? ['quote', 'text'] : ['block', 'block']
  const start = `line ${line}, column ${column}`
  return at(offset, `unclosed ${what}: expected ${end} to end the ${opened} that starts at ${start}`, [end], locator)
}

/** What stands at `offset` may not stand there: `reason` says why, in a word or two. */
export function notAllowed(offset: number, reason: string, expected: string, locator: Locator): DslSyntaxError {
  return at(offset, `${reason}: expected ${expected}`, [expected], locator)
}

function at(offset: number, message: string, expected: readonly string[], locator: Locator): DslSyntaxError {
  const { line, column } = locator.locate(offset)
  return { message, line, column, expected, caret: drawCaret(locator.lineText(line), column) }
}

function oneOf(words: readonly string[]): string {
  return words.length < 2 ? words.join('') : `${words.slice(0, -1).join(', ')} or ${words.at(-1)}`
}

function found(text: string, offset: number): string {
  if (offset >= text.length) return 'the end of the text'
  const word = /^[^ \t\r\n]+/.exec(text.slice(offset, offset + MAX_FOUND + 1))
  return word === null ? 'the end of the line' : `"${visible(word[0], MAX_FOUND)}"`
}
