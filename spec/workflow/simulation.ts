import { expect } from 'chai'
import * as fc from 'fast-check'
import { builtInEvents, type NodeStatus } from '../../lib/event/catalogue.ts'
import type { EdgeCondition, Graph } from '../../lib/event/graph.ts'
import { foldRun, viewOf } from '../../lib/workflow/fold-run.ts'
import type { Plan } from '../../lib/workflow/plan.ts'
import type { PlanNode } from '../../lib/workflow/plan-node.ts'
import type { RunEvent } from '../../lib/workflow/run-event.ts'
import { initialSnapshot, type Snapshot } from '../../lib/workflow/snapshot.ts'
import { type Command, type RunRules, type Signal, transition, wantedPlaces } from '../../lib/workflow/transition.ts'
import { acyclicGraph, planOf } from './graphs.ts'

// The transition is played against a world made of random choices: what a run starts, fails, succeeds, is late or comes twice. The
// world keeps its own books from the commands alone, so that a run cannot hide a mistake in its snapshot.

/** What the world does next. `pick` chooses among the nodes it could be done to. */
export interface Move {
  readonly kind:
    | 'succeed'
    | 'fail'
    | 'failForGood'
    | 'progress'
    | 'log'
    | 'retryDue'
    | 'provide'
    | 'overdue'
    | 'place'
    | 'fewerPlaces'
    | 'stale'
    | 'restart'
    | 'cancel'
    | 'timeOut'
  readonly pick: number
}

export interface Scenario {
  readonly graph: Graph
  readonly maxParallelNodes: number
  /** What the guards of nodes do; a node that is not named has none. */
  readonly guards: Readonly<Record<string, 'yes' | 'no' | 'throw' | 'after two'>>
  readonly moves: readonly Move[]
}

/** The whole life of a run as the world saw it. */
export interface Played {
  readonly scenario: Scenario
  readonly commands: readonly Command[]
  readonly events: readonly RunEvent[]
  readonly final: Snapshot
}

const kinds: fc.Arbitrary<Move['kind']> = fc.oneof(
  {
    weight: 12,
    arbitrary: fc.constantFrom<Move['kind']>('succeed', 'fail', 'failForGood', 'progress', 'retryDue', 'provide'),
  },
  { weight: 3, arbitrary: fc.constantFrom<Move['kind']>('stale', 'restart', 'log', 'overdue', 'place', 'fewerPlaces') },
  { weight: 1, arbitrary: fc.constantFrom<Move['kind']>('cancel', 'timeOut') },
)

export const scenario: fc.Arbitrary<Scenario> = fc.record({
  graph: acyclicGraph,
  maxParallelNodes: fc.integer({ min: 1, max: 4 }),
  guards: fc.dictionary(
    fc.constantFrom('n0', 'n1', 'n2', 'n3', 'n4', 'n5', 'n6', 'n7', 'n8'),
    fc.constantFrom('yes', 'no', 'throw', 'after two'),
    { maxKeys: 2, noNullPrototype: true },
  ),
  moves: fc.array(fc.record({ kind: kinds, pick: fc.nat(1_000) }), { maxLength: 30 }),
})

export const identity = { workflowId: 'w', executionId: 'e', origin: 'workflow', isCommand: false } as const

/** Plays `scenario` to the end of its run: when the moves are used up, what still runs succeeds. */
export function play(scene: Scenario): Played {
  const world = new World(scene)
  world.send({ _tag: 'Start' })
  for (const move of scene.moves) world.make(move)
  for (let rest = 0; !world.isOver(); rest++) {
    if (rest > 200) throw new Error('the run does not end')
    for (const kind of ['place', 'succeed', 'retryDue', 'provide'] as const) world.make({ kind, pick: 0 })
  }
  world.checkSilence()
  return world.played()
}

class World {
  readonly #scene: Scenario
  readonly #rules: RunRules
  #snapshot: Snapshot
  #atMs = 100
  readonly #commands: Command[] = []
  readonly #events: RunEvent[] = []
  /** Tries under way, by node: the number of the try. */
  readonly #running = new Map<string, number>()
  /** Waits for a further try. */
  readonly #waiting = new Map<string, number>()
  /** Waits for a person. */
  readonly #asked = new Set<string>()
  /** What the process lets the run have: it shrinks by itself, and grows when the world says so. */
  #places: number
  /** What the guards were asked, by node. */
  readonly #guarded = new Map<string, boolean | 'thrown'>()
  readonly #tries = new Map<string, number>()
  readonly #forGood = new Set<string>()
  /** Statuses as the events tell them. */
  readonly #told = new Map<string, NodeStatus>()
  #hasBroken = false

  constructor(scene: Scenario) {
    this.#scene = scene
    this.#rules = { identity, graph: scene.graph, maxParallelNodes: scene.maxParallelNodes }
    this.#places = scene.maxParallelNodes
    this.#snapshot = initialSnapshot(this.#withGuards(planOf(scene.graph)))
  }

  /** The plan with the guards of the scenario, each of which may be asked once. */
  #withGuards(plan: Plan): Plan {
    const nodes = [...plan.nodes].map(([id, node]): [string, PlanNode] => {
      const says = this.#scene.guards[id]
      if (says === undefined) return [id, node]
      const guard = (results: ReadonlyMap<string, unknown>): boolean => {
        expect(this.#guarded.has(id), `the guard of ${id} is asked twice`).to.equal(false)
        const completed = [...this.#told].filter(([, status]) => status === 'completed').map(([nodeId]) => nodeId)
        expect([...results.keys()]).to.include.members(completed)
        this.#guarded.set(
          id,
          says === 'throw' ? 'thrown' : says === 'yes' || (says === 'after two' && results.size > 1),
        )
        if (says === 'throw') throw new Error('no such thing')
        return this.#guarded.get(id) === true
      }
      return [id, { ...node, guard }]
    })
    return { ...plan, nodes: new Map(nodes) }
  }

  isOver(): boolean {
    return this.#events.some(isTerminal)
  }

  make({ kind, pick }: Move): void {
    this.#atMs += 7
    const running = choose([...this.#running.keys()], pick)
    const anyone = choose(['nobody', ...this.#scene.graph.nodes.map(({ id }) => id)], pick)
    switch (kind) {
      case 'succeed':
        return this.#end(running, { _tag: 'Succeeded', nodeId: running ?? '', result: { pick }, durationMs: 1 })
      case 'fail':
      case 'failForGood': {
        const isPermanent = kind === 'failForGood'
        if (isPermanent && running !== undefined) this.#forGood.add(running)
        return this.#end(running, {
          _tag: 'Failed',
          nodeId: running ?? '',
          error: `e${pick}`,
          code: `E${pick}`,
          isPermanent,
          durationMs: 1,
        })
      }
      case 'progress':
        return running === undefined ? undefined : this.send({ _tag: 'Progress', nodeId: running, percent: pick % 101 })
      case 'log':
        return running === undefined
          ? undefined
          : this.send({ _tag: 'Log', nodeId: running, level: 'info', message: `m${pick}` })
      case 'provide':
      case 'overdue': {
        const nodeId = choose([...this.#asked], pick)
        if (nodeId === undefined) return undefined
        this.#asked.delete(nodeId)
        return this.send(
          kind === 'overdue' ? { _tag: 'InputOverdue', nodeId } : { _tag: 'Provided', nodeId, value: pick },
        )
      }
      case 'fewerPlaces':
        this.#places = Math.max(1, this.#places - 1)
        return undefined
      case 'place':
        this.#places = Math.min(this.#scene.maxParallelNodes, this.#places + 1)
        return this.send({ _tag: 'PlaceGiven' })
      case 'retryDue': {
        const nodeId = choose([...this.#waiting.keys()], pick)
        if (nodeId === undefined) return undefined
        this.#waiting.delete(nodeId)
        return this.send({ _tag: 'RetryDue', nodeId })
      }
      case 'stale':
        return [this.#running, this.#waiting, this.#asked].some((busy) => busy.has(anyone ?? ''))
          ? undefined
          : this.#tellLate(anyone ?? '')
      case 'restart':
        return this.#ignored({ _tag: 'Start' })
      case 'cancel':
        return this.send({ _tag: 'Cancel', reason: 'enough' })
      case 'timeOut':
        return this.send({ _tag: 'TimeOut' })
      default:
        return kind satisfies never
    }
  }

  send(signal: WithoutTime<Signal>): void {
    const wasOver = this.isOver()
    const before = frozen(this.#snapshot)
    const [after, commands] = transition(
      before,
      { ...signal, atMs: this.#atMs },
      { ...this.#rules, places: this.#places },
    )
    if (wasOver) {
      expect(commands, `after the terminal event, at ${signal._tag}`).to.deep.equal([])
      expect(after).to.equal(before)
      return
    }
    this.#snapshot = after
    for (const command of commands) this.#carryOut(command)
    this.#checkBooks()
    expect(foldRun(this.#events), 'the run, rebuilt from its events').to.deep.equal(viewOf(after))
  }

  /** Whatever is told once the run is over changes nothing. */
  checkSilence(): void {
    for (const { id } of this.#scene.graph.nodes) this.#tellLate(id)
    this.#ignored({ _tag: 'Start' })
    this.#ignored({ _tag: 'Cancel', reason: 'late' })
    this.#ignored({ _tag: 'TimeOut' })
  }

  played(): Played {
    return { scenario: this.#scene, commands: this.#commands, events: this.#events, final: this.#snapshot }
  }

  #end(nodeId: string | undefined, signal: WithoutTime<Signal>): void {
    if (nodeId === undefined) return
    this.#running.delete(nodeId)
    this.send(signal)
  }

  #tellLate(nodeId: string): void {
    this.#ignored({ _tag: 'Progress', nodeId, percent: 1 })
    this.#ignored({ _tag: 'Succeeded', nodeId, result: 'late', durationMs: 1 })
    this.#ignored({ _tag: 'Failed', nodeId, error: 'late', code: 'E', isPermanent: false, durationMs: 1 })
    this.#ignored({ _tag: 'RetryDue', nodeId })
    this.#ignored({ _tag: 'Log', nodeId, level: 'error', message: 'late' })
    this.#ignored({ _tag: 'Provided', nodeId, value: 'late' })
    this.#ignored({ _tag: 'InputOverdue', nodeId })
  }

  #ignored(signal: WithoutTime<Signal>): void {
    const count = this.#commands.length
    this.send(signal)
    expect(this.#commands.length, `commands after a late ${signal._tag}`).to.equal(count)
  }

  #carryOut(command: Command): void {
    this.#commands.push(command)
    switch (command._tag) {
      case 'Publish':
        return this.#hear(command.event)
      case 'StartNode':
        return this.#startNode(command.nodeId, command.attempt)
      case 'RetryLater':
        expect(this.#forGood.has(command.nodeId), 'a permanent failure is retried').to.equal(false)
        this.#waiting.set(command.nodeId, command.attempt)
        return undefined
      case 'StopNode': {
        const { nodeId } = command
        const wasAtWork = this.#running.delete(nodeId) || this.#waiting.delete(nodeId) || this.#asked.delete(nodeId)
        expect(wasAtWork, `${command.nodeId} is stopped while it works`).to.equal(true)
        return undefined
      }
      case 'AwaitInput':
        this.#checkMayBegin(command.nodeId)
        expect(this.#asked.has(command.nodeId), `${command.nodeId} is asked for twice`).to.equal(false)
        this.#asked.add(command.nodeId)
        return undefined
      default:
        return command satisfies never
    }
  }

  #startNode(nodeId: string, attempt: number): void {
    this.#checkMayBegin(nodeId)
    expect(this.#running.has(nodeId), `${nodeId} starts while it runs`).to.equal(false)
    expect(attempt).to.equal((this.#tries.get(nodeId) ?? 0) + 1)
    const retries = this.#snapshot.plan.nodes.get(nodeId)?.maxRetries ?? 0
    expect(attempt).to.be.at.most(1 + retries)
    this.#tries.set(nodeId, attempt)
    this.#running.set(nodeId, attempt)
    expect(this.#running.size).to.be.at.most(Math.min(this.#scene.maxParallelNodes, this.#places))
  }

  #checkMayBegin(nodeId: string): void {
    expect(this.#hasBroken, `${nodeId} starts after a failure that nobody handles`).to.equal(false)
    for (const edge of this.#scene.graph.edges) {
      if (edge.target !== nodeId) continue
      expect(isSatisfied(edge.when, this.#told.get(edge.source)), `${nodeId} starts before ${edge.source}`).to.equal(
        true,
      )
    }
    expect(this.#guarded.get(nodeId), `what the guard of ${nodeId} said`).to.equal(
      this.#scene.guards[nodeId] === undefined ? undefined : true,
    )
  }

  #hear(event: RunEvent): void {
    expect(this.isOver(), `${event.type} after the terminal event`).to.equal(false)
    expect(builtInEvents[event.type].data.is(event.data), `the data of ${event.type}`).to.equal(true)
    expect(event.data).to.include({ workflowId: 'w', executionId: 'e' })
    this.#events.push(event)
    if (event.type === 'workflow.node_status_update') this.#hearStatus(event.data)
  }

  #hearStatus({ nodeId, status }: { readonly nodeId: string; readonly status: NodeStatus }): void {
    const before = this.#told.get(nodeId) ?? 'pending'
    expect(mayFollow[before], `${nodeId}: ${before} → ${status}`).to.include(status)
    this.#told.set(nodeId, status)
    const { edges } = this.#scene.graph
    const isHandled = edges.some(({ source, when }) => source === nodeId && (when === 'failure' || when === 'always'))
    if (status === 'failed' && !isHandled) this.#hasBroken = true
  }

  /** The snapshot says what the events say, and there is always something to wait for. */
  #checkBooks(): void {
    for (const [nodeId, { status }] of this.#snapshot.nodes) {
      const told = this.#told.get(nodeId) ?? 'pending'
      // `ready` is not announced.
      const known = status !== 'ready' ? status : this.#tries.has(nodeId) ? 'retrying' : 'pending'
      if (told !== known) expect(told, `what was told of ${nodeId}`).to.equal(known)
    }
    const isAtWork = this.#running.size + this.#waiting.size + this.#asked.size > 0
    // With places to be had something is always under way.
    if (isAtWork === this.isOver()) expect(isAtWork, 'whether something is left to happen').to.equal(!isAtWork)
    const counted = { running: this.#running.size, ...this.#endedCounts() }
    expect(this.#snapshot.counts, 'the counts of the snapshot').to.deep.equal(counted)
    const wanted = wantedPlaces(this.#snapshot, this.#rules)
    expect(wanted).to.be.at.least(this.#running.size).and.at.most(this.#scene.maxParallelNodes)
  }

  #endedCounts(): { readonly completed: number; readonly ended: number } {
    const statuses = [...this.#told.values()]
    return {
      completed: statuses.filter((status) => status === 'completed').length,
      ended: statuses.filter((status) => ['completed', 'failed', 'skipped', 'cancelled'].includes(status)).length,
    }
  }
}

type WithoutTime<Value> = Value extends unknown ? Omit<Value, 'atMs'> : never

const mayFollow: Readonly<Record<NodeStatus, readonly NodeStatus[]>> = {
  pending: ['running', 'waiting', 'skipped', 'failed', 'cancelled'],
  ready: [],
  running: ['completed', 'failed', 'retrying', 'cancelled'],
  waiting: ['completed', 'failed', 'cancelled'],
  retrying: ['running', 'failed', 'cancelled'],
  completed: [],
  failed: [],
  skipped: [],
  cancelled: [],
}

/** PROTOCOL section 4, written down a second time. */
export function isSatisfied(when: EdgeCondition | undefined, status: NodeStatus | undefined): boolean {
  if (when === 'failure') return status === 'failed'
  if (when === 'always') return status === 'completed' || status === 'failed' || status === 'skipped'
  return status === 'completed'
}

export function isTerminal({ type }: RunEvent): boolean {
  return type === 'workflow.completed' || type === 'workflow.failed' || type === 'workflow.cancelled'
}

function choose(names: readonly string[], pick: number): string | undefined {
  return names[pick % Math.max(1, names.length)]
}

/** `value` made unchangeable all the way down, its maps and sets too. */
export function frozen<Value>(value: Value): Value {
  if (typeof value !== 'object' || value === null || Object.isFrozen(value)) return value
  if (value instanceof Map || value instanceof Set) {
    const refuse = (): never => {
      throw new Error('what was handed in is changed')
    }
    for (const item of value instanceof Map ? value.values() : value) frozen(item)
    Object.assign(value, { set: refuse, add: refuse, delete: refuse, clear: refuse })
  }
  Object.freeze(value)
  // Codecs and tools are not the transition's: they are left alone.
  if ('_tag' in value || 'run' in value) return value
  for (const item of Object.values(value)) frozen(item)
  return value
}
