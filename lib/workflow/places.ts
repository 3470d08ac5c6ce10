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
  isWaiting: boolean
  /** Whether it stands in the queue, also where it waits no more: it is passed over then. */
  isQueued: boolean
  readonly onGiven: () => void
}

/** So many that were served are cut off at a time. */
const CUT = 1_024

export function createPlaces(total: number): Places {
  let free = total
  // A list with a moving head: a Set walks over whatever was deleted from its beginning, time and again.
  let queue: Guest[] = []
  let head = 0
  let waiting = 0
  let isServing = false

  const lineUp = (guest: Guest): void => {
    if (!guest.isWaiting) waiting += 1
    guest.isWaiting = true
    if (guest.isQueued) return
    guest.isQueued = true
    queue.push(guest)
  }

  const giveUp = (guest: Guest): void => {
    if (guest.isWaiting) waiting -= 1
    guest.isWaiting = false
  }

  /** The first of those who wait, who then waits no more. */
  const next = (): Guest | undefined => {
    for (let guest = queue[head]; guest !== undefined; guest = queue[head]) {
      head += 1
      if (head >= CUT) {
        queue = queue.slice(head)
        head = 0
      }
      guest.isQueued = false
      if (!guest.isWaiting) continue
      giveUp(guest)
      return guest
    }
    return undefined
  }

  // A loop: whoever is given a place may give it back at once, and so on, which would pile up on the stack otherwise.
  const serve = (): void => {
    if (isServing) return
    isServing = true
    try {
      while (free > 0) {
        const guest = next()
        if (guest === undefined) return
        free -= 1
        guest.held += 1
        if (guest.held < guest.wanted) lineUp(guest)
        guest.onGiven()
      }
    } finally {
      isServing = false
    }
  }

  const spare = (): number => (waiting === 0 ? free : 0)

  const release = (guest: Guest): void => {
    if (guest.held === 0) return
    guest.held -= 1
    free += 1
  }

  return {
    taken: () => total - free,
    join: (onGiven) => {
      const guest: Guest = { held: 0, wanted: 0, isWaiting: false, isQueued: false, onGiven }
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
          if (guest.held === count) giveUp(guest)
          else lineUp(guest)
          serve()
        },
        release: () => release(guest),
        leave: () => {
          giveUp(guest)
          while (guest.held > 0) release(guest)
          serve()
        },
      }
    },
  }
}
