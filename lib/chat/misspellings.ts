import { wordSet } from './phrases.ts'
import { tokenize } from './tokens.ts'

/** With these, orders begin most of the time. */
const VERBS: ReadonlySet<string> = wordSet(`
  read, list, show, open, print, find, search, delete, remove, erase, empty, clear, copy, move, rename, create, make, write, save, overwrite,
  replace, calculate, fetch
`)
/** In characters: a shorter word is a slip away from too many others. */
const MIN_LENGTH = 3
const MAX_LENGTH = 200

/** Whether `text` would be an order if its first word were spelled as one that is but one slip away: "raed a.txt". */
export function isMisspelledOrder(text: string, isOrder: (text: string) => boolean): boolean {
  const first = text.length > MAX_LENGTH ? undefined : tokenize(text)[0]
  if (first?.kind !== 'word' || first.lower.length < MIN_LENGTH) return false
  const rest = text.slice(first.end)
  return [...VERBS].some((verb) => isOneSlipAway(first.lower, verb) && isOrder(`${verb}${rest}`))
}

/** Whether one letter more, less or other, or two letters that changed places, are all that is between two words. */
function isOneSlipAway(one: string, other: string): boolean {
  if (one === other || Math.abs(one.length - other.length) > 1) return false
  let start = 0
  while (start < one.length && one.charAt(start) === other.charAt(start)) start++
  const [left, right] = [one.slice(start), other.slice(start)]
  const isSwapped =
    left.charAt(0) === right.charAt(1) && left.charAt(1) === right.charAt(0) && left.slice(2) === right.slice(2)
  return isSwapped || left.slice(1) === right.slice(1) || left === right.slice(1) || left.slice(1) === right
}
