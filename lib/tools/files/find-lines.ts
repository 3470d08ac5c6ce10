/** A line that holds what was looked for. */
export interface LineMatch {
  /** From 1. */
  readonly line: number
  /** The line, or of a long one the part around the place. */
  readonly text: string
}

const MAX_LENGTH = 256
const LEAD = 64

/** The first `maxCount` lines of `text` in which `wanted` begins. */
export function findLines(text: string, wanted: string, maxCount: number): readonly LineMatch[] {
  const found: LineMatch[] = []
  let line = 1
  let lineStart = 0
  let at = text.indexOf(wanted)
  while (at !== -1 && found.length < maxCount) {
    for (let end = text.indexOf('\n', lineStart); end !== -1 && end < at; end = text.indexOf('\n', lineStart)) {
      line += 1
      lineStart = end + 1
    }
    const end = text.indexOf('\n', at)
    const lineEnd = end === -1 ? text.length : end
    found.push({ line, text: cut(text.slice(lineStart, lineEnd), at - lineStart) })
    if (end === -1) break
    at = text.indexOf(wanted, lineEnd + 1)
  }
  return found
}

/** At most 256 characters of `line`, from its beginning if the place is in them. */
function cut(line: string, place: number): string {
  const start = place < MAX_LENGTH - LEAD ? 0 : place - LEAD
  return (
    line
      .slice(start, start + MAX_LENGTH)
      .replace(/\r$/, '')
      // half of a character that the cut went through
      .replace(/\p{Surrogate}/gu, '')
  )
}
