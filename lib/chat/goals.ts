import type { Cursor } from './cursor.ts'
import { placed } from './parts.ts'
import { takePlacedTarget } from './places.ts'
import type { Referents } from './reading.ts'
import { takeAs, takeNaming } from './targets.ts'
import { INTO } from './words/things.ts'

/** Where something is written; `path` is undefined where that is said without a name: "to a file". */
export interface Into {
  readonly path: string | undefined
  readonly isSure: boolean
}

/** "to a.txt", "into the file a.txt in docs", "in the folder docs as a.txt" */
export function takeInto(cursor: Cursor, referents: Referents): Into | undefined {
  return cursor.attempt(() => {
    if (cursor.accept(INTO) === undefined) return undefined
    const target = takePlacedTarget(cursor, referents)
    if (target === undefined || target.isMany) return undefined
    const name = takeNaming(cursor) ?? (target.kind === 'folder' ? takeAs(cursor) : undefined)
    if (target.kind !== 'folder') return { path: target.path ?? name, isSure: target.isSure }
    return { path: name && placed(target.path, name), isSure: true }
  })
}
