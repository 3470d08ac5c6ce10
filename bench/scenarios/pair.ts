import type { ClientCalls } from '../control/client-calls.ts'
import type { Bench, ServerName, ServerUnderTest, StartOptions } from '../support/bench.ts'
import type { Child } from '../support/child.ts'
import { pathFor, type Wish } from '../support/routes.ts'

/** A server, a load generator of its own, and their connections. */
export interface Pair {
  readonly name: ServerName
  readonly server: ServerUnderTest
  readonly client: Child<ClientCalls>
}

export interface Audience {
  readonly count: number
  readonly wish: Wish
  /** See `GroupOptions`; 0: no latency is recorded. */
  readonly recordEvery: number
  /** How long the load generator sleeps between two looks; for loads that measure no latency. */
  readonly napMs?: number
}

/** The one group that most scenarios need. */
export const EVERYBODY = 'everybody'

/** Undefined where the server cannot be had; it has been said why. */
export async function startPair(
  bench: Bench,
  name: ServerName,
  { count, wish, recordEvery, napMs = 0 }: Audience,
  options?: StartOptions,
): Promise<Pair | undefined> {
  if (name === 'bun' && bench.bun === undefined) return undefined
  const server = await tryToStart(bench, name, options)
  if (server === undefined) return undefined
  const client = bench.startClient()
  const { port, protocol } = server
  const path = pathFor(name, protocol, wish)
  await client.call('connect', { group: EVERYBODY, port, protocol, path, count, recordEvery })
  await client.call('readLazily', napMs)
  return { name, server, client }
}

async function tryToStart(
  bench: Bench,
  name: ServerName,
  options: StartOptions | undefined,
): Promise<ServerUnderTest | undefined> {
  if (name !== 'praxis unpaced') return bench.startServer(name, options)
  try {
    return await bench.startServer(name, { ...options, gateway: { ...options?.gateway, flush: { maxWaitMs: 0 } } })
  } catch (error) {
    const [reason] = String(error).split('\n')
    bench.say(`praxis unpaced: not available (${reason})`)
    return undefined
  }
}
