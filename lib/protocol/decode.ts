import { type Either, left, right } from 'fp-ts/lib/Either.js'
import type { Mixed } from 'io-ts'
import { codecDetails, describeValue, type ErrorDetail } from '../base/codec-details.ts'
import { isRecord } from '../base/is-record.ts'
import { printable } from '../base/printable.ts'
import { clientPayloads } from './client-payloads.ts'
import { canonicalType } from './message-types.ts'
import { parseJson } from './json.ts'
import type { ProtocolError } from './protocol-error.ts'

const MAX_ID_LENGTH = 128

/** A client's message whose payload has been decoded by the codec of its type. */
export interface DecodedMessage {
  readonly type: string
  readonly payload: unknown
  /** The client's own name for the message; answers carry it as `correlation_id`. */
  readonly id: string | undefined
}

/** Decodes the text of one frame. Never throws, whatever the text, and whatever a host's own codec does. */
export type Decoder = (text: string) => Either<ProtocolError, DecodedMessage>

/**
 * A decoder for the built-in messages and `custom` ones. Dispatches on `type` before it decodes the payload, so that an error speaks
 * of the one message that was meant.
 */
export function createDecoder(custom: ReadonlyMap<string, Mixed> = new Map()): Decoder {
  const codecs = new Map<string, Mixed>([...Object.entries(clientPayloads), ...custom])
  return (text) => {
    const json = parseJson(text)
    if (json._tag === 'Left') return left({ code: 'INVALID_JSON', message: json.left })
    return decodeMessage(json.right, codecs)
  }
}

function decodeMessage(value: unknown, codecs: ReadonlyMap<string, Mixed>): Either<ProtocolError, DecodedMessage> {
  if (!isRecord(value)) return noMessage('', 'an object', value, undefined)
  const { type, payload = {}, id, correlation_id: correlation } = value
  const correlationId = isId(id) ? id : undefined
  if (typeof type !== 'string' || type === '') return noMessage('type', 'a text', type, correlationId)
  if (!isRecord(payload)) return noMessage('payload', 'an object', payload, correlationId)
  if (id !== undefined && !isId(id)) return noMessage('id', `a text of 1 to ${MAX_ID_LENGTH} characters`, id, undefined)
  if (correlation !== undefined && typeof correlation !== 'string') {
    return noMessage('correlation_id', 'a text', correlation, correlationId)
  }
  const name = canonicalType(type)
  const codec = codecs.get(name)
  if (codec === undefined) {
    const message = `no message has the type "${printable(type, 64)}"`
    return left({ code: 'UNKNOWN_TYPE', message, correlationId })
  }
  const decoded = decodePayload(codec, payload)
  if ('cause' in decoded) {
    return left({ code: 'WEBSOCKET_ERROR', message: 'the message could not be handled', correlationId, ...decoded })
  }
  if (decoded._tag === 'Right') return right({ type: name, payload: decoded.right as unknown, id: correlationId })
  const details = codecDetails(decoded.left)
  return left({ code: 'INVALID_PAYLOAD', message: `the payload of ${name} is malformed`, details, correlationId })
}

function decodePayload(codec: Mixed, payload: object): ReturnType<Mixed['decode']> | { readonly cause: unknown } {
  try {
    return codec.decode(payload)
  } catch (cause) {
    return { cause }
  }
}

function noMessage(
  path: string,
  expected: string,
  actual: unknown,
  correlationId: string | undefined,
): Either<ProtocolError, never> {
  const details: readonly ErrorDetail[] = [{ path, expected, actual: describeValue(actual) }]
  const message = path === '' ? 'a message is an object' : `"${path}" of a message is ${expected}`
  return left({ code: 'INVALID_MESSAGE', message, details, correlationId })
}

function isId(value: unknown): value is string {
  return typeof value === 'string' && value.length > 0 && value.length <= MAX_ID_LENGTH
}
