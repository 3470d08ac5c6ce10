import { Observable } from 'rxjs'
import type { OpenTransport, TransportEvent } from './transport.ts'

/** As much of `WebSocket` as is used: the browsers' class, Node's since 22, and that of the package `ws` all have it. */
export interface WebSocketLike {
  addEventListener(type: 'open' | 'message' | 'close' | 'error', listener: (event: SocketEvent) => void): void
  send(text: string): void
  close(code?: number, reason?: string): void
}

interface SocketEvent {
  readonly type: string
  /** Of `message`. */
  readonly data?: unknown
  /** Of `close`. */
  readonly code?: number
  readonly reason?: string
}

export type WebSocketConstructor = new (url: string, protocols: string[]) => WebSocketLike

const NO_STATUS = 1005

/** Transports over sockets of `WebSocketClass`. */
export function webSocketTransport(WebSocketClass: WebSocketConstructor): OpenTransport {
  return (url, protocol) => {
    const socket = new WebSocketClass(url, [protocol])
    // Why it failed is told to nobody on a page, and `close` follows. `ws` ends the process where nobody listens, also after we left.
    socket.addEventListener('error', () => undefined)
    return {
      incoming$: new Observable<TransportEvent>((subscriber) => {
        socket.addEventListener('open', () => subscriber.next({ _tag: 'Opened' }))
        socket.addEventListener('message', ({ data }) => {
          // The server sends texts only; a frame of bytes says nothing to us.
          if (typeof data === 'string') subscriber.next({ _tag: 'Text', text: data })
        })
        socket.addEventListener('close', ({ code = NO_STATUS, reason = '' }) => {
          subscriber.next({ _tag: 'Closed', code, reason })
          subscriber.complete()
        })
      }),
      send: (text) => socket.send(text),
      close: (code, reason) => socket.close(code, reason),
    }
  }
}
