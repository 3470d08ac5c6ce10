import type { CallStep, Step } from '../dsl/ast.ts'
import { callsIn } from '../dsl/calls.ts'
import { mayBeNamed } from '../dsl/reference.ts'
import { ScriptFault } from './script-fault.ts'

/** What the calls of a script are called. */
export interface ScriptNames {
  /** The id of the node of each call. */
  readonly ids: ReadonlyMap<CallStep, string>
  /** The ids that the script itself gave, and so may refer to. */
  readonly given: ReadonlySet<string>
}

/** As a reference can say it. */
const NAME = /^[A-Za-z_][A-Za-z0-9_-]{0,63}$/

/**
 * Gives each call of `steps` an id: its variable; else the name of its task, where a reference can say it and no other call has it;
 * else `step` and its number in the text.
 *
 * @throws ScriptFault where a variable is assigned twice: `${name}` would not say which.
 */
export function nameCalls(steps: readonly Step[]): ScriptNames {
  const calls = callsIn(steps)
  const given = new Set<string>()
  for (const { variable, location } of calls) {
    if (variable === undefined) continue
    if (!mayBeNamed(variable)) throw new ScriptFault('DSL_SYNTAX', `expected another name, got $${variable}`, location)
    if (given.has(variable)) {
      throw new ScriptFault('DSL_SYNTAX', `expected a name that no other step has, got $${variable}`, location)
    }
    given.add(variable)
  }
  const tasks = countOf(calls.flatMap(({ task }) => task ?? []))
  const ids = new Map<CallStep, string>()
  for (const call of calls) {
    const { variable, task } = call
    if (variable !== undefined) ids.set(call, variable)
    else if (task !== undefined && isIdOf(task) && tasks.get(task) === 1 && !given.has(task)) ids.set(call, task)
  }
  for (const id of ids.values()) given.add(id)
  for (const [index, call] of calls.entries()) {
    if (!ids.has(call)) ids.set(call, unlike(given, `step${index + 1}`))
  }
  return { ids, given }
}

function isIdOf(task: string): boolean {
  return NAME.test(task) && mayBeNamed(task)
}

function countOf(names: readonly string[]): ReadonlyMap<string, number> {
  const counts = new Map<string, number>()
  for (const name of names) counts.set(name, (counts.get(name) ?? 0) + 1)
  return counts
}

function unlike(taken: ReadonlySet<string>, id: string): string {
  return taken.has(id) ? unlike(taken, `${id}_`) : id
}
