import { createServer } from 'node:http'
import { Server, type Socket } from 'socket.io'
import { listening } from './listening.ts'
import { interestOf } from './peer.ts'
import { sampleSockets } from './sampled-sockets.ts'
import { serve } from './serve.ts'

const MAX_SOCKET_BYTES = 256 * 1024
/** Packets that wait in Engine.IO for their socket. */
const MAX_WAITING_PACKETS = 1_000
const HEADER_BYTES = 4
const HEAVY = 'heavy'
const LIGHT = 'light'

const server = createServer()
const sockets = sampleSockets(server)
const io = new Server(server, { transports: ['websocket'], perMessageDeflate: false, serveClient: false })
let sample: Socket | undefined
let heavies = 0

io.on('connection', (socket) => {
  const { run, isHeavy } = interestOf(socket.request.url)
  if (run !== undefined) void socket.join(run)
  void socket.join(isHeavy ? HEAVY : LIGHT)
  if (isHeavy) heavies += 1
  else sample ??= socket
  socket.on('ping', (payload: object, acknowledge: (answer: object) => void) =>
    acknowledge({ ...payload, timestamp: Date.now() }),
  )
})

// Engine.IO holds packets back while its socket takes none, and has no public word for how many.
const waitingPackets = (): number => {
  const connection = sample?.conn as unknown as { readonly writeBuffer: readonly unknown[] } | undefined
  return connection?.writeBuffer.length ?? 0
}

serve({
  listen: () => listening(server),
  frameBytes: (payload) => HEADER_BYTES + `42${JSON.stringify(['workflowProgress', payload])}`.length,
  toAll: (payload) => {
    // Rooms cost more than everybody, so they are used only where somebody asked for something else.
    if (heavies === 0) io.emit('workflowProgress', payload)
    else io.to(LIGHT).emit('workflowProgress', payload)
  },
  toRun: (payload) => io.to(payload.executionId).emit('workflowProgress', payload),
  toHeavy: (message) => io.to(HEAVY).emit('workflowLog', { level: 'info', message }),
  pressure: () => Math.max(sockets.fullestBytes() / MAX_SOCKET_BYTES, waitingPackets() / MAX_WAITING_PACKETS),
})
