import { setImmediate } from 'node:timers/promises'
import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'

/** Collects garbage now: what is only weakly held is gone after it. */
export async function collectGarbage(): Promise<void> {
  setFlagsFromString('--expose-gc')
  const collect: unknown = runInNewContext('gc')
  if (typeof collect !== 'function') throw new TypeError('this Node cannot collect on demand')
  // A weak reference holds what it points to until the end of the turn in which it was read.
  await setImmediate()
  Reflect.apply(collect, undefined, [])
}

/** By how many bytes `work` lets the heap grow; `work` answers with what is to be kept meanwhile. */
export async function heapGrowth(work: () => unknown): Promise<number> {
  await collectGarbage()
  const before = process.memoryUsage().heapUsed
  const kept = work()
  await collectGarbage()
  const after = process.memoryUsage().heapUsed
  // Used after the measurement, so that it cannot be collected before.
  if (kept === undefined) throw new TypeError('nothing was kept')
  return after - before
}
