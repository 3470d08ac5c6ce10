import type { BusEvent, Position, StoredEvent } from './event.ts'

/** The parts of an event besides its data. */
export interface EventHead {
  readonly id: string
  readonly type: string
  readonly timestamp: string
  readonly source: string | undefined
  readonly correlationId: string | undefined
  readonly tags: readonly string[]
  readonly owner: string | undefined
  /** Whether the publisher chose the id, and so may publish it again (P7). Absent: it may have. */
  readonly hasOwnId?: boolean
}

/**
 * An event whose data was encoded once. `data` is read back from that text when somebody first asks, so that a publisher's later
 * mutation changes nothing, and an event nobody reads is never decoded.
 */
export class EventRecord implements BusEvent, EventHead {
  readonly id: string
  readonly type: string
  readonly timestamp: string
  readonly source: string | undefined
  readonly correlationId: string | undefined
  readonly tags: readonly string[]
  readonly owner: string | undefined
  readonly hasOwnId: boolean
  /** The data as JSON. */
  readonly json: string
  /** The size of {@link json} in UTF-8. */
  readonly bytes: number
  epoch: string | undefined
  seq: number | undefined
  readonly #decode: (value: unknown) => unknown
  #data: unknown
  #isRead = false

  constructor(head: EventHead, json: string, bytes: number, decode: (value: unknown) => unknown) {
    this.id = head.id
    this.type = head.type
    this.timestamp = head.timestamp
    this.source = head.source
    this.correlationId = head.correlationId
    this.tags = head.tags
    this.owner = head.owner
    this.hasOwnId = head.hasOwnId ?? true
    this.json = json
    this.bytes = bytes
    this.epoch = undefined
    this.seq = undefined
    this.#decode = decode
  }

  get data(): unknown {
    if (!this.#isRead) {
      this.#data = deepFreeze(this.#decode(JSON.parse(this.json)))
      this.#isRead = true
    }
    return this.#data
  }

  /** Gives the record its place in the stream: done once, by the log that stores it. */
  storeAt({ epoch, seq }: Position): StoredRecord {
    this.epoch = epoch
    this.seq = seq
    return this as StoredRecord
  }
}

/** A record that has its place in the stream. */
export type StoredRecord = EventRecord & StoredEvent

function deepFreeze(value: unknown): unknown {
  if (typeof value !== 'object' || value === null || Object.isFrozen(value)) return value
  // Only what JSON makes: a codec's own objects (a Date, a Map) are the codec author's to protect.
  const prototype: unknown = Object.getPrototypeOf(value)
  if (prototype !== Object.prototype && prototype !== Array.prototype) return value
  for (const key of Object.keys(value)) deepFreeze(Reflect.get(value, key))
  return Object.freeze(value)
}
