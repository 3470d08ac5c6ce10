import * as answers from './answers.ts'
import { isJust, phrasesIn } from './only-phrases.ts'
import type { Phrases } from './phrases.ts'
import { LEAVING, OK, PLEASED, REFUSING, SOFTENING, TAKING_LEAVE } from './words/replies.ts'

/** More words want something. */
const MAX_LENGTH = 100

/** What to say to words that want nothing, where nothing was asked; undefined for all others. */
export function answerSmallTalk(text: string): string | undefined {
  if (text.length > MAX_LENGTH) return undefined
  if (says(text, PLEASED, [PLEASED, OK])) return answers.WELCOME
  if (says(text, TAKING_LEAVE, [TAKING_LEAVE, PLEASED, OK])) return answers.GOODBYE
  const isRefusal = isJust(text, [LEAVING, REFUSING, SOFTENING]) && !isJust(text, [SOFTENING])
  return isRefusal ? answers.NOTHING_OPEN : undefined
}

/** Whether `text` says nothing but phrases of `sets`, and one of `phrases` among them. */
function says(text: string, phrases: Phrases, sets: readonly Phrases[]): boolean {
  return phrasesIn(text, sets)?.some((phrase) => isJust(phrase, [phrases])) === true
}
