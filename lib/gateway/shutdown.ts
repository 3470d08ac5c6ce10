import {
  defaultIfEmpty,
  endWith,
  firstValueFrom,
  ignoreElements,
  merge,
  race,
  type SchedulerLike,
  tap,
  timer,
} from 'rxjs'
import type { Logger } from '../base/logger.ts'
import { closeCodes } from '../protocol/codes.ts'
import { serverMessage } from '../protocol/server-payloads.ts'
import type { Executor } from '../workflow/executor.ts'
import type { Announcer } from './announce.ts'
import type { Registry } from './registry.ts'

export interface ShutdownOptions {
  readonly announcer: Announcer
  readonly engine: Executor | undefined
  readonly registry: Registry
  readonly scheduler: SchedulerLike
  readonly logger: Logger
  readonly timeoutMs: number
}

/** What is kept of the time for the goodbye: runs must end before it. */
const GOODBYE_MS = 3_000
const MIN_RETRY_MS = 1_000

const ending = { code: closeCodes.shuttingDown, reason: 'server shutting down' }

/** The end of a gateway in its order (SEMANTICS P11): runs, then queues, then goodbyes. Upgrades and work are refused already. */
export async function shutDown(options: ShutdownOptions): Promise<void> {
  const { announcer, engine, registry, scheduler, logger, timeoutMs } = options
  const startedAtMs = scheduler.now()
  const goodbyeMs = Math.min(GOODBYE_MS, timeoutMs / 2)
  logger.info({ connections: registry.size(), timeoutMs }, 'shutting down')
  announcer.announce({ type: 'system.shutdown', data: { reason: ending.reason } })
  if (engine !== undefined) await drained(engine, timeoutMs - goodbyeMs, scheduler, logger)
  sayGoodbye(options)
  const lingering = [...registry.lingering()]
  const gone$ = registry.empty$.pipe(defaultIfEmpty(undefined))
  // A queue that has not drained by then goes without its rest, and a peer that has not answered by then is cut.
  const endAll = timer(goodbyeMs / 2, scheduler).pipe(
    tap(() => lingering.forEach(({ connection }) => connection.end(ending))),
  )
  const cutAll = timer(goodbyeMs, scheduler).pipe(tap(() => lingering.forEach(({ connection }) => connection.cut())))
  await firstValueFrom(race(gone$, merge(endAll, cutAll).pipe(ignoreElements(), endWith(undefined))))
  logger.info({ afterMs: Math.round(scheduler.now() - startedAtMs) }, 'shut down')
}

/** How long after its deadline an executor may take to say that it is done. */
const GRACE_MS = 100

/** Waits until no run is left. A host's own executor that fails, or says nothing, must not keep the gateway from closing. */
async function drained(engine: Executor, timeoutMs: number, scheduler: SchedulerLike, logger: Logger): Promise<void> {
  const late$ = timer(timeoutMs + GRACE_MS, scheduler).pipe(
    tap(() => logger.warn({ timeoutMs }, 'runs were left behind')),
  )
  try {
    await firstValueFrom(race(engine.drain(timeoutMs).pipe(defaultIfEmpty(undefined)), late$))
  } catch (error) {
    logger.error({ err: error }, 'the executor could not be drained')
  }
}

/** Tells every client when to come back, at different times, so that they do not all come at once. */
function sayGoodbye({ registry }: ShutdownOptions): void {
  // Ending removes from the registry; a Map may lose entries while it is iterated.
  for (const session of registry.all()) {
    const retryAfterMs = MIN_RETRY_MS + Math.round(Math.random() * 2 * MIN_RETRY_MS)
    session.answer(serverMessage('heartbeat', { ...session.position(), retryAfterMs }))
    session.connection.finish(ending)
  }
}
