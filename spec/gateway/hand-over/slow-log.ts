import { Subject } from 'rxjs'
import type { EventLog } from '../../../lib/bus/event-log.ts'
import { EventRecord, type StoredRecord } from '../../../lib/event/event-record.ts'

interface PendingRead {
  readonly settle: () => void
  readonly reject: () => void
}

/**
 * A log elsewhere, as bad as one may be: reads are answered when the spec says, or fail; what is stored is handed out later; a read
 * that begins too early is clipped without a word; and the stream may begin another life.
 */
export class SlowLog {
  /** Every life of the stream, whole: what the oracle compares with. */
  readonly lives: StoredRecord[][] = [[]]
  readonly delivered$ = new Subject<StoredRecord>()
  readonly log: EventLog
  readonly #undelivered: StoredRecord[] = []
  readonly #reads: PendingRead[] = []
  #firstSeq = 1
  rejected = 0
  trimmed = 0

  constructor() {
    this.log = {
      head: () => ({ epoch: this.epoch, seq: this.#stored.length }),
      append: (record) => this.store(record.type),
      follow: () => () => undefined,
      read: (afterSeq, limit) =>
        new Promise((resolve, reject) => {
          this.#reads.push({
            // As it is when it is answered, not as it was when it was asked.
            settle: () => {
              const from = Math.max(afterSeq, this.#firstSeq - 1)
              resolve(this.#stored.slice(from, from + limit))
            },
            reject: () => reject(new Error('the log is away')),
          })
        }),
      stats: () => ({ firstSeq: this.#firstSeq, events: 0, bytes: 0 }),
    }
  }

  get epoch(): string {
    return `life-${this.lives.length}`
  }

  get #stored(): StoredRecord[] {
    return this.lives.at(-1) ?? []
  }

  store(type: string): StoredRecord {
    const seq = this.#stored.length + 1
    const id = `${this.epoch}-${seq}`
    const head = { id, type, timestamp: '', source: undefined, correlationId: undefined, tags: [], owner: undefined }
    const record = new EventRecord(head, '{}', 2, (value) => value).storeAt({ epoch: this.epoch, seq })
    this.#stored.push(record)
    this.#undelivered.push(record)
    return record
  }

  /** Hands out the next one that was stored. */
  deliver(): boolean {
    const record = this.#undelivered.shift()
    if (record !== undefined) this.delivered$.next(record)
    return record !== undefined
  }

  /** Answers one of the reads that wait. */
  settle(which: number): boolean {
    const [read] = this.#reads.length === 0 ? [] : this.#reads.splice(which % this.#reads.length, 1)
    read?.settle()
    return read !== undefined
  }

  reject(which: number): void {
    const [read] = this.#reads.length === 0 ? [] : this.#reads.splice(which % this.#reads.length, 1)
    if (read === undefined) return
    this.rejected += 1
    read.reject()
  }

  trim(count: number): void {
    const firstSeq = Math.min(this.#firstSeq + count, this.#stored.length + 1)
    if (firstSeq > this.#firstSeq) this.trimmed += 1
    this.#firstSeq = firstSeq
  }

  beginAnew(): void {
    this.lives.push([])
    this.#firstSeq = 1
    // What was not handed out of the old life never will be: its clients are told of the new one.
    this.#undelivered.length = 0
  }
}
