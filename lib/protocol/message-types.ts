// The types of messages (PROTOCOL sections 4 and 5). The client needs this file at run time, so it imports nothing.

/** What a client may send. Types whose feature is not built yet are left out: they are answered with `UNKNOWN_TYPE`. */
export const clientMessageTypes = [
  'DSL_COMMAND',
  'EXECUTE_WORKFLOW',
  'CHAT_MESSAGE',
  'SUBSCRIBE_EVENTS',
  'UNSUBSCRIBE_EVENTS',
  'PING',
  'CANCEL_WORKFLOW',
  'RUN_STATUS',
  'LIST_RUNS',
  'PROVIDE_INPUT',
] as const

/** `type` as it is dispatched on. `ping` and `heartbeat`, in any case, are `PING`: existing clients send them. */
export function canonicalType(type: string): string {
  const upper = type.length <= 'heartbeat'.length ? type.toUpperCase() : type
  return upper === 'PING' || upper === 'HEARTBEAT' ? 'PING' : type
}

/** What may be said of a run that is known; of any other, `unknown`. */
export const runStatuses = ['running', 'completed', 'failed', 'cancelled', 'timed_out'] as const
export type RunStatusName = (typeof runStatuses)[number]

/** Why a position cannot be continued from (PROTOCOL section 8). */
export const resetReasons = ['epoch_changed', 'too_old', 'ahead', 'mismatch'] as const
export type ResetReason = (typeof resetReasons)[number]
