import type { Duplex } from 'node:stream'
import type { Observable } from 'rxjs'
import type { WebSocket } from 'ws'
import type { Frame } from './frame.ts'
import { Gate, type WaterMarks } from './gate.ts'
import type { Outlet } from './outlet.ts'
import { takenBytes } from './taken-bytes.ts'

/**
 * Sends frames through `ws`, for connections that negotiated permessage-deflate: each has a compressor of its own, whose output no
 * other can share, and `ws` keeps the order while it works. So nothing is collected here, and its bytes are compressed ones.
 */
export class DeflateOutlet implements Outlet {
  readonly #webSocket: WebSocket
  readonly #socket: Duplex
  readonly #gate: Gate
  readonly #onTaken: () => void
  #progress = 0

  constructor(webSocket: WebSocket, socket: Duplex, marks: WaterMarks) {
    this.#webSocket = webSocket
    this.#socket = socket
    this.#gate = new Gate(marks, () => webSocket.bufferedAmount)
    this.#onTaken = () => this.#gate.look()
  }

  get writable$(): Observable<boolean> {
    return this.#gate.isOpen$
  }

  write(frame: Frame): void {
    if (this.#webSocket.readyState !== this.#webSocket.OPEN) return
    this.#webSocket.send(frame.payload, { binary: false }, this.#onTaken)
    this.#gate.look()
  }

  flush(): void {
    // Nothing is collected.
  }

  progress(): number {
    // A socket that is gone tells nothing any more.
    this.#progress = Math.max(this.#progress, takenBytes(this.#socket) ?? 0)
    return this.#progress
  }
}
