/** What all queues of the process may hold together (PROTOCOL section 10, THREATS T23). */
export interface OutgoingBudget<Holder> {
  /** `holder` now holds `bytes`. Where that is too much for all, the largest holders are shed until it is not. */
  readonly note: (holder: Holder, bytes: number) => void
  /** Those who hold something. */
  readonly holders: () => Iterable<Holder>
}

/** @param shed must make `holder` let go of what it holds. */
export function createOutgoingBudget<Holder>(maxBytes: number, shed: (holder: Holder) => void): OutgoingBudget<Holder> {
  const held = new Map<Holder, number>()
  let total = 0

  const set = (holder: Holder, bytes: number): void => {
    total += bytes - (held.get(holder) ?? 0)
    if (bytes === 0) held.delete(holder)
    else held.set(holder, bytes)
  }

  const isOver = (): boolean => total > maxBytes

  const largest = (): Holder | undefined => {
    let found: Holder | undefined
    let most = 0
    for (const [holder, bytes] of held) {
      if (bytes <= most) continue
      found = holder
      most = bytes
    }
    return found
  }

  return {
    holders: () => held.keys(),
    note: (holder, bytes) => {
      set(holder, bytes)
      while (isOver()) {
        const chosen = largest()
        if (chosen === undefined) return
        // Before it is shed: what it tells of itself meanwhile changes nothing.
        set(chosen, 0)
        shed(chosen)
      }
    },
  }
}
