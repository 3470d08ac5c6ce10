import { randomUUID } from 'node:crypto'
import { once } from 'node:events'
import type { IncomingMessage } from 'node:http'
import { type ClientOptions, WebSocket } from 'ws'
import { type Frame, frameFaults } from './frames.ts'
import { type HttpAnswer, readAnswer } from './http.ts'
import { createDeferred, inTime } from './waiting.ts'

export interface Closed {
  readonly code: number
  readonly reason: string
}

/** A plain `ws` client that checks every frame it gets. */
export interface Client {
  readonly socket: WebSocket
  readonly welcome: Frame
  readonly connectionId: string
  /** Everything so far, the welcome first. */
  readonly messages: readonly Frame[]
  /** As they came. */
  readonly texts: readonly string[]
  /** What was wrong with frames; a spec that leaves some fails. */
  readonly faults: readonly string[]
  /** Waits for the end of the connection. */
  readonly closed: () => Promise<Closed>
  readonly send: (type: string, payload?: object, id?: string) => void
  readonly sendText: (text: string) => void
  /** The next frame not yet taken that matches; those before it are skipped. */
  readonly next: (match?: string | ((frame: Frame) => boolean)) => Promise<Frame>
  /** The frames not yet taken, up to and with the first that matches. */
  readonly until: (match: string | ((frame: Frame) => boolean)) => Promise<readonly Frame[]>
  /** Sends and takes the first frame that answers, leaving the others to be taken. */
  readonly ask: (type: string, payload?: object) => Promise<Frame>
  /** The frames not yet taken that were sent before now: the queue is first in first out, so a PONG ends them. */
  readonly settle: () => Promise<readonly Frame[]>
  readonly close: (code?: number) => Promise<Closed>
}

/** Thrown where the server refuses the handshake. */
export class HandshakeRefused extends Error {
  readonly answer: HttpAnswer

  constructor(answer: HttpAnswer) {
    super(`the handshake was refused: ${answer.status} ${answer.body}`)
    this.answer = answer
  }
}

export async function connectClient(
  url: string,
  options: ClientOptions = {},
  protocols: readonly string[] = [],
): Promise<Client> {
  const socket = new WebSocket(url, [...protocols], { perMessageDeflate: false, ...options })
  const messages: Frame[] = []
  const texts: string[] = []
  const faults: string[] = []
  const closing = createDeferred<Closed>()
  const failed = createDeferred<never>()
  failed.promise.catch(() => undefined)
  const listeners = new Set<() => void>()
  const changed = (): void => {
    for (const listener of listeners) listener()
  }
  const asked = new Set<Frame>()
  let isClosed = false
  let taken = 0
  let lastSeq = 0

  const check = (frame: Frame): void => {
    faults.push(...frameFaults(frame))
    if (frame.seq === undefined) return
    if (frame.seq <= lastSeq) faults.push(`seq ${frame.seq} after ${lastSeq}`)
    lastSeq = frame.seq
  }
  socket.on('message', (data: Buffer, isBinary) => {
    const text = data.toString('utf8')
    const frame = JSON.parse(text) as Frame
    texts.push(text)
    if (isBinary) faults.push(`a binary frame: ${frame.type}`)
    check(frame)
    messages.push(frame)
    changed()
  })
  socket.on('error', (error) => failed.reject(error))
  socket.on('unexpected-response', (_request, response: IncomingMessage) => {
    readAnswer(response).then((answer) => failed.reject(new HandshakeRefused(answer)), failed.reject)
  })
  socket.on('close', (code, reason) => {
    isClosed = true
    closing.resolve({ code, reason: reason.toString('utf8') })
    changed()
  })

  const seen = (): string => `have: ${messages.map(({ type }) => type).join(' ')}${isClosed ? ' (closed)' : ''}`
  const find = (matches: (frame: Frame) => boolean, from: number): Promise<number> => {
    const found = createDeferred<number>()
    let at = from
    const look = (): void => {
      for (; at < messages.length; at++) {
        const frame = messages[at] ?? missing()
        if (!asked.has(frame) && matches(frame)) return found.resolve(at)
      }
      if (isClosed) found.reject(new Error(`closed before it came; ${seen()}`))
    }
    listeners.add(look)
    look()
    return inTime(found.promise, () => `a frame that matches; ${seen()}`).finally(() => listeners.delete(look))
  }
  const matcher = (match: string | ((frame: Frame) => boolean)): ((frame: Frame) => boolean) =>
    typeof match === 'string' ? ({ type }) => type === match : match
  const until: Client['until'] = async (match) => {
    const end = await find(matcher(match), taken)
    const frames = messages.slice(taken, end + 1).filter((frame) => !asked.has(frame))
    taken = end + 1
    return frames
  }
  const next: Client['next'] = async (match = () => true) => {
    return (await until(match)).at(-1) ?? missing()
  }
  const sendText = (text: string): void => socket.send(text)
  const send: Client['send'] = (type, payload = {}, id?: string) =>
    sendText(JSON.stringify({ type, payload, ...(id === undefined ? {} : { id }) }))
  const ask: Client['ask'] = async (type, payload) => {
    const id = randomUUID()
    send(type, payload, id)
    // An answer is no event frame: those carry the run's id there.
    const index = await find((frame) => frame.correlation_id === id && frame.event === undefined, 0)
    const frame = messages[index] ?? missing()
    asked.add(frame)
    return frame
  }
  const settle: Client['settle'] = async () => {
    const id = randomUUID()
    send('PING', {}, id)
    return (await until(({ correlation_id }) => correlation_id === id)).slice(0, -1)
  }
  const close: Client['close'] = (code = 1000) => {
    socket.close(code)
    return inTime(closing.promise, 'the close')
  }

  await inTime(Promise.race([failed.promise, once(socket, 'open')]), `the handshake with ${url}`)
  const welcome = await next()
  const connectionId = String((welcome.payload['metadata'] as { connectionId?: unknown } | undefined)?.connectionId)
  return {
    socket,
    welcome,
    connectionId,
    messages,
    texts,
    faults,
    closed: () => inTime(closing.promise, () => `the close; ${seen()}`),
    send,
    sendText,
    next,
    until,
    ask,
    settle,
    close,
  }
}

/** The refusal that a handshake gets. */
export async function refusalOf(url: string, options: ClientOptions = {}): Promise<HttpAnswer> {
  try {
    const client = await connectClient(url, options)
    client.socket.terminate()
  } catch (error) {
    if (error instanceof HandshakeRefused) return error.answer
    throw error
  }
  throw new Error(`${url} let us in`)
}

function missing(): never {
  throw new Error('unreachable')
}
