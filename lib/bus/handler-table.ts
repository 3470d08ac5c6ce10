import { isThenable } from '../base/is-thenable.ts'
import type { EventRecord } from '../event/event-record.ts'

type Handler = (event: EventRecord) => unknown

interface Entry {
  readonly handler: Handler
  /** The delivery during which it was added: it does not hear of that one. */
  readonly addedDuring: number
}

/** Handlers by event type. Adding and removing cost what the types cost, not what the other handlers cost. */
export interface HandlerTable {
  /** Returns how to remove it. */
  readonly add: (types: Iterable<string>, handler: Handler) => () => void
  /** Marks the begin of a delivery: handlers added from here on do not hear of it. */
  readonly begin: () => void
  /** Calls the handlers of the event's type, in the order they were added. A throw or a rejection goes to `onError`. */
  readonly call: (event: EventRecord) => void
  readonly has: (type: string) => boolean
  readonly size: () => number
  readonly clear: () => void
}

export function createHandlerTable(onError: (error: unknown, event: EventRecord) => void): HandlerTable {
  const byType = new Map<string, Set<Entry>>()
  let delivery = 0
  let size = 0

  return {
    add: (types, handler) => {
      const entry: Entry = { handler, addedDuring: delivery }
      const mine = [...types]
      for (const type of mine) {
        const entries = byType.get(type)
        if (entries === undefined) byType.set(type, new Set([entry]))
        else entries.add(entry)
      }
      size += 1
      let isAdded = true
      return () => {
        if (!isAdded) return
        isAdded = false
        size = Math.max(0, size - 1)
        for (const type of mine) {
          const entries = byType.get(type)
          if (entries?.delete(entry) && entries.size === 0) byType.delete(type)
        }
      }
    },
    begin: () => {
      delivery += 1
    },
    call: (event) => {
      for (const { handler, addedDuring } of byType.get(event.type) ?? []) {
        if (addedDuring === delivery) continue
        try {
          const result = handler(event)
          if (isThenable(result)) result.then(undefined, (error: unknown) => onError(error, event))
        } catch (error) {
          onError(error, event)
        }
      }
    },
    has: (type) => byType.has(type),
    size: () => size,
    clear: () => {
      byType.clear()
      size = 0
    },
  }
}
