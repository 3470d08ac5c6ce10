// Error and close codes (PROTOCOL section 7). The client needs this file at run time, so it imports nothing.

/** The codes of `error` messages. */
export const errorCodes = [
  'INVALID_JSON',
  'INVALID_MESSAGE',
  'UNKNOWN_TYPE',
  'INVALID_PAYLOAD',
  'UNKNOWN_EVENT_TYPE',
  'TOO_MANY_SUBSCRIPTIONS',
  'INVALID_WORKFLOW',
  'NO_EXECUTOR',
  'NOT_WAITING',
  'RATE_LIMITED',
  'UNAUTHORIZED',
  'FORBIDDEN',
  'BUS_UNAVAILABLE',
  'WEBSOCKET_ERROR',
] as const
export type ErrorCode = (typeof errorCodes)[number]

/** The codes of `dslResult.error`. */
export const dslErrorCodes = ['DSL_SYNTAX', 'UNKNOWN_TOOL', 'INVALID_ARGUMENTS', 'TOOL_FAILED', 'CANCELLED'] as const
export type DslErrorCode = (typeof dslErrorCodes)[number]

/** The codes in the body of a refused HTTP request or upgrade, besides `UNAUTHORIZED`, `FORBIDDEN` and `WEBSOCKET_ERROR`. */
export const refusalCodes = [
  'INVALID_QUERY',
  'INVALID_HANDSHAKE',
  'NOT_FOUND',
  'METHOD_NOT_ALLOWED',
  'UPGRADE_REQUIRED',
  'TOO_MANY_CONNECTIONS',
  'DRAINING',
] as const
export type RefusalCode = (typeof refusalCodes)[number] | 'UNAUTHORIZED' | 'FORBIDDEN' | 'WEBSOCKET_ERROR'

/** Why a connection ended. */
export const closeCodes = {
  normal: 1000,
  shuttingDown: 1001,
  protocolError: 1002,
  binary: 1003,
  badUtf8: 1007,
  policyViolation: 1008,
  tooBig: 1009,
  internalError: 1011,
  tryAgainLater: 1013,
  malformed: 4400,
  unauthorized: 4401,
  forbidden: 4403,
  heartbeatTimeout: 4408,
  tooSlow: 4413,
  rateLimited: 4429,
} as const
