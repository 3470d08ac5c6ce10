import { createHash } from 'node:crypto'
import type { IncomingMessage, Server } from 'node:http'
import type { Duplex } from 'node:stream'

const GUID = '258EAFA5-E914-47DA-95CA-C5AB0DC85B11'
const TEXT = 0x81
const CLOSE = 0x88

/**
 * Somebody else's WebSocket library on the same server: as little of RFC 6455 as an echo needs, written without `ws`. Takes short
 * masked text frames at `path` and leaves all other upgrades alone.
 */
export function attachEcho(server: Server, path: string): void {
  server.on('upgrade', (request: IncomingMessage, socket: Duplex) => {
    if (request.url !== path) return
    const key = createHash('sha1').update(`${request.headers['sec-websocket-key']}${GUID}`).digest('base64')
    socket.write(
      `HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Accept: ${key}\r\n\r\n`,
    )
    socket.on('error', () => undefined)
    socket.on('data', (frame: Buffer) => {
      const length = (frame[1] ?? 0) & 0x7f
      const mask = frame.subarray(2, 6)
      const payload = frame.subarray(6, 6 + length).map((byte, index) => byte ^ (mask[index % 4] ?? 0))
      const isText = frame[0] === TEXT
      socket.write(Buffer.concat([Buffer.from([isText ? TEXT : CLOSE, length]), payload]))
      if (!isText) socket.end()
    })
  })
}
