import * as t from 'io-ts'
import { codecDetails, describeValue } from '../base/codec-details.ts'
import { isoNow } from '../base/time.ts'
import type { EventDefinition, EventInput } from './definition.ts'
import { EventError } from './event-error.ts'
import { EventRecord } from './event-record.ts'
import { isDeeperThan } from './json-depth.ts'
import { truncateFields } from './truncate.ts'

/** The most an event's encoded data may take (PROTOCOL section 6). */
export const MAX_EVENT_BYTES = 256 * 1024

/** Far from where `JSON.stringify` runs out of stack: whoever gets the event will put it into something larger. */
const MAX_DEPTH = 1_000
const MAX_TEXT = 256
const NO_TAGS: readonly string[] = Object.freeze([])

/**
 * Checks `input` against its definition and encodes its data, once for everybody.
 *
 * @throws EventError `INVALID_EVENT_DATA` when the data does not decode or cannot be JSON, `EVENT_TOO_LARGE` when it is over
 * 256 KiB and has nothing that may be cut.
 */
export function encodeEvent(input: EventInput, definition: EventDefinition): EventRecord {
  const codec = definition.data
  let json = toJson(input.type, checked(input, codec), codec)
  let bytes = Buffer.byteLength(json)
  if (bytes > MAX_EVENT_BYTES) {
    const cut = truncateFields(
      JSON.parse(json) as Readonly<Record<string, unknown>>,
      definition.bulky ?? [],
      MAX_EVENT_BYTES,
    )
    if (cut === undefined) {
      throw new EventError(
        'EVENT_TOO_LARGE',
        `publish: ${input.type} takes ${bytes} bytes, the most is ${MAX_EVENT_BYTES}`,
      )
    }
    json = JSON.stringify(cut)
    bytes = Buffer.byteLength(json)
  }
  const head = {
    id: text(input.type, 'id', input.id),
    type: input.type,
    timestamp: isoNow(),
    source: text(input.type, 'source', input.source),
    correlationId: text(input.type, 'correlationId', input.correlationId),
    tags: tagsOf(input),
    owner: text(input.type, 'owner', input.owner),
  }
  return new EventRecord(head, json, bytes, codec.encode === t.identity ? t.identity : decoder(codec))
}

function checked(input: EventInput, codec: t.Mixed): unknown {
  if (codec.is(input.data)) return input.data
  const decoded = codec.decode(input.data)
  if (decoded._tag === 'Right') return decoded.right
  throw new EventError(
    'INVALID_EVENT_DATA',
    `publish: the data of ${input.type} does not decode`,
    codecDetails(decoded.left),
  )
}

function toJson(type: string, data: unknown, codec: t.Mixed): string {
  let json: unknown
  try {
    json = JSON.stringify(codec.encode(data))
  } catch (error) {
    const why = error instanceof Error ? error.message.split('\n')[0] : 'unknown'
    throw new EventError('INVALID_EVENT_DATA', `publish: the data of ${type} cannot be JSON: ${why}`)
  }
  if (typeof json !== 'string') {
    throw new EventError('INVALID_EVENT_DATA', `publish: the data of ${type} cannot be JSON: ${describeValue(data)}`)
  }
  if (isDeeperThan(MAX_DEPTH, json)) {
    throw new EventError('INVALID_EVENT_DATA', `publish: the data of ${type} is nested deeper than ${MAX_DEPTH}`)
  }
  return json
}

function decoder(codec: t.Mixed): (value: unknown) => unknown {
  return (value) => {
    const decoded = codec.decode(value)
    return decoded._tag === 'Right' ? (decoded.right as unknown) : value
  }
}

function text(type: string, field: string, value: unknown): string | undefined {
  if (value === undefined) return undefined
  if (typeof value === 'string' && value.length > 0 && value.length <= MAX_TEXT) return value
  throw new EventError('INVALID_EVENT_DATA', `publish: ${field} of ${type} is malformed`, [
    { path: field, expected: `a text of 1 to ${MAX_TEXT} characters`, actual: describeValue(value) },
  ])
}

function tagsOf(input: EventInput): readonly string[] {
  const tags: unknown = input.tags
  if (tags === undefined) return NO_TAGS
  if (areTags(tags)) return Object.freeze([...tags])
  throw new EventError('INVALID_EVENT_DATA', `publish: tags of ${input.type} are malformed`, [
    { path: 'tags', expected: `at most 64 texts of at most ${MAX_TEXT} characters`, actual: describeValue(tags) },
  ])
}

function areTags(value: unknown): value is readonly string[] {
  return (
    Array.isArray(value) &&
    value.length <= 64 &&
    value.every((tag) => typeof tag === 'string' && tag.length <= MAX_TEXT)
  )
}
