/** Where an event stands in the stream: the stream's life and its number in it (PROTOCOL section 8). */
export interface Position {
  /** Names the life of the stream: a fresh memory bus has a new one. */
  readonly epoch: string
  /** 1 for the first stored event of the epoch, then one more each. An empty stream is at 0. */
  readonly seq: number
}

/** Something that happened. */
export interface BusEvent<Type extends string = string, Data = unknown> {
  readonly id: string
  readonly type: Type
  /** What JSON kept of what was published, decoded by the type's codec and frozen: nobody can change it for others. */
  readonly data: Data
  /** ISO 8601 with `Z`. */
  readonly timestamp: string
  readonly source?: string | undefined
  /** Ties events of one piece of work together: in a run, the execution id. */
  readonly correlationId?: string | undefined
  readonly tags: readonly string[]
  /** The id of the principal that started it. Decides who may see it; is itself never sent. */
  readonly owner?: string | undefined
}

/** An event that has its place in the stream. */
export interface StoredEvent<Type extends string = string, Data = unknown> extends BusEvent<Type, Data>, Position {}

/** Whether `event` is a stored one, and so has a position. */
export function isStored<Type extends string, Data>(event: BusEvent<Type, Data>): event is StoredEvent<Type, Data> {
  return 'seq' in event && typeof event.seq === 'number'
}

/** The run an event belongs to, read from its data. */
export interface RunIds {
  readonly workflowId: string | undefined
  readonly executionId: string | undefined
}

export function runIdsOf(event: BusEvent): RunIds {
  return { workflowId: textField(event.data, 'workflowId'), executionId: textField(event.data, 'executionId') }
}

function textField(data: unknown, key: string): string | undefined {
  if (typeof data !== 'object' || data === null) return undefined
  const value = (data as Readonly<Record<string, unknown>>)[key]
  return typeof value === 'string' ? value : undefined
}
