import { phrases } from '../phrases.ts'

// How several things are named together. Lower case, straight apostrophes.

/** Between them; commas and line breaks too. */
export const SEPARATORS = phrases(`
  and, and then, then, and also, and finally, and after that, as well as, along with, together with, plus, &
`)

/** Before them; of numbers, as many must follow. */
export const COUNTS: ReadonlyMap<string, number> = new Map([
  ['two', 2],
  ['2', 2],
  ['three', 3],
  ['3', 3],
  ['four', 4],
  ['4', 4],
  ['five', 5],
  ['5', 5],
])

export const BOTH = phrases('both, both of, all of')

/** They, where that can only be two. */
export const BOTH_OF_TWO = phrases('both, both of them, both files, the two, the two files')

/** They, where they were named before. */
export const THEM = phrases('them, both, both of them, all of them, these, those, these files, those files, both files')
