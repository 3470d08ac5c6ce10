import * as fc from 'fast-check'
import type { Position } from '../../../lib/event/event.ts'
import { Bench } from './bench.ts'

/** One thing that happens. Numbers choose among what there is. */
export type Step = readonly [action: Action, which: number]

/** Weighted: what moves the stream happens more often than what breaks it. */
const weights = {
  publish: 6,
  deliver: 6,
  settle: 6,
  turn: 6,
  flush: 4,
  connect: 3,
  forge: 1,
  subscribe: 2,
  'subscribe since': 2,
  'subscribe to something old': 1,
  heartbeat: 1,
  stall: 2,
  take: 3,
  cut: 1,
  trim: 1,
  'begin anew': 1,
  reject: 1,
} as const
type Action = keyof typeof weights

const actions = Object.entries(weights).flatMap(([action, weight]) =>
  Array.from({ length: weight }, () => action as Action),
)

export const steps: fc.Arbitrary<readonly Step[]> = fc.array(
  fc.tuple(fc.constantFrom(...actions), fc.nat({ max: 999 })),
  { minLength: 10, maxLength: 60, size: 'max' },
)

const TYPES: readonly (readonly string[])[] = [['a', 'b', 'c'], ['a'], ['b', 'c'], []]
const MAX_DRAIN = 2_000

const typesOf = (which: number): readonly string[] => TYPES[which % TYPES.length] ?? []

function place({ slow }: Bench, which: number): Position {
  const life = 1 + (which % slow.lives.length)
  return { epoch: `life-${life}`, seq: which % ((slow.lives[life - 1]?.length ?? 0) + 2) }
}

function act(bench: Bench, [action, which]: Step): void {
  const { slow } = bench
  const client = which % bench.clients
  switch (action) {
    case 'publish':
      for (let count = 0; count <= which % 3; count += 1) slow.store('abc'[(which + count) % 3] ?? 'a')
      return
    case 'deliver':
      for (let count = 0; count <= which % 3; count += 1) slow.deliver()
      return
    case 'settle':
      slow.settle(which)
      return
    case 'turn':
      bench.turn()
      return
    case 'flush':
      bench.flush()
      return
    case 'connect':
      return bench.connect(client, typesOf(which >> 2), which % 5 > 0)
    case 'forge':
      return bench.connect(client, typesOf(which >> 2), which % 5 > 0, place(bench, which))
    case 'subscribe':
      return bench.subscribe(client, typesOf(which >> 2), undefined)
    case 'subscribe since':
      return bench.subscribe(client, typesOf(which >> 2), bench.position(client))
    case 'subscribe to something old':
      return bench.subscribe(client, typesOf(which >> 2), place(bench, which))
    case 'heartbeat':
      return bench.heartbeat(client)
    case 'stall':
      return bench.take(client, false)
    case 'take':
      return bench.take(client, true)
    case 'cut':
      return bench.cut(client)
    case 'trim':
      return slow.trim(which % 7)
    case 'begin anew':
      // Rarely: most of a life is what comes between.
      if (which % 3 === 0) slow.beginAnew()
      return
    case 'reject':
      return slow.reject(which)
    default:
      action satisfies never
  }
}

/** Lets promises settle that can. */
async function breathe(): Promise<void> {
  for (let turn = 0; turn < 4; turn += 1) await Promise.resolve()
}

/** Lets it happen, and then everything that is still to come. */
export async function play(happening: readonly Step[], early: number): Promise<Bench> {
  const bench = new Bench(3, early)
  for (const step of happening) {
    act(bench, step)
    await breathe()
  }
  // In a new life nobody hears of it before its first event.
  bench.slow.store('a')
  for (let client = 0; client < bench.clients; client += 1) bench.take(client, true)
  for (let round = 0; ; round += 1) {
    const isMoving = [bench.slow.deliver(), bench.slow.settle(0), bench.turn(), bench.flush()].some(Boolean)
    await breathe()
    if (!isMoving) return bench
    if (round > MAX_DRAIN) throw new Error('it never comes to rest')
  }
}
