/** What a run holds of the process-wide places for nodes at work. */
export interface Seat {
  /** The places it has now, and those it may take without waiting: none of these while others wait. */
  readonly reach: () => number
  /** Takes places, so that it has `count` where that is in reach. */
  readonly take: (count: number) => void
  /**
   * Wants `count` places in all: gives back what it has above that, waits for what it lacks, and lets those be served who wait
   * longest.
   */
  readonly want: (count: number) => void
  /** Gives one place back. It is handed on with the next `want` or `leave`, when the run has said what happened. */
  readonly release: () => void
  /** The run is over: gives everything back. */
  readonly leave: () => void
}

/**
 * The places for nodes at work, shared by all runs of the process. Who waits is served in turns, a place at a time, so that a run of
 * many nodes cannot keep a run of one waiting for longer than a round.
 */
export interface Places {
  /** `onGiven` is called for each place that comes later; one that is free is there when `want` returns. */
  readonly join: (onGiven: () => void) => Seat
  /** How many are held now. */
  readonly taken: () => number
}

interface Guest {
  held: number
  wanted: number
  readonly onGiven: () => void
}

export function createPlaces(total: number): Places {
  let free = total
  // In the order of their turns: a Set keeps the order of insertion, and deleting costs nothing.
  const waiting = new Set<Guest>()
  let isServing = false

  // A loop: whoever is given a place may give it back at once, and so on, which would pile up on the stack otherwise.
  const serve = (): void => {
    if (isServing) return
    isServing = true
    try {
      while (free > 0) {
        const [next] = waiting
        if (next === undefined) return
        waiting.delete(next)
        free -= 1
        next.held += 1
        if (next.held < next.wanted) waiting.add(next)
        next.onGiven()
      }
    } finally {
      isServing = false
    }
  }

  const spare = (): number => (waiting.size === 0 ? free : 0)

  const release = (guest: Guest): void => {
    if (guest.held === 0) return
    guest.held -= 1
    free += 1
  }

  return {
    taken: () => total - free,
    join: (onGiven) => {
      const guest: Guest = { held: 0, wanted: 0, onGiven }
      return {
        reach: () => guest.held + spare(),
        take: (count) => {
          const more = Math.min(spare(), Math.max(0, count - guest.held))
          guest.held += more
          free -= more
        },
        want: (count) => {
          guest.wanted = count
          while (guest.held > count) release(guest)
          if (guest.held === count) waiting.delete(guest)
          else waiting.add(guest)
          serve()
        },
        release: () => release(guest),
        leave: () => {
          waiting.delete(guest)
          while (guest.held > 0) release(guest)
          serve()
        },
      }
    },
  }
}
