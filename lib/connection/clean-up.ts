import { filter, map, merge, mergeMap, type Observable, scan } from 'rxjs'

export interface CleanUpOptions<Peer> {
  /** The gateway's one tick: the monotonic time of each. */
  readonly tick$: Observable<number>
  /** Peers that have just had one fault too many. */
  readonly faulty$: Observable<Peer>
  /** Everybody there is. */
  readonly peers: () => Iterable<Peer>
  /** Whether a peer is gone and only nobody has noticed. */
  readonly isDead: (peer: Peer) => boolean
  readonly everyMs: number
}

/** A peer to be removed, and why. */
export interface CleanUpAction<Peer> {
  readonly peer: Peer
  readonly why: 'faulty' | 'dead'
}

/**
 * Removes faulty peers at once and sweeps out dead ones every `everyMs`: those whose end was decided and that are still kept.
 */
export function cleanUp<Peer>(options: CleanUpOptions<Peer>): Observable<CleanUpAction<Peer>> {
  const { tick$, faulty$, peers, isDead, everyMs } = options
  const faulty = faulty$.pipe(map((peer): CleanUpAction<Peer> => ({ peer, why: 'faulty' })))
  const dead = sweepTimes(tick$, everyMs).pipe(
    mergeMap(() => [...peers()].filter(isDead)),
    map((peer): CleanUpAction<Peer> => ({ peer, why: 'dead' })),
  )
  return merge(faulty, dead)
}

/** Of the ticks, one every `everyMs`. */
function sweepTimes(tick$: Observable<number>, everyMs: number): Observable<number> {
  return tick$.pipe(
    scan(
      ({ sweptAtMs }: { readonly sweptAtMs: number | undefined }, nowMs) => {
        const isDue = sweptAtMs !== undefined && nowMs - sweptAtMs >= everyMs
        return { sweptAtMs: sweptAtMs === undefined || isDue ? nowMs : sweptAtMs, nowMs, isDue }
      },
      { sweptAtMs: undefined, nowMs: 0, isDue: false },
    ),
    filter(({ isDue }) => isDue),
    map(({ nowMs }) => nowMs),
  )
}
