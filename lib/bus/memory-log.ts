import type { SchedulerLike } from 'rxjs'
import { checkOptions, durationMs, positiveInteger } from '../base/options.ts'
import { monotonicScheduler } from '../base/time.ts'
import type { EventRecord, StoredRecord } from '../event/event-record.ts'
import type { EventLog } from './event-log.ts'
import { createSequence } from './sequence.ts'

/** How much history is kept: whichever bound is reached first (PROTOCOL section 10). */
export interface HistoryOptions {
  /** 10,000 by default. */
  readonly maxEvents?: number
  /** Encoded data bytes, 64 MiB by default. */
  readonly maxBytes?: number
  /** 10 minutes by default. */
  readonly maxAgeMs?: number
}

/**
 * The log of one process: a ring bounded by count, bytes and age. Appending is synchronous.
 */
export function createMemoryLog(history: HistoryOptions = {}, scheduler: SchedulerLike = monotonicScheduler): EventLog {
  checkOptions('createMemoryLog', history, {
    maxEvents: positiveInteger,
    maxBytes: positiveInteger,
    maxAgeMs: durationMs,
  })
  const { maxEvents = 10_000, maxBytes = 64 * 1024 * 1024, maxAgeMs = 10 * 60_000 } = history
  const sequence = createSequence()
  // Ids that publishers chose: only those can come twice.
  const byId = new Map<string, StoredRecord>()
  // A queue in two arrays: `first` is the index of the oldest record, the places before it are free and are cut off in one go now
  // and then, so that dropping one costs nothing.
  let records: (StoredRecord | undefined)[] = []
  let storedAtMs: number[] = []
  let first = 0
  let bytes = 0
  let deliver: ((record: StoredRecord) => void) | undefined

  const count = (): number => records.length - first

  const dropOldest = (oldest: StoredRecord): void => {
    records[first] = undefined
    first += 1
    bytes -= oldest.bytes
    if (oldest.hasOwnId) byId.delete(oldest.id)
    if (first > 1024 && first * 2 > records.length) {
      records = records.slice(first)
      storedAtMs = storedAtMs.slice(first)
      first = 0
    }
  }

  const trim = (nowMs: number): void => {
    for (let oldest = records[first]; oldest !== undefined; oldest = records[first]) {
      const isOver = count() > maxEvents || bytes > maxBytes || nowMs - (storedAtMs[first] ?? 0) > maxAgeMs
      if (!isOver) return
      dropOldest(oldest)
    }
  }

  return {
    head: sequence.head,
    append: (record: EventRecord) => {
      const earlier = record.hasOwnId ? byId.get(record.id) : undefined
      if (earlier !== undefined) return earlier
      const stored = sequence.assign(record)
      const nowMs = scheduler.now()
      records.push(stored)
      storedAtMs.push(nowMs)
      if (stored.hasOwnId) byId.set(stored.id, stored)
      bytes += stored.bytes
      trim(nowMs)
      deliver?.(stored)
      return stored
    },
    follow: (next) => {
      deliver = next
      return () => {
        if (deliver === next) deliver = undefined
      }
    },
    read: (afterSeq, limit) => {
      trim(scheduler.now())
      const firstSeq = sequence.head().seq - count() + 1
      const from = first + Math.max(0, afterSeq + 1 - firstSeq)
      const page: StoredRecord[] = []
      for (let index = from; index < records.length && page.length < limit; index++) {
        const record = records[index]
        if (record !== undefined) page.push(record)
      }
      return page
    },
    stats: () => {
      trim(scheduler.now())
      return { firstSeq: sequence.head().seq - count() + 1, events: count(), bytes }
    },
  }
}
