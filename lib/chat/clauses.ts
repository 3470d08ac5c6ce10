import { bracketsOpenAfter } from './brackets.ts'
import { Cursor } from './cursor.ts'
import { impliedVerb, type ImpliedVerb } from './implied-verbs.ts'
import { isJoint, skipCourtesies } from './joints.ts'
import { type Phrases, wordSet } from './phrases.ts'
import { takePlace } from './places.ts'
import type { Token } from './tokens.ts'
import { CONTENT } from './words/contents.ts'
import { ADDING, ASKING_LEAVE, ASKING_TO_DO, CONFIRMING, FAREWELLS, HEDGES, REQUESTS } from './words/courtesies.ts'
import { DETERMINERS, INSIDE_FOLDER } from './words/things.ts'
import { CREATE, JOINED_VERBS, NOUNS_TOO, REPLACE_CONTENT, VERBS, WRITE } from './words/verbs.ts'

/**
 * The parts of a message that each want one thing. A sentence's end ends one; "and", "then", a comma, a semicolon and a line break
 * do where a verb follows. What a colon announces as a content is one token, up to the end of the message.
 */
export function splitClauses(text: string, tokens: readonly Token[]): readonly Cursor[] {
  const cursor = new Cursor(text, tokens)
  const clauses: Cursor[] = []
  let clause: Token[] = []
  let openBrackets = 0
  let { isWriting, isRequest, isTentative, isConfirmed, isAlso } = beginning(cursor)
  let implied: ImpliedVerb | undefined
  let sentenceStart = 0
  function end(): void {
    clauses.push(new Cursor(text, clause, { isRequest, isTentative, isAlso }))
    const isAsked = isQuestion(clause) && !isRequest && !isConfirmed
    // the mark is of all that the sentence says
    if (isAsked) clauses.push(...clauses.splice(sentenceStart).map(asQuestion))
  }
  function next(index: number, isSameSentence: boolean): void {
    end()
    clause = []
    openBrackets = 0
    cursor.index = index
    const before = isSameSentence ? { isRequest, isTentative } : { isRequest: false, isTentative: false }
    const following = beginning(cursor, before.isTentative)
    isWriting = following.isWriting
    isRequest = following.isRequest || before.isRequest
    isTentative = following.isTentative
    isAlso = following.isAlso
    isConfirmed = following.isConfirmed || (isSameSentence && isConfirmed)
    if (!isSameSentence) sentenceStart = clauses.length
  }

  for (const [index, token] of tokens.entries()) {
    const gap = text.slice(tokens[index - 1]?.end ?? 0, token.start)
    openBrackets = bracketsOpenAfter(token.kind === 'word' ? `${gap}${token.text}` : gap, openBrackets)
    const mayAnnounce = isWriting && token.text === ':' && openBrackets === 0 && !isContentBegun(text, clause)
    const rest = mayAnnounce ? restAfter(text, tokens, index) : undefined
    if (rest !== undefined) {
      clause.push(rest)
      break
    }
    // "delete: a.txt"
    if (token.kind === 'mark' && token.text === ':' && !isWriting && isVerb(text, clause)) continue
    const isPlaceFirst = token.text === ',' && isPlace(text, clause)
    const mayJoin = clause.length > 0 && !isPlaceFirst && isJoint(token) && !isInVerb(text, tokens, index)
    if (mayJoin && beginsAt(cursor, index)) {
      next(index, true)
      // the others mean nothing more, but "after that" is one
      if (token.lower === 'after') clause.push(token)
      continue
    }
    const repeated = clause.length > 0 && isJoint(token) ? impliedVerb(cursor, clause, index) : undefined
    if (repeated !== undefined) {
      next(index, true)
      isWriting = repeated.isWriting
      implied = repeated
      continue
    }
    if (implied?.index === index) clause.push(wordAt(token.start, implied.verb))
    clause.push(token)
    const isInside = isWriting && saysWhere(tokens[index + 1])
    if (!isInside && endsSentence(token, tokens[index + 1])) next(index + 1, false)
  }
  end()
  return clauses.filter(wantsSomething)
}

const WRITING: readonly Phrases[] = [CREATE, WRITE, REPLACE_CONTENT]
const SENTENCE_ENDS: ReadonlySet<string> = new Set(['.', '!', '?'])
/** Before a colon: what follows is a name, not a content. */
const NAMING: ReadonlySet<string> = wordSet(
  'file, folder, directory, document, files, folders, name, named, called, titled, filename',
)

/** Whether a clause says no more than a verb. */
function isVerb(text: string, clause: readonly Token[]): boolean {
  const cursor = new Cursor(text, clause.slice(0, MAX_PLACE))
  skipCourtesies(cursor)
  return VERBS.some((verbs) => cursor.accept(verbs) !== undefined) && cursor.peek() === undefined
}

/** Whether the joint at `index` is a part of a verb: "find and replace". */
function isInVerb(text: string, tokens: readonly Token[], index: number): boolean {
  const verb = new Cursor(text, tokens.slice(index - 1, index + 2))
  return verb.sees(JOINED_VERBS)
}

/** Whether a content has begun already, so that a colon is a part of it: "with port: 8080"; but not "with content:". */
function isContentBegun(text: string, clause: readonly Token[]): boolean {
  const index = clause.findLastIndex(({ kind, lower }) => kind === 'word' && lower === 'with')
  const cursor = new Cursor(text, clause)
  cursor.index = index + 1
  return index > 0 && cursor.peek() !== undefined && !cursor.sees(DETERMINERS) && !cursor.sees(CONTENT)
}

/** Whether a further step begins with the joint at `index`. The cursor stays behind what was looked at, so that joints in a row are one. */
function beginsAt(cursor: Cursor, index: number): boolean {
  if (index < cursor.index) return false
  cursor.index = index
  skipCourtesies(cursor)
  return VERBS.some((set) => cursor.sees(set)) && !isNoun(cursor)
}

/** Whether what comes next is a verb and a noun too, and nothing follows that it could be done to. */
function isNoun(cursor: Cursor): boolean {
  return cursor.lookAhead(() => {
    if (cursor.accept(NOUNS_TOO) === undefined) return false
    cursor.acceptAll(FAREWELLS)
    const next = cursor.peek()
    return next === undefined || next.kind === 'mark' || isJoint(next)
  })
}

/** In tokens, with courtesies: "could you please, in the folder docs". */
const MAX_PLACE = 16

/** Whether a clause says no more than a folder, as in "in docs, create a.txt". */
function isPlace(text: string, clause: readonly Token[]): boolean {
  if (clause.length > MAX_PLACE) return false
  const cursor = new Cursor(text, clause)
  skipCourtesies(cursor)
  return takePlace(cursor, {}, INSIDE_FOLDER) !== undefined && cursor.peek() === undefined
}

const PLACES: ReadonlySet<string> = new Set(['to', 'into', 'in', 'as'])

/** Whether what is written goes on to say where it goes: "write Hello World! to a.txt". */
function saysWhere(next: Token | undefined): boolean {
  return next?.kind === 'word' && PLACES.has(next.text)
}

/** Said last in a question that asks for what was said before: "delete a.txt, will you?" */
const REQUESTING: ReadonlySet<string> = new Set(['you', 'please'])

/** Whether a clause ends in a question mark, and not as a request does. */
function isQuestion(clause: readonly Token[]): boolean {
  const [last, mark] = clause.slice(-2)
  return mark?.kind === 'mark' && mark.text === '?' && !REQUESTING.has(last?.lower ?? '')
}

function asQuestion({ text, tokens, manner }: Cursor): Cursor {
  return new Cursor(text, tokens, { ...manner, isQuestion: true })
}

/** Whether `token` ends a sentence. Of several marks in a row, "?!" or "...", the last does. */
function endsSentence({ kind, text }: Token, next: Token | undefined): boolean {
  if (kind !== 'mark' || !SENTENCE_ENDS.has(text)) return false
  return next?.kind !== 'mark' || !SENTENCE_ENDS.has(next.text)
}

interface Beginning {
  readonly isWriting: boolean
  readonly isRequest: boolean
  readonly isTentative: boolean
  readonly isConfirmed: boolean
  readonly isAlso: boolean
}

/** How a clause begins at the cursor, which passes what is said before what is wanted. */
function beginning(cursor: Cursor, wasTentative = false): Beginning {
  const courtesies = skipCourtesies(cursor)
  return {
    isWriting: WRITING.some((set) => cursor.sees(set)),
    isRequest: courtesies.some((courtesy) => REQUESTS.has(courtesy)),
    isTentative: leavesOpen(courtesies, wasTentative),
    isConfirmed: courtesies.some((courtesy) => CONFIRMING.has(courtesy)),
    isAlso: courtesies.some((courtesy) => ADDING.has(courtesy)),
  }
}

/** Whether `courtesies` leave open whether what follows shall be done; where they do not say, as it was before. */
function leavesOpen(courtesies: readonly string[], wasTentative: boolean): boolean {
  const isAskedToDo = courtesies.some((courtesy) => ASKING_TO_DO.has(courtesy))
  let isTentative = wasTentative
  for (const courtesy of courtesies) {
    if (CONFIRMING.has(courtesy)) isTentative = false
    else if (ASKING_LEAVE.has(courtesy) || (HEDGES.has(courtesy) && !isAskedToDo)) isTentative = true
  }
  return isTentative
}

function wordAt(start: number, word: string): Token {
  return { kind: 'word', text: word, lower: word, start, end: start }
}

function wantsSomething(cursor: Cursor): boolean {
  skipCourtesies(cursor)
  return !cursor.isDone()
}

/** What the colon at `index` announces, if it is a content without quotes. */
function restAfter(text: string, tokens: readonly Token[], index: number): Token | undefined {
  const before = tokens[index - 1]
  const after = tokens[index + 1]
  const colon = tokens[index]
  if (colon?.kind !== 'mark' || before === undefined || before.kind === 'mark' || NAMING.has(before.lower))
    return undefined
  if (after === undefined || after.kind === 'quote' || (after.text === '\n' && tokens[index + 2]?.kind === 'quote'))
    return undefined
  const start = colon.end + (/^[ \t]*(?:\r?\n)?/.exec(text.slice(colon.end))?.[0].length ?? 0)
  return { kind: 'rest', text: text.slice(start), lower: '', start, end: text.length }
}
