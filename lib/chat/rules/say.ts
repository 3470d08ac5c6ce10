import { exampleOf } from '../abilities.ts'
import { takeContentOf } from '../content-of.ts'
import { takeUnquoted } from '../unquoted.ts'
import type { Cursor } from '../cursor.ts'
import { actOf, actOnFile, type Ask, ask, type Reading, type Referents, type Rule, wanted } from '../reading.ts'
import { ADDRESSING, SAY } from '../words/basics.ts'
import { THEM } from '../words/lists.ts'
import { IT } from '../words/results.ts'
import { ALOUD } from '../words/verbs.ts'
import { restOfWish } from '../wish.ts'

const REDIRECTION = /[>|]/

/** "say 'hello'", "echo hello world", "repeat after me: hello" */
export const readSay: Rule = (cursor, referents) => {
  if (cursor.accept(SAY) === undefined) return undefined
  cursor.skipMarks(':,\n')
  if (cursor.isDone() && restOfWish(cursor) === '' && cursor.peek()?.kind !== 'word') {
    return askWhatToSay()
  }
  const file = cursor.attempt(() => readFileAloud(cursor, referents))
  if (file !== undefined) return file
  const quoted = cursor.attempt(() => takeWholeQuote(cursor))
  if (quoted !== undefined) return actOf('echo', [quoted])
  // "echo x > a.txt" is no saying, and of a text that is in part in quotes it is not clear what is meant
  const tokens = cursor.tokens.slice(cursor.index)
  if (tokens.some(({ kind, text }) => kind === 'quote' || REDIRECTION.test(text))) return undefined
  if (speaksToResult(cursor, referents)) return askWhatToSay()
  const content = takeUnquoted(cursor, referents)
  return typeof content === 'string' ? undefined : actOf('echo', [content.text])
}

function askWhatToSay(): Ask {
  return ask(`What shall I say? For example: ${exampleOf('echo')}`, wanted('text', 'say '))
}

/** "hello to them", right after a step that gave what they are: each may be meant. */
function speaksToResult(cursor: Cursor, { given, isGivenLast = false }: Referents): boolean {
  if (given === undefined || !isGivenLast) return false
  return cursor.lookAhead(() => {
    for (cursor.index++; cursor.peek() !== undefined; cursor.index++) {
      const isTo = cursor.lookAhead(() => {
        if (cursor.accept(ADDRESSING) === undefined) return false
        return (cursor.accept(IT) ?? cursor.accept(THEM)) !== undefined && cursor.isDone()
      })
      if (isTo) return true
    }
    return false
  })
}

/** "the contents of a.txt", "it" after a step that was about a file. */
function readFileAloud(cursor: Cursor, referents: Referents): Reading | undefined {
  const { file, last } = referents
  const content = takeContentOf(cursor, referents)
  const isIt = content === undefined && last === 'file' && cursor.accept(IT) !== undefined
  const path = isIt ? file : content?.path
  cursor.accept(ALOUD)
  const isFile = isIt || (content?.isSure === true && !content.isMany && content.kind !== 'folder')
  return isFile && path !== undefined && cursor.isDone() ? actOnFile('read_file', [path], path) : undefined
}

function takeWholeQuote(cursor: Cursor): string | undefined {
  const text = cursor.takeQuote()
  cursor.accept(ALOUD)
  return cursor.isDone() ? text : undefined
}
