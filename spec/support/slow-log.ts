import * as t from 'io-ts'
import type { EventLog } from '../../lib/bus/event-log.ts'
import type { Position } from '../../lib/event/event.ts'
import { EventRecord, type StoredRecord } from '../../lib/event/event-record.ts'

/** A log far away: it stores, tells its follower and answers when a spec says so, in the order the spec says, or refuses. */
export interface SlowLog extends EventLog {
  /** What was appended and neither stored nor refused yet. */
  readonly waiting: () => readonly EventRecord[]
  /** Stores the `index`th of those that wait. The follower is told at once, unless deliveries are held. */
  readonly store: (index?: number) => void
  readonly refuse: (error: unknown) => void
  /** What was stored and the follower was not told of. */
  readonly undelivered: () => readonly StoredRecord[]
  /** Tells the follower of the first of them. */
  readonly deliver: () => void
  /** How many reads wait. */
  readonly reads: () => number
  /** Answers the `index`th read, with at most `most` records, as it was when it was asked, or as it is now. */
  readonly answer: (index?: number, how?: { readonly most?: number; readonly asOf?: 'asked' | 'now' }) => void
  readonly failRead: (error: unknown, index?: number) => void
  /** Forgets what stands before `firstSeq`. A read that begins there begins later, and nothing says so. */
  readonly trim: (firstSeq: number) => void
  /** Begins another life, with 1. What was not delivered of the old one may never be. */
  readonly restart: (losesUndelivered?: boolean) => void
  /** All that was ever stored, in every life, also what was trimmed; the newest life last. */
  readonly lives: () => readonly Life[]
}

/** One life of the stream: what was stored in it, the first at index 0. */
export interface Life {
  readonly epoch: string
  readonly records: readonly StoredRecord[]
}

export interface SlowLogOptions {
  /** `held`: when the spec says so. Else at once; an append answers with a promise all the same. */
  readonly appends?: 'held' | 'at once'
  readonly deliveries?: 'held' | 'at once'
  /** `at once`: with a promise that has settled. `in memory`: with no promise. */
  readonly reads?: 'held' | 'at once' | 'in memory'
  /** What the log says each record weighs; by default what it does. */
  readonly weight?: number
}

interface Append {
  readonly record: EventRecord
  readonly resolve: (stored: StoredRecord) => void
  readonly reject: (error: unknown) => void
}

interface Read {
  readonly afterSeq: number
  readonly limit: number
  readonly found: readonly StoredRecord[]
  readonly resolve: (records: readonly StoredRecord[]) => void
  readonly reject: (error: unknown) => void
}

export function createSlowLog({
  appends = 'held',
  deliveries = 'at once',
  reads = 'at once',
  weight,
}: SlowLogOptions = {}): SlowLog {
  const lives: { readonly epoch: string; readonly records: StoredRecord[] }[] = [{ epoch: 'slow', records: [] }]
  const waiting: Append[] = []
  const pending: Read[] = []
  let undelivered: StoredRecord[] = []
  let firstSeq = 1
  let follower: ((record: StoredRecord) => void) | undefined

  const life = () => lives.at(-1) ?? missing()

  const head = (): Position => ({ epoch: life().epoch, seq: life().records.length })

  const find = (afterSeq: number, limit: number): readonly StoredRecord[] => {
    const from = Math.max(afterSeq, firstSeq - 1)
    return life()
      .records.slice(from, from + limit)
      .map((record) => copyOf(record, record))
  }

  const deliver = (): void => {
    const [record] = undelivered.splice(0, 1)
    if (record !== undefined) follower?.(record)
  }

  const place = (record: EventRecord): StoredRecord => {
    const { epoch, seq } = head()
    const stored = copyOf(record, { epoch, seq: seq + 1 }, weight)
    life().records.push(stored)
    if (follower !== undefined) undelivered.push(stored)
    if (deliveries === 'at once') deliver()
    return stored
  }

  const take = <Entry>(list: Entry[], index: number): Entry => {
    const [entry] = list.splice(index, 1)
    return entry ?? missing(`nothing waits at ${index}`)
  }

  return {
    head,
    append: (record) =>
      new Promise<StoredRecord>((resolve, reject) => {
        if (appends === 'held') waiting.push({ record, resolve, reject })
        else resolve(place(record))
      }),
    follow: (next) => {
      follower = next
      return () => {
        follower = undefined
        undelivered = []
      }
    },
    read: (afterSeq, limit) => {
      const found = find(afterSeq, limit)
      if (reads === 'in memory') return found
      if (reads === 'at once') return Promise.resolve(found)
      return new Promise((resolve, reject) => {
        pending.push({ afterSeq, limit, found, resolve, reject })
      })
    },
    stats: () => {
      const { seq } = head()
      return { firstSeq, events: seq - firstSeq + 1, bytes: 0 }
    },
    waiting: () => waiting.map(({ record }) => record),
    store: (index = 0) => {
      const { record, resolve } = take(waiting, index)
      resolve(place(record))
    },
    refuse: (error) => take(waiting, 0).reject(error),
    undelivered: () => undelivered,
    deliver,
    reads: () => pending.length,
    answer: (index = 0, { most = Number.POSITIVE_INFINITY, asOf = 'asked' } = {}) => {
      const { afterSeq, limit, found, resolve } = take(pending, index)
      resolve((asOf === 'asked' ? found : find(afterSeq, limit)).slice(0, most))
    },
    failRead: (error, index = 0) => take(pending, index).reject(error),
    trim: (next) => {
      firstSeq = Math.min(Math.max(firstSeq, next), head().seq + 1)
    },
    restart: (losesUndelivered = false) => {
      lives.push({ epoch: `slow-${lives.length + 1}`, records: [] })
      firstSeq = 1
      if (losesUndelivered) undelivered = []
    },
    lives: () => lives,
  }
}

/** As it comes from far away: no object is the same twice. */
function copyOf(record: EventRecord, position: Position, weight: number = record.bytes): StoredRecord {
  const { id, type, timestamp, source, correlationId, tags, owner, json } = record
  const head = { id, type, timestamp, source, correlationId, tags, owner }
  return new EventRecord(head, json, weight, t.identity).storeAt(position)
}

function missing(what = 'unreachable'): never {
  throw new Error(what)
}
