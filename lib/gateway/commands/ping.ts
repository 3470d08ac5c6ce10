import { isoNow } from '../../base/time.ts'
import type { ClientPayloads } from '../../protocol/client-payloads.ts'
import { serverMessage } from '../../protocol/server-payloads.ts'
import type { CommandHandler } from '../command-context.ts'

/** Echoes the payload with the server's time; a `timestamp` of the client's own moves to `clientTimestamp`. */
export const handlePing: CommandHandler<ClientPayloads['PING']> = (payload, { session, messageId }) => {
  const timestamp = isoNow()
  const { timestamp: clientTimestamp } = payload
  const times = clientTimestamp === undefined ? { timestamp } : { timestamp, clientTimestamp }
  session.answer(serverMessage('PONG', Object.assign({}, payload, times)), messageId)
  return undefined
}
