import type { Duplex } from 'node:stream'
import { Observable } from 'rxjs'
import type { RawData, WebSocket } from 'ws'
import { closeCodes } from '../protocol/codes.ts'
import { DeflateOutlet } from './deflate-outlet.ts'
import type { Flusher } from './flusher.ts'
import type { Frame } from './frame.ts'
import type { WaterMarks } from './gate.ts'
import type { Outlet } from './outlet.ts'
import { RawOutlet } from './raw-outlet.ts'
import type { Incoming, Transport } from './transport.ts'

/** A transport that may be told not to wait for the next flush. */
export interface FlushableTransport extends Transport {
  /** Writes at once what it has collected. */
  readonly flush: () => void
}

/** A transport over a `ws` WebSocket and the raw socket it was made from. */
export function createWsTransport(
  webSocket: WebSocket,
  socket: Duplex,
  marks: WaterMarks,
  flusher: Flusher,
): FlushableTransport {
  // Without a listener an error after the handshake would end the process (THREATS T2). `ws` tells of it with `close`.
  webSocket.on('error', nothing)
  return webSocket.extensions.includes('permessage-deflate')
    ? new WsTransport(webSocket, new DeflateOutlet(webSocket, socket, marks))
    : new JoiningWsTransport(webSocket, new RawOutlet(webSocket, socket, marks, flusher))
}

const nothing = (): void => undefined

class WsTransport<Way extends Outlet> implements FlushableTransport {
  readonly writable$: Observable<boolean>
  protected readonly outlet: Way
  readonly #webSocket: WebSocket

  constructor(webSocket: WebSocket, outlet: Way) {
    this.writable$ = outlet.writable$
    this.outlet = outlet
    this.#webSocket = webSocket
  }

  get incoming$(): Observable<Incoming> {
    return incoming(this.#webSocket)
  }

  write(frame: Frame): void {
    this.outlet.write(frame)
  }

  flush(): void {
    this.outlet.flush()
  }

  progress(): number {
    return this.outlet.progress()
  }

  ping(): void {
    if (this.#webSocket.readyState === this.#webSocket.OPEN) this.#webSocket.ping()
  }

  close(code: number, reason: string): void {
    this.outlet.flush()
    this.#webSocket.close(code, reason)
  }

  terminate(): void {
    this.#webSocket.terminate()
  }
}

class JoiningWsTransport extends WsTransport<RawOutlet> {
  writeJoined(wire: Buffer): void {
    this.outlet.writeJoined(wire)
  }
}

function incoming(webSocket: WebSocket): Observable<Incoming> {
  return new Observable((subscriber) => {
    const onMessage = (data: RawData, isBinary: boolean): void => {
      if (isBinary) return subscriber.next({ _tag: 'Binary' })
      const bytes = toBuffer(data)
      return subscriber.next({ _tag: 'Text', text: bytes.toString('utf8'), bytes: bytes.length })
    }
    const onSignOfLife = (): void => subscriber.next({ _tag: 'SignOfLife' })
    const onError = (error: Error): void => subscriber.next({ _tag: 'Fault', code: faultCode(error), error })
    const onClose = (code: number, reason: Buffer): void => {
      subscriber.next({ _tag: 'Closed', code, reason: reason.toString('utf8') })
      subscriber.complete()
    }
    webSocket.on('message', onMessage)
    webSocket.on('ping', onSignOfLife)
    webSocket.on('pong', onSignOfLife)
    webSocket.on('error', onError)
    webSocket.on('close', onClose)
    return () => {
      webSocket.off('message', onMessage)
      webSocket.off('ping', onSignOfLife)
      webSocket.off('pong', onSignOfLife)
      webSocket.off('error', onError)
      webSocket.off('close', onClose)
    }
  })
}

function toBuffer(data: RawData): Buffer {
  if (Buffer.isBuffer(data)) return data
  return Array.isArray(data) ? Buffer.concat(data) : Buffer.from(data)
}

/** The close code `ws` answers a fault with; it keeps it to itself. */
function faultCode(error: Error): number {
  switch ('code' in error ? error.code : undefined) {
    case 'WS_ERR_UNSUPPORTED_MESSAGE_LENGTH':
    case 'WS_ERR_UNSUPPORTED_DATA_PAYLOAD_LENGTH':
      return closeCodes.tooBig
    case 'WS_ERR_INVALID_UTF8':
      return closeCodes.badUtf8
    case 'WS_ERR_TOO_MANY_BUFFERED_PARTS':
      return closeCodes.policyViolation
    default:
      return closeCodes.protocolError
  }
}
