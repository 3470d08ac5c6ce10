import { drawCaret } from './caret.ts'
import type { Locator } from './location.ts'
import { visible } from './visible.ts'

/** Why a text is no script. What a client reads as the `error` of `dslResult`, code `DSL_SYNTAX` (PROTOCOL section 5). */
export interface DslSyntaxError {
  /** One sentence for people. */
  readonly message: string
  /** Both count from 1, `column` in UTF-16 units. Of an unclosed quote: where it opened, since it runs to the end anyhow. */
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
  const message = `expected ${expected.join(' or ')}, found ${found(text, offset)}`
  return at(offset, message, expected, locator)
}

/** The quote that opened at `offset` with `mark` is never closed. */
export function unclosedQuote(offset: number, mark: string, locator: Locator): DslSyntaxError {
  const { line, column } = locator.locate(offset)
  const start = `line ${line}, column ${column}`
  return at(offset, `unclosed quote: expected ${mark} to end the text that starts at ${start}`, [mark], locator)
}

function at(offset: number, message: string, expected: readonly string[], locator: Locator): DslSyntaxError {
  const { line, column } = locator.locate(offset)
  return { message, line, column, expected, caret: drawCaret(locator.lineText(line), column) }
}

function found(text: string, offset: number): string {
  if (offset >= text.length) return 'the end of the text'
  const word = /^[^ \t\r\n]+/.exec(text.slice(offset, offset + MAX_FOUND + 1))
  return word === null ? 'the end of the line' : `"${visible(word[0], MAX_FOUND)}"`
}
