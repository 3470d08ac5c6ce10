import type { Server } from 'node:http'

/** How many sockets a server still holds. */
export function openSockets(server: Server): Promise<number> {
  return new Promise((resolve, reject) =>
    server.getConnections((error, count) => (error === null ? resolve(count) : reject(error))),
  )
}
