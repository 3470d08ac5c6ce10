import { connect, type Socket } from 'node:net'
import { setTimeout as delay } from 'node:timers/promises'
import type { Endpoint } from '../control/client-calls.ts'
import { clientFrame, FrameWalker, opcodes } from './frames.ts'
import { createHandshakeReader, upgradeRequest } from './handshake.ts'

export interface LoadConnectionHandlers {
  /** A text frame that is the server's own word, not the protocol's. Valid during the call only. */
  readonly onText: (bytes: Buffer, start: number, end: number) => void
  /** Before the frames of a chunk: what arrives together arrives at one time. */
  readonly onChunk: () => void
  readonly onEnd: () => void
}

export interface LoadConnection {
  readonly send: (text: string) => void
  /** Stops reading for good. */
  readonly stall: () => void
  /** Says goodbye and resolves when the server has hung up, or has not for a second. */
  readonly close: () => Promise<void>
}

const NO_CLOSE_CODE = Buffer.alloc(0)
const DIGIT_2 = 0x32
const DIGIT_4 = 0x34
const DIGIT_0 = 0x30

// One for all sockets: what was read is looked at before the next socket is read, and what must be kept is copied out.
const readBuffer = Buffer.allocUnsafeSlow(256 * 1024)

/** A WebSocket as cheap as it can be made: the bytes of a raw socket, and nothing made of them. Resolves when it is usable. */
export function openLoadConnection(
  { port, protocol, path }: Endpoint,
  number: number,
  { onText, onChunk, onEnd }: LoadConnectionHandlers,
): Promise<LoadConnection> {
  return new Promise((resolve, reject) => {
    const readHandshake = createHandshakeReader()
    let isOpen = false
    let fault: Error | undefined

    const ready = (): void => resolve({ send, stall: () => void socket.pause(), close: () => closeSocket(socket) })
    const send = (text: string): void => void socket.write(clientFrame(opcodes.text, Buffer.from(text)))

    const walker = new FrameWalker((opcode, bytes, start, end) => {
      if (opcode === opcodes.text) {
        if (protocol === 'websocket' || !engineFrame(bytes, start, end)) onText(bytes, start, end)
      } else if (opcode === opcodes.ping) {
        socket.write(clientFrame(opcodes.pong, bytes.subarray(start, end)))
      } else if (opcode === opcodes.close) {
        socket.end(clientFrame(opcodes.close, bytes.subarray(start, Math.min(end, start + 2))))
      }
    })

    /** What Engine.IO and Socket.IO say of themselves: open, ping, connected. */
    const engineFrame = (bytes: Buffer, start: number, end: number): boolean => {
      const first = bytes[start]
      if (first === DIGIT_4) {
        if (bytes[start + 1] !== DIGIT_0) return false
        ready()
      } else if (first === DIGIT_0) send('40')
      else if (first === DIGIT_2 && end - start === 1) send('3')
      return true
    }

    const onRead = (length: number, chunk: Buffer): boolean => {
      try {
        let from = 0
        if (!isOpen) {
          const framesAt = readHandshake(chunk, length)
          if (framesAt === undefined) return true
          isOpen = true
          from = framesAt
          if (protocol === 'websocket') ready()
        }
        onChunk()
        walker.push(chunk, from, length)
      } catch (error) {
        fault = error instanceof Error ? error : new Error(String(error))
        socket.destroy(fault)
      }
      return true
    }

    const socket: Socket = connect({
      port,
      host: '127.0.0.1',
      noDelay: true,
      onread: { buffer: readBuffer, callback: (length, buffer) => onRead(length, buffer as Buffer) },
    })
    socket.once('connect', () => socket.write(upgradeRequest(port, path.replaceAll('{i}', String(number)))))
    // Told of by `close`, which follows.
    socket.on('error', (error) => {
      fault ??= error
    })
    socket.once('close', () => {
      reject(fault ?? new Error('the server hung up during the handshake'))
      onEnd()
    })
  })
}

async function closeSocket(socket: Socket): Promise<void> {
  if (socket.closed) return
  const closed = new Promise<void>((resolve) => void socket.once('close', () => resolve()))
  socket.write(clientFrame(opcodes.close, NO_CLOSE_CODE))
  const patience = new AbortController()
  await Promise.race([closed, delay(1_000, undefined, { signal: patience.signal }).catch(() => undefined)])
  patience.abort()
  socket.destroy()
}
