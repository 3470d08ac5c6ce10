import { Observable } from 'rxjs'
import type { OpenTransport, TransportEvent } from './transport.ts'

/** As much of `WebSocket` as is used: the browsers' class, Node's since 22, and that of the package `ws` all have it. */
export interface WebSocketLike {
  onopen: ((event: never) => void) | null
  onmessage: ((event: never) => void) | null
  onclose: ((event: never) => void) | null
  onerror: ((event: never) => void) | null
  send(text: string): void
  close(code?: number, reason?: string): void
}

export type WebSocketConstructor = new (url: string, protocols: string[]) => WebSocketLike

/** Transports over sockets of `WebSocketClass`. */
export function webSocketTransport(WebSocketClass: WebSocketConstructor): OpenTransport {
  return (url, protocol) => {
    const socket = new WebSocketClass(url, [protocol])
    return {
      incoming$: new Observable<TransportEvent>((subscriber) => {
        socket.onopen = () => subscriber.next({ _tag: 'Opened' })
        socket.onmessage = ({ data }: { readonly data: unknown }) => {
          // The server sends texts only; a frame of bytes says nothing to us.
          if (typeof data === 'string') subscriber.next({ _tag: 'Text', text: data })
        }
        // Why it failed is told to nobody on a page; `close` follows.
        socket.onerror = () => undefined
        socket.onclose = ({ code, reason }: { readonly code: number; readonly reason: string }) => {
          subscriber.next({ _tag: 'Closed', code, reason })
          subscriber.complete()
        }
        // `onerror` stays: `ws` reports a socket that is closed while it opens, and an error nobody hears would end the process.
        return () => {
          socket.onopen = null
          socket.onmessage = null
          socket.onclose = null
        }
      }),
      send: (text) => socket.send(text),
      close: (code, reason) => socket.close(code, reason),
    }
  }
}
