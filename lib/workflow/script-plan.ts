import { type Either, left, right } from 'fp-ts/lib/Either.js'
import type { CallArgument, CallStep, Condition, IfStep, Location, Script, Step } from '../dsl/ast.ts'
import { holds } from '../dsl/condition.ts'
import { renameReferences } from '../dsl/reference.ts'
import type { DslError } from '../event/catalogue.ts'
import type { Graph, GraphEdge, ToolNode } from '../event/graph.ts'
import type { ToolRegistry } from '../tools/registry.ts'
import { isSensitiveAt, marksAnything } from '../tools/sensitive.ts'
import { byName, type Results } from './references.ts'
import { planCall } from './script-call.ts'
import { ScriptFault } from './script-fault.ts'
import { nameCalls, type ScriptNames } from './script-names.ts'
import { checkArguments, checkCondition, checkResults, type Referable } from './script-references.ts'

/** A node that starts only where its guard, given the results of the nodes that completed, says so; else it is skipped. */
export type ScriptNode = ToolNode & { guard?: (results: Results) => boolean }

/** The graph of a script. Its guards do not travel. */
export interface ScriptGraph extends Graph {
  readonly nodes: readonly ScriptNode[]
  /** Of each name that more than one node has, their ids: of these at most one ever runs. */
  readonly shared: ReadonlyMap<string, readonly string[]>
  /** Where the call of each node stands in the text. */
  readonly places: ReadonlyMap<string, Location>
}

/**
 * The graph that `script` describes: a node for each call. Left is the first mistake, with its place in the text.
 *
 * A call waits for all that ended the step before it. Where one of these stands in a branch that may not have been taken, the call
 * waits by an `always` edge, since a skipped node ends it as well as a completed one; whether the call itself runs is said by its
 * guard, which asks all conditions around it. An `always` edge of a script never means "also after a failure": the failure of any
 * step ends the run, and nothing further starts (see `prepareScript`).
 */
export function planScript(script: Script, tools: ToolRegistry): Either<DslError, ScriptGraph> {
  try {
    return right(new Compiler(nameCalls(script.steps), tools).compile(script))
  } catch (error) {
    if (error instanceof ScriptFault) return left(error.dslError)
    throw error
  }
}

/** One side of an `IF`. */
interface Branch {
  readonly condition: Condition
  /** What the condition has to be. */
  readonly when: boolean
}

/** Where a step stands. */
interface Place {
  /** The branches around it, from the outermost. */
  readonly branches: readonly Branch[]
  readonly agent: string | undefined
  /** The names of the steps that have ended when it starts. */
  readonly known: Names
  /** The nodes it waits for. */
  readonly after: readonly Ending[]
}

/** A node with which a step ends. */
interface Ending {
  readonly id: string
  readonly branches: readonly Branch[]
}

/** The ids of the nodes that each name may mean. */
type Names = ReadonlyMap<string, readonly string[]>

/** What a step leaves to those after it. */
interface Outcome {
  readonly endings: readonly Ending[]
  readonly names: Names
}

const MAX_EDGES = 1_024

class Compiler {
  readonly #given: ReadonlySet<string>
  readonly #names: ScriptNames
  readonly #tools: ToolRegistry
  readonly #nodes: ScriptNode[] = []
  readonly #edges: GraphEdge[] = []
  readonly #verdicts = new Verdicts()

  constructor(names: ScriptNames, tools: ToolRegistry) {
    this.#given = new Set(names.given.values())
    this.#names = names
    this.#tools = tools
  }

  compile({ steps }: Script): ScriptGraph {
    this.#sequence(steps, { branches: [], agent: undefined, known: new Map(), after: [] })
    const { ids, shared } = this.#names
    const places = new Map([...ids].map(([{ location }, id]) => [id, location]))
    return { nodes: this.#nodes, edges: this.#edges, shared, places }
  }

  #sequence(steps: readonly Step[], { branches, known, ...start }: Place): Outcome {
    let { agent, after } = start
    let names: Names = new Map()
    for (const step of steps) {
      if (step._tag === 'Agent') {
        agent = step.agent
        continue
      }
      const done = this.#step(step, { branches, agent, after, known: together([known, names]) })
      names = together([names, done.names])
      after = done.endings
    }
    return { endings: after, names }
  }

  #parallel(steps: readonly Step[], { branches, known, after, ...start }: Place): Outcome {
    let { agent } = start
    const all: Outcome[] = []
    for (const step of steps) {
      if (step._tag === 'Agent') agent = step.agent
      else all.push(this.#step(step, { branches, agent, after, known }))
    }
    return both(all)
  }

  #choice({ condition, steps, otherwise = [] }: IfStep, place: Place): Outcome {
    checkCondition(condition, this.#referable(place.known))
    const within = (when: boolean): Place => ({ ...place, branches: [...place.branches, { condition, when }] })
    const taken = this.#sequence(steps, within(true))
    if (otherwise.length === 0) return taken
    return both([taken, this.#sequence(otherwise, within(false))])
  }

  #referable(known: Names): Referable {
    const isSecret = (name: string, path: readonly string[]): boolean =>
      (known.get(name) ?? []).some((id) => {
        const results = this.#tools.get(this.#nodes.find((node) => node.id === id)?.tool ?? '')?.results
        return results !== undefined && isSensitiveAt(results, path)
      })
    return { known, given: this.#given, isSecret }
  }

  /** Whichever agent's tool it is that is called. */
  #mayBeSecret({ tool: called }: CallStep): boolean {
    return this.#tools
      .list()
      .some(({ name, params }) => (name === called || name.endsWith(`.${called}`)) && marksAnything(params))
  }

  #step(step: Exclude<Step, { _tag: 'Agent' }>, place: Place): Outcome {
    switch (step._tag) {
      case 'Call':
        return this.#call(step, place)
      case 'Parallel':
        return this.#parallel(step.steps, place)
      case 'Sequence':
        return this.#sequence(step.steps, place)
      case 'If':
        return this.#choice(step, place)
      default:
        return step satisfies never
    }
  }

  #call(call: CallStep, { branches, agent, known, after }: Place): Outcome {
    const id = this.#names.ids.get(call) ?? ''
    checkArguments(call, { ...this.#referable(known), isHidden: this.#mayBeSecret(call) })
    const node = planCall(withIds(call, known), id, agent, this.#tools)
    const { shared } = this.#names
    const guard: ScriptNode['guard'] = (results) => this.#verdicts.areTaken(branches, results, shared)
    this.#nodes.push(branches.length === 0 ? node : { ...node, guard })
    for (const ending of after) {
      const isSure = ending.branches.every((branch, index) => branch === branches[index])
      this.#edges.push({ source: ending.id, target: id, ...(isSure ? {} : { when: 'always' as const }) })
    }
    if (this.#edges.length > MAX_EDGES) {
      const message = `expected at most ${MAX_EDGES} pairs of steps of which one waits for the other, got more: put a CALL between wide blocks`
      throw new ScriptFault('DSL_SYNTAX', message, call.location)
    }
    const name = this.#names.given.get(call)
    return { endings: [{ id, branches }], names: new Map(name === undefined ? [] : [[name, [id]]]) }
  }
}

function both(all: readonly Outcome[]): Outcome {
  return { endings: all.flatMap(({ endings }) => endings), names: together(all.map(({ names }) => names)) }
}

function together(all: readonly Names[]): Names {
  const names = new Map<string, readonly string[]>()
  for (const some of all) for (const [name, ids] of some) names.set(name, [...(names.get(name) ?? []), ...ids])
  return names
}

/** `call` with references to the one node that each name means here; where it may be one of several, the name stands for them all. */
function withIds(call: CallStep, known: Names): CallStep {
  const idOf = (name: string): string => {
    const [id = name, ...others] = known.get(name) ?? []
    return others.length > 0 ? name : id
  }
  const args = call.args.map((argument): CallArgument => {
    const { value } = argument
    if (value === true) return argument
    const named = renameReferences(value, idOf)
    return argument.name === undefined ? { ...argument, value: named } : { ...argument, value: named }
  })
  return { ...call, args }
}

/**
 * What the conditions of one run say. Each is asked once, by the first call that may start on it: what it refers to has ended by then. So a
 * graph of a script is for one run.
 */
class Verdicts {
  readonly #of = new Map<Condition, boolean>()

  areTaken(branches: readonly Branch[], results: Results, shared: ScriptNames['shared']): boolean {
    const named = byName(results, shared)
    return branches.every(({ condition, when }) => this.#verdict(condition, named) === when)
  }

  #verdict(condition: Condition, named: Results): boolean {
    const known = this.#of.get(condition)
    if (known !== undefined) return known
    checkResults(condition, named)
    const verdict = holds(condition, named)
    this.#of.set(condition, verdict)
    return verdict
  }
}
