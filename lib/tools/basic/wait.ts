import * as t from 'io-ts'
import { interval, Observable, type SchedulerLike, take } from 'rxjs'
import { defineTool } from '../define-tool.ts'
import { numberParam } from '../params.ts'
import type { Tool, ToolContext } from '../tool.ts'

/** Longer than a node may take by default. */
const MAX_SECONDS = 3_600
/** So often it tells how far it is. */
const STEPS = 10

/** Does nothing for a while, and tells how far it is. */
export function waitTool(scheduler: SchedulerLike): Tool {
  return defineTool({
    name: 'wait',
    description: `Waits for a number of seconds, at most ${MAX_SECONDS}.`,
    params: t.type({ seconds: numberParam('a number of seconds', 0, MAX_SECONDS) }),
    positional: ['seconds'],
    idempotent: true,
    run: ({ seconds }, context) => untilOver(seconds * 1_000, context, scheduler).then(() => ({ seconds })),
  })
}

async function untilOver(ms: number, { progress, signal }: ToolContext, scheduler: SchedulerLike): Promise<void> {
  signal.throwIfAborted()
  const aborted$ = new Observable<never>((subscriber) => {
    const fail = (): void => subscriber.error(signal.reason)
    signal.addEventListener('abort', fail)
    return () => signal.removeEventListener('abort', fail)
  })
  await new Promise<void>((resolve, reject) => {
    const ends = aborted$.subscribe({ error: reject })
    ends.add(
      interval(ms / STEPS, scheduler)
        .pipe(take(STEPS))
        .subscribe({
          next: (step) => progress(((step + 1) * 100) / STEPS),
          complete: () => {
            ends.unsubscribe()
            resolve()
          },
        }),
    )
  })
}
