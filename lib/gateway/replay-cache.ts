import type { Audience } from '../connection/audience.ts'
import type { ReplayPage } from '../connection/replay.ts'
import type { Position } from '../event/event.ts'
import type { StoredRecord } from '../event/event-record.ts'
import type { SharedEvent } from './shared-event.ts'

/** Of frames, and of pages: each. */
const MAX_BYTES = 8 * 1024 * 1024
/** What an entry takes besides. */
const ENTRY_BYTES = 256

/**
 * What was made for one who came back, for the next: most who come back at the same time missed the same. Of one life of the stream;
 * what belongs to another is forgotten.
 */
export class ReplayCache {
  readonly #events = new Map<number, SharedEvent>()
  readonly #pages = new Map<Audience, Map<number, ReplayPage>>()
  #epoch = ''
  #eventBytes = 0
  #pageBytes = 0

  event({ epoch, seq }: Position): SharedEvent | undefined {
    return epoch === this.#epoch ? this.#events.get(seq) : undefined
  }

  /** @param shared its frame is made. */
  keepEvent({ epoch, seq }: StoredRecord, shared: SharedEvent): void {
    this.#turnTo(epoch)
    shared.frame?.settle()
    this.#events.set(seq, shared)
    this.#eventBytes += bytesOf(shared)
    for (const [oldest, old] of this.#events) {
      if (this.#eventBytes <= MAX_BYTES) return
      this.#events.delete(oldest)
      this.#eventBytes -= bytesOf(old)
    }
  }

  /** What comes for `audience` after `from`. */
  page(audience: Audience, { epoch, seq }: Position): ReplayPage | undefined {
    return epoch === this.#epoch ? this.#pages.get(audience)?.get(seq) : undefined
  }

  /** Only what is the same for all of an audience, and will be the same. */
  keepPage(audience: Audience, { epoch, seq }: Position, page: ReplayPage, bytes: number): void {
    this.#turnTo(epoch)
    if (this.#pageBytes > MAX_BYTES) this.#forgetPages()
    const pages = this.#pages.get(audience) ?? new Map<number, ReplayPage>()
    this.#pages.set(audience, pages)
    pages.set(seq, page)
    this.#pageBytes += ENTRY_BYTES + bytes
  }

  forget(): void {
    this.#events.clear()
    this.#eventBytes = 0
    this.#forgetPages()
  }

  #turnTo(epoch: string): void {
    if (epoch === this.#epoch) return
    this.forget()
    this.#epoch = epoch
  }

  #forgetPages(): void {
    this.#pages.clear()
    this.#pageBytes = 0
  }
}

function bytesOf({ frame }: SharedEvent): number {
  return ENTRY_BYTES + (frame?.wire.length ?? 0)
}
