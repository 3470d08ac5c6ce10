import type { Server } from 'node:http'
import type { Socket } from 'node:net'

const SAMPLE = 16

/** Watches the sockets of a server; all get the same, so some stand for all. */
export function sampleSockets(server: Server): {
  /** What the fullest of a few sockets holds in this process. */
  readonly fullestBytes: () => number
} {
  const sockets = new Set<Socket>()
  let sample: readonly Socket[] | undefined
  server.on('connection', (socket) => {
    sockets.add(socket)
    sample = undefined
    socket.once('close', () => {
      sockets.delete(socket)
      sample = undefined
    })
  })
  return {
    fullestBytes: () => {
      sample ??= spread([...sockets], SAMPLE)
      return sample.reduce((most, { writableLength }) => Math.max(most, writableLength), 0)
    },
  }
}

function spread<Item>(items: readonly Item[], count: number): readonly Item[] {
  const step = Math.max(1, Math.floor(items.length / count))
  return items.filter((_, index) => index % step === 0)
}
