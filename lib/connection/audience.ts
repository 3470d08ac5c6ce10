import type { Flushable, Flusher } from '../transport/flusher.ts'
import type { Entitlement } from './entitlement.ts'
import type { Outgoing } from './outgoing.ts'
import { firstLink, type Link, linkAfter, Parcel } from './parcel.ts'
import type { EventSubscription } from './subscription.ts'

/** One of an audience. */
export interface Member {
  /** Takes what is new. Must not throw. */
  readonly catchUp: () => void
  /** There is something new that cannot be had: it ends, or it would have a hole. */
  readonly fail: (error: unknown) => void
  /** Whether it takes it at each flush, or else with each event. */
  readonly isPatient: boolean
}

export interface AudienceOptions {
  readonly subscription: EventSubscription
  readonly isEntitled: Entitlement
  readonly flusher: Pick<Flusher, 'bookGathering'>
  /** What may collect before it is handed on without waiting for a flush. */
  readonly highWaterMarkBytes: number
}

/**
 * Connections that see the same: who asked for the same and may see the same. Whether an event is for them is decided once for all of
 * them, and what a flush brings is joined once for all. An event costs an audience the same however many are in it.
 */
export class Audience implements Flushable {
  readonly subscription: EventSubscription
  readonly #isEntitled: Entitlement
  readonly #flusher: Pick<Flusher, 'bookGathering'>
  readonly #highWaterMarkBytes: number
  readonly #patient = new Set<Member>()
  readonly #eager = new Set<Member>()
  /** Those who still see what came before, and then enter. */
  readonly #replaying = new Set<Member>()
  /** The newest position that was offered. */
  #cursor = 0
  #last: Link = firstLink()
  /** Up to where flushes have handed on. */
  #flushedBytes = 0
  #isBooked = false
  /** The parcel that was asked for last: those who have come equally far ask in a row. */
  #parcel: Parcel | undefined
  #parcelFrom: Link | undefined
  #parcelTo: Link | undefined

  constructor({ subscription, isEntitled, flusher, highWaterMarkBytes }: AudienceOptions) {
    this.subscription = subscription
    this.#isEntitled = isEntitled
    this.#flusher = flusher
    this.#highWaterMarkBytes = highWaterMarkBytes
  }

  get size(): number {
    return this.#patient.size + this.#eager.size + this.#replaying.size
  }

  /** The newest that it got: where a newcomer begins. */
  get last(): Link {
    return this.#last
  }

  /** Gets nothing until it enters, and is expected. */
  expect(member: Member): void {
    this.leave(member)
    this.#replaying.add(member)
  }

  enter(member: Member): void {
    this.#replaying.delete(member)
    if (member.isPatient) this.#patient.add(member)
    else this.#eager.add(member)
  }

  leave(member: Member): void {
    this.#patient.delete(member)
    this.#eager.delete(member)
    this.#replaying.delete(member)
  }

  /** Begins at the begin of another life of the stream. */
  restart(): void {
    this.#cursor = 0
  }

  /** Whether an event is for them. Of what lies back this is asked too, and again. */
  admits(outgoing: Outgoing): boolean {
    const { event } = outgoing
    // First what costs least, and last what is made only for those who get it.
    if (event === undefined) return true
    return this.subscription.accepts(event) && this.#isEntitled(event) && outgoing.frame !== undefined
  }

  /** Offers an event: those in the audience get it, if it is for them, in the order of the offers. */
  offer(outgoing: Outgoing): void {
    // Whoever comes later finds in the history what nobody is there for now.
    if (this.#eager.size + this.#patient.size === 0) return
    try {
      if (!this.#isWanted(outgoing)) return
    } catch (error) {
      for (const member of [...this.#eager, ...this.#patient]) member.fail(error)
      return
    }
    this.#last = linkAfter(this.#last, outgoing)
    for (const member of this.#eager) member.catchUp()
    if (this.#patient.size > 0) this.#gather()
    else this.#forget(this.#last)
  }

  flush(): void {
    this.#isBooked = false
    const last = this.#last
    for (const member of this.#patient) member.catchUp()
    this.#forget(last)
  }

  /** What is new for somebody who has come as far as `seen`. */
  since(seen: Link): Parcel | undefined {
    if (seen === this.#last) return undefined
    if (this.#parcelFrom !== seen || this.#parcelTo !== this.#last) {
      this.#parcel = Parcel.between(seen, this.#last)
      this.#parcelFrom = seen
      this.#parcelTo = this.#last
    }
    return this.#parcel
  }

  /** Everybody has come to `link`: nothing of it must be kept until the next event comes. */
  #forget(link: Link): void {
    this.#flushedBytes = link.bytes
    link.outgoing = undefined
    this.#parcel = undefined
    this.#parcelFrom = undefined
    this.#parcelTo = undefined
  }

  /** For the next flush, or at once when that would be too much for one. */
  #gather(): void {
    if (this.#last.bytes - this.#flushedBytes >= this.#highWaterMarkBytes) return this.flush()
    if (this.#isBooked) return
    this.#isBooked = true
    this.#flusher.bookGathering(this)
  }

  /** Whether it is for them, and new: what was offered once is never offered again (SEMANTICS P3, P4). */
  #isWanted(outgoing: Outgoing): boolean {
    const { seq } = outgoing
    if (seq !== undefined) {
      if (seq <= this.#cursor) return false
      this.#cursor = seq
    }
    return this.admits(outgoing)
  }
}
