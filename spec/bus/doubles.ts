import type { SchedulerLike } from 'rxjs'
import type { EventLog } from '../../lib/bus/event-log.ts'
import type { EventRecord, StoredRecord } from '../../lib/event/event-record.ts'

/** A clock that stands still until a test moves it. Schedules nothing. */
export function createHandClock(): SchedulerLike & { nowMs: number } {
  const clock = {
    nowMs: 0,
    now: () => clock.nowMs,
    schedule: () => {
      throw new Error('nothing is to be scheduled')
    },
  }
  return clock
}

/** A log far away: it stores what it was given when the test says so, in the order the test says, or refuses. */
export interface SlowLog extends EventLog {
  /** What was appended and neither stored nor refused yet. */
  readonly waiting: () => readonly EventRecord[]
  /** Stores the `index`th of those that wait, and tells the follower. */
  readonly store: (index?: number) => void
  readonly refuse: (error: unknown) => void
}

export function createSlowLog(): SlowLog {
  const waiting: { record: EventRecord; resolve: (stored: StoredRecord) => void; reject: (error: unknown) => void }[] =
    []
  const stored: StoredRecord[] = []
  let deliver: ((record: StoredRecord) => void) | undefined
  const take = (index: number) => {
    const [entry] = waiting.splice(index, 1)
    if (entry === undefined) throw new Error(`nothing waits at ${index}`)
    return entry
  }
  return {
    head: () => ({ epoch: 'slow', seq: stored.length }),
    append: (record) =>
      new Promise<StoredRecord>((resolve, reject) => {
        waiting.push({ record, resolve, reject })
      }),
    follow: (next) => {
      deliver = next
      return () => {
        deliver = undefined
      }
    },
    read: (afterSeq, limit) => Promise.resolve(stored.slice(afterSeq, afterSeq + limit)),
    stats: () => ({ firstSeq: 1, events: stored.length, bytes: 0 }),
    waiting: () => waiting.map(({ record }) => record),
    store: (index = 0) => {
      const { record, resolve } = take(index)
      const placed = record.storeAt({ epoch: 'slow', seq: stored.length + 1 })
      stored.push(placed)
      deliver?.(placed)
      resolve(placed)
    },
    refuse: (error) => take(0).reject(error),
  }
}
