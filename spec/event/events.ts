import * as t from 'io-ts'
import { builtInEvents, type BuiltInEvents } from '../../lib/event/catalogue.ts'
import type { DataOf, EventDefinition, EventIn, EventInput } from '../../lib/event/definition.ts'
import { encodeEvent } from '../../lib/event/encode-event.ts'
import type { EventRecord } from '../../lib/event/event-record.ts'

/** A codec whose output is no JSON: what travels as ISO text is a `Date` for whoever publishes and handles. */
export const DateFromText = new t.Type<Date, string>(
  'a date as text',
  (value): value is Date => value instanceof Date,
  (value, context) => {
    const date = typeof value === 'string' ? new Date(value) : undefined
    return date === undefined || Number.isNaN(date.getTime()) ? t.failure(value, context) : t.success(date)
  },
  (date) => date.toISOString(),
)

type Head = Omit<EventInput, 'type' | 'data'>

/** An event of any definition as the bus would make it, not yet stored. */
export function recordOf(data: unknown, definition: EventDefinition, head: Head & { type?: string } = {}): EventRecord {
  return encodeEvent({ type: 'test.event', data, ...head }, definition)
}

/** A built-in event as the bus would deliver it: at position 7 when it is stored. */
export function eventOf<Type extends keyof BuiltInEvents>(
  type: Type,
  data: DataOf<BuiltInEvents, Type>,
  head: Head = {},
): EventIn<BuiltInEvents, Type> {
  const definition: EventDefinition = builtInEvents[type]
  const record = encodeEvent({ type, data, ...head }, definition)
  // What `encodeEvent` decoded is what the catalogue's types promise; the compiler cannot know.
  return (definition.stored === false ? record : record.storeAt({ epoch: 'x', seq: 7 })) as unknown as EventIn<
    BuiltInEvents,
    Type
  >
}
