import type { Dirent } from 'node:fs'
import { lstat } from 'node:fs/promises'
import * as t from 'io-ts'
import { defineTool } from '../define-tool.ts'
import { PathParam, withDefault } from '../params.ts'
import type { Tool } from '../tool.ts'
import { throwIfAborted } from './file-error.ts'
import { AsTextParam, listText } from './list-text.ts'
import { readFolder } from './visit-folders.ts'
import type { Workspace } from './workspace.ts'
import { shown, workspacePath } from './workspace-path.ts'

/** What a directory holds under a name. */
interface DirectoryEntry {
  readonly name: string
  readonly type: 'file' | 'directory' | 'link' | 'other'
  /** Of a file. */
  readonly bytes?: number
}

export function listDirectoryTool({ sandbox, limits }: Workspace): Tool {
  return defineTool({
    name: 'list_directory',
    description:
      'Lists what is in a directory: files, directories, links. With asText the result has the names as text too.',
    params: t.type({ directory: withDefault(PathParam, '.'), asText: AsTextParam }),
    positional: ['directory'],
    idempotent: true,
    run: async ({ directory, asText }, { signal }) => {
      const path = workspacePath(directory)
      throwIfAborted(signal, directory)
      const folder = await sandbox.open(await sandbox.resolve(path))
      try {
        const { entries } = await readFolder(folder, directory)
        const listed: DirectoryEntry[] = []
        for (const entry of entries.slice(0, limits.maxEntries)) {
          throwIfAborted(signal, directory)
          listed.push(await describe(entry, folder.at(entry.name)))
        }
        const truncated = entries.length > limits.maxEntries
        const text = listText(asText, listed.map(lineOf))
        return { directory: shown(path), entries: listed, ...text, ...(truncated && { truncated }) }
      } finally {
        await folder.close()
      }
    },
  })
}

function lineOf({ name, type }: DirectoryEntry): string {
  return type === 'directory' ? `${name}/` : name
}

async function describe(entry: Dirent, at: string): Promise<DirectoryEntry> {
  const { name } = entry
  if (entry.isDirectory()) return { name, type: 'directory' }
  if (entry.isSymbolicLink()) return { name, type: 'link' }
  if (!entry.isFile()) return { name, type: 'other' }
  // a file that went meanwhile has no size
  const stats = await lstat(at).catch(() => undefined)
  return { name, type: 'file', ...(stats && { bytes: stats.size }) }
}
