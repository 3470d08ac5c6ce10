import type { Position } from '../../lib/event/event.ts'
import type { Frame } from '../support/frames.ts'

/** An event as the oracle knows it: what was stored, and nothing of how it is handed on. */
export interface Told {
  readonly id: string
  readonly type: string
  readonly tags: readonly string[]
  readonly owner?: string | undefined
}

/** The streams that were: `records[seq - 1]` is the event at `seq`. */
export type Lives = readonly { readonly epoch: string; readonly records: readonly Told[] }[]

/** What a client has asked to hear. */
export interface Wish {
  readonly types: ReadonlySet<string>
  readonly tag: string | undefined
}

export type Answer = 'resumed' | 'epoch_changed' | 'too_old' | 'ahead' | 'mismatch'

/** A request of a client that changes what it hears, and may ask to go on from somewhere. */
export interface Ask {
  readonly id: string
  readonly wish: Wish
  readonly since: Position | undefined
  readonly answers: readonly Answer[]
  /** Whether the server had to look into the log first: another request may come before the answer, and then stands for it. */
  readonly isSlow: boolean
  /** What had been handed out when it was sent. */
  readonly handedOut: Position
}

/** What was so when a frame was handed to the socket. */
export interface Stamp {
  readonly handedOut: Position
  /** The event that was being handed out. */
  readonly handing: Position | undefined
  /** Whether the peer took everything so far: then a frame was made when it was handed over. */
  readonly isPrompt: boolean
}

type Mode = 'live' | 'asking' | 'replaying'

const nothing: Wish = { types: new Set(), tag: undefined }

/**
 * What a client by PROTOCOL section 8 may believe of what it gets, held against what was stored: at each frame it knows up to where
 * it has seen everything that it asked for and may see. Throws at the first frame that makes this a lie.
 */
export class Witness {
  readonly #lives: () => Lives
  readonly #maySee: (event: Told) => boolean
  readonly #asks: Ask[] = []
  #pending: Ask | undefined
  /** Whether the answer will be a reset, as it is told before: then it is live all the time. */
  #isReset = false
  #wish = nothing
  #mode: Mode = 'live'
  #place: Position | undefined
  resumes = 0
  caughtUps = 0
  resets = 0

  constructor(lives: () => Lives, maySee: (event: Told) => boolean) {
    this.#lives = lives
    this.#maySee = maySee
  }

  /** The position it would come back with. */
  get place(): Position {
    return this.#place ?? fault('it was told no position')
  }

  get mode(): Mode {
    return this.#mode
  }

  ask(ask: Ask): void {
    this.#asks.push(ask)
  }

  hear(frame: Frame, stamp: Stamp): void {
    if (frame.event !== undefined) return this.#hearEvent(frame)
    const { payload } = frame
    switch (frame.type) {
      case 'chatMessage': {
        this.#expect(this.#place === undefined, 'a second welcome')
        const at = positionOf(payload['metadata'])
        this.#place = at
        return this.#expectAt(at, stamp.handedOut, stamp)
      }
      case 'subscribed':
        return this.#hearSubscribed(frame, stamp)
      case 'resumed': {
        const { epoch, from } = payload as { epoch: string; from: number }
        this.resumes += 1
        this.#answered('resumed')
        this.#expect(epoch === this.place.epoch && from === this.place.seq, `resumed from ${epoch}:${from}`)
        this.#mode = 'replaying'
        return undefined
      }
      case 'caughtUp': {
        const at = positionOf(payload)
        this.caughtUps += 1
        this.#expect(this.#mode === 'replaying', 'caughtUp without a replay')
        this.#comeTo(at)
        this.#mode = 'live'
        return this.#expectAt(at, stamp.handedOut, stamp)
      }
      case 'reset':
        return this.#hearReset(payload, stamp)
      default:
        return fault(`a frame that nothing asked for: ${JSON.stringify(frame)}`)
    }
  }

  /** All is still: it must have seen everything, and have its answers. */
  conclude(): void {
    const life = this.#lives().at(-1)
    this.#expect(this.#asks.length === 0, 'a request was not answered')
    this.#expect(this.#mode === 'live', `still ${this.#mode}`)
    this.#comeTo({ epoch: life?.epoch ?? '', seq: life?.records.length ?? 0 })
  }

  #hearEvent({ seq = 0, id, event }: Frame): void {
    this.#expect(this.#mode !== 'asking' || this.#isReset, `event ${seq} before the answer`)
    const { epoch } = this.place
    const told = this.#life(epoch)[seq - 1]
    this.#expect(told?.id === id && told.type === event, `event ${seq} is not what was stored in ${epoch}`)
    this.#expect(seq > this.place.seq, `event ${seq} again`)
    this.#comeTo({ epoch, seq: seq - 1 })
    if (told !== undefined) this.#expect(this.#isMine(told), `event ${seq} is not for it`)
    this.#place = { epoch, seq }
  }

  #hearSubscribed({ payload, correlation_id }: Frame, stamp: Stamp): void {
    const ask = this.#asks.shift() ?? fault('subscribed to what nobody asked for')
    this.#expect(ask.id === correlation_id, 'subscribed out of order')
    this.#expect(this.#pending === undefined || this.#pending.isSlow, 'an earlier since has no answer')
    const at = positionOf(payload)
    const { handedOut, since, answers } = ask
    // Where the old wish ends: up to here it holds.
    if (since === undefined) this.#comeTo(at)
    else if (this.#mode === 'live' && handedOut.epoch === this.place.epoch) this.#comeTo(handedOut)
    if (since === undefined && this.#mode === 'live') this.#expectAt(at, stamp.handedOut, stamp)
    if (since !== undefined) {
      this.#isReset = !answers.includes('resumed') || (!isSame(at, since) && answers.length > 1)
      if (this.#isReset) this.#expectAt(at, stamp.handedOut, stamp)
      else this.#expectSame(at, since)
      this.#mode = 'asking'
      this.#pending = ask
    }
    this.#wish = ask.wish
    this.#place = at
  }

  #hearReset(payload: Frame['payload'], stamp: Stamp): void {
    const at = positionOf(payload)
    this.resets += 1
    if (this.#mode === 'asking') {
      this.#answered(payload['reason'] as Answer)
      this.#expectAt(at, stamp.handedOut, stamp)
    } else {
      this.#expect(this.#mode === 'live', 'reset in the middle of a replay')
      this.#expect(payload['reason'] === 'epoch_changed', `reset for no reason: ${String(payload['reason'])}`)
      this.#expect(at.epoch !== this.place.epoch, 'reset within one life')
      if (stamp.isPrompt) {
        // It has had all of the old life that anybody here will ever have.
        this.#comeTo(stamp.handedOut)
        const { handing } = stamp
        this.#expectSame(at, handing === undefined ? at : { epoch: handing.epoch, seq: handing.seq - 1 })
      }
    }
    this.#mode = 'live'
    this.#place = at
  }

  #answered(answer: Answer): void {
    const pending = this.#pending ?? fault(`${answer} without a since`)
    this.#expect(pending.answers.includes(answer), `${answer} instead of ${pending.answers.join(' or ')}`)
    this.#pending = undefined
  }

  /** Nothing between its place and `at` was for it. */
  #comeTo(at: Position): void {
    const { epoch, seq } = this.place
    this.#expect(at.epoch === epoch, `${at.epoch}:${at.seq} is of another life than ${epoch}:${seq}`)
    this.#expect(at.seq >= seq, `back from ${seq} to ${at.seq}`)
    const missed = this.#life(epoch).findIndex((told, index) => index >= seq && index < at.seq && this.#isMine(told))
    this.#expect(missed === -1, `event ${missed + 1} was missed on the way from ${seq} to ${at.seq}`)
    this.#place = at
  }

  #isMine(told: Told): boolean {
    const { types, tag } = this.#wish
    return types.has(told.type) && (tag === undefined || told.tags.includes(tag)) && this.#maySee(told)
  }

  #life(epoch: string): readonly Told[] {
    return this.#lives().find((life) => life.epoch === epoch)?.records ?? []
  }

  #expectAt(at: Position, wanted: Position, { isPrompt }: Stamp): void {
    if (isPrompt) this.#expectSame(at, wanted)
  }

  #expectSame(at: Position, wanted: Position): void {
    this.#expect(isSame(at, wanted), `at ${at.epoch}:${at.seq} instead of ${wanted.epoch}:${wanted.seq}`)
  }

  #expect(isTrue: boolean, text: string): void {
    if (!isTrue) fault(text)
  }
}

function positionOf(payload: unknown): Position {
  const { epoch, seq } = payload as Position
  return { epoch, seq }
}

function isSame(one: Position, other: Position): boolean {
  return one.epoch === other.epoch && one.seq === other.seq
}

function fault(text: string): never {
  throw new Error(text)
}
