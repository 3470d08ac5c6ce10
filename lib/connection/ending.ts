import { OverflowError } from '../operators/on-backpressure-buffer.ts'
import { closeCodes } from '../protocol/codes.ts'

/** Why a connection ends, as the peer is told. */
export interface Ending {
  readonly code: number
  readonly reason: string
}

/** The one place where a fault of a connection's pipeline becomes a close code. */
export function endingOf(error: unknown): Ending {
  if (error instanceof OverflowError) return { code: closeCodes.tooSlow, reason: 'too slow' }
  return { code: closeCodes.internalError, reason: 'internal error' }
}
