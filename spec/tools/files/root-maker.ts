import { join } from 'node:path'
import { workerData } from 'node:worker_threads'
import { makeRoot } from '../../../lib/tools/files/make-root.ts'

/** What a worker of the race gets: all of them make the same `count` roots in `folder`, each begun by all at once. */
export interface Race {
  readonly folder: string
  readonly count: number
  readonly racers: number
  /** How many arrivals there were at the starting line, and how many roots could not be made. */
  readonly counts: Int32Array
}

const { folder, count, racers, counts } = workerData as Race
for (let round = 0; round < count; round += 1) {
  Atomics.add(counts, 0, 1)
  while (Atomics.load(counts, 0) < racers * (round + 1)) {
    // the others are nearly there
  }
  try {
    makeRoot(join(folder, String(round), 'a', 'b'))
  } catch {
    Atomics.add(counts, 1, 1)
  }
}
