import { monitorEventLoopDelay } from 'node:perf_hooks'
import type { Usage, UsageOptions } from '../control/server-calls.ts'

const LOOK_EVERY_MS = 50

/** What this process takes from now until it is read. */
export function startUsageMeter({ watchMemory }: UsageOptions): () => Usage {
  const delays = startDelayMonitor()
  let peakRssBytes = 0
  const look = (): void => {
    peakRssBytes = Math.max(peakRssBytes, process.memoryUsage.rss())
  }
  const watch = watchMemory ? setInterval(look, LOOK_EVERY_MS) : undefined
  const start = performance.now()
  const before = process.cpuUsage()
  return () => {
    const { user, system } = process.cpuUsage(before)
    clearInterval(watch)
    look()
    return {
      cpuMicros: user + system,
      elapsedMicros: (performance.now() - start) * 1_000,
      eventLoopDelayP99Ms: delays(),
      peakRssBytes,
    }
  }
}

/** Not every runtime has one. */
function startDelayMonitor(): () => number {
  try {
    const monitor = monitorEventLoopDelay({ resolution: 20 })
    monitor.enable()
    return () => {
      monitor.disable()
      return monitor.percentile(99) / 1e6
    }
  } catch {
    return () => 0
  }
}
