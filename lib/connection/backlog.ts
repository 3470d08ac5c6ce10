import type { Observable, Subject } from 'rxjs'
import type { BackpressureBufferOptions } from '../operators/on-backpressure-buffer.ts'
import type { Loss, OverflowPolicy } from '../operators/overflow-queue.ts'
import { serverMessage } from '../protocol/server-payloads.ts'
import { createAnswer, type Outgoing } from './outgoing.ts'
import { Parcel } from './parcel.ts'

/** What may wait for one peer: what its socket did not take (PROTOCOL section 10). And what gives way when it is more. */
export interface QueueLimits {
  readonly maxMessages: number
  readonly maxBytes: number
  readonly policy: OverflowPolicy | ((arriving: Outgoing) => OverflowPolicy)
}

export interface BacklogOptions {
  readonly limits: QueueLimits
  /** Whether the socket takes more. */
  readonly ready$: Observable<boolean>
  readonly shed$: Subject<void> | undefined
  readonly host: BacklogHost
}

export interface BacklogHost {
  /** What waits for the peer has changed: its bytes. May end the connection. */
  readonly onQueued: (bytes: number) => void
}

/**
 * What waits for one peer, and what it has lost: how its frames pass `onBackpressureBuffer`. They wait one by one; answers and terminal
 * events are never lost; what is, is told by `gap` in its place (SEMANTICS "Backpressure").
 */
export class Backlog implements BackpressureBufferOptions<Parcel> {
  readonly ready$: Observable<boolean>
  readonly shed$: Subject<void> | undefined
  readonly policy: OverflowPolicy | ((arriving: Parcel) => OverflowPolicy)
  readonly maxCount: number
  readonly maxBytes: number
  readonly #host: BacklogHost
  /** The newest position that the peer knows of: of an event that was handed to the socket, or of a loss it was told of. */
  #knownSeq = 0
  queued = 0
  queuedBytes = 0
  dropped = 0
  conflated = 0

  constructor({ limits, ready$, shed$, host }: BacklogOptions) {
    const { policy } = limits
    this.ready$ = ready$
    this.shed$ = shed$
    this.policy = typeof policy === 'string' ? policy : (parcel) => policy(parcel.first)
    this.maxCount = limits.maxMessages
    this.maxBytes = limits.maxBytes
    this.#host = host
  }

  split(parcel: Parcel): readonly Parcel[] {
    for (const { frame } of parcel.items()) frame?.settle()
    return parcel.split()
  }

  sizeOf({ bytes }: Parcel): number {
    return bytes
  }

  isProtected({ first }: Parcel): boolean {
    return first.isProtected
  }

  keyOf({ first }: Parcel): string | undefined {
    return first.conflationKey
  }

  positionOf({ first }: Parcel): number | undefined {
    return first.seq
  }

  /** Frames were handed to the socket. */
  noteSent({ seq = 0 }: Parcel): void {
    this.#knownSeq = Math.max(this.#knownSeq, seq)
  }

  /** Of what has no position the range is empty: it begins after what it ends with. */
  toNotice({ from = this.#knownSeq + 1, to = this.#knownSeq, dropped, conflated }: Loss): Parcel {
    this.#knownSeq = to
    return Parcel.of(createAnswer(serverMessage('gap', { fromSeq: from, toSeq: to, dropped, conflated }), undefined))
  }

  onLost(how: 'dropped' | 'conflated'): void {
    this[how] += 1
  }

  onDepth(count: number, bytes: number): void {
    this.queued = count
    this.queuedBytes = bytes
    this.#host.onQueued(bytes)
  }
}
