import { phrases } from '../phrases.ts'
import { takePlacedTarget } from '../places.ts'
import type { Rule } from '../reading.ts'
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
  if (cursor.accept(ASKING) === undefined) cursor.accept(SHOW)
  cursor.acceptAll(LISTENERS)
  if (cursor.accept(HOW_BIG) === undefined && cursor.accept(phrases('how big, how large')) === undefined)
    return undefined
  const target = takePlacedTarget(cursor, referents)
  cursor.accept(IS)
  if (target?.isSure !== true || target.kind === 'folder' || target.isMany || !cursor.isDone()) return undefined
  return lookFor(target)
}
