import { defer, EMPTY, ignoreElements, type Observable, Subject, take } from 'rxjs'
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
  /** The socket of a session is gone. */
  readonly gone: (session: ClientSession) => void
  readonly get: (connectionId: string) => ClientSession | undefined
  readonly all: () => Iterable<ClientSession>
  readonly size: () => number
  /** How many ever. */
  readonly total: () => number
  /** Connections by state, also those whose end was decided and whose socket is not gone yet. */
  readonly states: () => Readonly<Partial<Record<ConnectionState, number>>>
  /** The sessions whose sockets are not gone yet. */
  readonly lingering: () => Iterable<ClientSession>
  /** Completes when no socket is left. */
  readonly empty$: Observable<never>
}

export function createRegistry(maxConnections: number, maxPerAddress: number): Registry {
  const sessions = new Map<string, ClientSession>()
  // Ended, and not gone.
  const lingering = new Set<ClientSession>()
  const perAddress = new Map<string, number>()
  const emptied$ = new Subject<void>()
  let reserved = 0
  let total = 0

  const hasRoom = (address: string): boolean =>
    reserved < maxConnections && (perAddress.get(address) ?? 0) < maxPerAddress

  const isEmpty = (): boolean => sessions.size + lingering.size === 0
  const everybody = (): Iterable<ClientSession> => [...sessions.values(), ...lingering]

  const giveBack = (address: string): void => {
    reserved -= 1
    const left = (perAddress.get(address) ?? 1) - 1
    if (left === 0) perAddress.delete(address)
    else perAddress.set(address, left)
  }

  return {
    hasRoom,
    reserve: (address) => {
      if (!hasRoom(address)) return undefined
      reserved += 1
      perAddress.set(address, (perAddress.get(address) ?? 0) + 1)
      return new HeldSlot(address, giveBack)
    },
    add: (session) => {
      sessions.set(session.connection.id, session)
      total += 1
    },
    remove: (session) => {
      if (sessions.delete(session.connection.id)) lingering.add(session)
    },
    gone: (session) => {
      lingering.delete(session)
      if (isEmpty()) emptied$.next()
    },
    get: (connectionId) => sessions.get(connectionId),
    all: () => sessions.values(),
    size: () => sessions.size,
    total: () => total,
    states: () => {
      const counts: Partial<Record<ConnectionState, number>> = {}
      for (const { connection } of everybody()) counts[connection.state()] = (counts[connection.state()] ?? 0) + 1
      return counts
    },
    lingering: everybody,
    empty$: defer(() => (isEmpty() ? EMPTY : emptied$.pipe(take(1), ignoreElements()))),
  }
}

class HeldSlot implements Slot {
  readonly #address: string
  readonly #giveBack: (address: string) => void
  #isHeld = true

  constructor(address: string, giveBack: (address: string) => void) {
    this.#address = address
    this.#giveBack = giveBack
  }

  release(): void {
    if (!this.#isHeld) return
    this.#isHeld = false
    this.#giveBack(this.#address)
  }
}
