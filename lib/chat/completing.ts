import { isDoubtfulContent } from './content-doubts.ts'
import { takeElsewhere } from './contents.ts'
import { Cursor } from './cursor.ts'
import { looksLikePath, namesFile } from './paths.ts'
import { nameAmongWords } from './naming-answers.ts'
import { isContent, isName, type Pending } from './pending.ts'
import { inQuotes } from './quote.ts'
import { contentIn } from './said-content.ts'
import { tokenize } from './tokens.ts'
import { restOfWish } from './wish.ts'
import { isOverwriting } from './writing.ts'
import { SENTENCE_MARKS } from './words/courtesies.ts'
import { ANSWERING, ANSWERING_TERM, APART, FIRST, GREETINGS, HELLO, INTERJECTIONS, SECOND } from './words/replies.ts'
import { AND } from './words/contents.ts'
import { DETERMINERS, FILE, FOLDER } from './words/things.ts'

/** Whether `answer` is one of those that were offered. */
export function isChosen({ as, choices }: Pending, answer: string): boolean {
  return choices !== undefined && choose(choices, as, answer) !== undefined
}

/** Whether `answer` says where a content is to be found that was asked for: "the contents of b.txt". */
export function isContentElsewhere({ as }: Pending, answer: string): boolean {
  return isContent(as) && elsewhereIn(answer) !== undefined
}

/** Whether `answer` tells what a content that was asked for is like, and not what it is: "write a poem". */
export function isDescription({ as }: Pending, answer: string): boolean {
  return isContent(as) && contentIn(answer)?.isDescribed === true
}

function elsewhereIn(answer: string): string | undefined {
  const cursor = essenceOf(answer)
  const said = restOfWish(cursor)
  return takeElsewhere(cursor) === undefined ? undefined : said
}

/** What a file shall hold, with the word that announces it; without quotes it takes no other file's place. */
function contentWords(before: string, answer: string, isOrder: IsOrder): string | undefined {
  const elsewhere = elsewhereIn(answer)
  if (elsewhere !== undefined) return elsewhere
  const { text, isQuoted, isDescribed } = contentIn(answer) ?? {}
  if (text === undefined) return undefined
  if (isQuoted !== true && (isDescribed === true || isDoubtfulContent(text, isOrder))) return undefined
  const quoted = inQuotes(text)
  return quoted && `content ${quoted}${isQuoted === true || isOverwriting(before) ? '' : ` ${IF_NEW}`}`
}

/** What is in quotes, or said just as it was said before; with the word that announces it, or where it is to be found. */
function quoteWords(before: string, answer: string, said = ''): string | undefined {
  const quote = [answer.trim(), restOfWish(essenceOf(answer))].find(isQuote)
  if (quote !== undefined) return `content ${quote}`
  const { text = '', isQuoted } = contentIn(answer) ?? {}
  const quoted = inQuotes(text)
  if (isQuoted === true) return quoted && `content ${quoted}`
  if (!isSaidAgain({ said }, text)) return elsewhereIn(answer)
  return quoted && `content ${quoted}${isOverwriting(before) ? '' : ` ${IF_NEW}`}`
}

/** Whether `text` stood there where a text in quotes is wanted; the file's name did too. */
export function isSaidAgain({ said = '' }: Pick<Pending, 'said'>, text: string): boolean {
  if (!said.includes(text.trim())) return false
  const [only, ...others] = tokenize(text)
  const isFile = others.length === 0 && only?.kind === 'word' && namesFile(only.text)
  return only !== undefined && !isFile
}

/** As the rule for files that are made understands it. */
const IF_NEW = 'if it is not there yet'

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

/** Whether a text is an order that is understood whole. */
type IsOrder = (text: string) => boolean

/** The message whole, with `answer` in its gap, as it may be meant; the likeliest first. */
export function completed(pending: Pending, text: string, isOrder: IsOrder): readonly string[] {
  const { before, after, as, choices } = pending
  const answer = isName(as) ? (afterInterjections(text, true) ?? text) : text
  const filling = choices === undefined ? fill(pending, answer, isOrder) : choose(choices, as, answer)
  const named = isName(as) && choices === undefined ? nameAmongWords(text) : undefined
  return [filling, named].flatMap((words) => (words === undefined ? [] : [`${before}${words}${after}`]))
}

function fill({ before, as, said }: Pending, answer: string, isOrder: IsOrder): string | undefined {
  switch (as) {
    case 'yes':
      return undefined
    case 'text':
      return isQuote(answer) ? answer.trim() : inQuotes(answer.trim())
    case 'content':
      return isQuote(answer) ? quoteWords(before, answer) : contentWords(before, answer, isOrder)
    case 'quote':
      return quoteWords(before, answer, said)
    case 'term':
      return restOfWish(essenceOf(answer, ANSWERING_TERM))
    default:
      return asName(as, answer)
  }
}

function asName(as: 'words' | 'name', answer: string): string | undefined {
  const said = restOfWish(essenceOf(answer))
  return as === 'words' || isQuote(said) ? said : inQuotes(said)
}

/** Whether `answer` begins with a greeting that something is joined to: a text may be so, "hello and goodbye". */
export function isJoinedGreeting({ as }: Pending, answer: string): boolean {
  const isText = as === 'text' || as === 'content'
  const cursor = new Cursor(answer, tokenize(answer))
  return isText && cursor.accept(GREETINGS) !== undefined && cursor.accept(AND) !== undefined
}

/** Whether `answer` begins with a greeting that may be the text that was asked for, and goes on: "hello, then list the files". */
export function isGreetedOrder({ as }: Pending, answer: string): boolean {
  return !isName(as) && new Cursor(answer, tokenize(answer)).sees(HELLO)
}

/** Of answers that were offered the one that is meant: "the second one". Of names, another may be given that is one for sure. */
function choose(choices: NonNullable<Pending['choices']>, as: Pending['as'], answer: string): string | undefined {
  const cursor = essenceOf(answer)
  const said = restOfWish(cursor)
  const lower = said.toLowerCase()
  const exact = choices.find(({ called }) => called.includes(said))
  const chosen = exact ?? choices.find(({ called }) => called.some((name) => name.toLowerCase() === lower))
  if (chosen !== undefined) return chosen.words
  if (choices.length > 2) return undefined
  if (cursor.lookAhead(() => cursor.accept(FIRST) !== undefined && cursor.isDone())) return choices[0]?.words
  if (cursor.lookAhead(() => cursor.accept(SECOND) !== undefined && cursor.isDone())) return choices[1]?.words
  if (as !== 'name') return undefined
  const [only, ...others] = tokenize(said)
  const isSure = only?.kind === 'quote' || (only?.kind === 'word' && looksLikePath(only.text))
  return isSure && others.length === 0 ? asName(as, answer) : undefined
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

function isQuote(text: string): boolean {
  const [only, ...others] = tokenize(text)
  return only?.kind === 'quote' && others.length === 0
}
