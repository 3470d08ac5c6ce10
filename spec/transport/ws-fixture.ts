import { once } from 'node:events'
import { createServer, type IncomingMessage } from 'node:http'
import { type AddressInfo, connect, type Socket } from 'node:net'
import type { Duplex } from 'node:stream'
import { WebSocket } from 'ws'
import { monotonicScheduler } from '../../lib/base/time.ts'
import { createFlusher } from '../../lib/transport/flusher.ts'
import type { Transport } from '../../lib/transport/transport.ts'
import { type AcceptorOptions, createWsAcceptor } from '../../lib/transport/ws-acceptor.ts'
import { eventually } from './eventually.ts'

/** An HTTP server on a free port of the loopback interface whose upgrades all go to one acceptor. */
export interface WsServer {
  readonly url: string
  readonly transports: readonly Transport[]
  readonly refusals: readonly Refused[]
  /** A `ws` client and the transport that was made for it. */
  readonly connectClient: () => Promise<{ readonly client: WebSocket; readonly transport: Transport }>
  /** A bare socket that has sent `bytes`. */
  readonly connectRaw: (bytes: string | Buffer) => Promise<RawClient>
  readonly close: () => Promise<void>
}

export interface Refused {
  readonly why: string
  /** How much had been written to the socket by then. */
  readonly bytesWritten: number
}

export interface RawClient {
  readonly socket: Socket
  /** All that arrived. */
  readonly received: () => Buffer
}

export interface WsServerSettings extends Partial<AcceptorOptions> {
  /** What happens to a socket between its upgrade and the acceptor. */
  readonly beforeAccept?: (socket: Duplex) => Promise<void> | void
  /** Called in the turn of the handshake. */
  readonly onTransport?: (transport: Transport) => void
}

const defaults: AcceptorOptions = {
  subprotocol: 'test.v1',
  maxPayloadBytes: 1024 * 1024,
  maxFragments: 1_024,
  highWaterMarkBytes: 64 * 1024,
  lowWaterMarkBytes: 16 * 1024,
  compression: false,
  flusher: createFlusher({ share: 1, maxWaitMs: 0 }, monotonicScheduler),
}

export const handshakeHeaders: Readonly<Record<string, string>> = {
  Host: '127.0.0.1',
  Connection: 'Upgrade',
  Upgrade: 'websocket',
  'Sec-WebSocket-Version': '13',
  'Sec-WebSocket-Key': 'dGhlIHNhbXBsZSBub25jZQ==',
}

/** The bytes of a handshake; `changes` replaces headers, undefined leaves one out. */
export function handshake(changes: Readonly<Record<string, string | undefined>> = {}, method = 'GET'): string {
  const headers = Object.entries({ ...handshakeHeaders, ...changes }).filter(([, value]) => value !== undefined)
  return [`${method} / HTTP/1.1`, ...headers.map(([name, value]) => `${name}: ${value}`), '', ''].join('\r\n')
}

/** A short frame as a client must send it: masked, with a mask that changes nothing. */
export function clientFrame(firstByte: number, payload: Buffer | string = ''): Buffer {
  const bytes = Buffer.from(payload)
  return Buffer.concat([Buffer.from([firstByte, 0x80 | bytes.length, 0, 0, 0, 0]), bytes])
}

export async function startWsServer({
  beforeAccept,
  onTransport,
  ...options
}: WsServerSettings = {}): Promise<WsServer> {
  const acceptor = createWsAcceptor({ ...defaults, ...options })
  const transports: Transport[] = []
  const refusals: Refused[] = []
  const clients: WebSocket[] = []
  const sockets = new Set<Duplex>()
  const server = createServer()

  const onUpgrade = async (request: IncomingMessage, socket: Socket, head: Buffer): Promise<void> => {
    socket.on('error', () => socket.destroy())
    if (beforeAccept !== undefined) await beforeAccept(socket)
    acceptor.accept(
      request,
      socket,
      head,
      (transport) => {
        transports.push(transport)
        onTransport?.(transport)
      },
      (why) => {
        refusals.push({ why, bytesWritten: socket.bytesWritten })
        socket.end('HTTP/1.1 400 Bad Request\r\n\r\n')
      },
    )
  }
  server.on('upgrade', (request: IncomingMessage, socket: Socket, head: Buffer) => {
    void onUpgrade(request, socket, head)
  })
  server.on('connection', (socket) => {
    sockets.add(socket)
    socket.once('close', () => sockets.delete(socket))
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  const url = `ws://127.0.0.1:${port}`

  return {
    url,
    transports,
    refusals,
    connectClient: async () => {
      const index = transports.length
      const client = new WebSocket(url)
      clients.push(client)
      client.on('error', () => undefined)
      await once(client, 'open')
      const transport = transports[index]
      if (transport === undefined) throw new Error('no transport was made')
      return { client, transport }
    },
    connectRaw: async (bytes) => {
      const socket = connect(port, '127.0.0.1')
      const chunks: Buffer[] = []
      sockets.add(socket)
      socket.on('data', (chunk) => chunks.push(chunk))
      socket.on('error', () => undefined)
      socket.once('close', () => sockets.delete(socket))
      await once(socket, 'connect')
      socket.write(bytes)
      return { socket, received: () => Buffer.concat(chunks) }
    },
    close: async () => {
      for (const client of clients) client.terminate()
      for (const socket of sockets) socket.destroy()
      server.close()
      await eventually(() => sockets.size === 0, 'the end of all sockets')
    },
  }
}
