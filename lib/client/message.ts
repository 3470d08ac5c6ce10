import { isRecord } from '../base/is-record.ts'
import type { ServerMessageType, ServerPayloads } from '../protocol/server-payloads.ts'

/** A message as it came (PROTOCOL section 3). */
export interface ReceivedMessage<Type extends string = string, Payload = Readonly<Record<string, unknown>>> {
  readonly type: Type
  readonly payload: Payload
  readonly id?: string
  readonly timestamp?: string
  /** Of an answer: the `id` of what it answers. Of an event: the event's own, in a run the execution id. */
  readonly correlation_id?: string
  /** Of an event: its type. */
  readonly event?: string
  /** Of a stored event: its place in the stream. */
  readonly seq?: number
}

/**
 * A message of the server's, told apart by `type`. The client does not check payloads: the types are what the protocol promises. A
 * host's own types and types of later versions come too, and fall into a `switch`'s `default`.
 */
export type ServerFrame = {
  [Type in ServerMessageType]: ReceivedMessage<Type, ServerPayloads[Type]>
}[ServerMessageType]

/** Reads a frame; undefined where it is no message. Never throws: whatever a server sends must not end the client. */
export function readMessage(text: string): ServerFrame | undefined {
  let value: unknown
  try {
    value = JSON.parse(text)
  } catch {
    return undefined
  }
  if (!isRecord(value) || typeof value['type'] !== 'string') return undefined
  const { payload = {}, id, timestamp, correlation_id, event, seq, ...rest } = value
  if (!isRecord(payload)) return undefined
  const message = {
    ...rest,
    payload,
    ...texts({ id, timestamp, correlation_id, event }),
    ...(Number.isSafeInteger(seq) ? { seq } : {}),
  }
  return message as unknown as ServerFrame
}

/** Those of `fields` that are texts, so that nobody downstream has to ask. */
function texts(fields: Readonly<Record<string, unknown>>): Readonly<Record<string, unknown>> {
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => typeof value === 'string'))
}
