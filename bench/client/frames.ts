// WebSocket frames (RFC 6455 section 5.2) as a load generator needs them: counted, hardly looked at, never copied without need.

export const opcodes = { text: 0x1, close: 0x8, ping: 0x9, pong: 0xa } as const

/** Called with each whole frame: its payload is `bytes` from `start` to `end`, and is valid during the call only. */
export type OnFrame = (opcode: number, bytes: Buffer, start: number, end: number) => void

const LONGEST_HEADER = 10
const FIN = 0x80
const MASK = 0x80

/**
 * Walks the frames of one server over chunks that end anywhere.
 *
 * A class, and one branch for the common case: this runs for millions of frames in a second.
 */
export class FrameWalker {
  readonly #onFrame: OnFrame
  /** The frame that the last chunk broke off in: first its header's bytes, and once the length is known the whole frame. */
  #broken: Buffer | undefined
  #have = 0
  #need = 0

  constructor(onFrame: OnFrame) {
    this.#onFrame = onFrame
  }

  /** @throws Error for a masked or fragmented frame, neither of which the servers under test send. */
  push(chunk: Buffer, from: number, to: number): void {
    let at = this.#broken === undefined ? from : this.#mend(this.#broken, chunk, from, to)
    while (at < to) {
      const total = frameLength(chunk, at, to)
      if (total === 0 || at + total > to) {
        this.#breakOff(chunk, at, to, total)
        return
      }
      this.#emit(chunk, at, total)
      at += total
    }
  }

  /** Goes on with the broken frame; answers where the next one begins. */
  #mend(broken: Buffer, chunk: Buffer, from: number, to: number): number {
    let at = from
    let frame = broken
    while (this.#need === 0) {
      if (at === to) return at
      frame[this.#have] = chunk[at] ?? 0
      this.#have += 1
      at += 1
      this.#need = frameLength(frame, 0, this.#have)
      if (this.#need > 0) frame = this.#grow(frame)
    }
    const taken = Math.min(this.#need - this.#have, to - at)
    chunk.copy(frame, this.#have, at, at + taken)
    this.#have += taken
    if (this.#have === this.#need) {
      this.#broken = undefined
      this.#emit(frame, 0, this.#need)
    }
    return at + taken
  }

  #grow(header: Buffer): Buffer {
    const frame = Buffer.allocUnsafe(this.#need)
    header.copy(frame, 0, 0, this.#have)
    this.#broken = frame
    return frame
  }

  #breakOff(chunk: Buffer, at: number, to: number, total: number): void {
    this.#broken = Buffer.allocUnsafe(total === 0 ? LONGEST_HEADER : total)
    this.#need = total
    this.#have = to - at
    chunk.copy(this.#broken, 0, at, to)
  }

  #emit(bytes: Buffer, at: number, total: number): void {
    const first = bytes[at] ?? 0
    const opcode = first & 0x0f
    if ((first & FIN) === 0 || opcode === 0) throw new Error('a fragmented frame')
    this.#onFrame(opcode, bytes, at + headerLength(bytes[at + 1] ?? 0), at + total)
  }
}

/** Header and payload; 0 while the header is not complete. */
function frameLength(bytes: Buffer, at: number, to: number): number {
  if (to - at < 2) return 0
  const second = bytes[at + 1] ?? 0
  if ((second & MASK) !== 0) throw new Error('a masked frame from a server')
  if (second < 126) return 2 + second
  if (to - at < headerLength(second)) return 0
  if (second === 126) return 4 + bytes.readUInt16BE(at + 2)
  return 10 + bytes.readUInt32BE(at + 2) * 2 ** 32 + bytes.readUInt32BE(at + 6)
}

function headerLength(second: number): number {
  return second < 126 ? 2 : second === 126 ? 4 : 10
}

/** A frame of a client. Its mask is zero, which leaves the bytes as they are; a server has to unmask them all the same. */
export function clientFrame(opcode: number, payload: Uint8Array): Buffer {
  if (payload.length > 125) throw new RangeError('the generator says nothing that long')
  const frame = Buffer.alloc(6 + payload.length)
  frame[0] = FIN | opcode
  frame[1] = MASK | payload.length
  frame.set(payload, 6)
  return frame
}
