import * as fc from 'fast-check'
import type { Condition, Step } from '../../lib/dsl/ast.ts'
import { holds } from '../../lib/dsl/condition.ts'
import type { EdgeCondition } from '../../lib/event/graph.ts'
import type { ScriptGraph } from '../../lib/workflow/script-plan.ts'

// Two worlds for a script. In one its graph is played by the rules of runs alone (SEMANTICS "Runs"); in the other the text is read
// as a person would. They know nothing of each other.

const location = { line: 1, column: 1 }

/** The shape of a script: calls get their names, and conditions their references, from {@link dress}. */
type Shape =
  | { readonly kind: 'call' }
  | { readonly kind: 'Parallel' | 'Sequence'; readonly steps: readonly Shape[] }
  | Choice

interface Choice {
  readonly kind: 'If'
  readonly asks: number
  readonly steps: readonly Shape[]
  readonly otherwise: readonly Shape[] | undefined
}

const { shapes } = fc.letrec<{ shape: Shape; shapes: readonly Shape[] }>((tie) => ({
  shapes: fc.array(tie('shape'), { minLength: 1, maxLength: 4 }),
  shape: fc.oneof(
    { depthSize: 'small', maxDepth: 4, withCrossShrink: true },
    { weight: 2, arbitrary: fc.record({ kind: fc.constant('call' as const) }) },
    fc.record({ kind: fc.constantFrom('Parallel' as const, 'Sequence' as const), steps: tie('shapes') }),
    fc.record({
      kind: fc.constant('If' as const),
      asks: fc.nat(1_000),
      steps: tie('shapes'),
      otherwise: fc.option(tie('shapes'), { nil: undefined }),
    }),
  ),
}))

/**
 * Steps whose calls are `$v1 = CALL act`, `$v2 = …` in the order of the text, but for an `ELSE` that assigns what the other branch
 * does; each `IF` asks for the `ok` of a step it may know.
 */
export const playableSteps: fc.Arbitrary<readonly Step[]> = shapes
  .map((some) => new Dresser().sequence(some, []).steps)
  .filter((steps) => JSON.stringify(steps).split('"Call"').length <= 40)

class Dresser {
  #count = 0
  /** Names of the other branch, to be given again. */
  #again: string[] = []

  sequence(shapes_: readonly Shape[], known: readonly string[]): { steps: readonly Step[]; names: readonly string[] } {
    let names: readonly string[] = []
    const steps = shapes_.map((shape) => {
      const dressed = this.#step(shape, [...known, ...names])
      names = [...names, ...dressed.names]
      return dressed.step
    })
    return { steps, names }
  }

  #step(shape: Shape, known: readonly string[]): { step: Step; names: readonly string[] } {
    switch (shape.kind) {
      case 'call': {
        this.#count += 1
        const variable = this.#again.shift() ?? `v${this.#count}`
        return {
          step: { _tag: 'Call', tool: 'act', args: [], variable, location, toolLocation: location },
          names: [variable],
        }
      }
      case 'Sequence': {
        const { steps, names } = this.sequence(shape.steps, known)
        return { step: { _tag: 'Sequence', steps, location }, names }
      }
      case 'Parallel': {
        const dressed = shape.steps.map((one) => this.#step(one, known))
        const names = dressed.flatMap((one) => one.names)
        return { step: { _tag: 'Parallel', steps: dressed.map(({ step }) => step), location }, names }
      }
      case 'If': {
        const condition = this.#condition(shape.asks, known)
        const taken = this.sequence(shape.steps, known)
        if (shape.otherwise === undefined)
          return { step: { _tag: 'If', condition, steps: taken.steps, location }, names: taken.names }
        const outer = this.#again
        this.#again = shape.asks % 3 === 0 ? [...taken.names] : outer
        const other = this.sequence(shape.otherwise, known)
        if (shape.asks % 3 === 0) this.#again = outer
        const step: Step = { _tag: 'If', condition, steps: taken.steps, otherwise: other.steps, location }
        return { step, names: [...new Set([...taken.names, ...other.names])] }
      }
      default:
        return shape satisfies never
    }
  }

  #condition(asks: number, known: readonly string[]): Condition {
    const name = known[asks % (known.length + 1)]
    if (name === undefined) return { _tag: 'Literal', value: asks % 2 === 0, location }
    return { _tag: 'Reference', name, path: ['ok'], location }
  }
}

/** What happens to each call: by its name, how it ends. */
export type Fate = ReadonlyMap<string, 'ok' | 'not ok' | 'fails'>

/** The run of a graph by the rules: what has become of each node, and which may start now. */
export class GraphWorld {
  readonly #graph: ScriptGraph
  readonly #statuses: Map<string, 'pending' | 'running' | 'completed' | 'failed' | 'skipped'>
  readonly #results = new Map<string, unknown>()
  #isFailing = false

  constructor(graph: ScriptGraph) {
    this.#graph = graph
    this.#statuses = new Map(graph.nodes.map(({ id }) => [id, 'pending']))
    this.#settle()
  }

  get isFailed(): boolean {
    return this.#isFailing
  }

  /** Those that the edges and guards let start, and have not ended. */
  running(): readonly string[] {
    return this.#withStatus('running')
  }

  completed(): readonly string[] {
    return this.#withStatus('completed')
  }

  pending(): readonly string[] {
    return this.#withStatus('pending')
  }

  end(id: string, fate: 'ok' | 'not ok' | 'fails'): void {
    if (fate === 'fails') {
      this.#statuses.set(id, 'failed')
      this.#isFailing = true
    } else {
      this.#statuses.set(id, 'completed')
      this.#results.set(id, { ok: fate === 'ok' })
    }
    this.#settle()
  }

  #withStatus(wanted: string): readonly string[] {
    return [...this.#statuses].flatMap(([id, status]) => (status === wanted ? [id] : []))
  }

  #settle(): void {
    for (let hasChanged = true; hasChanged; ) {
      hasChanged = false
      for (const { id, guard } of this.#graph.nodes) {
        if (this.#statuses.get(id) !== 'pending') continue
        const edges = this.#graph.edges.filter(({ target }) => target === id)
        const verdicts = new Set(edges.map(({ source, when = 'success' }) => this.#verdict(source, when)))
        if (!this.#isFailing && !verdicts.has('broken') && verdicts.has('open')) continue
        const starts = !this.#isFailing && !verdicts.has('broken') && (guard?.(this.#results) ?? true)
        this.#statuses.set(id, starts ? 'running' : 'skipped')
        hasChanged = true
      }
    }
  }

  #verdict(source: string, when: EdgeCondition): 'open' | 'satisfied' | 'broken' {
    const status = this.#statuses.get(source)
    if (status === 'pending' || status === 'running') return 'open'
    if (when === 'always') return 'satisfied'
    return status === (when === 'success' ? 'completed' : 'failed') ? 'satisfied' : 'broken'
  }
}

/** The same run as a person reads the text: which calls run now, given those that have ended. */
export function readingOf(
  steps: readonly Step[],
  ended: Fate,
): { readonly running: readonly string[]; readonly isOver: boolean } {
  const results = new Map([...ended].map(([name, fate]) => [name, { ok: fate === 'ok' }]))
  if ([...ended.values()].includes('fails')) return { running: [], isOver: true }

  const one = (step: Step): { running: readonly string[]; isOver: boolean } => {
    switch (step._tag) {
      case 'Call': {
        const isOver = ended.has(step.variable ?? '')
        return { running: isOver ? [] : [step.variable ?? ''], isOver }
      }
      case 'Parallel': {
        const all = step.steps.map(one)
        return { running: all.flatMap(({ running }) => running), isOver: all.every(({ isOver }) => isOver) }
      }
      case 'Sequence':
        return oneByOne(step.steps)
      case 'If':
        return oneByOne(holds(step.condition, results) ? step.steps : (step.otherwise ?? []))
      case 'Agent':
        return { running: [], isOver: true }
      default:
        return step satisfies never
    }
  }
  const oneByOne = (all: readonly Step[]): { running: readonly string[]; isOver: boolean } => {
    for (const step of all) {
      const now = one(step)
      if (!now.isOver) return now
    }
    return { running: [], isOver: true }
  }
  return oneByOne(steps)
}
