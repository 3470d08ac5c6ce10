import type { Duplex } from 'node:stream'
import { Observable } from 'rxjs'
import type { RawData, WebSocket } from 'ws'
import { closeCodes } from '../protocol/codes.ts'
import { DeflateOutlet } from './deflate-outlet.ts'
import type { Flusher } from './flusher.ts'
import type { WaterMarks } from './gate.ts'
import type { Outlet } from './outlet.ts'
import { RawOutlet } from './raw-outlet.ts'
import type { Incoming, Transport } from './transport.ts'

/** A transport over a `ws` WebSocket and the raw socket it was made from. */
export function createWsTransport(
  webSocket: WebSocket,
  socket: Duplex,
  marks: WaterMarks,
  flusher: Flusher,
): Transport {
  const outlet: Outlet = webSocket.extensions.includes('permessage-deflate')
    ? new DeflateOutlet(webSocket, marks)
    : new RawOutlet(webSocket, socket, marks, flusher)
  // Without a listener an error after the handshake would end the process (THREATS T2). `ws` tells of it with `close`.
  webSocket.on('error', nothing)

  return {
    incoming$: incoming(webSocket),
    writable$: outlet.writable$,
    write: (frame) => outlet.write(frame),
    ...(outlet.writeJoined === undefined ? {} : { writeJoined: (wire: Buffer) => outlet.writeJoined?.(wire) }),
    progress: () => outlet.progress(),
    ping: () => {
      if (webSocket.readyState === webSocket.OPEN) webSocket.ping()
    },
    close: (code, reason) => {
      outlet.flush()
      webSocket.close(code, reason)
    },
    terminate: () => webSocket.terminate(),
  }
}

const nothing = (): void => undefined

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
