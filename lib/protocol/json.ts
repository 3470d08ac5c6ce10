import { type Either, left, right } from 'fp-ts/lib/Either.js'

const MAX_DEPTH = 32
const MAX_VALUES = 10_000
const FORBIDDEN_KEYS: ReadonlySet<string> = new Set(['__proto__', 'constructor', 'prototype'])

/**
 * `text` as JSON that is safe to walk: at most 32 objects and lists inside each other and 10,000 values (io-ts and
 * `JSON.stringify` recurse, THREATS T10), and without keys that poison prototypes (T11). Left is a sentence for the sender.
 */
export function parseJson(text: string): Either<string, unknown> {
  let value: unknown
  try {
    value = JSON.parse(text)
  } catch {
    return left('the message is not JSON')
  }
  const fault = findFault(value)
  return fault === undefined ? right(value) : left(fault)
}

/** Walks level by level, without recursion. */
function findFault(root: unknown): string | undefined {
  let level: unknown[] = [root]
  let values = 0
  for (let depth = 0; level.length > 0; depth++) {
    const next: unknown[] = []
    for (const value of level) {
      values += 1
      if (values > MAX_VALUES) return `the message holds more than ${MAX_VALUES} values`
      if (typeof value !== 'object' || value === null) continue
      if (depth === MAX_DEPTH) return `the message is nested deeper than ${MAX_DEPTH}`
      if (Array.isArray(value)) {
        for (const item of value) next.push(item)
        continue
      }
      for (const [key, item] of Object.entries(value)) {
        if (FORBIDDEN_KEYS.has(key)) return `the message holds the key "${key}"`
        next.push(item)
      }
    }
    level = next
  }
  return undefined
}
