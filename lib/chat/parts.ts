import { takeContent, takeQuoted } from './contents.ts'
import type { Cursor } from './cursor.ts'
import { join } from './paths.ts'
import { takeInside, takePlace } from './places.ts'
import type { Referents } from './reading.ts'
import { takeNaming, type Target } from './targets.ts'
import type { Content, NoContent } from './unquoted.ts'
import { AND } from './words/contents.ts'
import { IN } from './words/things.ts'

/** What is said of a thing to be made. */
export interface Parts {
  readonly name: string | undefined
  readonly folder: string | undefined
  readonly content: Content | NoContent | undefined
}

/** What follows `target`, in any order: its name if it has none yet, its content, its folder. */
export function takeParts(cursor: Cursor, referents: Referents, target: Target): Parts {
  let name = target.path
  let folder: string | undefined
  let content: Content | NoContent | undefined = target.isEmpty ? { text: '', isOpen: false } : undefined
  for (let before = -1; before !== cursor.index; ) {
    before = cursor.index
    name ??= cursor.attempt(() => {
      cursor.skipMarks(',')
      cursor.accept(AND)
      return takeNaming(cursor)
    })
    folder ??= takePlace(cursor, referents, IN) ?? takeInside(cursor, referents)
    // a folder that was said leaves "in it" to the file
    const { given, isGivenLast } = referents
    const spokenOf = folder === undefined ? referents : { given, isGivenLast }
    content ??=
      takeContent(cursor, spokenOf, name !== undefined) ??
      (name !== undefined && target.isSure ? takeQuoted(cursor, spokenOf) : undefined)
  }
  return { name, folder, content }
}

/** `name` in `folder`, if one was said. */
export function placed(folder: string | undefined, name: string): string {
  return folder === undefined ? name : join(folder, name)
}
