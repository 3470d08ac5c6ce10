import type { ConnectionState } from '../connection/connection.ts'
import type { ClientSession } from './client-session.ts'

/** A place for one connection, taken before the handshake. Given back once, whatever happens. */
export interface Slot {
  readonly release: () => void
}

/** Who is connected, and how many more may be (THREATS T5). */
export interface Registry {
  /** Undefined when all are taken, in total or for that address. */
  readonly reserve: (address: string) => Slot | undefined
  /** Whether {@link reserve} would find one. */
  readonly hasRoom: (address: string) => boolean
  readonly add: (session: ClientSession) => void
  /** Removes a session whose end was decided. */
  readonly remove: (session: ClientSession) => void
  readonly get: (connectionId: string) => ClientSession | undefined
  readonly all: () => Iterable<ClientSession>
  readonly size: () => number
  /** How many ever. */
  readonly total: () => number
  /** Connections by state, also those whose end was decided and whose socket is not gone yet. */
  readonly states: () => Readonly<Partial<Record<ConnectionState, number>>>
  /** The sessions whose sockets are not gone yet. */
  readonly lingering: () => Iterable<ClientSession>
}

export function createRegistry(maxConnections: number, maxPerAddress: number): Registry {
  const sessions = new Map<string, ClientSession>()
  const lingering = new Set<ClientSession>()
  const perAddress = new Map<string, number>()
  let reserved = 0
  let total = 0

  const hasRoom = (address: string): boolean =>
    reserved < maxConnections && (perAddress.get(address) ?? 0) < maxPerAddress

  return {
    hasRoom,
    reserve: (address) => {
      if (!hasRoom(address)) return undefined
      reserved += 1
      perAddress.set(address, (perAddress.get(address) ?? 0) + 1)
      let isHeld = true
      return {
        release: () => {
          if (!isHeld) return
          isHeld = false
          reserved -= 1
          const left = (perAddress.get(address) ?? 1) - 1
          if (left === 0) perAddress.delete(address)
          else perAddress.set(address, left)
        },
      }
    },
    add: (session) => {
      sessions.set(session.connection.id, session)
      lingering.add(session)
      total += 1
      session.connection.gone$.subscribe({ complete: () => lingering.delete(session) })
    },
    remove: (session) => sessions.delete(session.connection.id),
    get: (connectionId) => sessions.get(connectionId),
    all: () => sessions.values(),
    size: () => sessions.size,
    total: () => total,
    states: () => {
      const counts: Partial<Record<ConnectionState, number>> = {}
      for (const { connection } of lingering) counts[connection.state()] = (counts[connection.state()] ?? 0) + 1
      return counts
    },
    lingering: () => lingering,
  }
}
