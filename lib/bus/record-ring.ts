import type { StoredRecord } from '../event/event-record.ts'

/** How much is kept: whichever bound is reached first. */
export interface RingBounds {
  readonly maxEvents: number
  /** Encoded data bytes. */
  readonly maxBytes: number
  readonly maxAgeMs: number
}

/** The newest records of one life of a stream, without a hole: one more for each `seq`. */
export class RecordRing {
  readonly #bounds: RingBounds
  readonly #onDropped: (record: StoredRecord) => void
  // A queue in two arrays: `#first` is the index of the oldest record, the places before it are free and are cut off in one go now
  // and then, so that dropping one costs nothing.
  #records: (StoredRecord | undefined)[] = []
  #storedAtMs: number[] = []
  #first = 0
  #bytes = 0

  /** @param onDropped is told of each record that is kept no longer. */
  constructor(bounds: RingBounds, onDropped: (record: StoredRecord) => void = () => undefined) {
    this.#bounds = bounds
    this.#onDropped = onDropped
  }

  get count(): number {
    return this.#records.length - this.#first
  }

  get bytes(): number {
    return this.#bytes
  }

  get oldest(): StoredRecord | undefined {
    return this.#records[this.#first]
  }

  get newest(): StoredRecord | undefined {
    return this.#records.at(-1)
  }

  push(record: StoredRecord, nowMs: number): void {
    this.#records.push(record)
    this.#storedAtMs.push(nowMs)
    this.#bytes += record.bytes
    this.trim(nowMs)
  }

  /** Drops what is beyond the bounds at `nowMs`. */
  trim(nowMs: number): void {
    const { maxEvents, maxBytes, maxAgeMs } = this.#bounds
    while (this.count > 0) {
      const ageMs = nowMs - (this.#storedAtMs[this.#first] ?? 0)
      if (this.count <= maxEvents && this.#bytes <= maxBytes && ageMs <= maxAgeMs) return
      this.#dropOldest()
    }
  }

  /** Up to `limit` records after `seq`, oldest first; from the oldest where that is gone. */
  read(afterSeq: number, limit: number): readonly StoredRecord[] {
    const firstSeq = this.oldest?.seq
    if (firstSeq === undefined) return []
    const from = this.#first + Math.max(0, afterSeq + 1 - firstSeq)
    return this.#records.slice(from, from + limit).filter((record) => record !== undefined)
  }

  clear(): void {
    this.#records = []
    this.#storedAtMs = []
    this.#first = 0
    this.#bytes = 0
  }

  #dropOldest(): void {
    const { oldest } = this
    this.#records[this.#first] = undefined
    this.#first += 1
    if (oldest !== undefined) {
      this.#bytes -= oldest.bytes
      this.#onDropped(oldest)
    }
    if (this.#first > 1024 && this.#first * 2 > this.#records.length) {
      this.#records = this.#records.slice(this.#first)
      this.#storedAtMs = this.#storedAtMs.slice(this.#first)
      this.#first = 0
    }
  }
}
