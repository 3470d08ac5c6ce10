import { isRecord } from '../base/is-record.ts'

/** Room for the notices and the punctuation that a cut adds. */
const NOTICE_BYTES = 256
const MIN_FIELD_BYTES = 1024

/**
 * `data` with the fields named in `bulky` cut so that its JSON takes at most `maxBytes`; undefined where that cannot be done.
 * A text keeps its beginning and ends in a notice; a record of results has its large entries cut each; anything else becomes
 * `{ truncated: true, bytes, preview }`.
 */
export function truncateFields(
  data: Readonly<Record<string, unknown>>,
  bulky: readonly string[],
  maxBytes: number,
): Readonly<Record<string, unknown>> | undefined {
  const present = bulky.filter((field) => data[field] !== undefined)
  if (present.length === 0) return undefined
  const rest = { ...data }
  for (const field of present) delete rest[field]
  const budget = Math.floor((maxBytes - jsonBytes(rest)) / present.length) - NOTICE_BYTES
  if (budget < MIN_FIELD_BYTES) return undefined
  const cut = present.map((field) => [field, truncateValue(data[field], budget, field === 'results')] as const)
  const result = { ...data, ...Object.fromEntries(cut) }
  return jsonBytes(result) <= maxBytes ? result : undefined
}

/** `value` in at most about `maxBytes` of JSON, with a notice where it was cut. `byEntry`: cut the entries of a record one by one. */
export function truncateValue(value: unknown, maxBytes: number, byEntry = false): unknown {
  const bytes = jsonBytes(value)
  if (bytes <= maxBytes) return value
  if (typeof value === 'string') return truncateText(value, maxBytes, bytes)
  if (byEntry && isRecord(value)) return truncateEntries(value, maxBytes)
  return { truncated: true, bytes, preview: previewOf(JSON.stringify(value), maxBytes) }
}

/** The beginning of `text` and a notice, in at most `maxBytes` of JSON. `bytes`: how long the whole is. */
export function truncateText(text: string, maxBytes: number, bytes: number): string {
  return `${previewOf(text, maxBytes)}… [truncated: ${bytes} bytes in all]`
}

/** Whether `text` ends as {@link truncateText} makes it end. */
export function isTruncatedText(text: string): boolean {
  return /… \[truncated: \d{1,16} bytes in all\]$/.test(text.slice(-64))
}

/** The beginning of `text` in at most `maxBytes` of JSON, with room left for a notice. */
export function previewOf(text: string, maxBytes: number): string {
  return prefix(text, maxBytes - NOTICE_BYTES)
}

function truncateEntries(record: Readonly<Record<string, unknown>>, maxBytes: number): unknown {
  const entries = Object.entries(record)
  const keyBytes = entries.reduce((sum, [key]) => sum + jsonBytes(key) + 2, 2)
  const share = Math.floor((maxBytes - keyBytes) / entries.length)
  if (share < NOTICE_BYTES * 2) return truncateValue(record, maxBytes)
  return Object.fromEntries(entries.map(([key, value]) => [key, truncateValue(value, share)]))
}

/** The longest beginning of `text`, found by halving, whose JSON takes at most `maxBytes`. */
function prefix(text: string, maxBytes: number): string {
  let low = 0
  let high = Math.min(text.length, Math.max(0, maxBytes))
  while (low < high) {
    const middle = Math.ceil((low + high) / 2)
    if (jsonBytes(text.slice(0, middle)) <= maxBytes) low = middle
    else high = middle - 1
  }
  // Never half of a surrogate pair: as JSON that takes six bytes, so where it fits the whole pair does.
  return text.slice(0, low)
}

function jsonBytes(value: unknown): number {
  const json: unknown = JSON.stringify(value)
  return typeof json === 'string' ? Buffer.byteLength(json) : 0
}
