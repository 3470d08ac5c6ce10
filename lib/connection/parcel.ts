import type { Outgoing } from './outgoing.ts'

/**
 * What an audience gets, one after the other: a chain that only grows at its end. Whoever has come so far holds a link, and what lies
 * behind the last holder is forgotten by itself.
 */
export interface Link {
  /** Absent at the begin of a chain. */
  readonly outgoing: Outgoing | undefined
  /** Of all links up to and with this one. */
  readonly count: number
  readonly bytes: number
  /** The position of the newest stored event up to here. */
  readonly seq: number | undefined
  next: Link | undefined
}

export function firstLink(): Link {
  return { outgoing: undefined, count: 0, bytes: 0, seq: undefined, next: undefined }
}

/** Adds `outgoing` after `last`. */
export function linkAfter(last: Link, outgoing: Outgoing): Link {
  const next: Link = {
    outgoing,
    count: last.count + 1,
    bytes: last.bytes + wireBytes(outgoing),
    seq: outgoing.seq ?? last.seq,
    next: undefined,
  }
  last.next = next
  return next
}

/** Frames that are handed on together, in order: one answer, or what an audience got since the last flush. Never changed. */
export class Parcel {
  readonly count: number
  /** On the wire. */
  readonly bytes: number
  /** The position of the newest stored event in it, or before it. */
  readonly seq: number | undefined
  readonly first: Outgoing
  readonly #from: Link | undefined
  readonly #to: Link | undefined
  #wire: Buffer | undefined

  /** @param from with `to`, of frames of a chain: the links of the first and of the last. */
  private constructor(first: Outgoing, count: number, bytes: number, from?: Link, to?: Link) {
    this.count = count
    this.bytes = bytes
    this.seq = to === undefined ? first.seq : to.seq
    this.first = first
    this.#from = from
    this.#to = to
  }

  static of(outgoing: Outgoing): Parcel {
    return new Parcel(outgoing, 1, wireBytes(outgoing))
  }

  /** What comes after `from`, up to and with `to`; undefined where that is nothing. */
  static between(from: Link, to: Link): Parcel | undefined {
    const first = from.next
    if (first?.outgoing === undefined || from === to) return undefined
    return new Parcel(first.outgoing, to.count - from.count, to.bytes - from.bytes, first, to)
  }

  /** Each frame by itself. */
  items(): readonly Outgoing[] {
    const items = [this.first]
    let link = this.#from
    while (link !== this.#to) {
      link = link?.next
      if (link?.outgoing !== undefined) items.push(link.outgoing)
    }
    return items
  }

  /** Each frame as a parcel of its own. */
  split(): readonly Parcel[] {
    return this.count === 1 ? [this] : this.items().map((outgoing) => Parcel.of(outgoing))
  }

  /** The bytes of all its frames, joined once for everybody who gets them. */
  get wire(): Buffer {
    this.#wire ??= this.#join()
    return this.#wire
  }

  #join(): Buffer {
    if (this.count === 1 && this.first.frame !== undefined) return this.first.frame.wire
    const joined = Buffer.allocUnsafeSlow(this.bytes)
    let end = 0
    for (const { frame } of this.items()) {
      if (frame === undefined) continue
      joined.set(frame.wire, end)
      end += frame.wire.length
    }
    return joined
  }
}

function wireBytes({ frame }: Outgoing): number {
  return frame?.wire.length ?? 0
}
