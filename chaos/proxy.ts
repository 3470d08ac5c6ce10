import { once } from 'node:events'
import { type AddressInfo, connect, createServer, type Socket } from 'node:net'

/** How a link is cut. `stall`: nothing more gets through either way, and nobody is told. */
export const cuts = ['fin', 'rst', 'mid-frame', 'stall'] as const
export type Cut = (typeof cuts)[number]

/** A client's way to the server. */
export interface Link {
  readonly cut: (how: Cut) => void
}

export interface Proxy {
  readonly port: number
  /** Those that are whole, and over which the server has said something. */
  readonly links: () => readonly Link[]
  /** Where new links lead. */
  readonly leadTo: (port: number) => void
  readonly close: () => Promise<void>
}

/** A way to a server on loopback that can be cut. */
export async function createProxy(): Promise<Proxy> {
  let target = 0
  const links = new Set<Link>()
  const sockets = new Set<Socket>()

  const server = createServer((near) => {
    const far = connect({ port: target, host: '127.0.0.1', noDelay: true })
    const link = join(near, far, { onUp: () => links.add(link), onCut: () => links.delete(link) })
    for (const socket of [near, far]) {
      sockets.add(socket)
      socket.once('close', () => sockets.delete(socket))
    }
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')

  return {
    port: (server.address() as AddressInfo).port,
    links: () => [...links],
    leadTo: (port) => {
      target = port
    },
    close: async () => {
      const closed = once(server, 'close')
      server.close()
      for (const socket of sockets) socket.destroy()
      await closed
    },
  }
}

interface LinkHandlers {
  readonly onUp: () => void
  readonly onCut: () => void
}

function join(near: Socket, far: Socket, { onUp, onCut }: LinkHandlers): Link {
  let isUp = false
  let isStalled = false
  let breaksNext = false
  const reset = (): void => {
    near.resetAndDestroy()
    far.resetAndDestroy()
  }
  const carry = (from: Socket, to: Socket, isToClient: boolean): void => {
    from.on('data', (chunk: Buffer) => {
      if (isStalled) return
      if (isToClient && !isUp) {
        isUp = true
        onUp()
      }
      if (breaksNext && isToClient && chunk.length > 1) {
        breaksNext = false
        to.write(chunk.subarray(0, Math.floor(chunk.length / 2)), reset)
        isStalled = true
        return
      }
      // What the one end does not take the other must not send, or the proxy would be an endless buffer.
      if (!to.write(chunk)) {
        from.pause()
        to.once('drain', () => from.resume())
      }
    })
    from.on('end', () => !isStalled && to.end())
    from.on('error', () => to.destroy())
    from.once('close', () => {
      onCut()
      if (!isStalled) to.destroy()
    })
  }
  near.setNoDelay()
  carry(near, far, false)
  carry(far, near, true)
  return {
    cut: (how) => {
      onCut()
      if (how === 'fin') {
        near.end()
        far.end()
      } else if (how === 'rst') reset()
      else if (how === 'stall') isStalled = true
      else breaksNext = true
    },
  }
}
