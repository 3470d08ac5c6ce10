import type { Logger } from '../base/logger.ts'
import type { EventBus } from '../bus/event-bus.ts'
import type { Topics } from './topics.ts'

/** The gateway's own events. They tell of what has happened: that one cannot be published must not undo it, so it is only logged. */
export interface Announcer {
  readonly announce: (event: Parameters<EventBus['publish']>[0]) => void
  /** Whether somebody listens for `type`. Events of single messages are only made then: they would double the work of each. */
  readonly isHeard: (type: 'ws.message_received' | 'ws.message_sent') => boolean
}

export function createAnnouncer(bus: EventBus, topics: Pick<Topics<unknown>, 'has'>, logger: Logger): Announcer {
  return {
    announce: (event) => {
      try {
        void bus.publish(Object.assign({ source: 'gateway' }, event))
      } catch (error) {
        logger.error({ err: error, eventType: event.type }, 'an event of the gateway could not be published')
      }
    },
    isHeard: (type) => topics.has(type) || bus.isObserved(type),
  }
}
