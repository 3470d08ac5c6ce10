import type { EventBusStats } from '../bus/event-bus.ts'
import type { ConnectionCounts, Ended } from '../connection/connection.ts'
import type { ExecutorStats } from '../workflow/executor.ts'
import type { Registry } from './registry.ts'
import { closeCodes } from '../protocol/codes.ts'

/** `/stats` (PROTOCOL section 9). Counts since the start, but for those that say what is now. */
export interface GatewayStats {
  readonly websocket_manager: WebSocketStats
  readonly event_bus: EventBusStats & { readonly websocket_connections: number }
  readonly server: { readonly running: boolean; readonly config: { readonly websocket_enabled: boolean } }
  readonly workflow_engine: ExecutorStats
}

export interface WebSocketStats {
  readonly total_connections: number
  /** Now. */
  readonly active_connections: number
  readonly messages_sent: number
  readonly messages_received: number
  readonly broadcast_count: number
  /** Messages answered with an error. */
  readonly errors: number
  /** Now. */
  readonly connection_states: Readonly<Record<string, number>>
  /** `errors`, projections and rules that threw, and pipelines that failed. */
  readonly total_errors: number
  /** Sent and received, by connection ever made. */
  readonly average_messages_per_connection: number
  readonly bytes_sent: number
  readonly dropped: number
  readonly conflated: number
  /** Connections that were too slow: closed for it, or served by a policy that loses something. */
  readonly slow_consumers: number
  /** Now. */
  readonly queued_bytes: number
  /** Refused requests and upgrades, by code. */
  readonly rejected: Readonly<Record<string, number>>
  /** Ended connections, by close code. */
  readonly closed: Readonly<Record<string, number>>
}

/** Counts what connections do. Those that are open are asked when the stats are; those that ended are added up here. */
export interface StatsCounter {
  readonly ended: (ended: Ended) => void
  readonly rejected: (code: string) => void
  readonly messageError: () => void
  readonly internalError: () => void
  readonly broadcast: () => void
  readonly snapshot: (registry: Registry) => WebSocketStats
}

export function createStatsCounter(): StatsCounter {
  const rejected = new Map<string, number>()
  const closed = new Map<string, number>()
  let past = { sent: 0, sentBytes: 0, received: 0, dropped: 0, conflated: 0 }
  let pastSlow = 0
  let errors = 0
  let internalErrors = 0
  let broadcasts = 0

  return {
    ended: (ended) => {
      past = addUp(past, ended)
      increment(closed, String(ended.code))
      if (ended.lost > 0 || ended.code === closeCodes.tooSlow) pastSlow += 1
    },
    rejected: (code) => increment(rejected, code),
    messageError: () => {
      errors += 1
    },
    internalError: () => {
      internalErrors += 1
    },
    broadcast: () => {
      broadcasts += 1
    },
    snapshot: (registry) => {
      const present = [...registry.all()].map(({ connection }) => connection.counts())
      const sum = present.reduce(addUp, past)
      const total = registry.total()
      return {
        total_connections: total,
        active_connections: registry.size(),
        messages_sent: sum.sent,
        messages_received: sum.received,
        broadcast_count: broadcasts,
        errors,
        connection_states: { ...registry.states() },
        total_errors: errors + internalErrors,
        average_messages_per_connection: total === 0 ? 0 : (sum.sent + sum.received) / total,
        bytes_sent: sum.sentBytes,
        dropped: sum.dropped,
        conflated: sum.conflated,
        slow_consumers: pastSlow + present.filter(({ lost }) => lost > 0).length,
        queued_bytes: present.reduce((bytes, { queuedBytes }) => bytes + queuedBytes, 0),
        rejected: Object.fromEntries(rejected),
        closed: Object.fromEntries(closed),
      }
    },
  }
}

type Sums = Pick<ConnectionCounts, 'sent' | 'sentBytes' | 'received' | 'dropped' | 'conflated'>

function addUp(sums: Sums, counts: Sums): Sums {
  return {
    sent: sums.sent + counts.sent,
    sentBytes: sums.sentBytes + counts.sentBytes,
    received: sums.received + counts.received,
    dropped: sums.dropped + counts.dropped,
    conflated: sums.conflated + counts.conflated,
  }
}

function increment(counts: Map<string, number>, key: string): void {
  counts.set(key, (counts.get(key) ?? 0) + 1)
}
