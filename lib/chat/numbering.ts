import { Cursor } from './cursor.ts'
import { skipCourtesies } from './joints.ts'
import { phrases } from './phrases.ts'
import type { Token } from './tokens.ts'
import { VERBS } from './words/verbs.ts'

const STEP = phrases('step')
const LETTERS = 'abcdefghijklmnopqrstuvwxyz'
const BULLETS: ReadonlySet<string> = new Set(['*', '+', '•', '·', '◦', '‣', '▪', '●'])

/**
 * `tokens` without the numbers of steps, "1. … 2. …", "1) …", "a) …", "step 1: …", or the bullets before them: a line break stands in
 * their place. Only where they count from one, and a verb follows each.
 */
export function withoutNumbers(text: string, tokens: readonly Token[]): readonly Token[] {
  const cursor = new Cursor(text, tokens)
  skipCourtesies(cursor)
  const steps: Token[] = tokens.slice(0, cursor.index)
  let number = 1
  while (cursor.index < tokens.length) {
    const { index } = cursor
    const isNumbered = cursor.attempt(() => takeNumber(cursor, number) ?? takeBullet(cursor))
    if (isNumbered === undefined) {
      // nothing is counted before the first step
      if (number === 1) return tokens
      cursor.index = index + 1
      steps.push(...tokens.slice(index, cursor.index))
    } else {
      const end = tokens[cursor.index - 1]?.end ?? 0
      steps.push({ kind: 'mark', text: '\n', lower: '\n', start: tokens[index]?.start ?? 0, end })
      number++
    }
  }
  return steps
}

/** "1.", "step 1:", if a step begins behind it. */
function takeNumber(cursor: Cursor, number: number): true | undefined {
  cursor.accept(STEP)
  const token = cursor.peek()
  const isLetter = token?.lower === LETTERS.charAt(number - 1)
  if (token?.kind !== 'word' || (token.text !== String(number) && !isLetter)) return undefined
  cursor.index++
  const isBracket = cursor.text.charAt(token.end) === ')'
  const mark = cursor.peek()
  const isMark = mark?.kind === 'mark' && (mark.text === '.' || mark.text === ':')
  // "a." is a word that ends a sentence
  if (!isBracket && (!isMark || isLetter)) return undefined
  if (isMark) cursor.index++
  return beginsStep(cursor)
}

/** "* ", at the beginning of a line or of what is said. */
function takeBullet(cursor: Cursor): true | undefined {
  const before = cursor.peek(-1)
  const isFirst = before === undefined || before.kind === 'mark'
  const bullet = cursor.peek()
  if (!isFirst || bullet?.kind !== 'word' || !BULLETS.has(bullet.text)) return undefined
  cursor.index++
  return beginsStep(cursor)
}

function beginsStep(cursor: Cursor): true | undefined {
  return cursor.lookAhead(() => {
    skipCourtesies(cursor)
    return VERBS.some((verbs) => cursor.sees(verbs)) ? true : undefined
  })
}
