import { isDoubtfulContent } from './content-doubts.ts'
import { takeElsewhere } from './contents.ts'
import { Cursor } from './cursor.ts'
import { looksLikePath } from './paths.ts'
import type { Pending } from './pending.ts'
import type { Phrases } from './phrases.ts'
import { inQuotes } from './quote.ts'
import { contentIn } from './said-content.ts'
import { tokenize } from './tokens.ts'
import { restOfWish } from './wish.ts'
import { SENTENCE_MARKS } from './words/courtesies.ts'
import {
  AGREEING,
  ANSWERING,
  ANSWERING_TERM,
  APART,
  FIRST,
  GREETINGS,
  HELLO,
  INTERJECTIONS,
  LEAVING,
  NO_ANSWERS,
  NO_CONTENT,
  REFUSING,
  REFUSING_NAMES,
  SECOND,
  SOFTENING,
} from './words/replies.ts'
import { AND } from './words/contents.ts'
import { IT } from './words/results.ts'
import { DETERMINERS, FILE, FOLDER } from './words/things.ts'

/** Whether `answer` means to leave it, whatever was asked. A text to say may be "no": more must be said there. */
export function isLeft({ as }: Pending, answer: string): boolean {
  const refusing =
    isName(as) || isContent(as) || as === 'yes' ? [LEAVING, REFUSING, REFUSING_NAMES] : [LEAVING, REFUSING]
  const said = phrasesIn(answer, [...refusing, SOFTENING])
  if (said === undefined || isJust(answer, [SOFTENING])) return false
  if (said.length > 1 || isJust(answer, [LEAVING])) return true
  // "nothing" may be what a file shall hold
  return isContent(as) ? !isJust(answer, [NO_CONTENT]) : as !== 'text'
}

/** Whether `answer` says nothing that could be what was asked for: "hello", "I don't know", "yes" where a name is missing. */
export function isNoAnswer({ as, choices }: Pending, answer: string): boolean {
  if (choices !== undefined && choose(choices, as, answer) !== undefined) return false
  if (as === 'content' && isJust(answer, [HELLO])) return false
  return (isName(as) || as === 'content') && isJust(answer, [NO_ANSWERS, AGREEING, SOFTENING])
}

/** Whether `answer` says where a content is to be found that was asked for: "the contents of b.txt". */
export function isContentElsewhere({ as }: Pending, answer: string): boolean {
  return isContent(as) && elsewhereIn(answer) !== undefined
}

function elsewhereIn(answer: string): string | undefined {
  const cursor = essenceOf(answer)
  const said = restOfWish(cursor)
  return takeElsewhere(cursor) === undefined ? undefined : said
}

/** What a content without quotes is, with the word that announces it. */
function contentWords(answer: string): string | undefined {
  const elsewhere = elsewhereIn(answer)
  if (elsewhere !== undefined) return elsewhere
  const text = isDoubtfulContent(answer) ? undefined : contentIn(answer.trim())
  return text === undefined ? undefined : `content ${text}`
}

/** What is in quotes, with the word that announces a content, or where it is to be found. */
function quoteWords(answer: string): string | undefined {
  const quote = [answer.trim(), restOfWish(essenceOf(answer))].find(isQuote)
  return quote === undefined ? elsewhereIn(answer) : `content ${quote}`
}

/**
 * What follows "no,", "oh wait," and the like; undefined where nothing of the kind is said first, or nothing follows. `areApart`:
 * without a comma after them they belong to it, as in "no parking.txt".
 */
export function afterInterjections(answer: string, areApart: boolean): string | undefined {
  const cursor = new Cursor(answer, tokenize(answer))
  for (let isFound = true; isFound; ) {
    const run = cursor.attempt(() => {
      const said = cursor.acceptAll(INTERJECTIONS)
      const needsMark = areApart || said.some((words) => APART.has(words))
      return said.length === 0 || (needsMark && cursor.peek()?.kind !== 'mark') ? undefined : said
    })
    cursor.skipMarks(SENTENCE_MARKS)
    isFound = run !== undefined
  }
  const next = cursor.peek()
  return cursor.index === 0 || next === undefined ? undefined : answer.slice(next.start)
}

/** The message whole, with `answer` in its gap; undefined where that is no answer. */
export function completed({ before, after, as, choices }: Pending, text: string): string | undefined {
  const answer = isName(as) ? (afterInterjections(text, true) ?? text) : text
  if (as === 'yes' && agreesTo(after, answer)) return `${before}${after}`
  const filling = choices === undefined ? fill(as, answer) : choose(choices, as, answer)
  return filling === undefined ? undefined : `${before}${filling}${after}`
}

function fill(as: Pending['as'], answer: string): string | undefined {
  switch (as) {
    case 'yes':
      return isJust(answer, [AGREEING]) ? '' : undefined
    case 'text':
      return isQuote(answer) ? answer.trim() : inQuotes(answer.trim())
    case 'content':
      return isQuote(answer) ? quoteWords(answer) : contentWords(answer)
    case 'quote':
      return quoteWords(answer)
    case 'term':
      return restOfWish(essenceOf(answer, ANSWERING_TERM))
    default: {
      const said = restOfWish(essenceOf(answer))
      return as === 'words' || isQuote(said) ? said : inQuotes(said)
    }
  }
}

/** "yes, delete it", where that is what was asked. */
function agreesTo(step: string, answer: string): boolean {
  const cursor = new Cursor(answer, tokenize(answer))
  const isAgreed = cursor.acceptAll(AGREEING).length > 0
  cursor.skipMarks(SENTENCE_MARKS)
  const verb = /^\S+/.exec(step)?.[0].toLowerCase()
  if (!isAgreed || cursor.peek()?.lower !== verb) return false
  cursor.index++
  return cursor.accept(IT) !== undefined && cursor.isDone()
}

/** Whether `answer` begins with a greeting that something is joined to: a text may be so, "hello and goodbye". */
export function isJoinedGreeting({ as }: Pending, answer: string): boolean {
  const cursor = new Cursor(answer, tokenize(answer))
  return isText(as) && cursor.accept(GREETINGS) !== undefined && cursor.accept(AND) !== undefined
}

/** Of answers that were offered the one that is meant: "the second one". Of names, another may be given that is one for sure. */
function choose(choices: NonNullable<Pending['choices']>, as: Pending['as'], answer: string): string | undefined {
  const cursor = essenceOf(answer)
  const said = restOfWish(cursor)
  const lower = said.toLowerCase()
  const exact = choices.find(({ called }) => called.includes(said))
  const chosen = exact ?? choices.find(({ called }) => called.some((name) => name.toLowerCase() === lower))
  if (chosen !== undefined) return chosen.words
  if (cursor.lookAhead(() => cursor.accept(FIRST) !== undefined && cursor.isDone())) return choices[0]?.words
  if (cursor.lookAhead(() => cursor.accept(SECOND) !== undefined && cursor.isDone())) return choices[1]?.words
  if (as !== 'name') return undefined
  const [only, ...others] = tokenize(said)
  const isSure = only?.kind === 'quote' || (only?.kind === 'word' && looksLikePath(only.text))
  return isSure && others.length === 0 ? fill(as, answer) : undefined
}

/** Where in `answer` begins what is said, behind what is said before it: "it's called notes.txt" is notes.txt. */
function essenceOf(answer: string, answering = ANSWERING): Cursor {
  const cursor = new Cursor(answer, tokenize(answer))
  for (let before = -1; before !== cursor.index; ) {
    before = cursor.index
    cursor.acceptAll(answering)
    cursor.skipMarks(',:')
  }
  // of two kinds, one: "the folder"
  if (cursor.lookAhead(() => cursor.accept(DETERMINERS) !== undefined && isKind(cursor))) cursor.accept(DETERMINERS)
  return cursor
}

function isKind(cursor: Cursor): boolean {
  return (cursor.accept(FILE) ?? cursor.accept(FOLDER)) !== undefined && cursor.isDone()
}

function isName(as: Pending['as']): boolean {
  return as === 'words' || as === 'name'
}

function isContent(as: Pending['as']): boolean {
  return as === 'content' || as === 'quote'
}

function isText(as: Pending['as']): boolean {
  return as === 'text' || as === 'content'
}

function isQuote(text: string): boolean {
  const [only, ...others] = tokenize(text)
  return only?.kind === 'quote' && others.length === 0
}

function isJust(answer: string, sets: readonly Phrases[]): boolean {
  return phrasesIn(answer, sets) !== undefined
}

/** The phrases of which all of `answer` consists, one at least. */
function phrasesIn(answer: string, sets: readonly Phrases[]): readonly string[] | undefined {
  const cursor = new Cursor(answer, tokenize(answer))
  const found: string[] = []
  for (let before = -1; before !== cursor.index; ) {
    before = cursor.index
    cursor.skipMarks(SENTENCE_MARKS)
    for (const set of sets) found.push(...cursor.acceptAll(set))
  }
  return found.length > 0 && cursor.isDone() ? found : undefined
}
