import { OptionError } from '../base/options.ts'
import type { EventBus } from './event-bus.ts'
import type { OrderType, WorkQueue } from './work-queue.ts'

const orderTypes: readonly OrderType[] = [
  'workflow.requested',
  'dsl.command_received',
  'workflow.cancel_requested',
  'workflow.input_provided',
]

/** The buses whose orders somebody takes. */
const taken = new WeakSet<EventBus>()

/**
 * The work queue of one process: every order on `bus` is this process's to do. One worker takes them at a time, since two would do
 * everything twice.
 */
export function createBusWorkQueue(bus: EventBus): WorkQueue {
  return {
    take: (worker) => {
      if (taken.has(bus))
        throw new OptionError(
          'createWorkflowEngine',
          'bus',
          'one whose orders no other engine takes (close that one first)',
          bus,
        )
      taken.add(bus)
      const subscription = bus.on(orderTypes, worker)
      subscription.add(() => taken.delete(bus))
      return () => subscription.unsubscribe()
    },
  }
}
