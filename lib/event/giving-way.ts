import type { EventDefinition } from './definition.ts'
import type { BusEvent } from './event.ts'

/** Whether an event is one that somebody may wait for, and so never gives way to others. */
export function isTerminal(definition: EventDefinition | undefined): boolean {
  return definition?.terminal === true
}

/** What `event` is about: of waiting events with the same key the newest can stand for all. Undefined: it stands for itself only. */
export function conflationKeyOf(event: BusEvent, definition: EventDefinition | undefined): string | undefined {
  const fields = definition?.conflateBy
  if (fields === undefined || typeof event.data !== 'object' || event.data === null) return undefined
  const { data } = event
  const values = fields.map((field): unknown => Reflect.get(data, field))
  if (values[0] === undefined) return undefined
  // Quoted, so that no value can look like two.
  return JSON.stringify([event.type, ...values])
}
