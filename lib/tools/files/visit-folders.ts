import type { Dirent } from 'node:fs'
import { readdir } from 'node:fs/promises'
import { ToolError } from '../tool.ts'
import { throwIfAborted, toFileError } from './file-error.ts'
import type { Folder } from './folder.ts'
import type { Sandbox } from './sandbox.ts'
import { isTemporaryName } from './temporary-name.ts'
import type { WorkspacePath } from './workspace-path.ts'

/** A folder and what is in it, for as long as the loop body that got it runs: then the folder is closed. */
interface VisitedFolder {
  readonly folder: Folder
  /** The names from the start of the visit to this folder. */
  readonly below: readonly string[]
  /** Sorted by name. Files that are being written are not among them. */
  readonly entries: readonly Dirent[]
  /** The names of files that are being written, or that a crash left. */
  readonly temporaries: readonly string[]
}

/**
 * Visits the folder at `start` and, if asked, those below it, level by level. Links are not followed. Each folder is reached
 * anew from the root, which costs calls and saves descriptors: one folder is open at a time. A folder below `start` that
 * cannot be read, or that has gone meanwhile, is passed over.
 */
export async function* visitFolders(
  sandbox: Sandbox,
  start: WorkspacePath,
  options: { readonly isRecursive: boolean; readonly signal: AbortSignal },
): AsyncGenerator<VisitedFolder, void, undefined> {
  const waiting: (readonly string[])[] = [[]]
  for (const below of waiting) {
    throwIfAborted(options.signal, start.given)
    const visited = await openBelow(sandbox, start, below)
    if (visited === undefined) continue
    try {
      yield visited
      if (!options.isRecursive) return
      for (const entry of visited.entries) if (entry.isDirectory()) waiting.push([...below, entry.name])
    } finally {
      await visited.folder.close()
    }
  }
}

/** What is in `folder`. */
export async function readFolder(
  folder: Folder,
  given: string,
): Promise<Pick<VisitedFolder, 'entries' | 'temporaries'>> {
  try {
    const all = await readdir(folder.self, { withFileTypes: true })
    all.sort((one, other) => (one.name < other.name ? -1 : 1))
    return {
      entries: all.filter((entry) => !isTemporaryName(entry.name)),
      temporaries: all.filter((entry) => entry.isFile() && isTemporaryName(entry.name)).map((entry) => entry.name),
    }
  } catch (error) {
    throw toFileError(error, given)
  }
}

async function openBelow(
  sandbox: Sandbox,
  { given, segments }: WorkspacePath,
  below: readonly string[],
): Promise<VisitedFolder | undefined> {
  try {
    const folder = await sandbox.open({ given, segments: [...segments, ...below] })
    try {
      return { folder, below, ...(await readFolder(folder, given)) }
    } catch (error) {
      await folder.close()
      throw error
    }
  } catch (error) {
    if (below.length > 0 && error instanceof ToolError && error.permanent) return undefined
    throw error
  }
}
