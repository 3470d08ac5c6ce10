import type { ChurnOptions, ChurnResult } from '../control/client-calls.ts'
import { createCpuMeter } from '../control/clock.ts'
import { inParallel } from './in-parallel.ts'
import { openLoadConnection } from './load-connection.ts'

const nothing = (): void => undefined
const handlers = { onText: nothing, onChunk: nothing, onEnd: nothing }

/** Opens and closes `count` connections; each is usable before it is closed, and closed before its place is taken by the next. */
export async function churn({ count, concurrency, ...endpoint }: ChurnOptions): Promise<ChurnResult> {
  const generatorShare = createCpuMeter()
  const start = performance.now()
  await inParallel(count, concurrency, async (index) => {
    const connection = await openLoadConnection(endpoint, index, handlers)
    await connection.close()
  })
  return { elapsedMs: performance.now() - start, generatorShare: generatorShare() }
}
