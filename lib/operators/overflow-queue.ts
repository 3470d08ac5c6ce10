import { CodedError } from '../base/coded-error.ts'

/**
 * What a full queue does with what does not fit (SEMANTICS "Backpressure"):
 *
 * - `disconnect`: nothing is lost and nothing goes on; an {@link OverflowError} says so.
 * - `dropOldest`, `dropNewest`: the oldest that wait, or the newest, are lost.
 * - `conflate`: of the values that wait with one key only the newest stays; where that makes no room, as `disconnect`.
 */
export type OverflowPolicy = 'disconnect' | 'dropOldest' | 'dropNewest' | 'conflate'

/** Values that were lost one after the other, with none in between that was not. */
export interface Loss {
  /** The first and the last position among them; undefined where none of them had one. */
  readonly from: number | undefined
  readonly to: number | undefined
  readonly dropped: number
  /** Lost to a newer value with the same key. */
  readonly conflated: number
}

export interface OverflowQueueOptions<Value> {
  /** The size of a value in bytes. */
  readonly sizeOf: (value: Value) => number
  /** The most values that may wait. */
  readonly maxCount: number
  /** The most bytes that may wait. */
  readonly maxBytes: number
  /** `disconnect` by default. A function decides for each value that does not fit. */
  readonly policy?: OverflowPolicy | ((arriving: Value) => OverflowPolicy)
  /** Whether a value may never be lost: where it does not fit in any way, it ends the stream. None by default. */
  readonly isProtected?: (value: Value) => boolean
  /** Under `conflate` a value makes waiting ones with the same key superfluous. Undefined: none. */
  readonly keyOf?: (value: Value) => string | undefined
  /** Where a value stands in the order of its stream, so that a loss can say what was lost. */
  readonly positionOf?: (value: Value) => number | undefined
  /** Told of each value that is lost. */
  readonly onLost?: (how: 'dropped' | 'conflated') => void
}

/** The consumer of a queue fell too far behind. */
export class OverflowError extends CodedError<'OVERFLOW'> {
  readonly count: number
  readonly bytes: number

  constructor(count: number, bytes: number) {
    super('OVERFLOW', `the consumer is too slow: ${count} values of ${bytes} bytes are waiting`)
    this.count = count
    this.bytes = bytes
  }
}

/** What comes out of a queue: a value, or the notice that values which stood here were lost. */
export type Released<Value> =
  | { readonly _tag: 'Value'; readonly value: Value }
  | { readonly _tag: 'Loss'; readonly loss: Loss }

/** A place in the queue. It holds a value until that is lost; then it remembers the loss, in its place. */
interface Place<Value> {
  readonly value: Value | undefined
  readonly size: number
  readonly key: string | undefined
  readonly isProtected: boolean
  readonly loss: Loss | undefined
  readonly isLeft: boolean
  /** The one with the same key that came before it: it is the newest again where this one is lost. */
  readonly older: MutablePlace<Value> | undefined
}

type MutablePlace<Value> = { -readonly [Field in keyof Place<Value>]: Place<Value>[Field] }

/** Places of lost values beyond which it pays to join those that stand side by side. */
const MANY_LOSSES = 1_024
/** Passed places beyond which the list is cut: in one go, so that passing one costs nothing. */
const MANY_PASSED = 1_024

/**
 * First in, first out, bounded in count and bytes. An empty queue takes any value. What is lost to make room leaves a notice in
 * its place. Every call costs the same however much waits, but for the rare one that tidies up.
 */
export class OverflowQueue<Value> {
  readonly #options: OverflowQueueOptions<Value>
  readonly #mayConflate: boolean
  readonly #mayDropNewest: boolean
  #places: MutablePlace<Value>[] = []
  /** The first place that has not passed. */
  #first = 0
  /** No place before it can be dropped: a hint that only moves forward. */
  #oldest = 0
  #count = 0
  #bytes = 0
  #losses = 0
  /** The newest waiting value of each key, and those that have a newer one. */
  readonly #newest = new Map<string, MutablePlace<Value>>()
  #superseded: MutablePlace<Value>[] = []
  /** Those that `dropNewest` may drop, the newest last. */
  #droppable: MutablePlace<Value>[] = []

  constructor(options: OverflowQueueOptions<Value>) {
    this.#options = options
    const { policy } = options
    this.#mayConflate = policy === 'conflate' || typeof policy === 'function'
    this.#mayDropNewest = policy === 'dropNewest' || typeof policy === 'function'
  }

  /** Values that wait. */
  get count(): number {
    return this.#count
  }

  /** Their bytes, each weighed once, when it came. */
  get bytes(): number {
    return this.#bytes
  }

  /** Whether nothing is left to be released, notices of losses included. */
  get isDrained(): boolean {
    return this.#first === this.#places.length
  }

  /**
   * Takes `value`, by the policy where it does not fit.
   *
   * @throws OverflowError where the policy has no room for it.
   */
  offer(value: Value): void {
    const size = this.#options.sizeOf(value)
    const isProtected = this.#options.isProtected?.(value) ?? false
    if (this.#fits(1, size)) return this.#push(value, size, isProtected)
    const policy = this.#policyFor(value)
    if (policy === 'conflate' && !isProtected) this.#conflateWith(value)
    if (policy === 'dropNewest' && !isProtected) return this.#loseArriving(value)
    if (this.#makeRoom(policy, 1, size)) return this.#push(value, size, isProtected)
    if (policy === 'dropOldest' && !isProtected) return this.#loseArriving(value)
    throw new OverflowError(this.#count + 1, this.#bytes + size)
  }

  /** As {@link offer}, one after the other. An error counts those that were not reached too. */
  offerAll(values: readonly Value[]): void {
    let taken = 0
    try {
      for (const value of values) {
        this.offer(value)
        taken += 1
      }
    } catch (error) {
      if (!(error instanceof OverflowError)) throw error
      const unreached = values.slice(taken + 1)
      const bytes = unreached.reduce((sum, value) => sum + this.#options.sizeOf(value), error.bytes)
      throw new OverflowError(error.count + unreached.length, bytes)
    }
  }

  /** Takes `value` whatever the bounds say. {@link enforce} has to follow. */
  push(value: Value): void {
    this.#push(value, this.#options.sizeOf(value), this.#options.isProtected?.(value) ?? false)
  }

  /**
   * Makes what was pushed fit the bounds, by the policy for the newest of it that waits. Answers whether something had to go.
   *
   * @throws OverflowError where that is not possible.
   */
  enforce(): boolean {
    if (this.#fits(0, 0)) return false
    const newest = this.#places.findLast(({ loss }) => loss === undefined)
    if (newest !== undefined && this.#makeRoom(this.#policyFor(newest.value as Value), 0, 0)) return true
    throw new OverflowError(this.#count, this.#bytes)
  }

  /**
   * Loses all that may be lost, to make room for others.
   *
   * @throws OverflowError where something waits and none of it may be.
   */
  shed(): void {
    if (this.#count === 0) return
    const before = this.#count
    // Losing may join places and so move them.
    for (const place of this.#places.slice(this.#first)) {
      if (isDroppable(place) && this.#policyFor(place.value as Value) !== 'disconnect') this.#lose(place, 'dropped')
    }
    if (this.#count === before) throw new OverflowError(this.#count, this.#bytes)
  }

  /** What comes next: losses that stand side by side as one. Undefined where nothing does. */
  release(): Released<Value> | undefined {
    const place = this.#pass()
    if (place === undefined) return undefined
    if (place.loss === undefined) {
      const { value } = place
      this.#forget(place)
      return { _tag: 'Value', value: value as Value }
    }
    let { loss } = place
    for (let next = this.#places[this.#first]; next?.loss !== undefined; next = this.#places[this.#first]) {
      loss = joined(loss, next.loss)
      this.#pass()
    }
    return { _tag: 'Loss', loss }
  }

  #fits(moreCount: number, moreBytes: number): boolean {
    const count = this.#count + moreCount
    const { maxCount, maxBytes } = this.#options
    return count <= 1 || (count <= maxCount && this.#bytes + moreBytes <= maxBytes)
  }

  #policyFor(value: Value): OverflowPolicy {
    const { policy = 'disconnect' } = this.#options
    return typeof policy === 'function' ? policy(value) : policy
  }

  #push(value: Value, size: number, isProtected: boolean): void {
    const key = this.#mayConflate && !isProtected ? this.#options.keyOf?.(value) : undefined
    const place: MutablePlace<Value> = {
      value,
      size,
      key,
      isProtected,
      loss: undefined,
      isLeft: false,
      older: undefined,
    }
    this.#places.push(place)
    this.#count += 1
    this.#bytes += size
    if (this.#mayDropNewest && !isProtected) this.#droppable = this.#stacked(this.#droppable, place)
    if (key === undefined) return
    const older = this.#newest.get(key)
    this.#newest.set(key, place)
    if (older === undefined) return
    place.older = older
    // Each link is cut short in turn, so that none leads to what has left.
    olderOf(older)
    this.#superseded = this.#stacked(this.#superseded, older)
  }

  /** `stack` and one more. Most have left meanwhile where the consumer is only a little slow: they are cleared out now and then. */
  #stacked(stack: MutablePlace<Value>[], place: MutablePlace<Value>): MutablePlace<Value>[] {
    stack.push(place)
    return stack.length > 2 * this.#count + MANY_PASSED ? stack.filter(({ isLeft }) => !isLeft) : stack
  }

  /** Whether there is room, after the policy has done what it can. */
  #makeRoom(policy: OverflowPolicy, moreCount: number, moreBytes: number): boolean {
    if (policy === 'disconnect') return false
    if (policy === 'conflate') {
      this.#conflateWaiting()
      return this.#fits(moreCount, moreBytes)
    }
    while (!this.#fits(moreCount, moreBytes)) {
      const victim = policy === 'dropOldest' ? this.#oldestDroppable() : this.#newestDroppable()
      if (victim === undefined) return false
      this.#lose(victim, 'dropped')
    }
    return true
  }

  /** All that can be, not only as many as are needed: it is old news, and the next value would come to a full queue again. */
  #conflateWaiting(): void {
    this.#superseded = this.#superseded.filter((place) => !this.#isConflated(place))
  }

  /** Loses `place` to the newer value that stands for it. Answers whether it is gone: where the newer one was lost too, it is not. */
  #isConflated(place: MutablePlace<Value>): boolean {
    if (place.isLeft) return true
    if (place.key === undefined || this.#newest.get(place.key) === place) return false
    this.#lose(place, 'conflated')
    return true
  }

  #conflateWith(value: Value): void {
    // First those that the older one stands for: without it nothing would.
    this.#conflateWaiting()
    const key = this.#options.keyOf?.(value)
    const older = key === undefined ? undefined : this.#newest.get(key)
    if (older !== undefined) this.#lose(older, 'conflated')
  }

  #oldestDroppable(): MutablePlace<Value> | undefined {
    this.#oldest = Math.max(this.#oldest, this.#first)
    while (this.#oldest < this.#places.length) {
      const place = this.#places[this.#oldest]
      if (place !== undefined && isDroppable(place)) return place
      this.#oldest += 1
    }
    return undefined
  }

  #newestDroppable(): MutablePlace<Value> | undefined {
    let place = this.#droppable.pop()
    while (place?.isLeft === true) place = this.#droppable.pop()
    return place
  }

  #lose(place: MutablePlace<Value>, how: 'dropped' | 'conflated'): void {
    const loss = this.#lossOf(place.value as Value, how)
    this.#forget(place)
    place.loss = loss
    this.#losses += 1
    if (this.#losses > MANY_LOSSES && this.#losses * 2 > this.#places.length) this.#joinLosses()
    this.#options.onLost?.(how)
  }

  #loseArriving(value: Value): void {
    const loss = this.#lossOf(value, 'dropped')
    const last = this.#places.length > this.#first ? this.#places.at(-1) : undefined
    if (last?.loss === undefined) {
      this.#places.push({
        value: undefined,
        size: 0,
        key: undefined,
        isProtected: false,
        loss,
        isLeft: true,
        older: undefined,
      })
      this.#losses += 1
    } else last.loss = joined(last.loss, loss)
    this.#options.onLost?.('dropped')
  }

  #lossOf(value: Value, how: 'dropped' | 'conflated'): Loss {
    const position = this.#options.positionOf?.(value)
    const [dropped, conflated] = how === 'dropped' ? [1, 0] : [0, 1]
    return { from: position, to: position, dropped, conflated }
  }

  /** A value leaves the count, by passing or by being lost. */
  #forget(place: MutablePlace<Value>): void {
    place.isLeft = true
    // The list is cut now and then only, and what has left must not be kept until then.
    place.value = undefined
    this.#count -= 1
    this.#bytes -= place.size
    if (place.key === undefined || this.#newest.get(place.key) !== place) return
    const older = olderOf(place)
    if (older === undefined) this.#newest.delete(place.key)
    else this.#newest.set(place.key, older)
  }

  /** Takes the first place out. */
  #pass(): MutablePlace<Value> | undefined {
    const place = this.#places[this.#first]
    if (place === undefined) return undefined
    this.#first += 1
    if (place.loss !== undefined) this.#losses -= 1
    if (this.#first === this.#places.length || this.#first > MANY_PASSED) this.#keep(this.#places.slice(this.#first))
    if (this.isDrained) this.#superseded = []
    return place
  }

  #joinLosses(): void {
    const kept: MutablePlace<Value>[] = []
    for (const place of this.#places.slice(this.#first)) {
      const last = kept.at(-1)
      if (place.loss !== undefined && last?.loss !== undefined) last.loss = joined(last.loss, place.loss)
      else kept.push(place)
    }
    this.#keep(kept)
    this.#losses = kept.filter(({ loss }) => loss !== undefined).length
  }

  #keep(places: MutablePlace<Value>[]): void {
    this.#places = places
    this.#first = 0
    this.#oldest = 0
  }
}

/** The one with the same key that waits before `place`. */
function olderOf<Value>(place: MutablePlace<Value>): MutablePlace<Value> | undefined {
  let { older } = place
  while (older?.isLeft === true) older = older.older
  place.older = older
  return older
}

function isDroppable({ loss, isProtected }: Place<unknown>): boolean {
  return loss === undefined && !isProtected
}

function joined(earlier: Loss, later: Loss): Loss {
  return {
    from: earlier.from ?? later.from,
    to: later.to ?? earlier.to,
    dropped: earlier.dropped + later.dropped,
    conflated: earlier.conflated + later.conflated,
  }
}
