import { type ChildProcessWithoutNullStreams, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, rm } from 'node:fs/promises'
import type { AddressInfo, Server, Socket } from 'node:net'
import { tmpdir } from 'node:os'
import { dirname, join, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import { filter, firstValueFrom, Subject } from 'rxjs'
import { type WebSocket, WebSocketServer } from 'ws'
import { main } from '../../examples/client.ts'
import { main as startServer } from '../../examples/server.ts'

const root = resolve(dirname(fileURLToPath(import.meta.url)), '../..')

/** Where a program writes to, and what it wrote. */
export interface Recording {
  readonly write: (text: string) => boolean
  readonly text: () => string
  /** Resolves when `text` has been written. */
  readonly until: (text: string) => Promise<unknown>
}

export function createRecording(): Recording {
  const write$ = new Subject<string>()
  let all = ''
  return {
    write: (text) => {
      all += text
      write$.next(all)
      return true
    },
    text: () => all,
    until: async (text) => {
      if (all.includes(text)) return
      await firstValueFrom(write$.pipe(filter((written) => written.includes(text))))
    },
  }
}

export interface ClientRun {
  readonly code: Promise<number>
  readonly out: Recording
  readonly err: Recording
  /** As Ctrl-C does. */
  readonly interrupt: () => void
}

/** The client, in this process. `terminal`: what it draws on, where that is one. */
export function startClient(
  argv: readonly string[],
  env: Readonly<Record<string, string>> = {},
  terminal: { readonly isTTY?: boolean; readonly columns?: number; readonly rows?: number } = {},
): ClientRun {
  const [out, err] = [createRecording(), createRecording()]
  const { signal, abort } = interruption()
  return { code: main({ argv, env, stdout: { ...out, ...terminal }, stderr: err, signal }), out, err, interrupt: abort }
}

function interruption() {
  const controller = new AbortController()
  return { signal: controller.signal, abort: () => controller.abort() }
}

/** The client, until it ends: its exit code and what it wrote. */
export async function runClient(argv: readonly string[], env: Readonly<Record<string, string>> = {}) {
  const { code, out, err } = startClient(argv, env)
  return { code: await code, out: out.text(), err: err.text() }
}

/** A TypeScript program in a process of its own. */
export interface Child {
  readonly process: ChildProcessWithoutNullStreams
  readonly out: Recording
  readonly err: Recording
  /** Its exit code, or the signal that ended it. */
  readonly ended: Promise<number | string | null>
}

export function startChild(
  file: string,
  args: readonly string[],
  env: Readonly<Record<string, string | undefined>> = {},
): Child {
  const child = spawn(process.execPath, ['--import', 'tsx', file, ...args], {
    cwd: root,
    env: { ...process.env, ...env },
  })
  children.add(child)
  const [out, err] = [createRecording(), createRecording()]
  child.stdout.setEncoding('utf8').on('data', out.write)
  child.stderr.setEncoding('utf8').on('data', err.write)
  const ended = once(child, 'close').then(([code, signal]) => (code ?? signal) as number | string | null)
  return { process: child, out, err, ended }
}

const children = new Set<ChildProcessWithoutNullStreams>()

/** After each spec that starts children: one that failed may have left some. */
export function endChildren(): void {
  for (const child of children) child.kill('SIGKILL')
  children.clear()
}

/** The example server, in this process, while `use` runs. */
export async function withServer<Result>(
  env: Readonly<Record<string, string>>,
  use: (door: string) => Promise<Result>,
): Promise<Result> {
  const { url, close } = await startServer({ PORT: '0', HOST: '127.0.0.1', LOG_LEVEL: 'silent', ...env })
  try {
    return await use(doorOf(url))
  } finally {
    await close()
  }
}

/** The WebSocket door of a server, by its HTTP address. */
export function doorOf(url: string): string {
  return `${url.replace('http', 'ws')}/ws/events`
}

/** Listens on a free port while `use` runs, with the address as a WebSocket's. */
export async function whileListening<Result>(server: Server, use: (url: string) => Promise<Result>): Promise<Result> {
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const sockets = new Set<Socket>()
  server.on('connection', (socket: Socket) => sockets.add(socket))
  try {
    return await use(`ws://127.0.0.1:${(server.address() as AddressInfo).port}`)
  } finally {
    for (const socket of sockets) socket.destroy()
    server.close()
  }
}

/** A folder that is there while `use` runs. */
export async function withFolder<Result>(use: (folder: string) => Promise<Result>): Promise<Result> {
  const folder = await mkdtemp(join(tmpdir(), 'praxis-rx-examples-'))
  try {
    return await use(folder)
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
}

/** A message of the client as a peer gets it. */
interface Order {
  readonly type: string
  readonly id: string
  readonly payload: Readonly<Record<string, unknown>>
}

/** One end of a connection, that does what a spec tells it to. */
export interface Peer {
  readonly socket: WebSocket
  readonly say: (type: string, payload: object, correlationId?: string) => void
  /** The first message of this type, also if it came already. */
  readonly heard: (type: string) => Promise<Order>
}

/** A server that is none of ours, which `act`s with each connection; gone when `use` is done. */
export async function withPeer<Result>(
  act: (peer: Peer) => Promise<unknown>,
  use: (url: string) => Promise<Result>,
): Promise<Result> {
  const server = new WebSocketServer({ port: 0, host: '127.0.0.1' })
  const acting: Promise<unknown>[] = []
  server.on('connection', (socket) => acting.push(act(peerOf(socket))))
  await once(server, 'listening')
  try {
    const result = await use(`ws://127.0.0.1:${(server.address() as AddressInfo).port}/ws/events`)
    await Promise.all(acting)
    return result
  } finally {
    for (const socket of server.clients) socket.terminate()
    server.close()
  }
}

function peerOf(socket: WebSocket): Peer {
  const heard: Order[] = []
  const order$ = new Subject<Order>()
  socket.on('message', (data: Buffer) => {
    const order = JSON.parse(data.toString()) as Order
    heard.push(order)
    order$.next(order)
  })
  return {
    socket,
    say: (type, payload, correlation_id) => socket.send(JSON.stringify({ type, payload, correlation_id })),
    heard: async (type) => {
      const known = heard.find((order) => order.type === type)
      return known ?? firstValueFrom(order$.pipe(filter((order) => order.type === type)))
    },
  }
}

/** Has the peer take the client's command as run `E`, and returns the command's id. */
export async function accept(peer: Peer, type: string): Promise<string> {
  const { id } = await peer.heard(type)
  peer.say('accepted', { executionId: 'E', epoch: 'x', seq: 0 }, id)
  return id
}
