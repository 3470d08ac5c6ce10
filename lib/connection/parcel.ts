import type { Outgoing } from './outgoing.ts'

/**
 * What an audience gets, one after the other: a chain that only grows at its end. Whoever has come so far holds a link, and what lies
 * behind the last holder is forgotten by itself.
 */
export interface Link {
  /** Absent at the begin of a chain, and where everybody has it. */
  outgoing: Outgoing | undefined
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
  /** On the wire. */
  readonly bytes: number
  /** The position of the newest stored event in it; of what an audience got, or before it. */
  readonly seq: number | undefined
  /** The first frame, or the only one. */
  readonly first: Outgoing
  /** The others. Not the links of the chain: a link keeps all that follow it. */
  readonly #others: readonly Outgoing[]
  #wire: Buffer | undefined

  private constructor(first: Outgoing, others: readonly Outgoing[], bytes: number, seq: number | undefined) {
    this.first = first
    this.#others = others
    this.bytes = bytes
    this.seq = seq
  }

  static of(outgoing: Outgoing): Parcel {
    return new Parcel(outgoing, none, wireBytes(outgoing), outgoing.seq)
  }

  /** What comes after `from`, up to and with `to`; undefined where that is nothing. */
  static between(from: Link, to: Link): Parcel | undefined {
    const first = from.next
    if (first?.outgoing === undefined || from === to) return undefined
    return new Parcel(first.outgoing, first === to ? none : followers(first, to), to.bytes - from.bytes, to.seq)
  }

  get count(): number {
    return this.#others.length + 1
  }

  /** Each frame by itself. */
  items(): readonly Outgoing[] {
    return [this.first, ...this.#others]
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

const none: readonly Outgoing[] = []

/** What stands after `from`, up to and with `to`. */
function followers(from: Link, to: Link): readonly Outgoing[] {
  const outgoings: Outgoing[] = []
  for (let link = from; link !== to && link.next !== undefined; link = link.next) {
    if (link.next.outgoing !== undefined) outgoings.push(link.next.outgoing)
  }
  return outgoings
}

function wireBytes({ frame }: Outgoing): number {
  return frame?.wire.length ?? 0
}
