import type { Position } from '../event/event.ts'
import type { EventRecord, StoredRecord } from '../event/event-record.ts'

/**
 * Where stored events live: the one place that gives an event its position. In memory: {@link createMemoryLog}. A log that other
 * machines share implements the same four calls, and so every machine sees one order (SEMANTICS P2).
 */
export interface EventLog {
  /** The position of the newest stored event; `seq` 0 when there is none. */
  readonly head: () => Position
  /**
   * Stores `record` and gives it its position. A record whose id is still in the history is not stored again: the call answers
   * what it answered then (P7). A log in memory answers at once, another with a promise that rejects when nothing was stored.
   */
  readonly append: (record: EventRecord) => StoredRecord | Promise<StoredRecord>
  /**
   * Calls `deliver` once for every record stored from now on, by anybody, in the order of `seq`. One follower: the bus.
   * Returns how to stop.
   */
  readonly follow: (deliver: (record: StoredRecord) => void) => () => void
  /**
   * Up to `limit` records after `seq`, oldest first. Records below {@link LogStats.firstSeq} are gone: compare before you trust
   * the answer to have no hole.
   */
  readonly read: (afterSeq: number, limit: number) => readonly StoredRecord[] | Promise<readonly StoredRecord[]>
  readonly stats: () => LogStats
}

export interface LogStats {
  /** The oldest `seq` that can still be read; head + 1 when there is none. */
  readonly firstSeq: number
  readonly events: number
  /** Encoded data bytes. */
  readonly bytes: number
}
