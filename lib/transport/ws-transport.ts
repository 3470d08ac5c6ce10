import type { Duplex } from 'node:stream'
import { BehaviorSubject, distinctUntilChanged, Observable } from 'rxjs'
import type { RawData, WebSocket } from 'ws'
import { closeCodes } from '../protocol/codes.ts'
import type { Frame } from './frame.ts'
import type { Incoming, Transport } from './transport.ts'

/**
 * A transport over a `ws` WebSocket and the raw socket it was made from. Frames are written to the raw socket: they are framed
 * already, and `ws` tells neither what it buffers nor when that has drained (SEMANTICS "Backpressure"). That is sound only while no
 * extension is negotiated, which is how the server is made.
 *
 * @param highWaterMarkBytes what the socket may hold in this process before it counts as full. At least the stream's own mark,
 * below which a stream does not tell of its drain.
 */
export function createWsTransport(webSocket: WebSocket, socket: Duplex, highWaterMarkBytes: number): Transport {
  const mark = Math.max(highWaterMarkBytes, socket.writableHighWaterMark)
  const writable$ = new BehaviorSubject(true)
  socket.on('drain', () => writable$.next(true))
  // Without a listener an error after the handshake would end the process (THREATS T2). `ws` tells of it with `close`.
  webSocket.on('error', () => undefined)

  return {
    incoming$: incoming(webSocket),
    writable$: writable$.pipe(distinctUntilChanged()),
    write: (frame: Frame) => {
      if (webSocket.readyState !== webSocket.OPEN) return
      socket.write(frame.wire)
      if (socket.writableLength > mark) writable$.next(false)
    },
    ping: () => {
      if (webSocket.readyState === webSocket.OPEN) webSocket.ping()
    },
    close: (code, reason) => webSocket.close(code, reason),
    terminate: () => webSocket.terminate(),
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
