import { exampleOf } from '../abilities.ts'
import { takeUnquoted } from '../contents.ts'
import type { Cursor } from '../cursor.ts'
import { actOf, ask, type Rule, wanted } from '../reading.ts'
import { SAY } from '../words/basics.ts'
import { ALOUD } from '../words/verbs.ts'
import { restOfWish } from '../wish.ts'

const REDIRECTION = /[>|]/

/** "say 'hello'", "echo hello world", "repeat after me: hello" */
export const readSay: Rule = (cursor, referents) => {
  if (cursor.accept(SAY) === undefined) return undefined
  cursor.skipMarks(':,\n')
  if (cursor.isDone() && restOfWish(cursor) === '' && cursor.peek()?.kind !== 'word') {
    return ask(`What shall I say? For example: ${exampleOf('echo')}`, wanted('text', 'say '))
  }
  const quoted = cursor.attempt(() => takeWholeQuote(cursor))
  if (quoted !== undefined) return actOf('echo', [quoted])
  // "echo x > a.txt" is no saying, and of a text that is in part in quotes it is not clear what is meant
  const tokens = cursor.tokens.slice(cursor.index)
  if (tokens.some(({ kind, text }) => kind === 'quote' || REDIRECTION.test(text))) return undefined
  const content = takeUnquoted(cursor, referents)
  return typeof content === 'string' ? undefined : actOf('echo', [content.text])
}

function takeWholeQuote(cursor: Cursor): string | undefined {
  const text = cursor.takeQuote()
  cursor.accept(ALOUD)
  return cursor.isDone() ? text : undefined
}
