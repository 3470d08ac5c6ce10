import { Observable } from 'rxjs'
import { WebSocket } from 'ws'
import { ConnectionError } from './connection-error.ts'
import { askDoor } from './door.ts'

const HANDSHAKE_MS = 10_000
const CLOSE_MS = 1_000

/**
 * Emits the socket when it is open, and errors with a {@link ConnectionError} when there is no connection, or none any more.
 * Unsubscribing closes it. `cancel$` gives up on a server that has not answered yet.
 */
export function openSocket(url: string, cancel$: Observable<unknown>): Observable<WebSocket> {
  return new Observable((subscriber) => {
    let trouble = `cannot connect to ${url}`
    const fail = (reason: string): void => subscriber.error(new ConnectionError(`${trouble}: ${reason}`))

    const socket = new WebSocket(url, { handshakeTimeout: HANDSHAKE_MS, perMessageDeflate: false })
    socket.on('open', () => {
      trouble = `lost the connection to ${url}`
      subscriber.next(socket)
    })
    socket.on('error', (error) => fail(reasonOf(error)))
    socket.on('close', (code, reason) => fail(`closed with ${code} ${reason.toString()}`.trimEnd()))
    socket.on('unexpected-response', (_request, { statusCode }) => {
      void askDoor(url)
        .catch(() => `the upgrade was answered with ${statusCode}`)
        .then(fail)
    })
    subscriber.add(
      cancel$.subscribe(() => {
        if (socket.readyState === WebSocket.CONNECTING) fail('interrupted')
      }),
    )
    return () => close(socket)
  })
}

/** A server that does not answer the close must not keep the process. */
function close(socket: WebSocket): void {
  if (socket.readyState === WebSocket.CLOSED) return
  const impatience = setTimeout(() => socket.terminate(), CLOSE_MS)
  socket.once('close', () => clearTimeout(impatience))
  socket.close()
}

/** Of a name with several addresses Node reports all failures at once, in an error without a message. */
function reasonOf(error: NodeJS.ErrnoException): string {
  return error.message || (error.code ?? 'no reason given')
}
