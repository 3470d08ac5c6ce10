import { NUMBER_DIGITS, STAMP_MARK, TIME_DIGITS } from '../control/progress.ts'

const [MARK_0 = 0, MARK_1 = 0] = Buffer.from(STAMP_MARK)
const NUMBER_AT = STAMP_MARK.length
const TIME_AT = NUMBER_AT + NUMBER_DIGITS + 1
const LONGEST_KNOWN = 70_000

/**
 * Finds the stamp in frames of one server. Frames of one length have it at one place, which is looked for once and verified each
 * time: cheaper than reading JSON by two orders of magnitude.
 */
export class StampFinder {
  readonly #placeByLength = new Int32Array(LONGEST_KNOWN).fill(-1)

  /** Where the stamp begins; -1 for a frame that has none. */
  find(bytes: Buffer, start: number, end: number): number {
    const length = end - start
    const known = start + (this.#placeByLength[length] ?? -1)
    if (known >= start && bytes[known] === MARK_0 && bytes[known + 1] === MARK_1) return known
    const found = bytes.subarray(start, end).indexOf(STAMP_MARK)
    if (found === -1) return -1
    if (length < LONGEST_KNOWN) this.#placeByLength[length] = found
    return start + found
  }
}

export function stampedNumber(bytes: Buffer, stampAt: number): number {
  return readDigits(bytes, stampAt + NUMBER_AT, NUMBER_DIGITS)
}

/** In microseconds of the clock that all processes share. */
export function stampedMicros(bytes: Buffer, stampAt: number): number {
  return readDigits(bytes, stampAt + TIME_AT, TIME_DIGITS)
}

function readDigits(bytes: Buffer, at: number, count: number): number {
  let value = 0
  for (let i = at; i < at + count; i += 1) value = value * 10 + (bytes[i] ?? 0) - 48
  return value
}
