import { createId } from '../base/ids.ts'
import { isoNow } from '../base/time.ts'
import type { BusEvent } from '../event/event.ts'
import { isStored } from '../event/event.ts'
import type { ProtocolError } from './protocol-error.ts'
import { type ServerMessage, serverMessage } from './server-payloads.ts'

/** The text of an answer's frame, addressed to one connection (PROTOCOL section 3). */
export function encodeAnswer(message: ServerMessage, correlationId?: string): string {
  return JSON.stringify({
    type: message.type,
    payload: message.payload,
    id: createId(),
    timestamp: isoNow(),
    correlation_id: correlationId,
  })
}

/**
 * The text of an event's frame. Made of the event alone, so that every connection gets the same bytes, live or replayed.
 */
export function encodeEventFrame(event: BusEvent, message: ServerMessage): string {
  return JSON.stringify({
    type: message.type,
    payload: message.payload,
    id: event.id,
    timestamp: event.timestamp,
    correlation_id: event.correlationId,
    event: event.type,
    seq: isStored(event) ? event.seq : undefined,
  })
}

/** `error` as its sender gets it. */
export function errorMessage({ code, message, details, retryAfterMs }: ProtocolError): ServerMessage {
  return serverMessage('error', {
    message,
    code,
    timestamp: isoNow(),
    ...(details === undefined ? {} : { details: [...details] }),
    ...(retryAfterMs === undefined ? {} : { retryAfterMs }),
  })
}
