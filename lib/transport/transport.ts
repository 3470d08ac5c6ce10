import type { Observable } from 'rxjs'
import type { Frame } from './frame.ts'

/** Everything a connection needs of a socket. Implemented over `ws` and in memory. */
export interface Transport {
  /** What the peer does. One subscriber; ends with one `Closed`, then completes; never errors. */
  readonly incoming$: Observable<Incoming>
  /** Whether the socket takes more: its state on subscription, then every change. False above the high-water mark until drained. */
  readonly writable$: Observable<boolean>
  /** Hands `frame` to the socket, at the latest with the next flush. Never blocks; after a close it does nothing. */
  readonly write: (frame: Frame) => void
  /**
   * Hands over whole frames that were joined. Present where that is worth waiting for a flush: then events come by it, all that a
   * flush brings at once. Absent: each frame comes by {@link write}, when it is there.
   */
  readonly writeJoined?: (wire: Buffer) => void
  /**
   * How far the peer has come with taking what was written: a number that grows whenever it takes something, and else does not. Absent:
   * nobody knows, and a peer that takes nothing is only found by its silence.
   */
  readonly progress?: () => number
  /** Asks for a sign of life. */
  readonly ping: () => void
  /** Begins the closing handshake: frames written before it still go out. */
  readonly close: (code: number, reason: string) => void
  /** Ends the socket at once. */
  readonly terminate: () => void
}

/** What a peer does. */
export type Incoming =
  | { readonly _tag: 'Text'; readonly text: string; readonly bytes: number }
  | { readonly _tag: 'Binary' }
  /** A pong, or a ping of the peer's own. */
  | { readonly _tag: 'SignOfLife' }
  /** Broke the protocol; the transport is closing with `code`. */
  | { readonly _tag: 'Fault'; readonly code: number; readonly error: Error }
  | { readonly _tag: 'Closed'; readonly code: number; readonly reason: string }
