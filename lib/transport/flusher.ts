import { type SchedulerLike, Subject, type Subscription } from 'rxjs'
import { auditByCost } from '../operators/audit-by-cost.ts'

/** Something that has collected and hands it on when it is told to. */
export interface Flushable {
  /** Must not throw. */
  readonly flush: () => void
}

/** How writing is paced (PERFORMANCE point 3). */
export interface Pace {
  /** The share of a core that flushes may take, above 0 and at most 1; 1 does not pace. */
  readonly share: number
  /** The longest that a frame waits for a flush, in milliseconds, beyond the turn it came in; 0 does not pace. */
  readonly maxWaitMs: number
}

/**
 * Tells those who collect when to hand on: all together, and not more often than it can be paid for. Booking once is enough.
 */
export interface Flusher {
  /** For those who hand on to who writes: before any of them does, so that each has one thing to write. */
  readonly bookGathering: (gatherer: Flushable) => void
  /** For those who write to sockets. */
  readonly bookWriting: (writer: Flushable) => void
}

/**
 *     booked$ → at the end of the turn, paced by what a flush costs → gather, then write
 *
 * A write is a call into the kernel of 5 µs or more, and everything else is small beside it. So what a turn brings is written once for
 * each connection, and while flushes are dear they come further apart and carry more.
 */
export function createFlusher(pace: Pace, scheduler: SchedulerLike): Flusher & { readonly subscription: Subscription } {
  const booked$ = new Subject<void>()
  let gathering: Flushable[] = []
  let writing: Flushable[] = []
  let isFlushing = false

  const flushAll = (): void => {
    isFlushing = true
    const gatherers = gathering
    gathering = []
    for (const gatherer of gatherers) gatherer.flush()
    const writers = writing
    writing = []
    for (const writer of writers) writer.flush()
    isFlushing = false
    // What was booked meanwhile, by those who had had their turn.
    if (gathering.length + writing.length > 0) booked$.next()
  }

  const subscription = booked$.pipe(auditByCost({ ...pace, scheduler })).subscribe(flushAll)

  const book = (list: Flushable[], flushable: Flushable): void => {
    list.push(flushable)
    if (!isFlushing && gathering.length + writing.length === 1) booked$.next()
  }

  return {
    bookGathering: (gatherer) => book(gathering, gatherer),
    bookWriting: (writer) => book(writing, writer),
    subscription,
  }
}
