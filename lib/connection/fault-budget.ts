const MAX_FAULTS = 10
const FORGIVEN_EVERY_MS = 60_000

/** Counts the malformed messages of one connection; one is forgiven each minute (PROTOCOL section 7). */
export interface FaultBudget {
  /** Counts one more and says whether that was one too many. */
  readonly spend: (nowMs: number) => boolean
}

export function createFaultBudget(): FaultBudget {
  let faults = 0
  let sinceMs = 0
  return {
    spend: (nowMs) => {
      const forgiven = Math.floor((nowMs - sinceMs) / FORGIVEN_EVERY_MS)
      if (forgiven >= faults) {
        faults = 0
        sinceMs = nowMs
      } else {
        faults -= forgiven
        sinceMs += forgiven * FORGIVEN_EVERY_MS
      }
      faults += 1
      return faults > MAX_FAULTS
    },
  }
}
