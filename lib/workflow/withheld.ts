import type { Graph } from '../event/graph.ts'
import type { Concealing } from './conceal.ts'
import type { Concealed } from './executor.ts'

/** What orders ask for, as it was given, from the moment it is concealed until the engine takes the order. */
export interface Withheld {
  readonly graph: (executionId: string, graph: Graph) => Concealed<Graph>
  readonly command: (executionId: string, command: string) => Concealed<string>
  /** What the order with that id asks for; `shown` is what it says itself. Once: after that nothing is held. */
  readonly takeGraph: (executionId: string, shown: Graph) => Graph
  readonly takeCommand: (executionId: string, shown: string) => string
}

/** Orders are taken in the turn in which they are published, or soon after: more than these never wait. */
const MAX_WAITING = 10_000

export function createWithheld(concealing: Concealing): Withheld {
  const graphs = createHold<Graph>()
  const commands = createHold<string>()
  return {
    graph: (executionId, graph) => graphs.conceal(executionId, graph, concealing.graph(graph)),
    command: (executionId, command) => commands.conceal(executionId, command, concealing.command(command)),
    takeGraph: graphs.take,
    takeCommand: commands.take,
  }
}

interface Hold<Words> {
  readonly conceal: (executionId: string, given: Words, shown: Words) => Concealed<Words>
  readonly take: (executionId: string, shown: Words) => Words
}

function createHold<Words>(): Hold<Words> {
  const waiting = new Map<string, Words>()
  return {
    conceal: (executionId, given, shown) => {
      if (given === shown) return { shown, forget: () => undefined }
      waiting.set(executionId, given)
      const [oldest] = waiting.keys()
      if (waiting.size > MAX_WAITING && oldest !== undefined) waiting.delete(oldest)
      return { shown, forget: () => void waiting.delete(executionId) }
    },
    take: (executionId, shown) => {
      const given = waiting.get(executionId)
      waiting.delete(executionId)
      return given ?? shown
    },
  }
}
