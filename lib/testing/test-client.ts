import type { AcceptedPeer, Gateway } from '../gateway/gateway.ts'
import { createMemoryPair, type MemoryPeer } from '../transport/memory-pair.ts'

/** A frame as a client reads it. */
export interface ReceivedMessage {
  readonly type: string
  readonly payload: Readonly<Record<string, unknown>>
  readonly id: string
  readonly timestamp: string
  readonly correlation_id?: string
  readonly event?: string
  readonly seq?: number
}

/** A client without a socket. */
export interface TestClient extends Pick<MemoryPeer, 'closed' | 'stall' | 'resume' | 'answerPings' | 'close'> {
  readonly connectionId: string
  /** Everything that arrived, the welcome first. */
  readonly messages: () => readonly ReceivedMessage[]
  /** Their types. */
  readonly types: () => readonly string[]
  readonly send: (type: string, payload?: object, id?: string) => void
  readonly sendText: (text: string) => void
}

/**
 * Connects a client to `gateway` in memory: what is sent arrives in the same turn.
 *
 * @throws Error when the gateway takes no more connections.
 */
export function connectTestClient(gateway: Gateway, peer?: AcceptedPeer): TestClient {
  const { transport, peer: end } = createMemoryPair()
  const connectionId = gateway.accept(transport, peer)
  if (connectionId === undefined) throw new Error('the gateway takes no more connections')
  const messages = (): readonly ReceivedMessage[] => end.received.map((text) => JSON.parse(text) as ReceivedMessage)
  return {
    connectionId,
    messages,
    types: () => messages().map(({ type }) => type),
    send: (type, payload = {}, id?: string) => end.send(JSON.stringify({ type, payload, id })),
    sendText: end.send,
    closed: end.closed,
    stall: end.stall,
    resume: end.resume,
    answerPings: end.answerPings,
    close: end.close,
  }
}
