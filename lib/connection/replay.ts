import { from, type Observable, type Observer, type Subscription } from 'rxjs'
import type { Position } from '../event/event.ts'
import type { Audience } from './audience.ts'
import { type Ending, tooSlow } from './ending.ts'
import type { Parcel } from './parcel.ts'

/** A stretch of the stream as one audience gets it. */
export type ReplayPage =
  | {
      readonly _tag: 'Page'
      /** Undefined where nothing in it is for the audience. */
      readonly parcel: Parcel | undefined
      /** Up to where the stream was looked at. */
      readonly toSeq: number
    }
  /** What comes next is not here yet, though it is stored. */
  | { readonly _tag: 'NotYet' }
  /** What comes next cannot be had any more. */
  | { readonly _tag: 'Gone' }

/** Where replays read, and what gives each its turn. The same for all. */
export interface ReplaySource {
  /** What of the stretch after `position` is for `audience`. At once where it is in memory; rejects where it cannot be read. */
  readonly page: (audience: Audience, position: Position) => ReplayPage | Promise<ReplayPage>
  /** Whether everything after `position` is yet to come. */
  readonly isHead: (position: Position) => boolean
  /** Calls `replay.turn()` once, later, in a turn in which no event is being handed out. */
  readonly book: (replay: Replay) => void
  /** Books it when the next event has been handed out. */
  readonly await: (replay: Replay) => void
}

/** Who a replay is for. */
export interface ReplayHost {
  readonly audience: () => Audience
  /** Takes what came next. */
  readonly take: (parcel: Parcel) => void
  /** Everything up to `position` was taken: it sees with its audience from here on. */
  readonly catchUpWith: (position: Position) => void
  /** Whether something waits for the peer: it is not given more. */
  readonly isBehind: () => boolean
  readonly end: (ending: Ending) => void
  readonly fail: (error: unknown) => void
}

export interface ReplayOptions {
  /** After which it sees everything. */
  readonly place: Position
  readonly source: ReplaySource
  readonly host: ReplayHost
}

/** A log that is asked so often for what it says it has, and gives nothing, is broken. */
const MAX_EMPTY_PAGES = 100

/**
 * Shows one peer what it missed, from where it was up to where the stream is, and hands it over to its audience there (SEMANTICS
 * "From history to live"). It holds a position, not a copy: it is pulled by the socket, a page at a time, each in a turn of its own. That
 * it has reached the head is asked when it has given what it read, and handed over within the same turn: nothing can slip between.
 */
export class Replay implements Observer<boolean> {
  readonly #epoch: string
  readonly #source: ReplaySource
  readonly #host: ReplayHost
  #seq: number
  #isReady = false
  #isBooked = false
  #reading: Subscription | undefined
  #isStopped = false
  #emptyPages = 0
  #readiness: Subscription | undefined

  constructor({ place, source, host }: ReplayOptions) {
    this.#epoch = place.epoch
    this.#seq = place.seq
    this.#source = source
    this.#host = host
  }

  /** Up to where the peer has seen everything. */
  get position(): Position {
    return { epoch: this.#epoch, seq: this.#seq }
  }

  /** Whether it waits for the peer. */
  get isHeld(): boolean {
    return this.#readiness !== undefined && !this.#isReady
  }

  /** @param ready$ whether the socket takes more: its state on subscription, then every change. */
  start(ready$: Observable<boolean>): void {
    if (!this.#isStopped) this.#readiness = ready$.subscribe(this)
  }

  stop(): void {
    this.#isStopped = true
    this.#readiness?.unsubscribe()
    this.#reading?.unsubscribe()
  }

  next(isReady: boolean): void {
    this.#isReady = isReady
    if (isReady) this.#book()
  }

  error(error: unknown): void {
    this.#host.fail(error)
  }

  complete(): void {
    // The socket's last word stands.
  }

  /** Reads a page, if the peer takes one. */
  turn(): void {
    this.#isBooked = false
    if (this.#isStopped || this.#reading !== undefined) return
    if (!this.#takesMore()) return this.#book()
    try {
      const page = this.#source.page(this.#host.audience(), this.position)
      if (page instanceof Promise) this.#await(page)
      else this.#take(page)
    } catch (error) {
      this.#host.fail(error)
    }
  }

  #await(pending: Promise<ReplayPage>): void {
    const audience = this.#host.audience()
    this.#reading = from(pending).subscribe({
      next: (page) => {
        this.#reading = undefined
        // Meanwhile it may have asked for something else, or its queue may have filled: then the page is read again.
        if (this.#host.audience() !== audience || !this.#takesMore()) return this.#book()
        try {
          this.#take(page)
        } catch (error) {
          this.#host.fail(error)
        }
      },
      error: (error: unknown) => this.#host.fail(error),
    })
  }

  #take(page: ReplayPage): void {
    if (page._tag === 'Gone') return this.#host.end(tooSlow)
    if (page._tag === 'NotYet') return this.#source.await(this)
    const { parcel, toSeq } = page
    this.#emptyPages = toSeq > this.#seq ? 0 : this.#emptyPages + 1
    if (this.#emptyPages > MAX_EMPTY_PAGES) return this.#host.fail(new Error('the log gives nothing of what it has'))
    this.#seq = toSeq
    if (parcel !== undefined) this.#host.take(parcel)
    if (this.#isStopped) return
    // What the peer was given may have caused more.
    if (this.#source.isHead(this.position)) this.#host.catchUpWith(this.position)
    else this.#book()
  }

  #takesMore(): boolean {
    return this.#isReady && !this.#host.isBehind()
  }

  /** When the peer takes nothing, `ready$` calls again. */
  #book(): void {
    if (this.#isBooked || this.#reading !== undefined || this.#isStopped || !this.#isReady) return
    this.#isBooked = true
    this.#source.book(this)
  }
}
