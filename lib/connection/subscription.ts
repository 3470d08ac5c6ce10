import type { BusEvent } from '../event/event.ts'
import { type EventFilter, fromEventFilter } from '../event/filter.ts'

/** What one connection has asked to hear: some types, and of their events those its filter lets pass. Immutable. */
export interface EventSubscription {
  readonly types: ReadonlySet<string>
  /** Undefined: every event of these types. */
  readonly filter: EventFilter | undefined
  readonly accepts: (event: BusEvent) => boolean
}

export function createSubscription(types: Iterable<string>, filter: EventFilter | undefined): EventSubscription {
  const wanted = new Set(types)
  const passes = filter === undefined ? () => true : fromEventFilter(filter)
  return { types: wanted, filter, accepts: (event) => wanted.has(event.type) && passes(event) }
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
      return createSubscription([...current.types, ...change.types], filter)
    case 'replace':
      return createSubscription(change.types, filter)
    case 'remove':
      return createSubscription(
        [...current.types].filter((type) => !change.types.has(type)),
        filter,
      )
    default:
      return change.mode satisfies never
  }
}
