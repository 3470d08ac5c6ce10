import { defaultIfEmpty, firstValueFrom, merge, race, type SchedulerLike, timer } from 'rxjs'
import type { Logger } from '../base/logger.ts'
import type { Position } from '../event/event.ts'
import { closeCodes } from '../protocol/codes.ts'
import { serverMessage } from '../protocol/server-payloads.ts'
import type { Executor } from '../workflow/executor.ts'
import type { Announcer } from './announce.ts'
import type { Registry } from './registry.ts'

export interface ShutdownOptions {
  readonly announcer: Announcer
  readonly engine: Executor | undefined
  readonly registry: Registry
  readonly position: () => Position
  readonly scheduler: SchedulerLike
  readonly logger: Logger
  readonly timeoutMs: number
}

/** What is kept of the time for the goodbye: runs must end before it. */
const GOODBYE_MS = 3_000
/** A connection cuts an unanswered close after 3 s. */
const CLOSE_MS = 3_500
const MIN_RETRY_MS = 1_000

const ending = { code: closeCodes.shuttingDown, reason: 'server shutting down' }

/** The end of a gateway in its order (SEMANTICS P11): runs, then queues, then goodbyes. Upgrades and work are refused already. */
export async function shutDown(options: ShutdownOptions): Promise<void> {
  const { announcer, engine, registry, scheduler, logger, timeoutMs } = options
  const startedAtMs = scheduler.now()
  const goodbyeMs = Math.min(GOODBYE_MS, timeoutMs / 2)
  logger.info({ connections: registry.size(), timeoutMs }, 'shutting down')
  announcer.announce({ type: 'system.shutdown', data: { reason: ending.reason } })
  if (engine !== undefined) {
    await firstValueFrom(engine.drain(timeoutMs - goodbyeMs).pipe(defaultIfEmpty(undefined)))
  }
  sayGoodbye(options)
  const lingering = [...registry.lingering()]
  const gone$ = merge(...lingering.map(({ connection }) => connection.gone$)).pipe(defaultIfEmpty(undefined))
  // A queue that does not drain by then goes without its rest, and a close that is not answered is cut by its connection.
  const lastCall = timer(goodbyeMs, scheduler).subscribe(() => {
    for (const { connection } of lingering) connection.end(ending)
  })
  await firstValueFrom(race(gone$, timer(goodbyeMs + CLOSE_MS, scheduler)))
  lastCall.unsubscribe()
  logger.info({ afterMs: Math.round(scheduler.now() - startedAtMs) }, 'shut down')
}

/** Tells every client when to come back, at different times, so that they do not all come at once. */
function sayGoodbye({ registry, position }: ShutdownOptions): void {
  // Ending removes from the registry; a Map may lose entries while it is iterated.
  for (const session of registry.all()) {
    const retryAfterMs = MIN_RETRY_MS + Math.round(Math.random() * 2 * MIN_RETRY_MS)
    session.answer(serverMessage('heartbeat', { ...position(), retryAfterMs }))
    session.connection.finish(ending)
  }
}
