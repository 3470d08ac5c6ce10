import { filter, mergeMap, type Observable, scan } from 'rxjs'

/** What the heartbeat needs to know of a peer. Times are monotonic. */
export interface HeartbeatPeer {
  readonly lastSeenMs: () => number
  readonly lastSentMs: () => number
}

/** What is to be done about one peer in its turn. */
export interface HeartbeatAction<Peer> {
  readonly peer: Peer
  /** `silent`: no sign of life for three intervals. */
  readonly verdict: 'alive' | 'silent'
  /** Whether it was sent nothing for one interval, and so does not know where the stream stands. */
  readonly isQuiet: boolean
}

/** The peers, spread over the ticks of one interval, so that ten thousand idle ones are not visited in one turn. */
export interface PeerWheel<Peer> {
  /** Its turn comes within one interval, as late in it as an even spread allows. */
  readonly add: (peer: Peer) => void
  readonly remove: (peer: Peer) => void
  /** Besides its turns, `peer` gets a second look so many ticks from now: less than an interval. Nothing where its turn comes then. */
  readonly lookAgain: (peer: Peer, inTicks: number) => void
  /** Whose turn it is; each call is one tick. */
  readonly turn: () => WheelTurn<Peer>
  readonly ticksPerInterval: number
}

export interface WheelTurn<Peer> {
  readonly due: readonly Peer[]
  readonly again: readonly Peer[]
}

export function createPeerWheel<Peer>(ticksPerInterval: number): PeerWheel<Peer> {
  const buckets = Array.from({ length: ticksPerInterval }, () => ({ due: new Set<Peer>(), again: new Set<Peer>() }))
  const bucketOf = new Map<Peer, Bucket<Peer>>()
  let current = 0

  const bucketIn = (ticks: number): Bucket<Peer> => buckets[(current + ticks) % ticksPerInterval] as Bucket<Peer>

  /** Peers come in crowds, after a restart say: the emptiest bucket, of several the one whose turn is furthest. */
  const emptiest = (): Bucket<Peer> => {
    let best = bucketIn(0)
    for (let ticks = ticksPerInterval - 1; ticks > 0 && best.due.size > 0; ticks -= 1) {
      const bucket = bucketIn(ticks)
      if (bucket.due.size < best.due.size) best = bucket
    }
    return best
  }

  return {
    add: (peer) => {
      if (bucketOf.has(peer)) return
      const bucket = emptiest()
      bucket.due.add(peer)
      bucketOf.set(peer, bucket)
    },
    remove: (peer) => {
      bucketOf.get(peer)?.due.delete(peer)
      bucketOf.delete(peer)
    },
    lookAgain: (peer, inTicks) => {
      const bucket = bucketIn(inTicks)
      if (bucket !== bucketOf.get(peer)) bucket.again.add(peer)
    },
    turn: () => {
      current = (current + 1) % ticksPerInterval
      const { due, again } = bucketIn(0)
      const looks = [...again].filter((peer) => bucketOf.has(peer))
      again.clear()
      return { due: [...due], again: looks }
    },
    ticksPerInterval,
  }
}

interface Bucket<Peer> {
  readonly due: Set<Peer>
  readonly again: Set<Peer>
}

export interface HeartbeatOptions<Peer> {
  /** The gateway's one tick: the monotonic time of each. */
  readonly tick$: Observable<number>
  readonly wheel: PeerWheel<Peer>
  readonly intervalMs: number
}

interface Round<Peer> {
  readonly nowMs: number
  readonly turn: WheelTurn<Peer>
  /** Ticks that are left of a round in which nobody is closed. */
  readonly graceTicks: number
}

const SILENT_INTERVALS = 3

/**
 * Visits every peer once an interval, and whoever gave no sign of life for three is `silent`: found within a tick, by a second look
 * where its next visit would come too late. When a tick comes late by an interval or more the process was paused, not the peers: in
 * the round that follows nobody is closed (THREATS T27). Completes with `tick$`.
 */
export function heartbeat<Peer extends HeartbeatPeer>({
  tick$,
  wheel,
  intervalMs,
}: HeartbeatOptions<Peer>): Observable<HeartbeatAction<Peer>> {
  const tickMs = intervalMs / wheel.ticksPerInterval
  const silentMs = SILENT_INTERVALS * intervalMs
  // Its last heartbeat went out a little after its last visit: it must not need a second interval for that.
  const quietMs = intervalMs - tickMs

  /** Books a second look at a peer that will have been silent for too long before its next visit. */
  const lookAgainInTime = (peer: Peer, nowMs: number): void => {
    const inTicks = Math.ceil((peer.lastSeenMs() + silentMs - nowMs) / tickMs)
    if (inTicks < wheel.ticksPerInterval) wheel.lookAgain(peer, inTicks)
  }

  const visit = ({ nowMs, turn, graceTicks }: Round<Peer>): readonly HeartbeatAction<Peer>[] => {
    const isSilent = (peer: Peer): boolean => graceTicks === 0 && nowMs - peer.lastSeenMs() >= silentMs
    const actionOn = (peer: Peer): HeartbeatAction<Peer> => ({
      peer,
      verdict: isSilent(peer) ? 'silent' : 'alive',
      isQuiet: nowMs - peer.lastSentMs() >= quietMs,
    })
    if (graceTicks === 0) {
      for (const peer of [...turn.again, ...turn.due]) if (!isSilent(peer)) lookAgainInTime(peer, nowMs)
    }
    return [...turn.again.filter(isSilent), ...turn.due].map(actionOn)
  }

  return tick$.pipe(
    scan((last: Round<Peer> | undefined, nowMs): Round<Peer> => {
      const isLate = last !== undefined && nowMs - last.nowMs >= intervalMs + tickMs
      const graceTicks = isLate ? wheel.ticksPerInterval : Math.max(0, (last?.graceTicks ?? 0) - 1)
      return { nowMs, turn: wheel.turn(), graceTicks }
    }, undefined),
    filter((round) => round !== undefined),
    mergeMap(visit),
  )
}
