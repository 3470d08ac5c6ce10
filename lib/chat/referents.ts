import { foldersOf } from './known-folders.ts'
import type { Acts } from './lists.ts'
import type { Act, Referents } from './reading.ts'
import { givesSomething } from './results.ts'

/** What the steps of one clause leave to the next to speak of. What none of them speaks of stays what it was `before`. */
export function referentsAfter({ acts, refersTo }: Acts, steps: readonly Act[], before: Referents): Referents {
  return {
    started: startedBy(steps),
    deleted: deletedBy(steps),
    folders: [...(before.folders ?? []), ...foldersOf(steps)],
    several: undefined,
    ...givenBy(acts),
    ...refersTo,
  }
}

/** What steps gave: "the result" stays what it was where they give nothing. */
function givenBy(steps: readonly Act[]): Pick<Referents, 'given' | 'isGivenLast'> {
  const last = steps.at(-1)
  if (last === undefined) return {}
  // of several nobody can tell which is meant
  if (steps.filter(givesSomething).length > 1) return { given: undefined, isGivenLast: false }
  return givesSomething(last) ? { given: last, isGivenLast: true } : { isGivenLast: false }
}

/** The one file that `acts` make empty. */
function startedBy([act, ...others]: readonly Act[]): string | undefined {
  if (act === undefined || others.length > 0) return undefined
  const {
    tool,
    args: [path, content],
  } = act
  return tool === 'write_file' && content === '' && typeof path === 'string' ? path : undefined
}

/** The one file that `acts` delete. */
function deletedBy([act, ...others]: readonly Act[]): string | undefined {
  const path = act?.tool === 'delete_file' && others.length === 0 ? act.args[0] : undefined
  return typeof path === 'string' ? path : undefined
}
