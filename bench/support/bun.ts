import { execFile } from 'node:child_process'
import { mkdir, readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { cacheFolder } from './paths.ts'

const run = promisify(execFile)
const INSTALL_MS = 60_000

export interface Bun {
  readonly executable: string
  readonly version: string
}

/** Bun, installed beside the bench at the first use; undefined where it cannot be had. */
export async function findBun(): Promise<Bun | undefined> {
  const installed = await firstThatRuns()
  if (installed !== undefined) return installed
  try {
    await mkdir(cacheFolder, { recursive: true })
    // Not a dependency of the checkout: its lock file would carry a binary for each system there is.
    const args = ['install', '--no-save', '--no-audit', '--no-fund', '--prefix', cacheFolder, 'bun']
    await run('npm', args, { timeout: INSTALL_MS })
  } catch {
    return undefined
  }
  return firstThatRuns()
}

async function firstThatRuns(): Promise<Bun | undefined> {
  for (const executable of await candidates()) {
    try {
      const { stdout } = await run(executable, ['--version'])
      return { executable, version: stdout.trim() }
    } catch {
      // Built for another processor or C library: the next one may run.
    }
  }
  return undefined
}

async function candidates(): Promise<readonly string[]> {
  const modules = join(cacheFolder, 'node_modules')
  const builds = await readdir(join(modules, '@oven')).catch(() => [])
  // The first is where the package's install script put the one that fits, where it was let run.
  return [join(modules, 'bun/bin/bun.exe'), ...builds.map((build) => join(modules, '@oven', build, 'bin/bun'))]
}
