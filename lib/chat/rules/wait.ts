import { exampleOf } from '../abilities.ts'
import type { Cursor } from '../cursor.ts'
import { actOf, ask, type Rule, wanted } from '../reading.ts'
import { HOW_LONG, NUMBER_WORDS, NUMBERS, UNITS, WAIT } from '../words/basics.ts'

/** "wait 5 seconds", "pause for half a minute", "sleep 500ms", "wait a minute" */
export const readWait: Rule = (cursor) => {
  if (cursor.accept(WAIT) === undefined) return undefined
  cursor.acceptAll(HOW_LONG)
  if (cursor.isDone()) {
    return ask(`How long shall I wait? For example: ${exampleOf('wait')}`, wanted('words', 'wait '))
  }
  const seconds = takeSeconds(cursor)
  return seconds === undefined || !cursor.isDone() ? undefined : actOf('wait', [String(seconds)])
}

/** A duration; without a unit in seconds. */
function takeSeconds(cursor: Cursor): number | undefined {
  const joined = /^(\d+(?:\.\d+)?)([a-z]+)$/.exec(cursor.peek()?.lower ?? '')
  if (joined !== null) {
    cursor.index++
    return inSeconds(Number(joined[1]), UNITS.get(joined[2] ?? ''))
  }
  const number = takeNumber(cursor)
  const unit = UNITS.get(cursor.peek()?.lower ?? '')
  if (unit !== undefined) cursor.index++
  return number === undefined ? undefined : inSeconds(number.value, unit ?? (number.isWord ? undefined : 1))
}

function takeNumber(cursor: Cursor): { readonly value: number; readonly isWord: boolean } | undefined {
  const said = cursor.peek()?.text ?? ''
  if (/^\d{1,9}(?:\.\d{1,9})?$/.test(said)) {
    cursor.index++
    return { value: Number(said), isWord: false }
  }
  const word = cursor.accept(NUMBER_WORDS)
  const value = word === undefined ? undefined : NUMBERS.get(word)
  // "wait five"; but "wait a" lacks a word
  return value === undefined ? undefined : { value, isWord: /^(?:a|half)/.test(word ?? '') }
}

/** To the millisecond: 0.1 minutes are 6 s, and no more digits. */
function inSeconds(number: number, unit: number | undefined): number | undefined {
  return unit === undefined ? undefined : Math.round(number * unit * 1_000) / 1_000
}
