import { Cursor } from './cursor.ts'
import { type Phrases, wordSet } from './phrases.ts'
import type { Token } from './tokens.ts'
import { COURTESIES, SENTENCE_MARKS } from './words/courtesies.ts'
import { CREATE, REPLACE_CONTENT, VERBS, WRITE } from './words/verbs.ts'

/**
 * The parts of a message that each want one thing. A sentence's end ends one; "and", "then", a comma and a line break do where a
 * verb follows. What a colon announces as a content is one token, up to the end of the message.
 */
export function splitClauses(text: string, tokens: readonly Token[]): readonly Cursor[] {
  const cursor = new Cursor(text, tokens)
  const clauses: Token[][] = []
  let clause: Token[] = []
  let isWriting = beginsWith(cursor, WRITING)
  function next(index: number): void {
    clauses.push(clause)
    clause = []
    cursor.index = index
    isWriting = beginsWith(cursor, WRITING)
  }

  for (const [index, token] of tokens.entries()) {
    const rest = isWriting && token.text === ':' ? restAfter(text, tokens, index) : undefined
    if (rest !== undefined) {
      clause.push(rest)
      break
    }
    if (clause.length > 0 && isJoint(token) && beginsAt(cursor, index)) {
      next(index)
    } else {
      clause.push(token)
      if (token.kind === 'mark' && SENTENCE_ENDS.has(token.text)) next(index + 1)
    }
  }
  clauses.push(clause)
  return clauses.map((part) => new Cursor(text, part)).filter(wantsSomething)
}

const WRITING: readonly Phrases[] = [CREATE, WRITE, REPLACE_CONTENT]
const SENTENCE_ENDS: ReadonlySet<string> = new Set(['.', '!', '?', ';'])
const JOINTS: ReadonlySet<string> = new Set(['and', 'then', '&', 'plus', ',', '\n'])
/** Before a colon: what follows is a name, not a content. */
const NAMING: ReadonlySet<string> = wordSet(
  'file, folder, directory, document, files, folders, name, named, called, titled, filename',
)

function isJoint(token: Token): boolean {
  return token.kind !== 'quote' && JOINTS.has(token.lower)
}

/** Whether a further step begins with the joint at `index`. The cursor stays behind what was looked at, so that joints in a row are one. */
function beginsAt(cursor: Cursor, index: number): boolean {
  if (index < cursor.index) return false
  cursor.index = index
  return beginsWith(cursor, VERBS)
}

/** Whether one of `verbs` comes after joints and courtesies, which the cursor passes. */
function beginsWith(cursor: Cursor, verbs: readonly Phrases[]): boolean {
  skipCourtesies(cursor)
  return verbs.some((set) => cursor.sees(set))
}

/** Passes what is said before what is wanted. */
function skipCourtesies(cursor: Cursor): void {
  for (let before = -1; before !== cursor.index; ) {
    before = cursor.index
    cursor.skipMarks(SENTENCE_MARKS)
    const token = cursor.peek()
    if (token?.kind === 'word' && JOINTS.has(token.lower)) cursor.index++
    cursor.acceptAll(COURTESIES)
  }
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
