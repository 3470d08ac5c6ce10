import { CodedError } from '../base/coded-error.ts'
import type { ErrorDetail } from '../base/codec-details.ts'

/**
 * Codes of the client's own: `closed` (the client was closed, or the server wants it no more), `queue_full` (too many commands wait
 * for a link), `link_lost`, `no_answer` (of a message of the host's own: whether it was handled is not known), `run_failed`, `run_cancelled`, `run_timed_out`, `executor_lost` (the run ended so), `run_lost` (nobody knows the run
 * any more, so that its end will never be told), `run_unknown` (nobody knows the run that was looked up).
 */
export const clientErrorCodes = [
  'closed',
  'queue_full',
  'link_lost',
  'no_answer',
  'run_failed',
  'run_cancelled',
  'run_timed_out',
  'executor_lost',
  'run_lost',
  'run_unknown',
] as const
export type ClientErrorCode = (typeof clientErrorCodes)[number]

/** What a command of the client ends with when it does not succeed: a code of the client's own, or of the server's `error` message. */
export class ClientError extends CodedError {
  /** What the server found wrong, piece by piece; empty where it told none. */
  readonly details: readonly ErrorDetail[]

  constructor(code: string, message: string, details: readonly ErrorDetail[] = []) {
    super(code, message)
    this.details = details
  }
}
