import type { SchedulerLike } from 'rxjs'
import { createId } from '../base/ids.ts'
import type { Graph } from '../event/graph.ts'
import type { Concealing } from './conceal.ts'
import type { Concealed } from './executor.ts'

/** What orders ask for, as it was given, from the moment it is concealed until the engine takes the order. */
export interface Withheld {
  readonly graph: (graph: Graph) => Concealed<Graph>
  readonly command: (command: string) => Concealed<string>
  /** What the order with that id asks for; `shown` is what it says itself. Once: after that nothing is held. Undefined where it is lost. */
  readonly takeGraph: (orderId: string, shown: Graph) => Graph | undefined
  readonly takeCommand: (orderId: string, shown: string) => string | undefined
}

/** Orders are taken in the turn in which they are published, or soon after: these bounds are for those that never are. */
const MAX_WAITING_BYTES = 16 * 1024 * 1024
const MAX_WAITING_MS = 60_000

export function createWithheld(concealing: Concealing, scheduler: Pick<SchedulerLike, 'now'>): Withheld {
  const graphs = createHold<Graph>(scheduler, (graph) => JSON.stringify(graph).length)
  const commands = createHold<string>(scheduler, (command) => command.length)
  return {
    graph: (graph) => graphs.conceal(graph, concealing.graph(graph)),
    command: (command) => commands.conceal(command, concealing.command(command)),
    takeGraph: (orderId, shown) => graphs.take(orderId) ?? (concealing.isConcealedGraph(shown) ? undefined : shown),
    takeCommand: (orderId, shown) =>
      commands.take(orderId) ?? (concealing.isConcealedCommand(shown) ? undefined : shown),
  }
}

interface Hold<Words> {
  readonly conceal: (given: Words, shown: Words) => Concealed<Words>
  readonly take: (orderId: string) => Words | undefined
}

interface Waiting<Words> {
  readonly words: Words
  readonly bytes: number
  readonly atMs: number
}

function createHold<Words>(scheduler: Pick<SchedulerLike, 'now'>, sizeOf: (words: Words) => number): Hold<Words> {
  const waiting = new Map<string, Waiting<Words>>()
  let bytes = 0

  const drop = (orderId: string): Waiting<Words> | undefined => {
    const held = waiting.get(orderId)
    if (held !== undefined) bytes -= held.bytes
    waiting.delete(orderId)
    return held
  }

  const makeRoom = (nowMs: number): void => {
    for (const [orderId, { atMs }] of waiting) {
      if (bytes <= MAX_WAITING_BYTES && nowMs - atMs <= MAX_WAITING_MS) return
      drop(orderId)
    }
  }

  return {
    conceal: (given, shown) => {
      const id = createId()
      if (given === shown) return { shown, id, forget: () => undefined }
      const nowMs = scheduler.now()
      const held = { words: given, bytes: sizeOf(given), atMs: nowMs }
      waiting.set(id, held)
      bytes += held.bytes
      makeRoom(nowMs)
      return { shown, id, forget: () => void drop(id) }
    },
    take: (orderId) => drop(orderId)?.words,
  }
}
