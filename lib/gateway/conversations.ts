import type { ClientSession } from './client-session.ts'

/** What planners left open, by connection: what is asked there is answered by the next chat message there, or never. */
export interface Conversations {
  /** What was left open with `session`, and no longer is; undefined for nothing. */
  readonly take: (session: ClientSession) => unknown
  /** Leaves `pending` open with `session` until its connection ends. False, and nothing is kept, for what is no JSON or is too large. */
  readonly keep: (session: ClientSession, pending: unknown) => boolean
}

const MAX_BYTES = 64 * 1024

export function createConversations(): Conversations {
  // As text, so that nobody changes it in between; it goes with its session.
  const open = new WeakMap<ClientSession, string>()
  return {
    take: (session) => {
      const json = open.get(session)
      open.delete(session)
      return json === undefined ? undefined : (JSON.parse(json) as unknown)
    },
    keep: (session, pending) => {
      const json = jsonOf(pending)
      if (json === undefined || Buffer.byteLength(json) > MAX_BYTES) return false
      open.set(session, json)
      return true
    },
  }
}

function jsonOf(value: unknown): string | undefined {
  try {
    const json: unknown = JSON.stringify(value)
    return typeof json === 'string' ? json : undefined
  } catch {
    return undefined
  }
}
