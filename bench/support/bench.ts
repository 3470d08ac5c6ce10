import { join } from 'node:path'
import type { ClientCalls, WireProtocol } from '../control/client-calls.ts'
import type { PublishCalls } from '../control/publish-calls.ts'
import type { RunCalls } from '../control/run-calls.ts'
import type { ServerCalls, ServerOptions } from '../control/server-calls.ts'
import type { Bun } from './bun.ts'
import { type Child, startChild } from './child.ts'
import { buildFolder, profilesFolder } from './paths.ts'
import type { Settings } from './settings.ts'

export type ServerName = 'praxis' | 'praxis unpaced' | 'ws' | 'socket.io' | 'bun'

export const ours: ServerName = 'praxis'
/** Whom every scenario compares with. */
export const peers: readonly ServerName[] = ['ws', 'socket.io']

/** A server that listens, and how it is spoken to. */
export interface ServerUnderTest {
  readonly name: ServerName
  readonly process: Child<ServerCalls>
  readonly port: number
  readonly protocol: WireProtocol
}

/** What scenarios are made with. */
export interface Bench {
  readonly settings: Settings
  readonly bun: Bun | undefined
  readonly say: (line: string) => void
  readonly startServer: (name: ServerName, options?: StartOptions) => Promise<ServerUnderTest>
  readonly startClient: () => Child<ClientCalls>
  /** A process that publishes to itself. */
  readonly startPublisher: () => Child<PublishCalls>
  /** A process that runs workflows, without a socket. Its heap can be collected on demand. */
  readonly startRunner: () => Child<RunCalls>
  /** Ends what was started and has not been stopped. */
  readonly stopAll: () => Promise<void>
}

export interface StartOptions extends ServerOptions {
  /** Arguments for Node. */
  readonly nodeArgs?: readonly string[]
}

const SERVER_CORE = 0
const CLIENT_CORE = 1

const programs: Readonly<Record<ServerName, string>> = {
  praxis: 'praxis.js',
  'praxis unpaced': 'praxis.js',
  ws: 'raw-ws.js',
  'socket.io': 'socket-io.js',
  bun: 'bun-publish.js',
}

export function createBench(settings: Settings, bun: Bun | undefined, say: (line: string) => void): Bench {
  const children: { readonly stop: () => Promise<void> }[] = []
  const track = <Started extends { readonly stop: () => Promise<void> }>(child: Started): Started => {
    children.push(child)
    return child
  }
  const profiling = settings.profilesPraxis ? ['--cpu-prof', `--cpu-prof-dir=${profilesFolder}`] : []
  return {
    settings,
    bun,
    say,
    startServer: async (name, { nodeArgs = [], ...options } = {}) => {
      const program = join(buildFolder, 'bench/servers', programs[name])
      const isBun = name === 'bun'
      const child = track(
        startChild<ServerCalls>({
          executable: isBun ? (bun?.executable ?? 'bun') : process.execPath,
          args: isBun ? [program] : [...(name === ours ? profiling : []), ...nodeArgs, program],
          core: SERVER_CORE,
        }),
      )
      const port = await child.call('listen', options)
      return { name, process: child, port, protocol: name === 'socket.io' ? 'socket.io' : 'websocket' }
    },
    startClient: () =>
      track(
        startChild<ClientCalls>({
          executable: process.execPath,
          args: [join(buildFolder, 'bench/client/load-client.js')],
          core: CLIENT_CORE,
        }),
      ),
    startPublisher: () =>
      track(
        startChild<PublishCalls>({
          executable: process.execPath,
          args: [...profiling, join(buildFolder, 'bench/servers/in-process.js')],
          core: SERVER_CORE,
        }),
      ),
    startRunner: () =>
      track(
        startChild<RunCalls>({
          executable: process.execPath,
          args: [...profiling, '--expose-gc', join(buildFolder, 'bench/servers/runner.js')],
          core: SERVER_CORE,
        }),
      ),
    stopAll: async () => {
      await Promise.all(children.splice(0).map((child) => child.stop()))
    },
  }
}
