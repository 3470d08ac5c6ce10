import { spawnSync } from 'node:child_process'
import { availableParallelism } from 'node:os'

const canPin = availableParallelism() >= 2 && spawnSync('taskset', ['-c', '0', 'true']).status === 0

/** What goes before a command so that it stays on one core; nothing where that cannot be had. */
export function pinnedTo(core: number): readonly string[] {
  return canPin ? ['taskset', '-c', String(core)] : []
}

export const pinning = canPin ? 'servers on core 0, load generator on core 1' : 'not pinned'
