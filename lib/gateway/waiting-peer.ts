import type { Duplex } from 'node:stream'

/** A peer may send early what fits a first message or two; who sends more before it was let in is up to something. */
const MAX_EARLY_BYTES = 64 * 1024

/**
 * Watches a raw socket whose peer waits to be let in. A socket that nobody reads does not tell that its peer has gone: the peer's slot
 * would stay taken until the wait is over. So it is read, what comes early is kept, and a peer that leaves is cut.
 *
 * Returns how to stop, which answers what came early. The socket goes on flowing: whoever stops reads on in the same turn, or ends it.
 */
export function watchWaitingPeer(socket: Duplex): () => Buffer {
  const early: Buffer[] = []
  let bytes = 0

  const onData = (chunk: Buffer): void => {
    early.push(chunk)
    bytes += chunk.length
    if (bytes > MAX_EARLY_BYTES) socket.destroy()
  }
  const onEnd = (): void => {
    socket.destroy()
  }
  socket.on('data', onData)
  socket.on('end', onEnd)

  return () => {
    socket.off('data', onData)
    socket.off('end', onEnd)
    return Buffer.concat(early)
  }
}
