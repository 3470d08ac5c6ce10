// The example server: `npm start`. Streams workflow runs, DSL commands and chat over ws://127.0.0.1:8000/ws/events.

import { once } from 'node:events'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { pathToFileURL } from 'node:url'
import pino from 'pino'
import {
  basicTools,
  createEventBus,
  createGateway,
  createToolRegistry,
  createWorkflowEngine,
  fileTools,
  OptionError,
  type Tool,
} from '../lib/index.ts'
import { handlePage } from './browser/page.ts'
import { readSettings, SettingError, type Settings } from './settings.ts'

export interface RunningServer {
  /** `http://host:port`. */
  readonly url: string
  /** Drains and closes everything. */
  readonly close: () => Promise<void>
}

/** Starts the server; `environment` as HOUSE describes it: HOST, PORT, PRAXIS_WORKSPACE, … */
export async function main(environment: Readonly<Record<string, string | undefined>>): Promise<RunningServer> {
  const settings = readSettings(environment)
  const server = createServer()
  // It listens before anything else is made: where it cannot, there is nothing to be undone.
  await listen(server, settings)
  try {
    return serve(server, settings)
  } catch (error) {
    server.close()
    throw error
  }
}

/** Everything behind the listening server. */
function serve(server: Server, settings: Settings): RunningServer {
  const { workspace, maxConnections, heartbeatIntervalMs, logLevel } = settings
  const tools = createToolRegistry([...basicTools(), ...workspaceTools(workspace)])
  const logger = pino({
    level: logLevel,
    transport: { target: 'pino-pretty', options: { ignore: 'pid,hostname', translateTime: 'HH:MM:ss.l' } },
  })
  const bus = createEventBus({ logger })
  const engine = createWorkflowEngine({ bus, tools, logger })
  const gateway = createGateway({ bus, engine, maxConnections, heartbeatIntervalMs, logger })

  gateway.attach(server)
  server.on('request', (request, response) => {
    if (gateway.handle(request, response)) return
    if (handlePage(request, response, (error) => logger.error({ err: error }, 'the page could not be read'))) return
    response.writeHead(404, { 'Content-Type': 'text/plain' }).end('Not found. The WebSocket door is /ws/events.\n')
  })

  const url = urlOf(server.address() as AddressInfo)
  console.log(`praxis-rx listening on ${url}`)
  return {
    url,
    close: async () => {
      await gateway.close()
      engine.close()
      bus.close()
      server.close()
      server.closeIdleConnections()
    },
  }
}

/** @throws SettingError where it is the address, not the moment, that is wrong. */
async function listen(server: Server, { host, port }: Settings): Promise<void> {
  server.listen(port, host)
  try {
    await once(server, 'listening')
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? error.code : undefined
    if (code !== 'ENOTFOUND' && code !== 'EADDRNOTAVAIL') throw error
    throw new SettingError(`HOST must be an address of this machine, got ${JSON.stringify(host)}`)
  }
}

/** @throws SettingError for a folder that cannot be one. */
function workspaceTools(root: string): readonly Tool[] {
  try {
    return fileTools({ root })
  } catch (error) {
    if (error instanceof OptionError) throw new SettingError(`PRAXIS_WORKSPACE: ${error.message}`)
    throw error
  }
}

function urlOf({ address, port, family }: AddressInfo): string {
  return `http://${family === 'IPv6' ? `[${address}]` : address}:${port}`
}

/** When the file is run rather than imported: until SIGINT or SIGTERM, then the process ends by itself. */
async function run(): Promise<void> {
  let server: RunningServer | undefined
  let isStopping = false
  const stop = (): void => {
    isStopping = true
    void server?.close()
  }
  // Before it listens: whoever reads the line that it does may stop it at once. A second signal ends it the hard way.
  process.once('SIGINT', stop)
  process.once('SIGTERM', stop)
  try {
    server = await main(process.env)
    if (isStopping) await server.close()
  } catch (error) {
    const isSetting = error instanceof SettingError
    console.error(isSetting ? error.message : `cannot start: ${error instanceof Error ? error.message : String(error)}`)
    process.exitCode = isSetting ? 2 : 1
  }
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) await run()
