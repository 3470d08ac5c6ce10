import type { ServerOptions } from '../control/server-calls.ts'
import type { Progress } from '../control/progress.ts'

/** A server under test: what is particular to its library, and nothing else. */
export interface Peer {
  /** Listens on a free port of loopback; answers with it. */
  readonly listen: (options: ServerOptions) => Promise<number>
  /** How long the frame of `progress` is on the wire. */
  readonly frameBytes: (progress: Progress) => number | Promise<number>
  readonly toAll: (progress: Progress) => void
  /** To whoever watches the run `progress.executionId`. */
  readonly toRun: (progress: Progress) => void
  /** To those who asked for the heavy type. */
  readonly toHeavy: (text: string) => void
  /**
   * How full it is of what its sockets did not take: at 1 it must not be given more. A part of the connections may stand for all,
   * as all get the same.
   */
  readonly pressure: () => number
}

/** How a client asks for the light type only, the heavy one only, or one run: the same query for every server but ours. */
export interface Interest {
  readonly run: string | undefined
  readonly isHeavy: boolean
}

export function interestOf(url: string | undefined): Interest {
  const params = new URL(url ?? '/', 'http://127.0.0.1').searchParams
  return { run: params.get('run') ?? undefined, isHeavy: params.get('type') === 'heavy' }
}
