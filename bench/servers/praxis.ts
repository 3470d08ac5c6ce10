import { createServer } from 'node:http'
import { createEventBus, createGateway, defaultProjection, type Gateway } from '../../lib/index.ts'
import { listening } from './listening.ts'
import { sampleSockets } from './sampled-sockets.ts'
import { serve } from './serve.ts'

/** The default of `queue.maxTotalBytes`: above it the gateway sheds connections. */
const MAX_QUEUED_BYTES = 64 * 1024 * 1024
const MAX_SOCKET_BYTES = 512 * 1024
const HEADER_BYTES = 4

const bus = createEventBus()
const server = createServer()
const sockets = sampleSockets(server)
let gateway: Gateway | undefined

serve({
  listen: (options) => {
    gateway = createGateway({ bus, maxConnections: 20_000, rateLimits: false, ...options.gateway })
    gateway.attach(server)
    return listening(server)
  },
  frameBytes: async (data) => {
    const event = await bus.publish({ type: 'workflow.progress', data })
    const message = defaultProjection(event)
    const { id, timestamp, seq, type } = event
    return HEADER_BYTES + Buffer.byteLength(JSON.stringify({ ...message, id, timestamp, event: type, seq }))
  },
  toAll: (data) => void bus.publish({ type: 'workflow.progress', data }),
  toRun: (data) => void bus.publish({ type: 'workflow.progress', data }),
  toHeavy: (message) => void bus.publish({ type: 'log.entry', data: { level: 'info', message } }),
  pressure: () => {
    const queuedBytes = gateway?.stats().websocket_manager.queued_bytes ?? 0
    return Math.max(queuedBytes / MAX_QUEUED_BYTES, sockets.fullestBytes() / MAX_SOCKET_BYTES)
  },
})
