/** How long to wait between tries, in milliseconds. */
export interface BackOff {
  readonly minMs: number
  readonly maxMs: number
}

/**
 * How long to wait before try number `attempt` (1 is the first after a loss): anywhere between `minMs` and a ceiling that doubles
 * with each try up to `maxMs`. The whole width is jitter, so that clients that lost one server do not come back to it together.
 *
 * @param random uniform in [0, 1)
 */
export function backOffMs(attempt: number, { minMs, maxMs }: BackOff, random: () => number): number {
  const ceilingMs = Math.max(minMs, Math.min(maxMs, minMs * 2 ** attempt))
  return Math.round(minMs + (ceilingMs - minMs) * random())
}
