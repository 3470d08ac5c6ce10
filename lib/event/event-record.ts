import { createId } from '../base/ids.ts'
import type { BusEvent, Position, StoredEvent } from './event.ts'

/** The parts of an event besides its data. */
export interface EventHead {
  /** Absent: one is made when somebody first asks. */
  readonly id?: string | undefined
  readonly type: string
  readonly timestamp: string
  readonly source: string | undefined
  readonly correlationId: string | undefined
  readonly tags: readonly string[]
  readonly owner: string | undefined
}

/**
 * An event whose data was encoded once. `data` is read back from that text when somebody first asks, so that a publisher's later
 * mutation changes nothing, and an event nobody reads is never decoded.
 */
export class EventRecord implements BusEvent {
  readonly type: string
  readonly timestamp: string
  readonly source: string | undefined
  readonly correlationId: string | undefined
  readonly tags: readonly string[]
  readonly owner: string | undefined
  /** Whether the publisher chose the id, and so may publish it again (P7). */
  readonly hasOwnId: boolean
  /** The data as JSON. */
  readonly json: string
  /** The size of {@link json} in UTF-8. */
  readonly bytes: number
  epoch: string | undefined
  seq: number | undefined
  readonly #decode: (value: unknown) => unknown
  #id: string | undefined
  #data: unknown
  #isRead = false

  constructor(head: EventHead, json: string, bytes: number, decode: (value: unknown) => unknown) {
    this.#id = head.id
    this.type = head.type
    this.timestamp = head.timestamp
    this.source = head.source
    this.correlationId = head.correlationId
    this.tags = head.tags
    this.owner = head.owner
    this.hasOwnId = head.id !== undefined
    this.json = json
    this.bytes = bytes
    this.epoch = undefined
    this.seq = undefined
    this.#decode = decode
  }

  get id(): string {
    // Most events are never asked for theirs, and it costs as much as the rest of them.
    this.#id ??= createId()
    return this.#id
  }

  get data(): unknown {
    if (!this.#isRead) {
      this.#data = deepFreeze(this.#decode(JSON.parse(this.json)))
      this.#isRead = true
    }
    return this.#data
  }

  /**
   * Forgets the decoded data: everybody has seen it, and in the history it would weigh more than the text it can be read from. Who
   * asks again gets an equal one.
   */
  forgetData(): void {
    this.#data = undefined
    this.#isRead = false
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
