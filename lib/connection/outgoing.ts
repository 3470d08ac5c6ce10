import type { BusEvent } from '../event/event.ts'
import type { Frame } from '../transport/frame.ts'

/** What goes into a connection: an answer to this peer alone, or an event shared by all who get it. */
export interface Outgoing {
  /** Absent for an answer, which always passes. */
  readonly event: BusEvent | undefined
  /** The event's type, or the answer's message type, for the log. */
  readonly label: string
  /** Made when somebody first needs it. Undefined for an event that is shown to no client. */
  readonly frame: Frame | undefined
}
