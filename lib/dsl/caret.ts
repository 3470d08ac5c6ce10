import { visible } from './visible.ts'

/** How much of a long line is shown before and after the place, in UTF-16 units. */
const BEFORE = 50
const AFTER = 30

/**
 * Two lines: the source line, cut around `column` (from 1), and a `^` below that column. Tabs stand in both lines, so that the two
 * agree whatever a tab's width; what cannot be printed is escaped.
 */
export function drawCaret(line: string, column: number): string {
  const place = column - 1
  const start = wholeCharacter(line, Math.max(0, place - BEFORE))
  const end = wholeCharacter(line, Math.min(line.length, place + AFTER))
  const before = Array.from((start > 0 ? '…' : '') + line.slice(start, place), show)
  const after = Array.from(line.slice(place, end) + (end < line.length ? '…' : ''), show)
  return `${before.join('')}${after.join('')}\n${before.map(blank).join('')}^`
}

function show(character: string): string {
  return character === '\t' ? character : visible(character, character.length)
}

function blank(shown: string): string {
  return shown === '\t' ? shown : ' '.repeat(shown.length)
}

/** `index`, or the one after it where that would cut a surrogate pair in two. */
function wholeCharacter(line: string, index: number): number {
  return (line.codePointAt(index - 1) ?? 0) > 0xffff ? index + 1 : index
}
