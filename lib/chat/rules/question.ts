import { takeContentOf } from '../content-of.ts'
import type { Cursor } from '../cursor.ts'
import { folderAct, readListing } from '../listing.ts'
import { ROOT } from '../paths.ts'
import { phrases } from '../phrases.ts'
import { takePlacedTarget } from '../places.ts'
import type { Reading, Referents, Rule } from '../reading.ts'
import { readSearch, searchAct } from '../searching.ts'
import { takeTarget } from '../targets.ts'
import { STATES } from '../words/contents.ts'
import { FILE, FILES, HERE } from '../words/things.ts'
import { ASKING, DOES } from '../words/verbs.ts'
import { lookInto } from './read.ts'

const WHAT = phrases("what, which, how many, what's, whats, what is, what are, which are")
const WHAT_IS = phrases("what's, whats, what is, what are, what was, what stands, what do i have, what do we have")
const WHAT_DOES = phrases('what does, what do')
const SAYS = phrases('say, contain, hold, have in it, have inside, include, look like, read, have')
const INSIDE = phrases(`
  in, inside, inside of, within, written in, stored in, there in, contained in, saved in, under, to be found in
`)
const WHERE_IS = phrases(`
  where's, where is, wheres, where are, where does, where do, where did i use, where do i use
`)
const ANY = phrases('are there, is there, do i have, do we have, does any, do any, have i got')
const IN_WHICH = phrases('in which, in what')
const THERE = phrases('there, here, there here, in here, available')

/** "what is in notes.txt?", "which files contain apples?", "where is notes.txt?", also after "show me", "tell me". */
export const readQuestion: Rule = (cursor, referents) => {
  cursor.accept(ASKING)
  for (const read of [readDoesHold, readWhatIs, readWhatDoes, readWhere, readInWhich, readWhich]) {
    const reading = cursor.attempt(() => read(cursor, referents))
    if (reading !== undefined) return reading
  }
  return undefined
}

/** "does notes.txt mention milk" */
function readDoesHold(cursor: Cursor, referents: Referents): Reading | undefined {
  if (cursor.accept(DOES) === undefined) return undefined
  const { path, isSure, isMany, kind } = takePlacedTarget(cursor, referents) ?? {}
  if (path === undefined || isSure !== true || isMany === true || kind === 'folder') return undefined
  if (cursor.accept(MENTIONING) === undefined || cursor.isDone()) return undefined
  return searchAct('', { _tag: 'File', path })
}

const MENTIONING = phrases('mention, contain, include, have, say, hold')

/** "what is in docs", "what are the contents of notes.txt", "what is there", "what's notes.txt's content" */
function readWhatIs(cursor: Cursor, referents: Referents): Reading | undefined {
  if (cursor.accept(WHAT_IS) === undefined) return undefined
  const content = takeContentOf(cursor, referents)
  if (content !== undefined) return cursor.isDone() && !content.isMany ? lookInto(content) : undefined
  if (cursor.accept(THERE) !== undefined && cursor.isDone()) return folderAct(ROOT)
  if (cursor.accept(INSIDE) === undefined) return undefined
  if (cursor.accept(HERE) !== undefined) return cursor.isDone() ? folderAct(ROOT) : undefined
  const target = takePlacedTarget(cursor, referents)
  cursor.accept(phrases('is'))
  return target === undefined || target.isMany || !cursor.isDone() ? undefined : lookInto(target)
}

/** "what does notes.txt say" */
function readWhatDoes(cursor: Cursor, referents: Referents): Reading | undefined {
  const isQuestion = cursor.accept(WHAT_DOES) !== undefined
  if (!isQuestion && cursor.accept(phrases('what')) === undefined) return undefined
  const target = takePlacedTarget(cursor, referents)
  if (target === undefined || target.isMany) return undefined
  const said = isQuestion ? SAYS : STATES
  return cursor.accept(said) !== undefined && cursor.isDone() ? lookInto(target) : undefined
}

/** "where is notes.txt", "where is 'apples' used" */
function readWhere(cursor: Cursor, referents: Referents): Reading | undefined {
  if (cursor.accept(WHERE_IS) === undefined) return undefined
  const named = cursor.attempt(() => {
    const target = takeTarget(cursor, referents)
    return target?.path !== undefined && target.isSure && !target.isMany && cursor.isDone() ? target.path : undefined
  })
  return named === undefined ? readSearch(cursor, referents) : searchAct(named)
}

/** "in which files does 'apples' appear" */
function readInWhich(cursor: Cursor, referents: Referents): Reading | undefined {
  if (cursor.accept(IN_WHICH) === undefined) return undefined
  if (cursor.accept(FILES) === undefined && cursor.accept(FILE) === undefined) return undefined
  cursor.accept(phrases('is, are, does, do, can i find'))
  return readSearch(cursor, referents)
}

/** "which files are there in docs", "what .md files do I have", "are there any files that contain x" */
function readWhich(cursor: Cursor, referents: Referents): Reading | undefined {
  if (cursor.accept(WHAT) === undefined && cursor.accept(ANY) === undefined) return undefined
  return readListing(cursor, referents, { isQuestion: true })
}
