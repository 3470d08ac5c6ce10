import type { FileHandle } from 'node:fs/promises'
import { throwIfAborted } from './file-error.ts'

/** Who waits for the bytes: what is told of a cancelled call. */
interface Call {
  readonly given: string
  readonly signal: AbortSignal
}

/** How much is moved between two looks at the signal. */
const PIECE_BYTES = 1_048_576

/** The first `maxBytes` of `file`, or all of it where it is shorter. */
export async function readBytes(file: FileHandle, maxBytes: number, { given, signal }: Call): Promise<Uint8Array> {
  const bytes = new Uint8Array(maxBytes)
  let length = 0
  while (length < maxBytes) {
    throwIfAborted(signal, given)
    const { bytesRead } = await file.read(bytes, length, Math.min(PIECE_BYTES, maxBytes - length), length)
    if (bytesRead === 0) break
    length += bytesRead
  }
  return bytes.subarray(0, length)
}

/** Writes all of `bytes` at the end of what was written to `file` so far. */
export async function writeBytes(file: FileHandle, bytes: Uint8Array, { given, signal }: Call): Promise<void> {
  let length = 0
  while (length < bytes.length) {
    throwIfAborted(signal, given)
    const { bytesWritten } = await file.write(bytes, length, Math.min(PIECE_BYTES, bytes.length - length))
    length += bytesWritten
  }
}

/** Copies the first `maxBytes` of `from`, or all of it where it is shorter. */
export async function copyBytes(from: FileHandle, to: FileHandle, maxBytes: number, call: Call): Promise<void> {
  const piece = new Uint8Array(Math.min(PIECE_BYTES, maxBytes))
  let length = 0
  while (length < maxBytes) {
    const { bytesRead } = await from.read(piece, 0, Math.min(piece.length, maxBytes - length), length)
    if (bytesRead === 0) return
    await writeBytes(to, piece.subarray(0, bytesRead), call)
    length += bytesRead
  }
}
