import { filter, map, mergeMap, type Observable, scan } from 'rxjs'

export interface StallOptions<Peer> {
  /** The gateway's one tick. */
  readonly tick$: Observable<unknown>
  /** Those for whom something waits. */
  readonly waiting: () => Iterable<Peer>
  /** A number that grows whenever the peer takes something, and else does not; undefined where nobody knows. */
  readonly progressOf: (peer: Peer) => number | undefined
  /** So many ticks without progress are a stall. Ticks, not time: while the process is paused nobody can take anything. */
  readonly ticks: number
}

/** What a peer had taken, and for how many ticks that has been so. */
interface Watched {
  readonly progress: number
  readonly ticks: number
}

/**
 * Finds the peers for whom something waits and who take nothing of it (SEMANTICS "Backpressure": no progress). A peer that reads a
 * byte now and then makes progress: it is slow, which its queue will tell. Completes with `tick$`.
 */
export function stalled<Peer>({ tick$, waiting, progressOf, ticks }: StallOptions<Peer>): Observable<Peer> {
  return tick$.pipe(
    scan((watched: ReadonlyMap<Peer, Watched>): ReadonlyMap<Peer, Watched> => {
      const next = new Map<Peer, Watched>()
      for (const peer of waiting()) {
        const progress = progressOf(peer)
        if (progress === undefined) continue
        const before = watched.get(peer)
        next.set(peer, before === undefined || progress > before.progress ? { progress, ticks: 0 } : later(before))
      }
      return next
    }, new Map<Peer, Watched>()),
    filter((watched) => watched.size > 0),
    mergeMap((watched) => [...watched].filter(([, { ticks: still }]) => still >= ticks)),
    map(([peer]) => peer),
  )
}

function later({ progress, ticks }: Watched): Watched {
  return { progress, ticks: ticks + 1 }
}
