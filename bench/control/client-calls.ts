import type { Latency } from '../client/latency.ts'

/** What the load generator can be asked. */
export interface ClientCalls {
  readonly connect: (group: GroupOptions) => Promise<void>
  readonly disconnect: (group: string) => Promise<void>
  /** Forgets what was counted so far: what was a warm-up. The numbers that connections expect go on. */
  readonly startRound: (group: string) => void
  /** Waits until the group has received `total` messages in this round, or nothing has come for a while. */
  readonly finishRound: (wait: RoundWait) => Promise<RoundResult>
  /** How many ms it may sleep between two looks at its sockets; 0 at first. */
  readonly readLazily: (napMs: number) => void
  /** Opens and closes connections, a few at a time. */
  readonly churn: (options: ChurnOptions) => Promise<ChurnResult>
  /** Lets clients come back at once with a position; resolves when all have caught up. */
  readonly comeBack: (options: ComeBackOptions) => Promise<void>
  /** Waits until those who came back have come equally far, and tells of them. */
  readonly finishComeBack: (nothing: null) => Promise<ComeBackResult>
  /** Each connection of the group sends a ping, waits for its answer, and sends the next. */
  readonly pingPong: (options: PingPongOptions) => Promise<PingPongResult>
}

export type WireProtocol = 'websocket' | 'socket.io'

export interface Endpoint {
  readonly port: number
  readonly protocol: WireProtocol
  /** `{i}` stands for the number of the connection. */
  readonly path: string
}

export interface GroupOptions extends Endpoint {
  readonly group: string
  readonly count: number
  /** Latency is recorded on every so-manieth connection only, lest recording saturate the generator; 0: on none. */
  readonly recordEvery: number
  /** Never reads again once it is connected. */
  readonly isStalled?: boolean
}

export interface RoundWait {
  readonly group: string
  readonly total: number
}

export interface RoundResult {
  readonly received: number
  readonly faults: Faults
  /** From the first to the last message of the round. */
  readonly deliveryMs: number
  /** The part of one core that the generator took since the round began. */
  readonly generatorShare: number
  readonly latency?: Latency
}

/** What must not happen. */
export interface Faults {
  /** Numbers that were skipped, and what was still missing when nothing more came. */
  readonly lost: number
  readonly doubled: number
  readonly outOfOrder: number
  /** Connections that ended though nobody asked for it. */
  readonly closed: number
}

export interface ChurnOptions extends Endpoint {
  readonly count: number
  readonly concurrency: number
}

export interface ChurnResult {
  readonly elapsedMs: number
  readonly generatorShare: number
}

export interface PingPongOptions {
  readonly group: string
  readonly durationMs: number
  readonly dialect: PingDialect
}

/** How a ping is said: in messages of praxis-rx (raw servers understand them as well), or as an event with an acknowledgement. */
export type PingDialect = 'message' | 'socket.io ack'

export interface PingPongResult {
  readonly roundTrips: number
  readonly wrongAnswers: number
  readonly elapsedMs: number
  readonly generatorShare: number
  readonly latency: Latency
}

export interface ComeBackOptions extends Endpoint {
  readonly count: number
  /** How many events the first of them missed; the last missed none, and those between evenly. */
  readonly behind: number
}

export interface ComeBackResult {
  /** Until the last of them had caught up. */
  readonly liveMs: number
  readonly received: number
  readonly generatorShare: number
  /** Out of order: a `reset` that should not have been. */
  readonly faults: Faults
}
