import type { SchedulerLike } from 'rxjs'
import type { ClientSession } from './client-session.ts'

/**
 * What planners left open, by client: what is asked there is answered by its next chat message, or never. A client that says who it is
 * (`client` in the query) may answer on another connection, since it may have lost the one it was asked on.
 */
export interface Conversations {
  /** What was left open with the client of `session`, and no longer is; undefined for nothing. */
  readonly take: (session: ClientSession) => unknown
  /** Leaves `pending` open with the client of `session`. False, and nothing is kept, for what is no JSON or is too large. */
  readonly keep: (session: ClientSession, pending: unknown) => boolean
  /** Leaves open again what was taken, unless something newer is. */
  readonly putBack: (session: ClientSession, pending: unknown) => void
}

const MAX_BYTES = 64 * 1024
/** As long as commands are remembered (SEMANTICS P8). */
const KEPT_FOR_MS = 10 * 60_000
/** Of all clients together: they say themselves who they are. */
const MAX_KEPT = 1_000

interface Open {
  /** As text, so that nobody changes it in between. */
  readonly json: string
  readonly atMs: number
}

export function createConversations(scheduler: Pick<SchedulerLike, 'now'>): Conversations {
  // Of clients that do not say who they are it goes with its session.
  const bySession = new WeakMap<ClientSession, Open>()
  const byClient = new Map<string, Open>()

  const find = (session: ClientSession): Open | undefined => {
    const key = keyOf(session)
    const open = key === undefined ? bySession.get(session) : byClient.get(key)
    if (key === undefined) bySession.delete(session)
    else byClient.delete(key)
    return open
  }

  const keep: Conversations['keep'] = (session, pending) => {
    const json = jsonOf(pending)
    if (json === undefined || Buffer.byteLength(json) > MAX_BYTES) return false
    const open = { json, atMs: scheduler.now() }
    const key = keyOf(session)
    if (key === undefined) {
      bySession.set(session, open)
      return true
    }
    byClient.delete(key)
    byClient.set(key, open)
    const [oldest] = byClient.keys()
    if (byClient.size > MAX_KEPT && oldest !== undefined) byClient.delete(oldest)
    return true
  }

  return {
    keep,
    putBack: (session, pending) => {
      const key = keyOf(session)
      const isOpen = key === undefined ? bySession.has(session) : byClient.has(key)
      if (!isOpen) keep(session, pending)
    },
    take: (session) => {
      const open = find(session)
      if (open === undefined || scheduler.now() - open.atMs > KEPT_FOR_MS) return undefined
      return JSON.parse(open.json) as unknown
    },
  }
}

function keyOf({ principal, client }: ClientSession): string | undefined {
  return client === undefined ? undefined : JSON.stringify([principal?.id ?? null, client])
}

function jsonOf(value: unknown): string | undefined {
  try {
    const json: unknown = JSON.stringify(value)
    return typeof json === 'string' ? json : undefined
  } catch {
    return undefined
  }
}
