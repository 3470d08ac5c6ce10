import type { Duplex } from 'node:stream'
import type { Observable } from 'rxjs'
import type { WebSocket } from 'ws'
import type { Flushable, Flusher } from './flusher.ts'
import type { Frame } from './frame.ts'
import { Gate, type WaterMarks } from './gate.ts'
import type { Outlet } from './outlet.ts'
import { takenBytes } from './taken-bytes.ts'

/**
 * Writes frames to the raw socket, one write for each flush: they are framed already, and `ws` tells neither what it buffers nor when
 * that has drained. Sound only where no extension is negotiated. Collects until the flush, but never more than the high-water mark: a
 * burst goes out while it is made, and only what the socket does not take counts as too much (SEMANTICS "Backpressure").
 */
export class RawOutlet implements Outlet, Flushable {
  readonly #webSocket: WebSocket
  readonly #socket: Duplex
  readonly #flusher: Flusher
  readonly #highWaterMarkBytes: number
  readonly #gate: Gate
  readonly #onTaken: () => void
  /** What was collected: most often it is one thing. */
  #first: Buffer | undefined
  #others: Buffer[] | undefined
  #collectedBytes = 0
  #isBooked = false
  #written = 0

  constructor(webSocket: WebSocket, socket: Duplex, marks: WaterMarks, flusher: Flusher) {
    this.#webSocket = webSocket
    this.#socket = socket
    this.#flusher = flusher
    this.#highWaterMarkBytes = marks.highWaterMarkBytes
    this.#gate = new Gate(marks, () => socket.writableLength)
    this.#onTaken = () => this.#gate.look()
    socket.on('drain', this.#onTaken)
  }

  get writable$(): Observable<boolean> {
    return this.#gate.isOpen$
  }

  write(frame: Frame): void {
    this.writeJoined(frame.wire)
  }

  writeJoined(wire: Buffer): void {
    if (this.#first === undefined) this.#first = wire
    else if (this.#others === undefined) this.#others = [wire]
    else this.#others.push(wire)
    this.#collectedBytes += wire.length
    if (this.#collectedBytes >= this.#highWaterMarkBytes) return this.#flush()
    if (this.#isBooked) return
    this.#isBooked = true
    this.#flusher.bookWriting(this)
  }

  flush(): void {
    this.#isBooked = false
    this.#flush()
  }

  progress(): number {
    return takenBytes(this.#socket) ?? this.#written - this.#socket.writableLength
  }

  #flush(): void {
    const first = this.#first
    const others = this.#others
    const bytes = this.#collectedBytes
    if (first === undefined) return
    this.#first = undefined
    this.#others = undefined
    this.#collectedBytes = 0
    // What a peer that has begun to close would not read any more is not written.
    if (this.#webSocket.readyState !== this.#webSocket.OPEN) return
    // The stream tells by `drain` that nothing is left, if it was above its own mark; what is between, only by a callback.
    const mayFill = this.#socket.writableLength > 0 || bytes > this.#highWaterMarkBytes
    // In the turn of its handshake the socket holds back what is written: a burst goes out while it is made then too.
    if (bytes >= this.#highWaterMarkBytes) this.#socket.uncork()
    this.#writeAll(first, others, mayFill ? this.#onTaken : undefined)
    this.#written += bytes
    this.#gate.look()
  }

  /** In one call of the kernel's, also where it is several buffers. */
  #writeAll(first: Buffer, others: readonly Buffer[] | undefined, onTaken: (() => void) | undefined): void {
    if (others === undefined) return void this.#socket.write(first, onTaken)
    this.#socket.cork()
    this.#socket.write(first, onTaken)
    for (const other of others) this.#socket.write(other, onTaken)
    return this.#socket.uncork()
  }
}
