import { type ChildProcess, fork } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import type { ServerSettings } from './server.ts'

export interface Told {
  readonly head: { readonly epoch: string; readonly seq: number }
  /** Runs that go on. */
  readonly active: number
}

/** A server that can be killed. */
export interface ServerProcess {
  readonly port: number
  /** Publishes so many events at once. */
  readonly publish: (count: number) => Promise<Told>
  /** Starts nothing more; answers how it stands. */
  readonly quieten: () => Promise<Told>
  readonly kill: () => Promise<void>
}

export async function startServer(settings: ServerSettings): Promise<ServerProcess> {
  const child = fork(fileURLToPath(new URL('server.ts', import.meta.url)), [JSON.stringify(settings)], {
    execArgv: ['--import', 'tsx'],
  })
  const { port } = (await next(child)) as { readonly port: number }
  const ask = async (message: object): Promise<Told> => {
    child.send(message)
    return (await next(child)) as Told
  }
  return {
    port,
    publish: (count) => ask({ publish: count }),
    quieten: () => ask({ quiet: true }),
    kill: async () => {
      if (child.exitCode !== null || child.signalCode !== null) return
      const gone = once(child, 'exit')
      child.kill('SIGKILL')
      await gone
    },
  }
}

async function next(child: ChildProcess): Promise<unknown> {
  const waiting = new AbortController()
  const { signal } = waiting
  const ended = once(child, 'exit', { signal }).then(() => {
    throw new Error('the server ended by itself')
  })
  // Also when it is given up, below.
  ended.catch(() => undefined)
  try {
    const [message] = (await Promise.race([once(child, 'message', { signal }), ended])) as [unknown]
    return message
  } finally {
    waiting.abort()
  }
}
