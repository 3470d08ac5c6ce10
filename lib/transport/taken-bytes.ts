import type { Duplex } from 'node:stream'

/**
 * The bytes that the kernel has taken from `socket`; undefined where nobody can tell, as of a stream that is no socket. Node's streams count a
 * write as a whole and only when it is done, and one to a peer that reads slowly may take minutes: so this looks at the handle below, as
 * Node's own socket timeout does.
 */
export function takenBytes(socket: Duplex): number | undefined {
  const handle: unknown = Reflect.get(socket, '_handle')
  if (typeof handle !== 'object' || handle === null) return undefined
  const given: unknown = Reflect.get(handle, 'bytesWritten')
  const left: unknown = Reflect.get(handle, 'writeQueueSize')
  return typeof given === 'number' && typeof left === 'number' ? given - left : undefined
}
