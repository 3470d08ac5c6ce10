import { setTimeout as delay } from 'node:timers/promises'
import type { Faults, GroupOptions, RoundResult } from '../control/client-calls.ts'
import { createCpuMeter, monotonicMicros } from '../control/clock.ts'
import { inParallel } from './in-parallel.ts'
import { createLatencyRecorder } from './latency.ts'
import { type LoadConnection, openLoadConnection } from './load-connection.ts'
import { StampFinder, stampedMicros, stampedNumber } from './stamp.ts'

/** So long nothing may come before what is missing counts as lost. */
const PATIENCE_MS = 5_000
const LOOK_EVERY_MS = 5
const OPENING_AT_ONCE = 50

/** Connections that get the same, and what they got in this round. */
export class LoadGroup {
  readonly #connections = new Map<number, LoadConnection>()
  /** Asked with each text frame first; true: it was an answer to a ping, and no event. */
  onAnswer: ((connection: number, bytes: Buffer, start: number, end: number) => boolean) | undefined
  readonly #options: GroupOptions
  readonly #finder = new StampFinder()
  readonly #latency = createLatencyRecorder()
  #generatorShare = createCpuMeter()
  #received = 0
  #skipped = 0
  #doubled = 0
  #outOfOrder = 0
  #closed = 0
  #firstAtMicros = 0
  #lastAtMicros = 0
  #nowMicros = 0
  #isClosing = false

  constructor(options: GroupOptions) {
    this.#options = options
  }

  async open(): Promise<void> {
    const { count, isStalled = false } = this.#options
    await inParallel(count, OPENING_AT_ONCE, async (index) => {
      const connection = await this.#openOne(index)
      if (isStalled) connection.stall()
      this.#connections.set(index, connection)
    })
  }

  async close(): Promise<void> {
    this.#isClosing = true
    await Promise.all([...this.#connections.values()].map((connection) => connection.close()))
  }

  numbers(): readonly number[] {
    return [...this.#connections.keys()]
  }

  byNumber(index: number): LoadConnection | undefined {
    return this.#connections.get(index)
  }

  startRound(): void {
    this.#received = 0
    this.#skipped = 0
    this.#doubled = 0
    this.#outOfOrder = 0
    this.#closed = 0
    this.#firstAtMicros = 0
    this.#lastAtMicros = 0
    this.#latency.reset()
    this.#generatorShare = createCpuMeter()
  }

  async finishRound(total: number): Promise<RoundResult> {
    await this.#untilReceived(total)
    const missing = Math.max(0, total - this.#received)
    const faults: Faults = {
      lost: Math.max(this.#skipped, missing),
      doubled: this.#doubled,
      outOfOrder: this.#outOfOrder,
      closed: this.#closed,
    }
    return {
      received: this.#received,
      faults,
      deliveryMs: (this.#lastAtMicros - this.#firstAtMicros) / 1_000,
      generatorShare: this.#generatorShare(),
      ...(this.#options.recordEvery === 0 ? {} : { latency: this.#latency.read() }),
    }
  }

  async #untilReceived(total: number): Promise<void> {
    let seen = -1
    let waitedMs = 0
    while (this.#received < total && waitedMs < PATIENCE_MS) {
      waitedMs = this.#received === seen ? waitedMs + LOOK_EVERY_MS : 0
      seen = this.#received
      await delay(LOOK_EVERY_MS)
    }
  }

  #openOne(index: number): Promise<LoadConnection> {
    const { recordEvery } = this.#options
    const isRecorded = recordEvery > 0 && index % recordEvery === 0
    let last = 0
    return openLoadConnection(this.#options, index, {
      onText: (bytes, start, end) => {
        if (this.onAnswer?.(index, bytes, start, end) === true) return
        const stampAt = this.#finder.find(bytes, start, end)
        if (stampAt === -1) return
        const number = stampedNumber(bytes, stampAt)
        if (number !== last + 1) this.#outOfStep(number, last)
        if (number > last) last = number
        if (this.#received === 0) this.#firstAtMicros = this.#nowMicros
        this.#lastAtMicros = this.#nowMicros
        this.#received += 1
        if (isRecorded) this.#latency.record(this.#nowMicros - stampedMicros(bytes, stampAt))
      },
      onChunk: () => {
        this.#nowMicros = monotonicMicros()
      },
      onEnd: () => {
        if (!this.#isClosing) this.#closed += 1
      },
    })
  }

  #outOfStep(number: number, last: number): void {
    if (number > last) this.#skipped += number - last - 1
    else if (number === last) this.#doubled += 1
    else this.#outOfOrder += 1
  }
}
