import { EventError } from '../event/event-error.ts'
import type { EventRecord } from '../event/event-record.ts'

/** How deep events may cause events before it is taken for a loop. */
const MAX_CAUSAL_DEPTH = 100

/** An event waiting for its turn, and the event in whose handling it was published. */
interface Entry {
  readonly record: EventRecord
  readonly cause: Entry | undefined
  readonly depth: number
}

/**
 * Hands events out one after the other. A plain `Subject` lets a handler's own publish overtake the event being handled: later
 * subscribers then see 2 before 1 (rxjs issue 2155, "works as designed"). So an event published while another is being handed
 * out waits until that one has reached everyone. Decided here, once, for the whole library (SEMANTICS P1).
 */
export interface Delivery {
  /** Takes `record` in and, when nothing is being handed out, hands out it and all that follows from it. */
  readonly enqueue: (record: EventRecord) => void
  /** @throws EventError `CAUSAL_DEPTH`, naming the chain, when an event of `type` published now would be one link too many. */
  readonly checkDepth: (type: string) => void
}

/** `handOut` is called for one record at a time and must not throw. */
export function createDelivery(handOut: (record: EventRecord) => void): Delivery {
  const queue: Entry[] = []
  let current: Entry | undefined

  const drain = (): void => {
    try {
      for (let index = 0; index < queue.length; index++) {
        current = queue[index]
        if (current !== undefined) handOut(current.record)
      }
    } finally {
      current = undefined
      queue.length = 0
    }
  }

  return {
    enqueue: (record) => {
      queue.push({ record, cause: current, depth: current === undefined ? 0 : current.depth + 1 })
      if (current === undefined) drain()
    },
    checkDepth: (type) => {
      if (current === undefined || current.depth < MAX_CAUSAL_DEPTH) return
      throw new EventError(
        'CAUSAL_DEPTH',
        `publish: ${type} would be event ${current.depth + 2} of a chain in which each is published while the one before it is ` +
          `handled; the last of them: ${chainOf(current)} > ${type}`,
      )
    },
  }
}

function chainOf(entry: Entry): string {
  const types: string[] = []
  for (let link: Entry | undefined = entry; link !== undefined && types.length < 8; link = link.cause) {
    types.unshift(link.record.type)
  }
  return types.join(' > ')
}
