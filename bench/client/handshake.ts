import { randomBytes } from 'node:crypto'

/** The request that opens a WebSocket. */
export function upgradeRequest(port: number, path: string): string {
  return [
    `GET ${path} HTTP/1.1`,
    `Host: 127.0.0.1:${port}`,
    'Connection: Upgrade',
    'Upgrade: websocket',
    'Sec-WebSocket-Version: 13',
    `Sec-WebSocket-Key: ${randomBytes(16).toString('base64')}`,
    '\r\n',
  ].join('\r\n')
}

const HEAD_END = '\r\n\r\n'

/**
 * Reads the answer, which may come in pieces. Answers, for each piece, where in it the frames begin; undefined while the head is not
 * complete.
 *
 * @throws Error for any answer but 101.
 */
export function createHandshakeReader(): (chunk: Buffer, length: number) => number | undefined {
  let head = ''
  return (chunk, length) => {
    const before = head.length
    head += chunk.toString('latin1', 0, length)
    const end = head.indexOf(HEAD_END)
    if (end === -1) return undefined
    if (!head.startsWith('HTTP/1.1 101')) throw new Error(`the handshake was refused: ${head.slice(0, 200)}`)
    return end + HEAD_END.length - before
  }
}
