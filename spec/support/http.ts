import { once } from 'node:events'
import { type IncomingHttpHeaders, type IncomingMessage, type OutgoingHttpHeaders, request } from 'node:http'
import { connect, type Socket } from 'node:net'
import { inTime } from './waiting.ts'

export interface HttpAnswer {
  readonly status: number
  readonly headers: IncomingHttpHeaders
  readonly body: string
  /** The body, where it is JSON. */
  readonly json: unknown
}

export async function readAnswer(response: IncomingMessage): Promise<HttpAnswer> {
  const chunks: Buffer[] = []
  for await (const chunk of response) chunks.push(chunk as Buffer)
  const body = Buffer.concat(chunks).toString('utf8')
  const isJson = response.headers['content-type']?.startsWith('application/json') === true
  return {
    status: response.statusCode ?? 0,
    headers: response.headers,
    body,
    json: isJson && body !== '' ? (JSON.parse(body) as unknown) : undefined,
  }
}

export async function httpRequest(
  url: string,
  { method = 'GET', headers = {} }: { readonly method?: string; readonly headers?: OutgoingHttpHeaders } = {},
): Promise<HttpAnswer> {
  const outgoing = request(url, { method, headers, agent: false })
  outgoing.end()
  const [response] = (await inTime(once(outgoing, 'response'), `${method} ${url}`)) as [IncomingMessage]
  return readAnswer(response)
}

/** The `error` of a refusal's JSON body. */
export function errorOf({ json }: HttpAnswer): { code: string; message: string; details?: unknown } {
  const { error } = json as { error: { code: string; message: string; details?: unknown } }
  return error
}

/** A socket that speaks for itself. */
export interface RawPeer {
  readonly socket: Socket
  /** All bytes so far, as text. */
  readonly text: () => string
  /** Resolves with all text once it holds `part`. */
  readonly until: (part: string) => Promise<string>
  /** Resolves with all text once the other side has ended. */
  readonly ended: Promise<string>
}

export async function openRaw(port: number, { allowHalfOpen = false } = {}): Promise<RawPeer> {
  const socket = connect({ port, host: '127.0.0.1', allowHalfOpen })
  await inTime(once(socket, 'connect'), 'a TCP connection')
  const chunks: Buffer[] = []
  const text = (): string => Buffer.concat(chunks).toString('latin1')
  socket.on('data', (chunk: Buffer) => chunks.push(chunk))
  socket.on('error', () => undefined)
  const ended = new Promise<string>((resolve) => {
    socket.once('close', () => resolve(text()))
    socket.once('end', () => resolve(text()))
  })
  const until = async (part: string): Promise<string> => {
    const arrived = new Promise<string>((resolve) => {
      const look = (): void => void (text().includes(part) && resolve(text()))
      socket.on('data', look)
      look()
    })
    return inTime(arrived, () => `"${part}" in ${JSON.stringify(text())}`)
  }
  return { socket, text, until, ended }
}

export const upgradeHeaders: Readonly<Record<string, string>> = {
  Connection: 'Upgrade',
  Upgrade: 'websocket',
  'Sec-WebSocket-Version': '13',
  'Sec-WebSocket-Key': 'dGhlIHNhbXBsZSBub25jZQ==',
}

/** The text of an upgrade request; an undefined header is left out. */
export function upgradeRequest(
  port: number,
  path: string,
  headers: Readonly<Record<string, string | undefined>> = {},
  method = 'GET',
): string {
  const all = Object.entries({ Host: `127.0.0.1:${port}`, ...upgradeHeaders, ...headers })
  const lines = all.filter(([, value]) => value !== undefined).map(([name, value]) => `${name}: ${value}`)
  return [`${method} ${path} HTTP/1.1`, ...lines, '', ''].join('\r\n')
}

/** The status and JSON of an answer that came over a raw socket and ended it. */
export async function rawAnswer(peer: RawPeer): Promise<{ status: number; head: string; json: unknown }> {
  const text = await inTime(peer.ended, () => `an end after ${JSON.stringify(peer.text())}`).finally(() =>
    peer.socket.destroy(),
  )
  const [head = '', body = ''] = text.split('\r\n\r\n')
  const status = Number(/^HTTP\/1\.1 (\d{3})/.exec(head)?.[1])
  return { status, head, json: /content-type: application\/json/i.test(head) ? JSON.parse(body) : undefined }
}
