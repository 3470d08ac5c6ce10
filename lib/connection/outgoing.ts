import type { BusEvent } from '../event/event.ts'
import { encodeAnswer } from '../protocol/encode.ts'
import type { ServerMessage } from '../protocol/server-payloads.ts'
import { createFrame, type Frame } from '../transport/frame.ts'

/** What goes into a connection: an answer to this peer alone, or an event shared by all who get it. */
export interface Outgoing {
  /** Absent for an answer, which always passes. */
  readonly event: BusEvent | undefined
  /** Where a stored event stands. */
  readonly seq: number | undefined
  /** The event's type, or the answer's message type, for the log. */
  readonly label: string
  /** Made when somebody first needs it. Undefined for an event that is shown to no client. */
  readonly frame: Frame | undefined
  /** Somebody may wait for it: it is never dropped or conflated (SEMANTICS P6). Answers are. */
  readonly isProtected: boolean
  /** Of what waits with the same key the newest can stand for all. Undefined: it stands for itself only. */
  readonly conflationKey: string | undefined
}

export function createAnswer(message: ServerMessage, correlationId: string | undefined): Outgoing {
  return {
    event: undefined,
    seq: undefined,
    label: message.type,
    frame: createFrame(encodeAnswer(message, correlationId)),
    isProtected: true,
    conflationKey: undefined,
  }
}
