import { createId } from '../base/ids.ts'
import type { Position } from '../event/event.ts'
import type { EventRecord, StoredRecord } from '../event/event-record.ts'

/** Numbers the events of one life of a stream. */
export interface Sequence {
  /** The position of the newest event; `seq` 0 before the first. */
  readonly head: () => Position
  /** Gives `record` the next number: here, and nowhere else, a stored event gets its place (SEMANTICS P2). */
  readonly assign: (record: EventRecord) => StoredRecord
}

/** A new life of the stream: its epoch is fresh, so that a position of an earlier one is recognised as such. */
export function createSequence(): Sequence {
  const epoch = createId()
  let seq = 0
  return {
    head: () => ({ epoch, seq }),
    assign: (record) => {
      seq += 1
      return record.storeAt({ epoch, seq })
    },
  }
}
