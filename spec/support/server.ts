import { once } from 'node:events'
import { mkdtemp, rm } from 'node:fs/promises'
import { createServer, type Server } from 'node:http'
import type { AddressInfo, Socket } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { ClientOptions } from 'ws'
import {
  createEventBus,
  createGateway,
  createToolRegistry,
  createWorkflowEngine,
  type EventBus,
  type EventDefinitions,
  fileTools,
  type Gateway,
  type GatewayOptions,
  type HistoryOptions,
  type NoCustomEvents,
  type Tool,
  ToolError,
  type WorkflowEngine,
  type WorkflowEngineOptions,
} from '../../lib/index.ts'
import { createScriptedTool, type ScriptedTool } from '../../lib/testing/index.ts'
import { type Client, connectClient } from './client.ts'
import { type HttpAnswer, httpRequest } from './http.ts'
import { createRecordingLogger, type LogLine } from './recording-logger.ts'
import { inTime } from './waiting.ts'

export interface TestServer<Custom extends EventDefinitions = NoCustomEvents> {
  readonly port: number
  /** `http://127.0.0.1:port`. */
  readonly url: string
  readonly door: (query?: string, path?: string) => string
  readonly bus: EventBus<Custom>
  readonly engine: WorkflowEngine
  readonly gateway: Gateway
  readonly server: Server
  /** The folder of the file tools. */
  readonly root: string
  /** A tool that waits until the spec answers its call. */
  readonly hold: ScriptedTool
  readonly logs: readonly LogLine[]
  readonly connect: (query?: string, options?: ClientOptions, path?: string) => Promise<Client>
  readonly get: (path: string, headers?: Readonly<Record<string, string>>) => Promise<HttpAnswer>
  readonly stats: () => Promise<Stats>
}

type Table = Record<string, number>

/** What `GET /stats` answers (PROTOCOL section 9). */
export interface Stats {
  readonly websocket_manager: Record<string, number> & { connection_states: Table; rejected: Table; closed: Table }
  readonly event_bus: Record<string, number | string | boolean>
  readonly server: { readonly running: boolean; readonly config: { readonly websocket_enabled: boolean } }
  readonly workflow_engine: Table
}

export interface ServeOptions<Custom extends EventDefinitions = NoCustomEvents> {
  readonly gateway?: Omit<GatewayOptions<Custom>, 'bus' | 'engine'>
  /** `false`: a gateway without an engine. */
  readonly engine?: Omit<WorkflowEngineOptions<Custom>, 'bus' | 'tools'> | false
  readonly events?: Custom
  readonly history?: HistoryOptions
  readonly tools?: readonly Tool[]
  /** What a server does besides; by default everything that is not ours is answered with 404. */
  readonly prepare?: (server: Server) => void
}

/** Starts servers for the tests of one `describe`, and ends them, their clients and their folders after each test. */
export function useServers(): {
  readonly serve: <Custom extends EventDefinitions = NoCustomEvents>(
    options?: ServeOptions<Custom>,
  ) => Promise<TestServer<Custom>>
  /** Something else to undo after the test. */
  readonly defer: (undo: () => unknown) => void
} {
  const undone: (() => unknown)[] = []
  const defer = (undo: () => unknown): void => void undone.push(undo)
  const clients: Client[] = []
  afterEach(async () => {
    const faults = clients.flatMap((client) => client.faults)
    for (const client of clients.splice(0)) client.socket.terminate()
    for (const undo of undone.splice(0).toReversed()) await undo()
    if (faults.length > 0) throw new Error(`${faults.length} bad frames, first: ${faults[0]}`)
  })
  return { defer, serve: (options = {}) => startServer(options, clients, defer) }
}

async function startServer<Custom extends EventDefinitions>(
  { gateway: gatewayOptions, engine: engineOptions = {}, events, history, tools = [], prepare }: ServeOptions<Custom>,
  clients: Client[],
  defer: (undo: () => unknown) => void,
): Promise<TestServer<Custom>> {
  const root = await mkdtemp(join(tmpdir(), 'praxis-gateway-'))
  defer(() => rm(root, { recursive: true, force: true }))
  const { logger, lines: logs } = createRecordingLogger()
  const bus = createEventBus<Custom>({
    logger,
    ...(events === undefined ? {} : { events }),
    ...(history === undefined ? {} : { history }),
  })
  const hold = createScriptedTool({ name: 'hold' })
  const registry = createToolRegistry([...fileTools({ root }), echo, fail, hold.tool, ...tools])
  const engine = createWorkflowEngine<Custom>({
    bus,
    tools: registry,
    logger,
    ...(engineOptions === false ? {} : engineOptions),
  })
  const gateway = createGateway<Custom>({
    bus,
    ...(engineOptions === false ? {} : { engine }),
    logger,
    ...gatewayOptions,
  })
  const server = createServer((request, response) => {
    if (!gateway.handle(request, response)) response.writeHead(404).end('not ours')
  })
  prepare?.(server)
  gateway.attach(server)
  const sockets = new Set<Socket>()
  server.on('connection', (socket) => {
    sockets.add(socket)
    socket.once('close', () => sockets.delete(socket))
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  const url = `http://127.0.0.1:${port}`
  const door = (query = '', path = '/ws/events'): string => `ws://127.0.0.1:${port}${path}${query}`
  defer(async () => {
    await inTime(gateway.close({ timeoutMs: 1 }), 'gateway.close()')
    engine.close()
    bus.close()
    server.close()
    for (const socket of sockets) socket.destroy()
  })
  const get = (path: string, headers: Readonly<Record<string, string>> = {}): Promise<HttpAnswer> =>
    httpRequest(url + path, { headers })
  return {
    port,
    url,
    door,
    bus,
    engine,
    gateway,
    server,
    root,
    hold,
    logs,
    get,
    stats: async () => (await get('/stats')).json as Stats,
    connect: async (query = '', options = {}, path = '/ws/events') => {
      const client = await connectClient(door(query, path), options)
      clients.push(client)
      return client
    },
  }
}

/** Gives its params back. */
const echo = createScriptedTool({ name: 'echo', positional: ['text'], answer: (params) => params }).tool

/** Fails for good. */
const fail = createScriptedTool({
  name: 'fail',
  answer: () => {
    throw new ToolError('ON_PURPOSE', 'this tool always fails', { permanent: true })
  },
}).tool
