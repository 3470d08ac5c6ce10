import type { Cursor } from '../cursor.ts'
import { phrases } from '../phrases.ts'
import { takePlacedTarget } from '../places.ts'
import type { Reading, Referents, Rule } from '../reading.ts'
import { LISTENERS } from '../words/courtesies.ts'
import { ASKING, SHOW } from '../words/verbs.ts'
import { lookFor } from './exists.ts'

const HOW_BIG = phrases(`
  how big is, how large is, what is the size of, what's the size of, whats the size of, what size is, what size has, the size of,
  the file size of, what is the file size of, how many bytes has, how many bytes does, how many bytes are in
`)
const IS = phrases('is, has, have')

/** "how big is a.txt?", "what is the size of docs/a.txt": a list of files says how big they are. */
export const readSize: Rule = (cursor, referents) => {
  const empty = cursor.attempt(() => readIsEmpty(cursor, referents))
  if (empty !== undefined) return empty
  if (cursor.accept(ASKING) === undefined) cursor.accept(SHOW)
  cursor.acceptAll(LISTENERS)
  if (cursor.accept(HOW_BIG) === undefined && cursor.accept(phrases('how big, how large')) === undefined)
    return undefined
  const target = takePlacedTarget(cursor, referents)
  cursor.accept(IS)
  if (target?.isSure !== true || target.kind === 'folder' || target.isMany || !cursor.isDone()) return undefined
  return lookFor(target)
}

/** "is a.txt empty?" */
function readIsEmpty(cursor: Cursor, referents: Referents): Reading | undefined {
  if (cursor.accept(ASKING) !== undefined && cursor.accept(WHETHER) === undefined) return undefined
  cursor.accept(IS)
  const target = takePlacedTarget(cursor, referents)
  cursor.accept(IS)
  if (cursor.accept(EMPTY) === undefined || !cursor.isDone()) return undefined
  if (target?.isSure !== true || target.isMany) return undefined
  // what is in a folder tells it
  return lookFor(target)
}

const WHETHER = phrases('if, whether')
const EMPTY = phrases('empty, still empty, blank')
