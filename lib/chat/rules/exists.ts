import type { Cursor } from '../cursor.ts'
import { filesAct, folderAct } from '../listing.ts'
import { join, looksLikeFile, ROOT } from '../paths.ts'
import { type Phrases, phrases } from '../phrases.ts'
import { takePlace, takePlacedTarget } from '../places.ts'
import { sentence } from '../quote.ts'
import { ask, type Reading, type Referents, type Rule, wanted } from '../reading.ts'
import { searchAct, takeSearchPlace } from '../searching.ts'
import { takeTarget, type Target } from '../targets.ts'
import { DETERMINERS, HERE, IN, NOT_NAMES, THERE } from '../words/things.ts'
import { ASKING, DOES, HAS, HAVE, IS } from '../words/verbs.ts'

const EXISTS = phrases(`
  exist, still exist, already exist, exist already, exists, still exists, already exists, is there, is still there,
  is already there, are there
`)
const WHETHER = phrases('if, whether')
const STILL = phrases('still, already, even')

/** "does a.txt exist?", "is there a file called a.txt?", "do I have a.txt?", "is a.txt in docs?", "check whether a.txt exists" */
export const readExists: Rule = (cursor, referents) => {
  const isTold = cursor.accept(ASKING) !== undefined && cursor.accept(WHETHER) !== undefined
  return (
    cursor.attempt(() => readHas(cursor, referents, isTold ? HAVE : HAS)) ??
    cursor.attempt(() => (isTold || cursor.accept(DOES) !== undefined ? readDoes(cursor, referents) : undefined)) ??
    cursor.attempt(() => (isTold || cursor.accept(IS) !== undefined ? readIs(cursor, referents) : undefined))
  )
}

/** "is there a.txt in docs", "is there any ERROR in src" */
function readHas(cursor: Cursor, referents: Referents, has: Phrases): Reading | undefined {
  if (cursor.accept(has) === undefined) return undefined
  cursor.accept(STILL)
  const word = cursor.attempt(() => readHasWord(cursor, referents))
  if (word !== undefined) return word
  const target = takePlacedTarget(cursor, referents)
  // "do I have time"
  return target?.isSure === true && cursor.isDone() ? lookFor(target) : undefined
}

/**
 * "any ERROR in src", "a guide in docs": a word that may be a part of a name, or of a text, so that both are searched. Without a place
 * it must be in capitals, for much else is asked so.
 */
function readHasWord(cursor: Cursor, referents: Referents): Reading | undefined {
  cursor.acceptAll(DETERMINERS)
  const token = cursor.peek()
  if (token?.kind !== 'word' || NOT_NAMES.has(token.lower) || token.text.includes('/') || token.text.includes('.'))
    return undefined
  cursor.index++
  const place = takeSearchPlace(cursor, referents)
  const isInCapitals = /^\p{Lu}{2,}s?$/u.test(token.text)
  if (!cursor.isDone() || !(isInCapitals || place !== undefined)) return undefined
  return searchAct(isInCapitals ? token.text.replace(/s$/, '') : token.text, place)
}

/** "a.txt exist" */
function readDoes(cursor: Cursor, referents: Referents): Reading | undefined {
  const target = takePlacedTarget(cursor, referents)
  if (cursor.accept(EXISTS) === undefined) return undefined
  const folder = takePlace(cursor, referents, IN)
  return target !== undefined && cursor.isDone() ? lookFor(target, folder) : undefined
}

/** "a.txt there", "a.txt in docs", after "whether" also "a.txt is in docs" */
function readIs(cursor: Cursor, referents: Referents): Reading | undefined {
  const target = takeTarget(cursor, referents)
  cursor.accept(IS)
  cursor.accept(STILL)
  if (target?.path === undefined || !target.isSure) return undefined
  const isHere = cursor.accept(THERE) !== undefined || cursor.accept(HERE) !== undefined
  const folder = isHere ? ROOT : takePlace(cursor, referents, IN)
  if (folder === undefined || !cursor.isDone()) return undefined
  // "is ERROR in docs"
  const isWord = target.kind === 'any' && /^\p{Lu}{2,}$/u.test(target.path)
  return isWord ? searchAct(target.path, { _tag: 'Folder', path: folder }) : lookFor(target, folder)
}

/** A file is looked for by its name; a folder by looking into it, which tells if it is not there. */
export function lookFor({ kind, path, isMany, isSure }: Target, folder = ROOT): Reading | undefined {
  if (path === undefined) return undefined
  if (kind === 'folder') return isMany ? undefined : folderAct(join(folder, path))
  if (kind === 'any' && !(isSure && looksLikeFile(path))) {
    return ask(
      `Is "${path}" a file or a folder? Say "is there a file called ${path}" or "show the folder ${path}".`,
      wanted('words', 'is there a ', sentence` called ${join(folder, path)}`),
    )
  }
  const looking = filesAct(folder, path, false)
  // "it" is the file, and not the folder that is looked into
  if (looking._tag !== 'Act' || isMany) return looking
  const file = join(folder, path)
  return { ...looking, refersTo: { ...looking.refersTo, file, last: 'file' } }
}
