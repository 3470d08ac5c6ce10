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
] as const

/** `type` as it is dispatched on. `ping` and `heartbeat`, in any case, are `PING`: existing clients send them. */
export function canonicalType(type: string): string {
  const upper = type.length <= 'heartbeat'.length ? type.toUpperCase() : type
  return upper === 'PING' || upper === 'HEARTBEAT' ? 'PING' : type
}
