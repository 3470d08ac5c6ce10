/** What every server under test can be asked, whatever library it is made with. */
export interface ServerCalls {
  /** Starts to listen on loopback; answers with the port. */
  readonly listen: (options: ServerOptions) => Promise<number>
  /** Closed loop: sends as fast as the peers take it, `perTurn` events in each turn of the event loop. */
  readonly burst: (load: BurstLoad) => Promise<BurstResult>
  /** Open loop: sends on a fixed schedule, and counts latency from when a message was due. */
  readonly steady: (load: SteadyLoad) => Promise<SteadyResult>
  /** Ends a `steady` that has no end of its own. */
  readonly stopSteady: (nothing: null) => void
  readonly startUsage: (what: UsageOptions) => void
  readonly readUsage: (nothing: null) => Usage
  /** After a garbage collection, where the process was started with `--expose-gc`. */
  readonly memory: (nothing: null) => Memory
}

export interface ServerOptions {
  /** The options of `createGateway` that a scenario asks for, as JSON. Other servers have none. */
  readonly gateway?: Readonly<Record<string, unknown>>
}

export interface BurstLoad {
  readonly durationMs: number
  readonly perTurn: number
  readonly bytes: number
  /** Each event to one of so many runs, chosen at random; to everybody where there is none. */
  readonly runs?: number
}

export interface BurstResult {
  readonly events: number
  readonly elapsedMs: number
}

export interface SteadyLoad {
  readonly perSecond: number
  readonly bytes: number
  /** Until `stopSteady` where there is none. */
  readonly durationMs?: number
  /** Beside it, spread evenly over the time: so many messages of 16 KiB to those who asked for the heavy type. */
  readonly heavyMessages?: number
}

export interface SteadyResult {
  readonly events: number
  readonly elapsedMs: number
  /** It fell behind its schedule, or its sockets no longer drained: it was stopped early. */
  readonly isSaturated: boolean
}

export interface UsageOptions {
  /** Looks at the memory every 50 ms too. */
  readonly watchMemory: boolean
}

export interface Usage {
  readonly cpuMicros: number
  readonly elapsedMicros: number
  readonly eventLoopDelayP99Ms: number
  readonly peakRssBytes: number
}

export interface Memory {
  readonly heapUsedBytes: number
  readonly rssBytes: number
}
