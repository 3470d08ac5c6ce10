import type { Logger } from '../base/logger.ts'
import type { EventBus } from '../bus/event-bus.ts'
import type { Topics } from './topics.ts'

/** The gateway's own events. They tell of what has happened: that one cannot be published must not undo it, so it is only logged. */
export interface Announcer {
  readonly announce: (event: Parameters<EventBus['publish']>[0]) => void
  /** Tells of a message, where somebody listens for that: it would otherwise double the work of every message. */
  readonly announceMessage: (event: MessageEvent) => void
}

interface MessageEvent {
  readonly type: 'ws.message_received' | 'ws.message_sent'
  readonly data: { readonly connectionId: string; readonly messageType: string; readonly bytes: number }
  readonly owner?: string
}

export function createAnnouncer(bus: EventBus, topics: Pick<Topics<unknown>, 'has'>, logger: Logger): Announcer {
  const announce: Announcer['announce'] = (event) => {
    try {
      void bus.publish({ ...event, source: 'gateway' })
    } catch (error) {
      logger.error({ err: error, eventType: event.type }, 'an event of the gateway could not be published')
    }
  }
  return {
    announce,
    announceMessage: (event) => {
      if (topics.has(event.type) || bus.isObserved(event.type)) announce(event)
    },
  }
}
