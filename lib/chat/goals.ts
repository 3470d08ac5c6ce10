import type { Cursor } from './cursor.ts'
import { placed } from './parts.ts'
import { takePlacedTarget } from './places.ts'
import type { Referents } from './reading.ts'
import { takeAs, takeNaming } from './targets.ts'
import { INTO } from './words/things.ts'

/** Where something is written; `path` is undefined where that is said without a name: "to a file". */
export interface Into {
  readonly path: string | undefined
  /** The folder that it goes to, where no name was said. */
  readonly folder?: string | undefined
  readonly isSure: boolean
  /** Said with "as", after which nothing is a folder. */
  readonly isNamed: boolean
  readonly preposition: string
}

/** "to a.txt", "into the file a.txt in docs", "in the folder docs as a.txt" */
export function takeInto(cursor: Cursor, referents: Referents): Into | undefined {
  return cursor.attempt(() => {
    const preposition = cursor.accept(INTO)
    if (preposition === undefined) return undefined
    const isNamed = preposition === 'as'
    const target = takePlacedTarget(cursor, referents)
    if (target === undefined || target.isMany) return undefined
    const name = takeNaming(cursor) ?? (target.kind === 'folder' ? takeAs(cursor) : undefined)
    if (target.kind !== 'folder') return { path: target.path ?? name, isSure: target.isSure, isNamed, preposition }
    return { path: name && placed(target.path, name), folder: target.path, isSure: true, isNamed, preposition }
  })
}
