import { OverflowError } from '../operators/overflow-queue.ts'
import { closeCodes } from '../protocol/codes.ts'

/** Why a connection ends, as the peer is told. */
export interface Ending {
  readonly code: number
  readonly reason: string
}

export const tooSlow: Ending = { code: closeCodes.tooSlow, reason: 'too slow' }

export const tooMany: Ending = { code: closeCodes.rateLimited, reason: 'too many messages' }

/** The one place where a fault of a connection's pipeline becomes a close code. */
export function endingOf(error: unknown): Ending {
  if (error instanceof OverflowError) return tooSlow
  return { code: closeCodes.internalError, reason: 'internal error' }
}
