/**
 * A message in the form it leaves the process in: a WebSocket text frame (RFC 6455 section 5.2). Frames of a server carry no mask,
 * so one buffer serves every connection: it is made once and shared.
 */
export interface Frame {
  /** Header and payload, as written to a socket. Never changed. */
  readonly wire: Buffer
  /** The UTF-8 text: a view into {@link wire}. */
  readonly payload: Buffer
  /**
   * To be called before it waits for long. Small frames are made in memory that they share with others, which is much cheaper; one that
   * stays would keep its neighbours alive, so it moves out.
   */
  readonly settle: () => void
}

const FIN_AND_TEXT = 0x81

export function createFrame(text: string): Frame {
  const length = Buffer.byteLength(text)
  const headerLength = length < 126 ? 2 : length < 65_536 ? 4 : 10
  const wire = Buffer.allocUnsafe(headerLength + length)
  wire[0] = FIN_AND_TEXT
  if (headerLength === 2) {
    wire[1] = length
  } else if (headerLength === 4) {
    wire[1] = 126
    wire.writeUInt16BE(length, 2)
  } else {
    wire[1] = 127
    wire.writeUInt32BE(Math.floor(length / 2 ** 32), 2)
    wire.writeUInt32BE(length % 2 ** 32, 6)
  }
  wire.write(text, headerLength, 'utf8')
  return new TextFrame(wire, headerLength)
}

class TextFrame implements Frame {
  readonly #headerLength: number
  #wire: Buffer
  /** Made when somebody asks: on the way to a raw socket nobody does. */
  #payload: Buffer | undefined

  constructor(wire: Buffer, headerLength: number) {
    this.#wire = wire
    this.#headerLength = headerLength
  }

  get wire(): Buffer {
    return this.#wire
  }

  get payload(): Buffer {
    this.#payload ??= this.#wire.subarray(this.#headerLength)
    return this.#payload
  }

  settle(): void {
    const wire = this.#wire
    if (wire.buffer.byteLength === wire.length) return
    this.#wire = Buffer.allocUnsafeSlow(wire.length)
    wire.copy(this.#wire)
    this.#payload = undefined
  }
}
