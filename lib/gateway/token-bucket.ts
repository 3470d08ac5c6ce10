/** Allows `ratePerSecond` on average and `burst` at once. */
export interface TokenBucket {
  /** Takes `cost` tokens; answers 0, or how many milliseconds are missing when there are not enough (then none are taken). */
  readonly take: (cost: number, nowMs: number) => number
}

export function createTokenBucket(ratePerSecond: number, burst: number): TokenBucket {
  let tokens = burst
  let lastMs: number | undefined
  return {
    take: (cost, nowMs) => {
      tokens = Math.min(burst, tokens + ((nowMs - (lastMs ?? nowMs)) * ratePerSecond) / 1_000)
      lastMs = nowMs
      // What is larger than any burst passes when the bucket is full, or it never would.
      const needed = Math.min(cost, burst)
      if (tokens < needed) return Math.ceil(((needed - tokens) * 1_000) / ratePerSecond)
      tokens -= needed
      return 0
    },
  }
}
