import type { EventBus } from './event-bus.ts'
import type { OrderType, WorkQueue } from './work-queue.ts'

const orderTypes: readonly OrderType[] = [
  'workflow.requested',
  'dsl.command_received',
  'workflow.cancel_requested',
  'workflow.input_provided',
]

/** The work queue of one process: every order on `bus` is this process's to do. */
export function createBusWorkQueue(bus: EventBus): WorkQueue {
  return {
    take: (worker) => {
      const subscription = bus.on(orderTypes, worker)
      return () => subscription.unsubscribe()
    },
  }
}
