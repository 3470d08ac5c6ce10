import type { IncomingMessage } from 'node:http'
import type { Duplex } from 'node:stream'
import { type ServerOptions, type WebSocket, WebSocketServer } from 'ws'
import type { Compression } from './compression.ts'
import type { Flusher } from './flusher.ts'
import type { WaterMarks } from './gate.ts'
import type { Transport } from './transport.ts'
import { createWsTransport } from './ws-transport.ts'

export interface AcceptorOptions extends WaterMarks {
  readonly subprotocol: string
  readonly maxPayloadBytes: number
  readonly maxFragments: number
  readonly compression: Compression
  readonly flusher: Flusher
}

/** Completes WebSocket handshakes that were admitted. */
export interface Acceptor {
  /**
   * Answers 101 and calls `onTransport` in the same turn, and writes what that says at once, up to the high-water mark, together with the 101. Or calls `onRefused`
   * with what is wrong with the handshake; then nothing has been written yet.
   */
  readonly accept: (
    request: IncomingMessage,
    socket: Duplex,
    head: Buffer,
    onTransport: (transport: Transport) => void,
    onRefused: (why: string) => void,
  ) => void
}

// `@types/ws` does not know the last one yet.
interface AcceptorServerOptions extends ServerOptions {
  readonly maxFragments: number
  readonly maxBufferedChunks: number
}

const MAX_BUFFERED_CHUNKS = 4_096

export function createWsAcceptor(options: AcceptorOptions): Acceptor {
  const serverOptions: AcceptorServerOptions = {
    noServer: true,
    clientTracking: false,
    perMessageDeflate: options.compression,
    maxPayload: options.maxPayloadBytes,
    maxFragments: options.maxFragments,
    maxBufferedChunks: MAX_BUFFERED_CHUNKS,
    handleProtocols: (offered) => (offered.has(options.subprotocol) ? options.subprotocol : false),
  }
  const server = new WebSocketServer(serverOptions)
  // Set for the length of one synchronous call: `ws` reports a bad handshake by an event of the whole server.
  let refuse: ((why: string) => void) | undefined
  server.on('wsClientError', (error) => refuse?.(error.message))

  return {
    accept: (request, socket, head, onTransport, onRefused) => {
      let isAnswered = false
      refuse = (why) => {
        isAnswered = true
        onRefused(why)
      }
      // The 101 and the first words are one write.
      socket.cork()
      try {
        server.handleUpgrade(request, socket, head, (webSocket: WebSocket) => {
          isAnswered = true
          const transport = createWsTransport(webSocket, socket, options, options.flusher)
          onTransport(transport)
          transport.flush()
        })
      } finally {
        refuse = undefined
        socket.uncork()
      }
      // `ws` destroys the socket of a peer that has left, and says nothing.
      if (!isAnswered) onRefused('the peer has left')
    },
  }
}
