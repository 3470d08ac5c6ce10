import type { EventIn } from '../event/definition.ts'
import type { BuiltInEvents } from '../event/catalogue.ts'

/** The events that order work rather than tell of it (SEMANTICS "Runs"). */
export type OrderType =
  | 'workflow.requested'
  | 'dsl.command_received'
  | 'workflow.cancel_requested'
  | 'workflow.input_provided'

export type Order = EventIn<BuiltInEvents, OrderType>

/**
 * Where an engine gets its orders. In memory the bus itself is the queue ({@link createBusWorkQueue}); where several machines
 * share the work, a queue that hands each order to one of them.
 */
export interface WorkQueue {
  /** Calls `worker` for every order from now on, in their order. Returns how to stop. */
  readonly take: (worker: (order: Order) => void) => () => void
}
