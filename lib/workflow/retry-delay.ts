const FIRST_MS = 1_000
const MAX_MS = 30_000

/**
 * How long to wait before try number `attempt` (2 for the first retry): 1, 2, 4 … s, at most 30 s, each between three quarters
 * of that and all of it, so that many runs that failed together do not come back together.
 *
 * @param random uniform in [0, 1)
 */
export function retryDelayMs(attempt: number, random: () => number): number {
  const fullMs = Math.min(MAX_MS, FIRST_MS * 2 ** (attempt - 2))
  return Math.round(fullMs * (0.75 + 0.25 * random()))
}
