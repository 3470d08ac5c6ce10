import type { ErrorDetail } from '../base/codec-details.ts'
import type { ErrorCode } from './codes.ts'

/** What is wrong with a message, as its sender is told. A value, not an exception: bad input is no fault of ours. */
export interface ProtocolError {
  readonly code: ErrorCode
  readonly message: string
  readonly details?: readonly ErrorDetail[]
  /** The `id` of the message at fault, where it could be read. */
  readonly correlationId?: string | undefined
  /** For the log, never sent: what a codec of the host's threw. */
  readonly cause?: unknown
  /** With `RATE_LIMITED`: when to try again. */
  readonly retryAfterMs?: number
}
