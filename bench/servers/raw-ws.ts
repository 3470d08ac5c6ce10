import { createServer } from 'node:http'
import { type WebSocket, WebSocketServer } from 'ws'
import type { Progress } from '../control/progress.ts'
import { listening } from './listening.ts'
import { interestOf } from './peer.ts'
import { sampleSockets } from './sampled-sockets.ts'
import { serve } from './serve.ts'

const MAX_SOCKET_BYTES = 256 * 1024
const HEADER_BYTES = 4

const server = createServer()
const sockets = sampleSockets(server)
const wss = new WebSocketServer({ server, perMessageDeflate: false })
const runs = new Map<string, WebSocket>()
const light = new Set<WebSocket>()
const heavy = new Set<WebSocket>()

wss.on('connection', (socket, request) => {
  const { run, isHeavy } = interestOf(request.url)
  const audience = isHeavy ? heavy : light
  audience.add(socket)
  if (run !== undefined) runs.set(run, socket)
  socket.on('close', () => {
    audience.delete(socket)
    if (run !== undefined) runs.delete(run)
  })
  socket.on('message', (data: Buffer) => {
    const { type, payload } = JSON.parse(data.toString()) as { readonly type: string; readonly payload: object }
    if (type === 'PING') socket.send(JSON.stringify({ type: 'PONG', payload: { ...payload, timestamp: Date.now() } }))
  })
})

const encode = (payload: Progress): string => JSON.stringify({ type: 'workflowProgress', payload })

serve({
  listen: () => listening(server),
  frameBytes: (payload) => HEADER_BYTES + encode(payload).length,
  toAll: (payload) => {
    const text = encode(payload)
    for (const socket of light) socket.send(text)
  },
  toRun: (payload) => runs.get(payload.executionId)?.send(encode(payload)),
  toHeavy: (message) => {
    const text = JSON.stringify({ type: 'workflowLog', payload: { level: 'info', message } })
    for (const socket of heavy) socket.send(text)
  },
  pressure: () => sockets.fullestBytes() / MAX_SOCKET_BYTES,
})
