import { STATUS_CODES, type ServerResponse } from 'node:http'
import type { Duplex } from 'node:stream'
import type { ErrorDetail } from '../base/codec-details.ts'
import type { RefusalCode } from '../protocol/codes.ts'

/** An HTTP answer that says no, or not here: to a request, or to an upgrade in place of 101. */
export interface Refusal {
  readonly status: number
  readonly code: RefusalCode
  readonly message: string
  readonly details?: readonly ErrorDetail[]
  readonly headers?: Readonly<Record<string, string>>
}

export function refusal(
  status: number,
  code: RefusalCode,
  message: string,
  more: Pick<Refusal, 'details' | 'headers'> = {},
): Refusal {
  return { status, code, message, ...more }
}

/** Answers an HTTP request. */
export function refuseRequest(response: ServerResponse, refused: Refusal): void {
  const body = bodyOf(refused)
  response.writeHead(refused.status, { ...headersOf(body), ...refused.headers })
  response.end(body)
}

/** Answers an upgrade, whose socket is raw, and closes it. */
export function refuseUpgrade(socket: Duplex, refused: Refusal): void {
  if (!socket.writable) {
    socket.destroy()
    return
  }
  const body = bodyOf(refused)
  const headers = Object.entries({ ...headersOf(body), ...refused.headers, Connection: 'close' })
  const head = [
    `HTTP/1.1 ${refused.status} ${STATUS_CODES[refused.status] ?? ''}`,
    ...headers.map(([name, value]) => `${name}: ${value}`),
  ]
  socket.once('finish', () => socket.destroy())
  socket.end(`${head.join('\r\n')}\r\n\r\n${body}`)
}

function bodyOf({ code, message, details }: Refusal): string {
  return JSON.stringify({ error: { code, message, ...(details === undefined ? {} : { details }) } })
}

function headersOf(body: string): Record<string, string> {
  return { 'Content-Type': 'application/json', 'Content-Length': String(Buffer.byteLength(body)) }
}
