import { isRecord, type Payload } from './payload.ts'

/** A message of the server (PROTOCOL section 3). It has more fields than those named here, and `--json` shows them all. */
export interface Frame {
  readonly type: string
  readonly payload: Payload
  /** Of an answer: the `id` of what it answers. Of an event: the id of the run. */
  readonly correlation_id?: unknown
}

/** The frame that `data` of a WebSocket holds; undefined where that is none. */
export function decodeFrame(data: unknown): Frame | undefined {
  const value = typeof data === 'string' ? parse(data) : undefined
  if (!isRecord(value)) return undefined
  const { type, payload } = value
  return typeof type === 'string' && isRecord(payload) ? { ...value, type, payload } : undefined
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}
