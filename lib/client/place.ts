import type { Position } from '../event/event.ts'
import { isRecord } from '../base/is-record.ts'
import type { ServerFrame } from './message.ts'

/** Where the client is in the stream, and whether what it missed is still coming. */
export interface Place {
  readonly position: Position | undefined
  /** A position was told to the server, and neither `caughtUp` nor `reset` has answered. */
  readonly isRecovering: boolean
}

/** One message read: the place after it, and whether it is an event that has passed before. */
export interface Step {
  readonly place: Place
  readonly isRepeated: boolean
}

/**
 * Moves on by one message (PROTOCOL section 8). Events move the position up and never down; `reset` replaces it, also downwards; a
 * welcome gives one only where there was none. While events are replayed, nothing but them, `caughtUp` and `reset` counts: what
 * `subscribed` tells may lie beyond the replay. A `gap` moves nothing.
 */
export function step(place: Place, message: ServerFrame): Step {
  const { position, isRecovering } = place
  const stay: Step = { place, isRepeated: false }
  const { seq } = message
  if (message.event !== undefined) {
    if (seq === undefined || position === undefined) return stay
    if (seq <= position.seq) return { place, isRepeated: true }
    return { place: { ...place, position: { ...position, seq } }, isRepeated: false }
  }
  switch (message.type) {
    case 'reset':
    case 'caughtUp':
      return { place: { position: positionOf(message.payload) ?? position, isRecovering: false }, isRepeated: false }
    case 'heartbeat':
    case 'subscribed': {
      const told = positionOf(message.payload)
      const isNews = told !== undefined && (told.epoch !== position?.epoch || told.seq > position.seq)
      return isNews && !isRecovering ? { place: { ...place, position: told }, isRepeated: false } : stay
    }
    case 'chatMessage':
      return position === undefined && isWelcome(message)
        ? { place: { ...place, position: positionOf(message.payload.metadata) }, isRepeated: false }
        : stay
    default:
      return stay
  }
}

/** The first frame of a connection (PROTOCOL section 2). */
export function isWelcome(message: ServerFrame): boolean {
  return message.type === 'chatMessage' && message.payload.sender === 'system' && isRecord(message.payload.metadata)
}

function positionOf(payload: unknown): Position | undefined {
  if (!isRecord(payload)) return undefined
  const { epoch, seq } = payload
  return typeof epoch === 'string' && typeof seq === 'number' && Number.isSafeInteger(seq) && seq >= 0
    ? { epoch, seq }
    : undefined
}
