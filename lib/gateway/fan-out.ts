import type { Subscription } from 'rxjs'
import type { EventBus } from '../bus/event-bus.ts'
import type { Audience } from '../connection/audience.ts'
import type { EventDefinition } from '../event/definition.ts'
import { type BusEvent, isStored, type Position } from '../event/event.ts'
import type { ServerMessage } from '../protocol/server-payloads.ts'
import { SharedEvent } from './shared-event.ts'
import { createTopics, type Topics } from './topics.ts'

export interface FanOutOptions {
  readonly project: (event: never) => ServerMessage | null
  readonly definitionOf: (type: string) => EventDefinition | undefined
  /** Called before the first event of another life of the stream is offered, with the position it begins at. */
  readonly onRestart: (position: Position) => void
  /** Called after an event has been offered to all. */
  readonly onDelivered: (event: BusEvent) => void
  readonly onProjectionError: (error: unknown, event: BusEvent) => void
  /** A fault of ours: the next event is handed out all the same (SEMANTICS P9). */
  readonly onError: (error: unknown, event: BusEvent) => void
}

/** From the bus to every audience that asked: what is the same for all is done here, once. */
export interface FanOut {
  readonly topics: Topics<Audience>
  /** The position up to which events have been offered. Not the head of the bus: that may be ahead while events are handed out. */
  readonly position: () => Position
  /** An event as all get it. */
  readonly share: (event: BusEvent) => SharedEvent
  readonly subscription: Subscription
}

export function createFanOut(bus: EventBus, options: FanOutOptions): FanOut {
  const topics = createTopics<Audience>()
  let position = bus.head()
  const sharing = {
    // The bus has decoded what the projection is typed for.
    project: options.project as (event: BusEvent) => ServerMessage | null,
    definitionOf: options.definitionOf,
    onProjectionError: options.onProjectionError,
  }
  const share = (event: BusEvent): SharedEvent => new SharedEvent(event, sharing)
  const handOut = (event: BusEvent): void => {
    if (isStored(event)) {
      if (event.epoch !== position.epoch) {
        position = { epoch: event.epoch, seq: event.seq - 1 }
        options.onRestart(position)
      }
      // It was stored before the gateway was there, and is handed out only now: who was welcomed since then stands behind it.
      if (event.seq <= position.seq) return options.onDelivered(event)
    }
    if (topics.has(event.type)) {
      const shared = share(event)
      topics.visit(event, (audience) => audience.offer(shared))
    }
    // Now, and not before: whoever asks while it is handed out may be offered it yet.
    if (isStored(event)) position = { epoch: event.epoch, seq: event.seq }
    return options.onDelivered(event)
  }
  const subscription = bus.events$.subscribe((event: BusEvent) => {
    try {
      handOut(event)
    } catch (error) {
      options.onError(error, event)
    }
  })
  return { topics, position: () => position, share, subscription }
}
