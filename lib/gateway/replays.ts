import type { SchedulerLike } from 'rxjs'
import type { History, HistoryPage } from '../bus/history.ts'
import type { Audience } from '../connection/audience.ts'
import { firstLink, linkAfter, Parcel } from '../connection/parcel.ts'
import type { Replay, ReplayPage, ReplaySource } from '../connection/replay.ts'
import type { BusEvent, Position } from '../event/event.ts'
import type { StoredRecord } from '../event/event-record.ts'
import type { SharedEvent } from './shared-event.ts'

export interface ReplaysOptions {
  readonly history: History
  /** The position up to which events have been offered to every audience. */
  readonly position: () => Position
  /** The newest stored event, which may not have been handed out yet. */
  readonly head: () => Position
  readonly share: (event: BusEvent) => SharedEvent
  readonly scheduler: SchedulerLike
}

/** Reads for those who missed something, and gives each its turn. */
export interface Replays extends ReplaySource {
  /** To be called when an event has been handed out. */
  readonly wake: () => void
  /** To be called when nobody is replayed to: forgets what was made for them. */
  readonly rest: () => void
}

const PAGE_EVENTS = 256
/** On the wire: a page is not begun beyond it, and may be one frame larger. */
const PAGE_BYTES = 64 * 1024
/** How long replays may keep a turn: live events and answers go on between. */
const TURN_MS = 5
/** What is kept of frames that were made for one: most who come back at the same time missed the same. */
const CACHE_BYTES = 8 * 1024 * 1024

export function createReplays({ history, position, head: newest, share, scheduler }: ReplaysOptions): Replays {
  const queue: Replay[] = []
  const waiting = new Set<Replay>()
  const made = new Map<number, SharedEvent>()
  let madeEpoch = ''
  let madeBytes = 0
  let isScheduled = false

  const forget = (): void => {
    made.clear()
    madeBytes = 0
  }

  const keep = (seq: number, shared: SharedEvent): void => {
    shared.frame?.settle()
    made.set(seq, shared)
    madeBytes += bytesOf(shared)
    for (const [oldest, old] of made) {
      if (madeBytes <= CACHE_BYTES) return
      made.delete(oldest)
      madeBytes -= bytesOf(old)
    }
  }

  /** `record` for `audience`; undefined where it is not for it. */
  const forAudience = (record: StoredRecord, audience: Audience): SharedEvent | undefined => {
    const known = made.get(record.seq)
    const shared = known ?? share(record)
    const isAdmitted = audience.admits(shared)
    if (known === undefined && isAdmitted) keep(record.seq, shared)
    // It was read for this, and would weigh more than its text.
    record.forgetData()
    return isAdmitted ? shared : undefined
  }

  const toPage = (page: HistoryPage, audience: Audience, from: Position): ReplayPage => {
    const head = position()
    if (page._tag === 'Gone' || head.epoch !== from.epoch) return { _tag: 'Gone' }
    if (madeEpoch !== head.epoch) forget()
    madeEpoch = head.epoch
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
    return { _tag: 'Page', parcel: Parcel.between(first, last), toSeq }
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
      const page = history.read(from, PAGE_EVENTS)
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
    rest: forget,
  }
}

function bytesOf({ frame }: SharedEvent): number {
  return frame?.wire.length ?? 0
}
