import { setTimeout as delay } from 'node:timers/promises'
import type { ComeBackOptions, ComeBackResult, Endpoint } from '../control/client-calls.ts'
import { createCpuMeter } from '../control/clock.ts'
import { type LoadConnection, openLoadConnection } from './load-connection.ts'

const SEQ_MARK = Buffer.from('"seq":')
const CAUGHT_UP = Buffer.from('{"type":"caughtUp"')
const RESET = Buffer.from('{"type":"reset"')
const LOOK_EVERY_MS = 5
/** So long nothing may come before what is missing counts as lost. */
const PATIENCE_MS = 5_000
const nothing = (): void => undefined

/** What one client has seen since it came back. */
interface Stream {
  seq: number
  caughtUpAfterMs: number | undefined
  received: number
  lost: number
  doubled: number
  resets: number
  isClosed: boolean
}

interface Returned {
  readonly connection: LoadConnection
  readonly stream: Stream
}

/**
 * Lets `count` clients come back at once, the first as far behind as `behind` says, the last not at all, and follows their streams.
 * Every stored event must be one that they asked for: then each `seq` is one more than the last.
 */
export async function comeBack({ count, behind, ...endpoint }: ComeBackOptions): Promise<ComeBack> {
  const head = await readHead(endpoint)
  const generatorShare = createCpuMeter()
  const startMs = performance.now()
  const opened = await Promise.all(
    Array.from({ length: count }, (_, index) => {
      const from = Math.max(0, head.seq - Math.round((behind * (count - 1 - index)) / Math.max(1, count - 1)))
      return open({ ...endpoint, path: `${endpoint.path}&since=${head.epoch}:${from}` }, index, from, startMs)
    }),
  )
  return new ComeBack(opened, generatorShare)
}

/** Clients that came back. */
export class ComeBack {
  readonly #returned: readonly Returned[]
  readonly #generatorShare: () => number

  constructor(returned: readonly Returned[], generatorShare: () => number) {
    this.#returned = returned
    this.#generatorShare = generatorShare
  }

  async untilLive(): Promise<void> {
    await this.#until(() => this.#streams().every(({ caughtUpAfterMs }) => caughtUpAfterMs !== undefined))
  }

  /** Waits until all have come equally far, and tells. */
  async finish(): Promise<ComeBackResult> {
    const furthest = (): number => Math.max(...this.#streams().map(({ seq }) => seq))
    await this.#until(() => this.#streams().every(({ seq }) => seq === furthest()))
    const last = furthest()
    const sum = (of: (stream: Stream) => number): number => this.#streams().reduce((total, one) => total + of(one), 0)
    const result: ComeBackResult = {
      liveMs: Math.max(...this.#streams().map(({ caughtUpAfterMs = Number.POSITIVE_INFINITY }) => caughtUpAfterMs)),
      received: sum(({ received }) => received),
      generatorShare: this.#generatorShare(),
      faults: {
        lost: sum(({ lost, seq }) => lost + last - seq),
        doubled: sum(({ doubled }) => doubled),
        outOfOrder: sum(({ resets }) => resets),
        closed: sum(({ isClosed }) => Number(isClosed)),
      },
    }
    await Promise.all(this.#returned.map(({ connection }) => connection.close()))
    return result
  }

  #streams(): readonly Stream[] {
    return this.#returned.map(({ stream }) => stream)
  }

  async #until(isDone: () => boolean): Promise<void> {
    let seen = -1
    let waitedMs = 0
    while (!isDone() && waitedMs < PATIENCE_MS) {
      const received = this.#streams().reduce((total, one) => total + one.received, 0)
      waitedMs = received === seen ? waitedMs + LOOK_EVERY_MS : 0
      seen = received
      await delay(LOOK_EVERY_MS)
    }
  }
}

async function open(endpoint: Endpoint, index: number, from: number, startMs: number): Promise<Returned> {
  const stream: Stream = {
    seq: from,
    caughtUpAfterMs: undefined,
    received: 0,
    lost: 0,
    doubled: 0,
    resets: 0,
    isClosed: false,
  }
  const connection = await openLoadConnection(endpoint, index, {
    onText: (bytes, start, end) => {
      const seq = seqOf(bytes, start, end)
      if (seq !== undefined) {
        if (seq <= stream.seq) stream.doubled += 1
        else stream.lost += seq - stream.seq - 1
        stream.seq = Math.max(stream.seq, seq)
        stream.received += 1
      } else if (begins(bytes, start, CAUGHT_UP)) stream.caughtUpAfterMs = performance.now() - startMs
      else if (begins(bytes, start, RESET)) stream.resets += 1
    },
    onChunk: nothing,
    onEnd: () => {
      stream.isClosed = true
    },
  })
  return { connection, stream }
}

/** Where the stream stands, from a welcome. */
function readHead(endpoint: Endpoint): Promise<{ readonly epoch: string; readonly seq: number }> {
  return new Promise((resolve, reject) => {
    const opening = openLoadConnection({ ...endpoint, path: `${endpoint.path}&since=none:0` }, 0, {
      onText: (bytes, start, end) => {
        const { type, payload } = JSON.parse(bytes.toString('utf8', start, end)) as Reset
        if (type !== 'reset') return
        resolve(payload)
        opening.then((connection) => connection.close(), reject)
      },
      onChunk: nothing,
      onEnd: nothing,
    })
    opening.catch(reject)
  })
}

interface Reset {
  readonly type: string
  readonly payload: { readonly epoch: string; readonly seq: number }
}

/** The position of an event frame, whose last field it is. */
function seqOf(bytes: Buffer, start: number, end: number): number | undefined {
  let at = end - 2
  let value = 0
  for (let scale = 1; isDigit(bytes[at]); scale *= 10, at -= 1) value += scale * ((bytes[at] ?? 0) - 48)
  const markAt = at + 1 - SEQ_MARK.length
  return at === end - 2 || markAt < start || !begins(bytes, markAt, SEQ_MARK) || isAnswer(bytes, start)
    ? undefined
    : value
}

/** Answers that tell a position: they begin with their type, and no event has it. */
function isAnswer(bytes: Buffer, start: number): boolean {
  return begins(bytes, start, CAUGHT_UP) || begins(bytes, start, RESET)
}

function begins(bytes: Buffer, at: number, text: Buffer): boolean {
  for (let index = 0; index < text.length; index += 1) if (bytes[at + index] !== text[index]) return false
  return true
}

function isDigit(byte: number | undefined): boolean {
  return byte !== undefined && byte >= 48 && byte <= 57
}
