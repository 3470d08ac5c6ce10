import { createQuoteFinder, type QuoteFinder } from './quotes.ts'

/** A piece of what somebody said. `start` and `end` are offsets in it, quotation marks included. */
export interface Token {
  readonly kind:
    | 'word'
    /** Something in quotes: `text` is what they hold, to the letter. */
    | 'quote'
    /** A quotation mark that nothing closes; it holds the rest. */
    | 'unclosed'
    /** Punctuation, or a line break. */
    | 'mark'
    /** What stands after a colon that announces a content: everything, to the letter. */
    | 'rest'
  readonly text: string
  /** Of words: in lower case, with straight apostrophes. Of marks: the mark. Else empty. */
  readonly lower: string
  readonly start: number
  readonly end: number
}

/** Whether a word begins with an apostrophe, which may have been meant to open a quote. */
export function opensQuote({ kind, text }: Token): boolean {
  return kind === 'word' && /^['’‘]/.test(text)
}

/** Whether a word has a quotation mark that is no apostrophe, or one at either end: quotes may have been meant that do not pair. */
export function holdsQuote({ kind, text }: Token): boolean {
  return kind === 'word' && /["“”„«»`]|^['’‘]|['’‘]$/.test(text)
}

/**
 * The longest sentence that is looked at, in tokens; what is quoted counts as one. Beyond it nobody gives a command without quotes,
 * and looking costs.
 */
export const MAX_TOKENS = 1_000
/** Of what becomes no token, brackets that stand alone, there may be more; of a mebibyte of them nobody has to look at all. */
const MAX_RUNS = 10 * MAX_TOKENS

/** The tokens of `text`, at most {@link MAX_TOKENS} + 1. */
export function tokenize(text: string): readonly Token[] {
  const quotes = createQuoteFinder(text)
  const tokens: Token[] = []
  let index = 0
  for (let runs = 0; index < text.length && tokens.length <= MAX_TOKENS; runs++) {
    if (runs > MAX_RUNS) return tooMany(tokens, index)
    const next = skipBlanks(text, index)
    if (next > index && tokens.length > 0 && hasLineBreak(text, index, next)) tokens.push(mark('\n', index))
    index = next < text.length ? takeToken(text, next, quotes, tokens) : next
  }
  return tokens
}

/** As many as no sentence has. */
function tooMany(tokens: readonly Token[], index: number): readonly Token[] {
  const missing = MAX_TOKENS + 1 - tokens.length
  return [...tokens, ...Array.from({ length: missing }, () => mark(',', index))]
}

const BLANKS = /\s*/y
const LINE_BREAK = /[\n\r]/
/** What ends a run of characters: a blank, or a quote that opens inside, after a colon, an equals sign or a bracket. */
const RUN_END = /\s|(?<=[:=([{,])["'`‘“„«]/g
const MARKS: ReadonlySet<string> = new Set(['.', ',', ';', ':', '!', '?', '='])
const CLOSING_BRACKETS: ReadonlyMap<string, string> = new Map([
  ['(', ')'],
  ['[', ']'],
])
const DASH = /^[-–—]$/

function skipBlanks(text: string, index: number): number {
  BLANKS.lastIndex = index
  BLANKS.test(text)
  return BLANKS.lastIndex
}

function hasLineBreak(text: string, from: number, to: number): boolean {
  return LINE_BREAK.test(text.slice(from, to))
}

/** Adds what begins at `start`, and says where the text goes on. */
function takeToken(text: string, start: number, quotes: QuoteFinder, tokens: Token[]): number {
  if (quotes.opensAt(start)) {
    const quoted = quotes.quoteAt(start)
    if (quoted !== undefined) {
      tokens.push({ kind: 'quote', text: quoted.content, lower: '', start, end: quoted.end })
      return quoted.end
    }
    // an apostrophe may stand anywhere; any other mark was meant to open a quote
    if (!/['’‘]/.test(text.charAt(start))) {
      tokens.push({ kind: 'unclosed', text: text.slice(start), lower: '', start, end: text.length })
      return text.length
    }
  }
  const end = endOfRun(text, start)
  addRun(text, start, end, tokens)
  return end
}

/** Where the run of characters that begins at `start` ends. */
function endOfRun(text: string, start: number): number {
  RUN_END.lastIndex = start + 1
  return RUN_END.exec(text)?.index ?? text.length
}

/** Adds the word from `start` to `end` without the brackets around it, and the punctuation after it. */
function addRun(text: string, start: number, end: number, tokens: Token[]): void {
  const run = text.slice(start, end)
  if (DASH.test(run)) {
    tokens.push(mark(',', start))
    return
  }
  const comma = commaBetweenFiles(run)
  if (comma !== undefined) {
    tokens.push(word(run.slice(0, comma), start))
    if (tokens.length <= MAX_TOKENS) tokens.push(mark(',', start + comma))
    if (tokens.length <= MAX_TOKENS) addRun(text, start + comma + 1, end, tokens)
    return
  }
  const from = start + (isBracketed(run) ? 1 : 0)
  const isPath = (run === '.' || run === '..') && !/\S/.test(text.charAt(start - 1))
  const to = isPath ? end : start + run.length - trailing(run)
  if (to > from) tokens.push(word(text.slice(from, to), from))
  for (let index = to; index < end && tokens.length <= MAX_TOKENS; index++) {
    if (MARKS.has(text.charAt(index))) tokens.push(mark(text.charAt(index), index))
  }
}

const MAX_NAMES = 1_024
/** Names with an extension, and nothing but commas between them. */
const FILES =
  /^[\p{Letter}\p{Number}_./-]+\.\p{Letter}{1,4}(?:,[\p{Letter}\p{Number}_./-]+\.\p{Letter}{1,4})+[.!?;:]?$/u

/** Where the first comma is in names that were written without blanks: "a.txt,b.txt". */
function commaBetweenFiles(run: string): number | undefined {
  return run.length <= MAX_NAMES && run.includes(',') && FILES.test(run) ? run.indexOf(',') : undefined
}

/** Whether the bracket that `run` begins with belongs to the sentence: it is closed at the end, or not in this word. */
function isBracketed(run: string): boolean {
  const closing = CLOSING_BRACKETS.get(run.charAt(0))
  return closing !== undefined && !run.slice(0, run.length - trailing(run)).includes(closing)
}

/** How many characters at the end of `run` are punctuation, or brackets that close nothing in it. */
function trailing(run: string): number {
  const last = run.charAt(run.length - 1)
  if (!MARKS.has(last) && last !== ')' && last !== ']') return 0
  const isOpened = { ')': run.lastIndexOf('(') > 0, ']': run.lastIndexOf('[') > 0 }
  let count = 0
  while (count < run.length) {
    const character = run.charAt(run.length - 1 - count)
    const isLoose = (character === ')' || character === ']') && !isOpened[character]
    if (!MARKS.has(character) && !isLoose) break
    count++
  }
  return count
}

function word(text: string, start: number): Token {
  return { kind: 'word', text, lower: text.toLowerCase().replaceAll('’', "'"), start, end: start + text.length }
}

function mark(text: string, start: number): Token {
  return { kind: 'mark', text, lower: text, start, end: start + 1 }
}
