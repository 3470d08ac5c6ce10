/** How much work each client has going: bounded, so that one cannot fill the server with what waits (THREATS T15). */
export interface LiveWork {
  /** Counts one more run of `who`; false when that would be too many, and then it is not counted. */
  readonly begin: (who: string) => boolean
  readonly end: (who: string) => void
}

export function createLiveWork(maxPerClient: number): LiveWork {
  const counts = new Map<string, number>()
  return {
    begin: (who) => {
      const count = counts.get(who) ?? 0
      if (count >= maxPerClient) return false
      counts.set(who, count + 1)
      return true
    },
    end: (who) => {
      const count = (counts.get(who) ?? 0) - 1
      if (count > 0) counts.set(who, count)
      else counts.delete(who)
    },
  }
}
