import type { Cursor } from './cursor.ts'
import { join, looksLikeFile, ROOT } from './paths.ts'
import type { Phrases } from './phrases.ts'
import type { Referents } from './reading.ts'
import { takeTarget, type Target } from './targets.ts'
import { IN_IT } from './words/contents.ts'
import { DEFINITE, DOT, FROM, HERE, IN, NO_PLACES, THERE } from './words/things.ts'

/** "5pm", "17:00" */
const TIME = /^\d{1,2}(?::\d\d)?(?:am|pm|h)?$/

/** As {@link takeTarget}, and the folder it is in, where that follows: "notes.txt in the folder docs". */
export function takePlacedTarget(cursor: Cursor, referents: Referents, prepositions: Phrases = IN): Target | undefined {
  const target = takeTarget(cursor, referents)
  if (target?.path === undefined) return target
  const folder = takePlace(cursor, referents, prepositions)
  return folder === undefined ? target : { ...target, path: join(folder, target.path) }
}

/** The folder that follows one of `prepositions`: "in docs", "here", "in it" where that is a folder. */
export function takePlace(cursor: Cursor, referents: Referents, prepositions: Phrases): string | undefined {
  return cursor.attempt(() => {
    if (cursor.accept(prepositions) !== undefined) return takeFolder(cursor, referents)
    // "here" and "there" say "in" themselves, but not "from"
    if (prepositions === FROM) return undefined
    if (cursor.accept(HERE) !== undefined) return ROOT
    return cursor.accept(THERE) === undefined ? undefined : referents.folder
  })
}

/** "into it", "inside": the folder spoken of last. To be asked after {@link takePlace}, since "inside" may also go on. */
export function takeInside(cursor: Cursor, { folder, last }: Referents): string | undefined {
  if (folder === undefined || last !== 'folder') return undefined
  return cursor.accept(IN_IT) === undefined ? undefined : folder
}

/** The folder that comes next. Where there is but one, "the folder" is it. */
export function takeFolder(cursor: Cursor, referents: Referents): string | undefined {
  return cursor.attempt(() => {
    if (cursor.accept(HERE) !== undefined) return ROOT
    // a full stop after a blank is the root where a folder is looked for
    if (cursor.accept(DOT) !== undefined) return ROOT
    if (cursor.accept(THERE) !== undefined) return referents.folder
    const isDefinite = DEFINITE.has(cursor.peek()?.lower ?? '')
    const isNoPlace = NO_PLACES.has(cursor.peek()?.lower ?? '') || TIME.test(cursor.peek()?.lower ?? '')
    const target = takeTarget(cursor, referents)
    if (target === undefined || target.isMany || target.kind === 'file') return undefined
    if (isNoPlace && target.kind === 'any') return undefined
    if (target.path === undefined) return isDefinite && target.kind === 'folder' ? ROOT : undefined
    return target.kind === 'any' && looksLikeFile(target.path) ? undefined : target.path
  })
}
