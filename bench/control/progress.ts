// The message of the bench: progress of a workflow, with a number and a time in its text by which the far end checks and measures it.

/** The data of our `workflow.progress` event; other servers send the same. */
export interface Progress {
  readonly workflowId: string
  readonly executionId: string
  readonly progress: number
  readonly message: string
}

/** Begins the stamp: `@#`, the number, a point, the intended send time. */
export const STAMP_MARK = '@#'
export const NUMBER_DIGITS = 8
export const TIME_DIGITS = 16

const STAMP_LENGTH = STAMP_MARK.length + NUMBER_DIGITS + 1 + TIME_DIGITS

/** @param micros when the message was due, on the clock that all processes share. */
export function progressMessage(executionId: string, number: number, micros: number, padding: string): Progress {
  const stamp = `${STAMP_MARK}${digits(number, NUMBER_DIGITS)}.${digits(micros, TIME_DIGITS)}`
  // Two digits always: frames of one size, so that figures per delivery compare.
  return { workflowId: 'nightly-export', executionId, progress: 10 + (number % 90), message: stamp + padding }
}

/** The padding that makes a frame `bytes` long, where it is `bareBytes` without any. */
export function paddingFor(bytes: number, bareBytes: number): string {
  return ' step of the export done'.repeat(Math.ceil(bytes / 20)).slice(0, Math.max(0, bytes - bareBytes))
}

/** A message without padding, to measure a server's envelope with. */
export function bareProgress(executionId: string): Progress {
  return { workflowId: 'nightly-export', executionId, progress: 10, message: '0'.repeat(STAMP_LENGTH) }
}

function digits(value: number, count: number): string {
  return String(Math.trunc(value)).padStart(count, '0')
}
