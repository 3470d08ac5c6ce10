import type { SchedulerLike } from 'rxjs'
import { checkOptions, durationMs, positiveInteger } from '../base/options.ts'
import { monotonicScheduler } from '../base/time.ts'
import type { EventRecord, StoredRecord } from '../event/event-record.ts'
import type { EventLog } from './event-log.ts'
import { RecordRing } from './record-ring.ts'
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
  const ring = new RecordRing({ maxEvents, maxBytes, maxAgeMs }, (record) => {
    if (record.hasOwnId) byId.delete(record.id)
  })
  let deliver: ((record: StoredRecord) => void) | undefined

  return {
    head: sequence.head,
    append: (record: EventRecord) => {
      const earlier = record.hasOwnId ? byId.get(record.id) : undefined
      if (earlier !== undefined) return earlier
      const stored = sequence.assign(record)
      if (stored.hasOwnId) byId.set(stored.id, stored)
      ring.push(stored, scheduler.now())
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
      ring.trim(scheduler.now())
      return ring.read(afterSeq, limit)
    },
    stats: () => {
      ring.trim(scheduler.now())
      const { count, bytes } = ring
      return { firstSeq: sequence.head().seq - count + 1, events: count, bytes }
    },
  }
}
