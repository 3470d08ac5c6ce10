import { mkdir, mkdtemp, readdir, readFile, realpath, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { expect } from 'chai'
import { isLeft } from 'fp-ts/lib/Either.js'
import { toolsOf } from '../../../lib/tools/files/file-tools.ts'
import { openAnchored, openChecked, type OpenFolder } from '../../../lib/tools/files/folder.ts'
import { createWorkspace, type Limits } from '../../../lib/tools/files/workspace.ts'
import { createToolRegistry } from '../../../lib/tools/registry.ts'
import { ToolError } from '../../../lib/tools/tool.ts'
import { toolContext } from '../../support/tool-context.ts'

/** A workspace of its own for each test, with something beside it that must never be reached. */
export interface Fixture {
  readonly root: string
  /** A folder beside the root; its name begins with the root's, as a check of prefixes would like it. */
  readonly outside: string
  readonly call: (tool: string, params: object, signal?: AbortSignal) => Promise<unknown>
  /** The files under `folder` and what they hold, by path; links as `->`. */
  readonly contents: (folder?: string) => Promise<Readonly<Record<string, string>>>
}

/** The ways folders are opened on this system. */
export const waysToOpen: readonly (readonly [string, OpenFolder])[] = [
  ['checked', openChecked],
  ...(process.platform === 'linux' ? [['anchored', openAnchored] as const] : []),
]

const LIMITS: Limits = {
  maxFileBytes: 10 * 1_048_576,
  maxTotalBytes: 256 * 1_048_576,
  maxFiles: 100_000,
  maxReadBytes: 204_800,
  maxEntries: 1_000,
}

const bases: string[] = []

export async function createFixture(limits: Partial<Limits> = {}, open?: OpenFolder): Promise<Fixture> {
  const base = await realpath(await mkdtemp(join(tmpdir(), 'praxis-tools-')))
  bases.push(base)
  const root = join(base, 'root')
  const outside = join(base, 'root-of-others')
  await mkdir(root)
  await mkdir(outside)
  const registry = createToolRegistry(toolsOf(createWorkspace(root, { ...LIMITS, ...limits }, open)))
  return {
    root,
    outside,
    call: async (tool, params, signal = new AbortController().signal) => {
      const prepared = registry.prepare(tool, params)
      if (isLeft(prepared)) throw new Error(`not prepared: ${JSON.stringify(prepared.left)}`)
      return prepared.right.run(toolContext({ signal }))
    },
    contents: (folder = root) => contentsOf(folder),
  }
}

/** A workspace with the files `a` and `b`. */
export async function withTwoFiles(limits?: Partial<Limits>): Promise<Fixture> {
  const fixture = await createFixture(limits)
  await writeFile(join(fixture.root, 'a'), 'content a')
  await writeFile(join(fixture.root, 'b'), 'content b')
  return fixture
}

/** Removes what `createFixture` made. */
export async function removeFixtures(): Promise<void> {
  for (const base of bases.splice(0)) await rm(base, { recursive: true, force: true })
}

/**
 * The error `result` rejects with, which must be a tool's, tell nothing of the server (THREATS T17), and be permanent unless
 * said otherwise.
 */
export async function failureOf(result: Promise<unknown>, isPermanent: boolean = true): Promise<ToolError> {
  try {
    await result
  } catch (error) {
    if (!(error instanceof ToolError)) throw error
    expect(error.message.replace(/^".*?" /, '')).not.to.match(/\/proc\/|praxis-tools-|\bE[A-Z]{3,}\b|errno|syscall/)
    expect(error.permanent).to.equal(isPermanent)
    return error
  }
  throw new Error('it did not fail')
}

export async function codeOf(result: Promise<unknown>): Promise<string> {
  return (await failureOf(result)).code
}

/** A signal that is found to be aborted when it is looked at for the `count`th time. */
export function abortedAtLook(count: number): AbortSignal {
  const { signal } = new AbortController()
  let lookCount = 0
  Object.defineProperty(signal, 'aborted', { get: () => ++lookCount >= count })
  return signal
}

/** How many descriptors this process holds; 0 where the system does not tell. */
export async function descriptorCount(): Promise<number> {
  return process.platform === 'linux' ? (await readdir('/proc/self/fd')).length : 0
}

async function contentsOf(folder: string): Promise<Readonly<Record<string, string>>> {
  const contents: Record<string, string> = {}
  for (const entry of await readdir(folder, { recursive: true, withFileTypes: true })) {
    const path = join(entry.parentPath, entry.name)
    const name = path.slice(dirname(join(folder, 'x')).length + 1)
    if (entry.isFile()) contents[name] = await readFile(path, 'utf8')
    if (entry.isSymbolicLink()) contents[name] = '->'
  }
  return contents
}
