import type { CallStep, Step } from '../dsl/ast.ts'
import { callsIn } from '../dsl/calls.ts'
import { mayBeNamed } from '../dsl/reference.ts'
import { ScriptFault } from './script-fault.ts'

/** What the calls of a script are called. */
export interface ScriptNames {
  /** The id of the node of each call. */
  readonly ids: ReadonlyMap<CallStep, string>
  /** The names that the script itself gave, and so may refer to: its own id, or that of a call in the other branch of an `IF`. */
  readonly given: ReadonlyMap<CallStep, string>
  /** Of each name that more than one call has, their ids: of these at most one ever runs. */
  readonly shared: ReadonlyMap<string, readonly string[]>
}

/** As a reference can say it. */
const NAME = /^[A-Za-z_][A-Za-z0-9_-]{0,63}$/

/**
 * Gives each call of `steps` an id: its variable; else the name of its task, where a reference can say it and no other call has it;
 * else `step` and its number in the text. Where both branches of an `IF` assign one variable, the id of the later call is made of it.
 *
 * @throws ScriptFault where a variable is assigned twice and both may run: `${name}` would not say which.
 */
export function nameCalls(steps: readonly Step[]): ScriptNames {
  const calls = callsIn(steps)
  const variables = assignedIn(steps)
  const given = new Map<CallStep, string>()
  for (const [name, named] of variables) for (const call of named) given.set(call, name)
  const tasks = countOf(calls.flatMap(({ task }) => task ?? []))
  for (const call of calls) {
    const { task } = call
    if (given.has(call) || task === undefined || !isIdOf(task) || tasks.get(task) !== 1 || variables.has(task)) continue
    given.set(call, task)
  }
  const taken = new Set(given.values())
  const ids = new Map<CallStep, string>()
  const shared = new Map<string, readonly string[]>()
  for (const [name, named] of variables) {
    for (const [index, call] of named.entries())
      ids.set(call, index === 0 ? name : unlike(taken, `${name}_${index + 1}`))
    if (named.length > 1)
      shared.set(
        name,
        named.map((call) => ids.get(call) ?? name),
      )
  }
  for (const [index, call] of calls.entries()) {
    if (!ids.has(call)) ids.set(call, given.get(call) ?? unlike(taken, `step${index + 1}`))
  }
  return { ids, given, shared }
}

type Assigned = ReadonlyMap<string, readonly CallStep[]>

/** The calls that assign each variable. More than one only where at most one of them runs: in the branches of an `IF`. */
function assignedIn(steps: readonly Step[]): Assigned {
  const all = new Map<string, readonly CallStep[]>()
  for (const step of steps) {
    for (const [name, calls] of assignedBy(step)) {
      if (all.has(name)) throw misnamed('expected a name that no other step has', name, calls)
      all.set(name, calls)
    }
  }
  return all
}

function assignedBy(step: Step): Assigned {
  switch (step._tag) {
    case 'Agent':
      return new Map()
    case 'Call': {
      const { variable } = step
      if (variable === undefined) return new Map()
      if (!mayBeNamed(variable)) throw misnamed('expected another name', variable, [step])
      return new Map([[variable, [step]]])
    }
    case 'Parallel':
    case 'Sequence':
      return assignedIn(step.steps)
    case 'If': {
      const either = new Map(assignedIn(step.steps))
      for (const [name, calls] of assignedIn(step.otherwise ?? []))
        either.set(name, [...(either.get(name) ?? []), ...calls])
      return either
    }
    default:
      return step satisfies never
  }
}

function misnamed(expected: string, name: string, [call]: readonly CallStep[]): ScriptFault {
  return new ScriptFault('DSL_SYNTAX', `${expected}, got $${name}`, call?.location ?? { line: 1, column: 1 })
}

function isIdOf(task: string): boolean {
  return NAME.test(task) && mayBeNamed(task)
}

function countOf(names: readonly string[]): ReadonlyMap<string, number> {
  const counts = new Map<string, number>()
  for (const name of names) counts.set(name, (counts.get(name) ?? 0) + 1)
  return counts
}

/** `id`, or the first like it that is not taken; it is then. */
function unlike(taken: Set<string>, id: string): string {
  if (taken.has(id)) return unlike(taken, `${id}_`)
  taken.add(id)
  return id
}
