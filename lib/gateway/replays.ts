import type { SchedulerLike } from 'rxjs'
import type { History, HistoryPage } from '../bus/history.ts'
import type { Audience } from '../connection/audience.ts'
import { firstLink, linkAfter, Parcel } from '../connection/parcel.ts'
import type { Replay, ReplayPage, ReplaySource } from '../connection/replay.ts'
import type { BusEvent, Position } from '../event/event.ts'
import type { StoredRecord } from '../event/event-record.ts'
import { ReplayCache } from './replay-cache.ts'
import type { SharedEvent } from './shared-event.ts'

export interface ReplaysOptions {
  readonly history: History
  /** The position up to which events have been offered to every audience. */
  readonly position: () => Position
  /** The newest stored event, which may not have been handed out yet. */
  readonly head: () => Position
  readonly share: (event: BusEvent) => SharedEvent
  readonly scheduler: SchedulerLike
  /** Pages end at multiples of it, so that those who began at different places soon read the same ones. */
  readonly pageEvents?: number
}

/** Reads for those who missed something, and gives each its turn. */
export interface Replays extends ReplaySource {
  /** To be called when an event has been handed out. */
  readonly wake: () => void
  /** To be called when nobody is replayed to: forgets what was made for them. */
  readonly rest: () => void
}

const PAGE_EVENTS = 128
/** On the wire: a page is not begun beyond it, and may be one frame larger. */
const PAGE_BYTES = 64 * 1024
/** How long replays may keep a turn: live events and answers go on between. */
const TURN_MS = 5

export function createReplays({
  history,
  position,
  head: newest,
  share,
  scheduler,
  pageEvents = PAGE_EVENTS,
}: ReplaysOptions): Replays {
  const queue: Replay[] = []
  const waiting = new Set<Replay>()
  const cache = new ReplayCache()
  let isScheduled = false

  /** `record` for `audience`; undefined where it is not for it. */
  const forAudience = (record: StoredRecord, audience: Audience): SharedEvent | undefined => {
    const known = cache.event(record)
    const shared = known ?? share(record)
    const isAdmitted = audience.admits(shared)
    if (known === undefined && isAdmitted) cache.keepEvent(record, shared)
    // It was read for this, and would weigh more than its text.
    record.forgetData()
    return isAdmitted ? shared : undefined
  }

  const toPage = (page: HistoryPage, audience: Audience, from: Position): ReplayPage => {
    const head = position()
    if (page._tag === 'Gone' || head.epoch !== from.epoch) return { _tag: 'Gone' }
    const first = firstLink()
    let last = first
    let toSeq = from.seq
    for (const record of page.records) {
      // What is being handed out comes with the audience.
      if (record.seq > head.seq || last.bytes >= PAGE_BYTES) break
      const shared = forAudience(record, audience)
      if (shared !== undefined) last = linkAfter(last, shared)
      toSeq = record.seq
    }
    const made: ReplayPage = { _tag: 'Page', parcel: Parcel.between(first, last), toSeq }
    // One that ends for want of more is so only now; and where a rule of the host decides, each connection is an audience of its own,
    // and is asked about anew.
    if (toSeq !== head.seq && toSeq > from.seq && audience.size > 1) cache.keepPage(audience, from, made, last.bytes)
    return made
  }

  const serve = (): void => {
    isScheduled = false
    const startedAtMs = scheduler.now()
    // Whoever books again meanwhile comes next time.
    for (let left = queue.length; left > 0; left -= 1) {
      queue.shift()?.turn()
      if (scheduler.now() - startedAtMs >= TURN_MS) break
    }
    if (queue.length > 0) schedule()
  }

  const schedule = (): void => {
    if (isScheduled) return
    isScheduled = true
    scheduler.schedule(serve, 0)
  }

  const book = (replay: Replay): void => {
    queue.push(replay)
    schedule()
  }

  return {
    page: (audience, from) => {
      const head = position()
      if (head.epoch === from.epoch && from.seq >= head.seq) {
        if (from.seq > head.seq) return { _tag: 'NotYet' }
        return { _tag: 'Page', parcel: undefined, toSeq: from.seq }
      }
      // It knows of a life of the stream of which nothing has come here.
      if (head.epoch !== from.epoch && newest().epoch === from.epoch) return { _tag: 'NotYet' }
      const known = cache.page(audience, from)
      if (known !== undefined) return known
      const page = history.read(from, pageEvents - (from.seq % pageEvents))
      if (!(page instanceof Promise)) return toPage(page, audience, from)
      return page.then((found) => toPage(found, audience, from))
    },
    isHead: ({ epoch, seq }) => {
      const head = position()
      return head.epoch === epoch && head.seq === seq
    },
    book,
    await: (replay) => void waiting.add(replay),
    wake: () => {
      if (waiting.size === 0) return
      for (const replay of waiting) book(replay)
      waiting.clear()
    },
    rest: () => cache.forget(),
  }
}
