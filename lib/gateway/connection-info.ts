import { OptionError } from '../base/options.ts'
import type { ConnectionCounts, ConnectionState } from '../connection/connection.ts'
import type { Principal } from '../connection/principal.ts'
import type { ServerMessage } from '../protocol/server-payloads.ts'
import type { ClientSession } from './client-session.ts'

/** A connection as a host sees it. */
export interface ConnectionInfo extends ConnectionCounts {
  readonly id: string
  readonly state: ConnectionState
  readonly principal: Principal | undefined
  readonly remoteAddress: string
  readonly path: string
  /** ISO 8601. */
  readonly connectedAt: string
  /** The event types it hears, sorted. */
  readonly types: readonly string[]
}

export function infoOf({ connection, principal, remoteAddress, path, connectedAt }: ClientSession): ConnectionInfo {
  return {
    id: connection.id,
    state: connection.state(),
    principal,
    remoteAddress,
    path,
    connectedAt,
    types: [...connection.audience().subscription.types].sort(),
    ...connection.counts(),
  }
}

/** @throws OptionError where a host gives something that is no message. */
export function checkMessage(method: string, message: unknown): void {
  const { type, payload } = (typeof message === 'object' && message !== null ? message : {}) as Partial<ServerMessage>
  if (typeof type !== 'string' || type === '') throw new OptionError(method, 'message.type', 'a text', type)
  if (typeof payload !== 'object' || payload === null || Array.isArray(payload)) {
    throw new OptionError(method, 'message.payload', 'an object', payload)
  }
}
