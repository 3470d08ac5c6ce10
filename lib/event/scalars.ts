import * as t from 'io-ts'

const MAX_ID_LENGTH = 128
const MAX_TIMER_MS = 2 ** 31 - 1

export const NonEmptyString = t.refinement(t.string, (value) => value.length > 0, 'a text that is not empty')

/** An id that a client or host chose: 1 to 128 characters, none of them a control character. */
export const Identifier = t.refinement(
  t.string,
  (value) => value.length > 0 && value.length <= MAX_ID_LENGTH && !hasControl(value),
  `a text of 1 to ${MAX_ID_LENGTH} characters`,
)

/** A number that JSON can hold. */
export const Finite = t.refinement(t.number, Number.isFinite, 'a finite number')

/** 0 to 100. */
export const Percent = t.refinement(t.number, (value) => value >= 0 && value <= 100, 'a number from 0 to 100')

export const positiveMs = t.refinement(
  t.number,
  (value) => value > 0 && value <= MAX_TIMER_MS,
  `a number of milliseconds above 0, at most ${MAX_TIMER_MS}`,
)

function hasControl(text: string): boolean {
  for (let index = 0; index < text.length; index++) {
    const code = text.charCodeAt(index)
    if (code < 0x20 || code === 0x7f) return true
  }
  return false
}
