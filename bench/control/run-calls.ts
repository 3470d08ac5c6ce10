/** What the in-process engine of W1 to W3 can be asked. */
export interface RunCalls {
  /** Runs one graph after the other for a while. */
  readonly runOneByOne: (load: OneByOneLoad) => Promise<RunResult>
  /** Orders many runs in one turn, and waits for the last. */
  readonly runAtOnce: (load: AtOnceLoad) => Promise<RunResult>
  /** Holds many runs in the middle of their work, and weighs them. */
  readonly weighRuns: (load: AtOnceLoad) => Promise<Weight>
}

/** How the nodes of a graph depend on each other. */
export type Shape = 'chain' | 'side by side' | 'layers'

export interface OneByOneLoad {
  readonly shape: Shape
  readonly nodes: number
  readonly durationMs: number
}

export interface AtOnceLoad {
  readonly runs: number
  readonly nodes: number
}

export interface RunResult {
  readonly runs: number
  readonly nodes: number
  readonly elapsedMs: number
  readonly cpuMicros: number
  /** Runs that did not complete. */
  readonly lost: number
}

export interface Weight {
  readonly heapBytesPerRun: number
}
