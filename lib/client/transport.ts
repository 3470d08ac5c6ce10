import type { Observable } from 'rxjs'

/** Everything the client needs of a socket. Implemented over `WebSocket`; a spec scripts its own. */
export interface ClientTransport {
  /** What the socket tells. One subscriber; ends with one `Closed`, then completes; never errors. */
  readonly incoming$: Observable<TransportEvent>
  readonly send: (text: string) => void
  /** Begins the closing handshake. Also before the socket is open. */
  readonly close: (code: number, reason: string) => void
}

export type TransportEvent =
  | { readonly _tag: 'Opened' }
  | { readonly _tag: 'Text'; readonly text: string }
  | { readonly _tag: 'Closed'; readonly code: number; readonly reason: string }

/** Opens a socket to `url`, offering `protocol`. What it throws counts as a try that failed. */
export type OpenTransport = (url: string, protocol: string) => ClientTransport
