import { checkOptions, type OptionRule } from '../base/options.ts'
import type { Pace } from '../transport/flusher.ts'

/** How writing to sockets is paced (PERFORMANCE point 3). 0 for either turns it off: then every turn ends with a flush. */
export interface FlushOptions {
  /** The share of a core that writing may take, between 0 and 1; a half by default. */
  readonly share?: number
  /** The longest that a frame waits for it, in milliseconds; 10 by default. */
  readonly maxWaitMs?: number
}

const share: OptionRule = {
  expected: 'a number from 0 to 1',
  test: (value) => typeof value === 'number' && value >= 0 && value <= 1,
}
const maxWaitMs: OptionRule = {
  expected: 'a number of milliseconds from 0 to 1000',
  test: (value) => typeof value === 'number' && value >= 0 && value <= 1_000,
}

/** @throws OptionError naming the first bad option. */
export function checkFlushOptions(flush: FlushOptions | 0): void {
  if (flush === 0) return
  checkOptions('createGateway: flush', flush, { share, maxWaitMs })
}

export function paceOf(flush: FlushOptions | 0): Pace {
  const pace = flush === 0 ? unpaced : { share: flush.share ?? 0.5, maxWaitMs: flush.maxWaitMs ?? 10 }
  return pace.share === 0 ? unpaced : pace
}

const unpaced: Pace = { share: 1, maxWaitMs: 0 }
