import * as t from 'io-ts'
import type { Position } from '../../lib/event/event.ts'
import { type EventHead, EventRecord, type StoredRecord } from '../../lib/event/event-record.ts'

/** A record as a log stores it, of which only its place and what `more` says matters. */
export function storedRecord(
  position: Position,
  { bytes = 1, data = {}, ...head }: Partial<EventHead> & { readonly bytes?: number; readonly data?: object } = {},
): StoredRecord {
  const record = new EventRecord(
    {
      id: `e${position.seq}`,
      type: 'a.one',
      timestamp: '2026-01-01T00:00:00.000Z',
      source: undefined,
      correlationId: undefined,
      tags: [],
      owner: undefined,
      ...head,
    },
    JSON.stringify(data),
    bytes,
    t.identity,
  )
  return record.storeAt(position)
}
