import type { Position } from '../event/event.ts'
import type { StoredRecord } from '../event/event-record.ts'
import { hasPrefix, type Since } from '../event/since.ts'
import type { ResetReason } from '../protocol/message-types.ts'
import type { EventLog } from './event-log.ts'
import { RecordRing, type RingBounds } from './record-ring.ts'

/** What can be told again to those who come back. */
export interface History {
  /**
   * Why the stream cannot be continued from `since`; undefined where it can. Answers at once unless a log that is not in memory has to
   * be looked into; rejects where that fails.
   */
  readonly check: (since: Since) => ResetReason | undefined | Promise<ResetReason | undefined>
  /** The records right after `position`, at most `limit`, oldest first. At once from memory; rejects where the log cannot be read. */
  readonly read: (position: Position, limit: number) => HistoryPage | Promise<HistoryPage>
}

export type HistoryPage =
  /** Without a hole, beginning with the very next one. None: there is none yet. */
  | { readonly _tag: 'Records'; readonly records: readonly StoredRecord[] }
  /** The next one cannot be had any more: it was trimmed, or the stream has begun a new life. */
  | { readonly _tag: 'Gone' }

/** A history that also keeps, of a log that is not in memory, what was handed out last. */
export interface NotingHistory extends History {
  /** A record is being handed out. */
  readonly note: (record: StoredRecord) => void
}

/** Of a log elsewhere, what is kept here: who catches up gets the last stretch without waiting, or it would never get there. */
const RECENT = { maxEvents: 1_000, maxBytes: 4 * 1024 * 1024, maxAgeMs: Number.POSITIVE_INFINITY }
const GONE: HistoryPage = { _tag: 'Gone' }

/** Of a log that reads at once: it is its own memory. */
export function createHistory(log: EventLog): History {
  return historyOf(log, () => undefined)
}

/** Of a log that may have to be waited for. @param bounds of what is kept here. */
export function createNotingHistory(log: EventLog, bounds: RingBounds = RECENT): NotingHistory {
  const recent = new RecordRing(bounds)
  return {
    ...historyOf(log, () => recent),
    note: (record) => {
      const { newest } = recent
      // Another life of the stream, or a log that broke its word: what is kept must have no hole.
      if (newest !== undefined && !follows(record, newest)) recent.clear()
      recent.push(record, 0)
    },
  }
}

function historyOf(log: EventLog, recentOf: () => RecordRing | undefined): History {
  const toPage = (position: Position, records: readonly StoredRecord[]): HistoryPage => {
    if (log.head().epoch !== position.epoch) return GONE
    let last = position
    for (const record of records) {
      // A log may begin later than it was asked to, and say nothing of it.
      if (!follows(record, last)) return GONE
      last = record
    }
    if (records.length === 0 && log.stats().firstSeq > position.seq + 1) return GONE
    return { _tag: 'Records', records }
  }

  const read: History['read'] = (position, limit) => {
    const oldest = recentOf()?.oldest
    if (oldest !== undefined && oldest.epoch === position.epoch && oldest.seq <= position.seq + 1) {
      return toPage(position, recentOf()?.read(position.seq, limit) ?? [])
    }
    const records = log.read(position.seq, limit)
    return isPromise(records) ? records.then((page) => toPage(position, page)) : toPage(position, records)
  }

  /** Whether the event at `seq` has the id that the client says: a stream may have begun again under its old name. */
  const compare = (page: HistoryPage, idPrefix: string): ResetReason | undefined => {
    // It is the last one that was trimmed: what it was nobody knows, and everything after it is there.
    if (page._tag === 'Gone') return undefined
    const [record] = page.records
    return record === undefined || hasPrefix(record.id, idPrefix) ? undefined : 'mismatch'
  }

  return {
    read,
    check: ({ epoch, seq, idPrefix }) => {
      const head = log.head()
      if (epoch !== head.epoch) return 'epoch_changed'
      if (seq > head.seq) return 'ahead'
      if (seq < log.stats().firstSeq - 1) return 'too_old'
      if (idPrefix === undefined) return undefined
      // There is no event 0 that could have an id.
      if (seq === 0) return 'mismatch'
      const page = read({ epoch, seq: seq - 1 }, 1)
      return isPromise(page) ? page.then((found) => compare(found, idPrefix)) : compare(page, idPrefix)
    },
  }
}

function follows(record: StoredRecord, last: Position): boolean {
  return record.epoch === last.epoch && record.seq === last.seq + 1
}

function isPromise<Value>(value: Value | Promise<Value>): value is Promise<Value> {
  return value instanceof Promise
}
