import type { Mixed, TypeOf } from 'io-ts'
import type { Principal } from '../connection/principal.ts'
import type { ServerMessage } from '../protocol/server-payloads.ts'

/** What a handler of a host's own client message may do. */
export interface MessageContext {
  readonly connectionId: string
  readonly principal: Principal | undefined
  /** The client's `id` of the message. */
  readonly messageId: string | undefined
  /** Answers this client; the answer carries `messageId` as its `correlation_id`. */
  readonly reply: (message: ServerMessage) => void
}

/** A client message of the host's own. Make one with {@link defineMessage}, so that `handle` is typed by the codec. */
export interface MessageHandler {
  readonly payload: Mixed
  readonly handle: (payload: never, context: MessageContext) => unknown
}

/** Ties a codec to the handler of what it decodes. A handler that throws or rejects is answered with `WEBSOCKET_ERROR`. */
export function defineMessage<Payload extends Mixed>(
  payload: Payload,
  handle: (payload: TypeOf<Payload>, context: MessageContext) => unknown,
): MessageHandler {
  return { payload, handle }
}
