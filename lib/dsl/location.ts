import type { Location } from './ast.ts'

/** The lines of a text, to say where an offset is. Made once a text, asked often. */
export interface Locator {
  /** Where `offset` is; the end of the text counts as a place. */
  readonly locate: (offset: number) => Location
  /** The text of a line, counted from 1, without its line end. */
  readonly lineText: (line: number) => string
}

const LINE_END = /\r\n|\n|\r/g

export function createLocator(text: string): Locator {
  const starts = [0]
  const ends: number[] = []
  for (const match of text.matchAll(LINE_END)) {
    ends.push(match.index)
    starts.push(match.index + match[0].length)
  }
  ends.push(text.length)
  return {
    locate: (offset) => {
      const index = lastAtMost(starts, offset)
      return { line: index + 1, column: offset - (starts[index] ?? 0) + 1 }
    },
    lineText: (line) => text.slice(starts[line - 1] ?? text.length, ends[line - 1] ?? text.length),
  }
}

/** The index of the last of the ascending `numbers` that is not above `limit`. */
function lastAtMost(numbers: readonly number[], limit: number): number {
  let low = 0
  let high = numbers.length - 1
  while (low < high) {
    const middle = Math.ceil((low + high) / 2)
    if ((numbers[middle] ?? 0) <= limit) low = middle
    else high = middle - 1
  }
  return low
}
