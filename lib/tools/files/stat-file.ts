import type { Stats } from 'node:fs'
import { lstat } from 'node:fs/promises'
import { ToolError } from '../tool.ts'
import { fileError, toFileError } from './file-error.ts'
import type { Sandbox } from './sandbox.ts'
import { splitPath, type WorkspacePath } from './workspace-path.ts'

/**
 * What is known of the file at `path`.
 *
 * @throws ToolError where there is none, or where its name belongs to a directory, a link or something else.
 */
export async function statFile(sandbox: Sandbox, path: WorkspacePath): Promise<Stats> {
  const { folder: parent, name } = splitPath(path)
  const folder = await sandbox.open(parent)
  try {
    const stats = await lstat(folder.at(name))
    checkIsFile(stats, path.given)
    return stats
  } catch (error) {
    throw toFileError(error, path.given)
  } finally {
    await folder.close()
  }
}

/** {@link statFile} of a file that need not be there. */
export async function statFileIfAny(sandbox: Sandbox, path: WorkspacePath): Promise<Stats | undefined> {
  try {
    return await statFile(sandbox, path)
  } catch (error) {
    if (error instanceof ToolError && error.code === 'NOT_FOUND') return undefined
    throw error
  }
}

/** @throws ToolError where `stats` are not those of a regular file. */
export function checkIsFile(stats: Stats, given: string): void {
  if (stats.isFile()) return
  if (stats.isDirectory()) throw fileError('IS_DIRECTORY', given)
  if (stats.isSymbolicLink()) throw fileError('PATH_FORBIDDEN', given, 'is forbidden: it is a symbolic link')
  throw fileError('NOT_A_FILE', given)
}
