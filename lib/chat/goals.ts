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

/** Whether something in the rest of the clause could say where a content goes. */
export function saysWhere(cursor: Cursor): boolean {
  return cursor.tokens.slice(cursor.index).some(({ lower }) => INTO.startingWith(lower).length > 0)
}

/** Where a content without quotes goes. */
export interface Goal {
  /** Where the phrase that says it begins. */
  readonly index: number
  readonly path: string
  /** It reads as a file's name. */
  readonly isSure: boolean
  /** No other file is named before it, which might be meant instead or too. */
  readonly isOnly: boolean
}

/** The last phrase that says where a content goes and ends the clause; before others one that reads as a file's name. */
export function lastGoal(cursor: Cursor, referents: Referents): Goal | undefined {
  let found: Goal | undefined
  for (let index = cursor.tokens.length - 2; index > cursor.index; index--) {
    const goal = goalAt(cursor, referents, index)
    if (goal === undefined) continue
    if (found?.isSure === true && goal.isSure && !goal.endsClause) return { ...found, isOnly: false }
    if (goal.endsClause && (found === undefined || goal.isSure)) found = goal
  }
  return found
}

function goalAt(
  cursor: Cursor,
  referents: Referents,
  index: number,
): (Goal & { readonly endsClause: boolean }) | undefined {
  return cursor.lookAhead(() => {
    cursor.index = index
    const { path, isSure = false } = takeInto(cursor, referents) ?? {}
    return path === undefined ? undefined : { index, path, isSure, isOnly: true, endsClause: cursor.isDone() }
  })
}
