import type { BusEvent } from '../event/event.ts'
import { type EventFilter, fromEventFilter } from '../event/filter.ts'

/** What one connection has asked to hear: some types, and of their events those its filter lets pass. Immutable. */
export interface EventSubscription {
  readonly types: ReadonlySet<string>
  /** Undefined: every event of these types. */
  readonly filter: EventFilter | undefined
  readonly accepts: (event: BusEvent) => boolean
}

export function createSubscription(wanted: Iterable<string>, filter: EventFilter | undefined): EventSubscription {
  const types = new Set(wanted)
  if (filter === undefined) return { types, filter, accepts: (event) => types.has(event.type) }
  const passes = fromEventFilter(filter)
  return { types, filter, accepts: (event) => types.has(event.type) && passes(event) }
}

/** How a subscription is to change, as one step. */
export interface SubscriptionChange {
  readonly mode: 'add' | 'replace' | 'remove'
  readonly types: ReadonlySet<string>
  /** Absent keeps the filter, null clears it. */
  readonly filter?: EventFilter | null | undefined
}

export function changeSubscription(current: EventSubscription, change: SubscriptionChange): EventSubscription {
  const filter = change.filter === undefined ? current.filter : (change.filter ?? undefined)
  switch (change.mode) {
    case 'add':
      return createSubscription(new Set([...current.types, ...change.types]), filter)
    case 'replace':
      return createSubscription(change.types, filter)
    case 'remove':
      return createSubscription(new Set([...current.types].filter((type) => !change.types.has(type))), filter)
    default:
      return change.mode satisfies never
  }
}
