import { Cursor } from './cursor.ts'
import type { Phrases } from './phrases.ts'
import { tokenize } from './tokens.ts'
import { SENTENCE_MARKS } from './words/courtesies.ts'

/** Whether `text` says nothing but phrases of `sets`, one at least. */
export function isJust(text: string, sets: readonly Phrases[]): boolean {
  return phrasesIn(text, sets) !== undefined
}

/** The phrases of which all of `text` consists, one at least. */
export function phrasesIn(text: string, sets: readonly Phrases[]): readonly string[] | undefined {
  const cursor = new Cursor(text, tokenize(text))
  const found: string[] = []
  for (let before = -1; before !== cursor.index; ) {
    before = cursor.index
    cursor.skipMarks(SENTENCE_MARKS)
    for (const set of sets) found.push(...cursor.acceptAll(set))
  }
  return found.length > 0 && cursor.isDone() ? found : undefined
}

/** Whether `text` asks rather than says: "sure?" */
export function asksBack(text: string): boolean {
  return /\?[\s!.?)\]]*$/.test(text)
}
