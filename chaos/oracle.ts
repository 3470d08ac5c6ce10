import type { PublishedEntry } from './record.ts'
import type { Position, RawConnection } from './raw-client.ts'

/** What must not be. */
export interface Violation {
  readonly kind: 'lost' | 'doubled' | 'wrong' | 'protocol'
  readonly what: string
}

/** What a client was to see, and what it saw. */
export interface Witness {
  readonly name: string
  /** Which of the stored events it asked for. */
  readonly wants: (type: string) => boolean
  readonly connections: readonly RawConnection[]
}

export interface Verdict {
  readonly violations: readonly Violation[]
  /** Event frames that were looked at. */
  readonly events: number
  readonly resumes: number
  readonly resets: readonly string[]
}

/**
 * Compares what the publisher wrote down with every frame a client got. Between two positions that a client stood at, it must have got
 * everything it asked for, once, in order, and as every other client got it; only a `reset` may leave something out.
 */
export class Oracle {
  /** By epoch, from 1. */
  readonly #streams = new Map<string, PublishedEntry[]>()
  /** The first text that any client got of an event. */
  readonly #texts = new Map<string, string>()

  constructor(published: readonly PublishedEntry[]) {
    for (const entry of published) {
      const stream = this.#streams.get(entry.epoch) ?? []
      this.#streams.set(entry.epoch, stream)
      stream[entry.seq - 1] = entry
    }
  }

  judge({ name, wants, connections }: Witness, end?: Position): Verdict {
    const violations: Violation[] = []
    const resets: string[] = []
    let events = 0
    let resumes = 0
    let cursor: Position | undefined
    const blame = (kind: Violation['kind'], what: string): void =>
      void violations.push({ kind, what: `${name}: ${what}` })
    const wantedBetween = (after: Position, to: number): readonly PublishedEntry[] =>
      (this.#streams.get(after.epoch) ?? [])
        .slice(after.seq, to)
        .filter((entry) => entry !== undefined && wants(entry.type))

    for (const [index, { since, frames }] of connections.entries()) {
      const opened = `connection ${index + 1}`
      const [welcome, answer] = frames.map(({ frame }) => frame)
      if (welcome?.type !== 'chatMessage') blame('protocol', `${opened} begins with ${welcome?.type ?? 'nothing'}`)
      if (since === undefined) {
        const { epoch = '', seq = 0 } = (welcome?.payload['metadata'] ?? {}) as Partial<Position>
        cursor = { epoch, seq }
      } else {
        resumes += 1
        if (cursor === undefined || since.epoch !== cursor.epoch || since.seq < cursor.seq) {
          blame(
            'protocol',
            `${opened} comes back to ${since.epoch}:${since.seq}, behind ${cursor?.epoch}:${cursor?.seq}`,
          )
        } else if (wantedBetween(cursor, since.seq).length > 0) {
          blame('lost', `${opened}: it was told ${since.seq} without the events before it`)
        }
        cursor = since
        if (answer !== undefined && answer.type !== 'resumed' && answer.type !== 'reset') {
          blame('protocol', `${opened}: ${answer.type} stands where resumed or reset must stand`)
        }
      }
      let said = 0
      let isCatchingUp = false
      for (const { text, frame } of frames) {
        const { type, payload, event, seq, id } = frame
        if (type === 'resumed') {
          said += 1
          isCatchingUp = true
          if (payload['from'] !== since?.seq) blame('protocol', `${opened}: resumed from ${String(payload['from'])}`)
        }
        if (type === 'reset') {
          said += 1
          resets.push(String(payload['reason']))
          cursor = { epoch: String(payload['epoch']), seq: Number(payload['seq']) }
        }
        if (type === 'caughtUp') {
          if (!isCatchingUp) blame('protocol', `${opened}: caughtUp out of place`)
          isCatchingUp = false
        }
        if (type === 'caughtUp' || type === 'heartbeat' || type === 'subscribed') {
          const told = Number(payload['seq'])
          const missed = cursor === undefined ? [] : wantedBetween(cursor, told)
          for (const entry of missed) blame('lost', `${opened}: ${entry.seq} before ${type} ${told}`)
          if (cursor !== undefined && told > cursor.seq) cursor = { ...cursor, seq: told }
        }
        if (event === undefined || seq === undefined || cursor === undefined) continue
        events += 1
        if (seq <= cursor.seq) {
          blame('doubled', `${opened}: ${seq} after ${cursor.seq}`)
          continue
        }
        for (const entry of wantedBetween(cursor, seq - 1)) blame('lost', `${opened}: ${entry.seq} before ${seq}`)
        const entry = this.#streams.get(cursor.epoch)?.[seq - 1]
        if (entry === undefined || entry.id !== id || entry.type !== event || !wants(event)) {
          blame('wrong', `${opened}: ${seq} is not what was published, or was not asked for`)
        }
        const key = `${cursor.epoch}:${seq}`
        const known = this.#texts.get(key)
        if (known === undefined) this.#texts.set(key, text)
        else if (known !== text) blame('wrong', `${opened}: ${seq} has other bytes than another client got`)
        cursor = { ...cursor, seq }
      }
      // A connection may have been cut before it was said.
      if (since !== undefined && frames.length > 1 && said !== 1)
        blame('protocol', `${opened}: ${said} of resumed and reset`)
    }
    if (end !== undefined) {
      if (cursor?.epoch !== end.epoch) blame('lost', `it ends in another life of the stream`)
      else for (const entry of wantedBetween(cursor, end.seq)) blame('lost', `${entry.seq}, at the end`)
    }
    return { violations, events, resumes, resets }
  }
}
