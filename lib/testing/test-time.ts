import { setImmediate } from 'node:timers/promises'
import { type SchedulerLike, VirtualAction, VirtualTimeScheduler } from 'rxjs'

/** Time that stands still until a test moves it. Give {@link scheduler} to `createEventBus`, `createWorkflowEngine`, `createGateway`. */
export interface TestTime {
  readonly scheduler: SchedulerLike
  /** Milliseconds since the start. */
  readonly now: () => number
  /**
   * Lets `ms` go by: everything that falls due runs in its order, and after each step promises that can settle do. Also with 0 it
   * lets promises settle.
   */
  readonly advance: (ms: number) => Promise<void>
}

/**
 * Virtual time for what has promises in it. RxJS's `TestScheduler.run` is synchronous, so a tool's promise never settles there; here
 * `await time.advance(1_000)` settles them in between. For pipelines without promises marbles are shorter: see `runMarbles`.
 */
export function createTestTime(): TestTime {
  const scheduler = new VirtualTimeScheduler(VirtualAction, 0)
  return {
    scheduler,
    now: () => scheduler.now(),
    advance: async (ms) => {
      const untilMs = scheduler.now() + ms
      await setImmediate()
      for (let dueMs = nextDue(scheduler); dueMs !== undefined && dueMs <= untilMs; dueMs = nextDue(scheduler)) {
        scheduler.maxFrames = dueMs
        scheduler.flush()
        await setImmediate()
      }
      scheduler.frame = untilMs
    },
  }
}

/** When the next action falls due. */
function nextDue({ actions }: VirtualTimeScheduler): number | undefined {
  return actions.length === 0 ? undefined : Math.min(...actions.map(({ delay }) => delay))
}
