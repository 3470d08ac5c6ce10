import type { ErrorDetail } from '../base/codec-details.ts'
import { CodedError } from '../base/coded-error.ts'

/** Why an event was not taken. Thrown by `publish` at the call: nothing was stored, nobody was told. */
export class EventError extends CodedError<
  'UNKNOWN_EVENT_TYPE' | 'INVALID_EVENT_DATA' | 'EVENT_TOO_LARGE' | 'CAUSAL_DEPTH' | 'BUS_CLOSED'
> {
  readonly details: readonly ErrorDetail[]

  constructor(code: EventError['code'], message: string, details: readonly ErrorDetail[] = []) {
    const listed = details.map(({ path, expected, actual }) => `${path || 'it'}: expected ${expected}, got ${actual}`)
    super(code, listed.length === 0 ? message : `${message} (${listed.join('; ')})`)
    this.details = details
  }
}
