import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import type { Violation } from './oracle.ts'
import { createProxy, type Proxy } from './proxy.ts'
import { type EffectEntry, type PublishedEntry, readEntries } from './record.ts'
import { type ServerProcess, startServer } from './server-process.ts'

/** What a scenario found. */
export interface Report {
  readonly violations: readonly Violation[]
  /** What was done and seen, for people. */
  readonly counts: Readonly<Record<string, number>>
}

/** A server behind a proxy. */
export interface Stage {
  readonly proxy: Proxy
  readonly server: () => ServerProcess
  readonly published: () => readonly PublishedEntry[]
  readonly effects: () => readonly EffectEntry[]
  /** Kills the server and starts another in its place. */
  readonly restart: () => Promise<void>
}

export interface StageOptions {
  readonly maxHistoryEvents: number
  readonly runs: number
  readonly perSecond: number
}

/** All times are shortened: what is 30 s by default is a fifth of a second here. */
export const HEARTBEAT_MS = 200
export const SILENCE_MS = 3 * HEARTBEAT_MS

export async function withStage<Result>(
  options: StageOptions,
  act: (stage: Stage) => Promise<Result>,
): Promise<Result> {
  const folder = await mkdtemp(join(tmpdir(), 'praxis-chaos-'))
  const recordFile = join(folder, 'record')
  const start = (): Promise<ServerProcess> => startServer({ recordFile, heartbeatIntervalMs: HEARTBEAT_MS, ...options })
  const proxy = await createProxy()
  let server = await start()
  proxy.leadTo(server.port)
  try {
    return await act({
      proxy,
      server: () => server,
      published: () => readEntries(recordFile).filter((entry) => entry._tag === 'Published'),
      effects: () => readEntries(recordFile).filter((entry) => entry._tag === 'Effect'),
      restart: async () => {
        await server.kill()
        server = await start()
        proxy.leadTo(server.port)
      },
    })
  } finally {
    await server.kill()
    await proxy.close()
    await rm(folder, { recursive: true, force: true })
  }
}

/** Asks again until it is so: between processes there is nothing to wait for. */
export async function until(what: string, isSo: () => boolean | Promise<boolean>, ms = 30_000): Promise<void> {
  const endMs = performance.now() + ms
  while (!(await isSo())) {
    if (performance.now() > endMs) throw new Error(`not within ${ms} ms: ${what}`)
    await delay(10)
  }
}
