import { execFile } from 'node:child_process'
import { readFile } from 'node:fs/promises'
import { cpus, loadavg, release, totalmem, type } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import type { Bun } from './bun.ts'
import { root } from './paths.ts'
import { pinning } from './pinning.ts'

/** Where and with what it was measured. Names no machine. */
export interface Environment {
  readonly date: string
  readonly commit: string
  readonly isDirty: boolean
  readonly command: string
  readonly machine: string
  readonly pinning: string
  /** Of the minute before: what others did on the machine. */
  readonly loadBefore: number
  readonly versions: Readonly<Record<string, string>>
}

export async function describeEnvironment(args: readonly string[], bun: Bun | undefined): Promise<Environment> {
  const own = await versionIn('.')
  return {
    date: new Date().toISOString(),
    commit: (await git('rev-parse', '--short', 'HEAD')) ?? 'unknown',
    isDirty: ((await git('status', '--porcelain')) ?? '') !== '',
    command: ['npm run bench', ...(args.length > 0 ? ['--', ...args] : [])].join(' '),
    machine: `${cpus()[0]?.model ?? 'unknown processor'}, ${cpus().length} cores, ${memory()}, ${type()} ${kernel()}`,
    pinning,
    loadBefore: loadavg()[0] ?? 0,
    versions: {
      'praxis-rx': own,
      node: process.versions.node,
      ws: await versionIn('node_modules/ws'),
      'socket.io': await versionIn('node_modules/socket.io'),
      bun: bun?.version ?? 'left out',
    },
  }
}

export function environmentText(environment: Environment): string {
  const { date, commit, isDirty, command, machine, pinning: where, loadBefore, versions } = environment
  return [
    `- ${machine}; ${where}; load average before: ${loadBefore.toFixed(1)}`,
    `- ${Object.entries(versions)
      .map(([name, version]) => `${name} ${version}`)
      .join(', ')}`,
    `- \`${command}\`, commit ${commit}${isDirty ? ' (dirty)' : ''}, ${date}`,
  ].join('\n')
}

function memory(): string {
  return `${Math.round(totalmem() / 1024 ** 3)} GiB`
}

/** The version alone: what a builder appended to it may be a name. */
function kernel(): string {
  return /^\d+(?:\.\d+)*/.exec(release())?.[0] ?? 'unknown'
}

async function versionIn(folder: string): Promise<string> {
  const text = await readFile(join(root, folder, 'package.json'), 'utf8')
  return (JSON.parse(text) as { readonly version: string }).version
}

async function git(...args: readonly string[]): Promise<string | undefined> {
  try {
    const { stdout } = await promisify(execFile)('git', args, { cwd: root })
    return stdout.trim()
  } catch {
    return undefined
  }
}
