import type { StoredRecord } from '../../../lib/event/event-record.ts'
import type { Position } from '../../../lib/event/event.ts'
import type { Seen } from './bench.ts'

export interface Truth {
  /** Every life of the stream, whole. */
  readonly lives: readonly (readonly StoredRecord[])[]
  /** Whether something was trimmed, a life ended, or a read failed: only then may a connection be closed on its client. */
  readonly mayLeaveBehind: boolean
  readonly mayFail: boolean
}

/**
 * What is wrong with what one connection saw; undefined where nothing is. `atEnd`: everything was handed out, and it is still open: then
 * nothing may be missing.
 */
export function faultOf(seen: Seen, { lives, mayLeaveBehind, mayFail }: Truth, atEnd: boolean): string | undefined {
  const faults: string[] = []
  const blame = (what: string): void => void faults.push(what)
  const lifeOf = (epoch: string): readonly StoredRecord[] => lives[Number(epoch.slice('life-'.length)) - 1] ?? []
  let types: readonly string[] = seen.types
  let cursor: Position = { epoch: '', seq: 0 }
  // What was asked with a position and not been answered yet: `resumed` or `reset`, and after `resumed` `caughtUp`.
  let asked: Position | undefined = seen.since
  let isOwedAnswer = asked !== undefined
  let isCatchingUp = false

  const missed = (toSeq: number): readonly number[] =>
    lifeOf(cursor.epoch)
      .slice(cursor.seq, toSeq)
      .filter(({ type }) => types.includes(type))
      .map(({ seq }) => seq)
  const advance = (toSeq: number, what: string): void => {
    const lost = missed(toSeq)
    if (lost.length > 0) blame(`${lost.join()} lost before ${what}`)
    if (toSeq > cursor.seq) cursor = { ...cursor, seq: toSeq }
  }

  for (const [index, { type, payload, event, seq, id }] of seen.frames.entries()) {
    const told = { epoch: String(payload['epoch']), seq: Number(payload['seq']) }
    if (index === 0) {
      if (type !== 'welcome') blame(`${type} stands where the welcome must stand`)
      cursor = told
    } else if (event !== undefined && seq !== undefined) {
      if (isOwedAnswer) blame(`${seq} before resumed or reset`)
      if (seq <= cursor.seq) blame(`${seq} doubled, after ${cursor.seq}`)
      const lost = missed(seq - 1)
      if (lost.length > 0) blame(`${lost.join()} lost before ${seq}`)
      const record = lifeOf(cursor.epoch)[seq - 1]
      if (record === undefined || record.id !== id || record.type !== event) blame(`${seq} is not what was stored`)
      if (!types.includes(event)) blame(`${seq} was not asked for`)
      cursor = { ...cursor, seq }
    } else if (type === 'resumed') {
      if (!isOwedAnswer) blame('resumed, and nobody asked')
      if (payload['epoch'] !== asked?.epoch || payload['from'] !== asked?.seq) blame('resumed from somewhere else')
      isOwedAnswer = false
      isCatchingUp = true
      if (asked !== undefined) cursor = asked
    } else if (type === 'reset') {
      const reason = String(payload['reason'])
      const right = asked === undefined ? 'epoch_changed' : rightReason(asked, told, mayLeaveBehind)
      if (right !== undefined && reason !== right && reason !== 'epoch_changed')
        blame(`reset for ${reason}, not ${right}`)
      if (!isOwedAnswer && reason !== 'epoch_changed') blame(`reset for ${reason}, and nobody asked`)
      isOwedAnswer = false
      isCatchingUp = false
      cursor = told
    } else if (type === 'caughtUp') {
      if (!isCatchingUp) blame('caughtUp out of place')
      isCatchingUp = false
      advance(told.seq, 'caughtUp')
    } else if (type === 'heartbeat') {
      if (told.epoch === cursor.epoch && !isOwedAnswer) advance(told.seq, 'a heartbeat')
    } else if (type === 'subscribed') {
      const change = seen.asked[Number(payload['number'])]
      if (change === undefined) blame('subscribed, and nobody asked')
      else {
        if (change.since === undefined && told.epoch === cursor.epoch && !isOwedAnswer) advance(told.seq, 'subscribed')
        types = change.types
        if (change.since !== undefined) {
          asked = change.since
          isOwedAnswer = true
          isCatchingUp = false
          cursor = told
        }
      }
    } else blame(`an unexpected ${type}`)
  }

  if (seen.closed === undefined || seen.isCut) {
    if (atEnd && !seen.isCut) {
      if (isOwedAnswer) blame('neither resumed nor reset came')
      if (isCatchingUp) blame('caughtUp never came')
      if (cursor.epoch !== `life-${lives.length}`) blame('it never heard of the new life')
      else advance(lifeOf(cursor.epoch).length, 'the end')
    }
  } else if (seen.closed === 4413) {
    if (!mayLeaveBehind) blame('closed with 4413 for nothing')
  } else if (seen.closed !== 1011 || !mayFail) blame(`closed with ${seen.closed}`)
  return faults[0]
}

/** Of a position that was refused; undefined where it depends on when that was. */
function rightReason(asked: Position, told: Position, mayBeTooOld: boolean): string | undefined {
  // It asked for the life that has begun, and stands in the one before as long as nothing of the new one was handed out.
  if (asked.epoch > told.epoch) return undefined
  if (asked.epoch !== told.epoch) return 'epoch_changed'
  if (mayBeTooOld) return undefined
  return 'ahead'
}
