/** What the in-process publisher of S10 can be asked. */
export interface PublishCalls {
  readonly publish: (load: PublishLoad) => Promise<PublishResult>
}

export interface PublishLoad {
  readonly publisher: 'praxis' | 'EventEmitter'
  readonly audience: PublishAudience
  readonly durationMs: number
}

export type PublishAudience = 'no connection' | 'one connection' | 'full history'

export interface PublishResult {
  readonly events: number
  readonly elapsedMs: number
  readonly cpuMicros: number
  /** Of the numbers that reached the one connection. */
  readonly lost: number
}
