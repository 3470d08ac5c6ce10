const QUOTE = 0x22
const BACKSLASH = 0x5c
const OPENING: ReadonlySet<number> = new Set([0x5b, 0x7b])
const CLOSING: ReadonlySet<number> = new Set([0x5d, 0x7d])

/**
 * Whether `json` nests objects and lists deeper than `maxDepth`: a scalar is at depth 0, `[]` at 1, `[[]]` at 2. Reads the text
 * instead of walking the value, since walking is what runs out of stack.
 */
export function isDeeperThan(maxDepth: number, json: string): boolean {
  // Every level takes two characters at least, so that short texts cost nothing.
  if (json.length <= maxDepth * 2) return false
  let depth = 0
  let isText = false
  for (let index = 0; index < json.length; index++) {
    const code = json.charCodeAt(index)
    if (isText) {
      if (code === BACKSLASH) index += 1
      else if (code === QUOTE) isText = false
    } else if (code === QUOTE) isText = true
    else if (CLOSING.has(code)) depth -= 1
    else if (OPENING.has(code)) {
      depth += 1
      if (depth > maxDepth) return true
    }
  }
  return false
}
