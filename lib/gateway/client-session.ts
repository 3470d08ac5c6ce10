import type { Observable } from 'rxjs'
import type { Connection } from '../connection/connection.ts'
import type { HeartbeatPeer } from '../connection/heartbeat.ts'
import type { Principal } from '../connection/principal.ts'
import type { EventSubscription } from '../connection/subscription.ts'
import type { Position } from '../event/event.ts'
import type { ServerMessage } from '../protocol/server-payloads.ts'

/** A connection, and what the gateway knows of whoever is at its other end. */
export interface ClientSession extends HeartbeatPeer {
  readonly connection: Connection
  readonly principal: Principal | undefined
  /** The id a client keeps across reconnects, where it sent one. */
  readonly client: string | undefined
  readonly remoteAddress: string
  readonly path: string
  /** ISO 8601. */
  readonly connectedAt: string
  /** Emits when the end is decided. */
  readonly ended$: Observable<void>
  /** Up to where it has been offered everything. */
  readonly position: () => Position
  /** Answers a message: queued like everything else, first in, first out. */
  readonly answer: (message: ServerMessage, correlationId?: string) => void
  /** Makes `next` what it hears, from the next event on. */
  readonly changeSubscription: (next: EventSubscription) => void
}
