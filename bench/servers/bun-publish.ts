// Run by Bun, not by Node: its publish is written in C++ and is the bar for what one core can do.

import { createClock } from '../control/clock.ts'
import type { Progress } from '../control/progress.ts'
import { serve } from './serve.ts'

interface BunSocket {
  readonly subscribe: (topic: string) => void
  readonly getBufferedAmount: () => number
}

interface BunServer {
  readonly port: number
  readonly upgrade: (request: unknown) => boolean
  readonly publish: (topic: string, text: string) => number
}

interface BunRuntime {
  readonly serve: (options: {
    readonly port: number
    readonly hostname: string
    readonly fetch: (request: unknown, server: BunServer) => undefined
    readonly websocket: {
      readonly open: (socket: BunSocket) => void
      readonly message: () => void
      readonly perMessageDeflate: boolean
    }
  }) => BunServer
}

interface ForeignFunctions {
  readonly dlopen: (
    library: string,
    functions: object,
  ) => { readonly symbols: { readonly clock_gettime: (clock: number, time: unknown) => number } }
  readonly ptr: (memory: BigInt64Array) => unknown
}

const MAX_SOCKET_BYTES = 256 * 1024
const HEADER_BYTES = 4
const CLOCK_MONOTONIC = 1
const ALL = 'all'
/** Named apart from its import: Node's types do not know it. */
const FOREIGN_FUNCTIONS: string = 'bun:ffi'

const bun = (globalThis as unknown as { readonly Bun: BunRuntime }).Bun
let server: BunServer | undefined
const sample: BunSocket[] = []

const encode = (payload: Progress): string => JSON.stringify({ type: 'workflowProgress', payload })
const notSupported = (): never => {
  throw new Error('Bun takes part in broadcasts only')
}

serve(
  {
    listen: () => {
      server = bun.serve({
        port: 0,
        hostname: '127.0.0.1',
        fetch: (request, self) => void self.upgrade(request),
        websocket: {
          perMessageDeflate: false,
          open: (socket) => {
            socket.subscribe(ALL)
            if (sample.length < 16) sample.push(socket)
          },
          message: () => undefined,
        },
      })
      return Promise.resolve(server.port)
    },
    frameBytes: (payload) => HEADER_BYTES + encode(payload).length,
    toAll: (payload) => void server?.publish(ALL, encode(payload)),
    toRun: notSupported,
    toHeavy: notSupported,
    pressure: () => sample.reduce((most, socket) => Math.max(most, socket.getBufferedAmount()), 0) / MAX_SOCKET_BYTES,
  },
  createClock(await systemClock()),
)

/** Bun's own `hrtime` counts from its start; other processes need the system's count. */
async function systemClock(): Promise<() => number> {
  const { dlopen, ptr } = (await import(FOREIGN_FUNCTIONS)) as ForeignFunctions
  const signature = { args: ['i32', 'ptr'], returns: 'i32' }
  const { symbols } = dlopen('libc.so.6', { clock_gettime: signature })
  const time = new BigInt64Array(2)
  return () => {
    symbols.clock_gettime(CLOCK_MONOTONIC, ptr(time))
    const [seconds = 0n, nanos = 0n] = time
    return Number(seconds) * 1e6 + Number(nanos) / 1e3
  }
}
