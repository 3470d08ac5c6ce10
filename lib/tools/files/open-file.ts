import { constants, type Stats } from 'node:fs'
import { type FileHandle, open } from 'node:fs/promises'
import { toFileError } from './file-error.ts'
import type { Sandbox } from './sandbox.ts'
import { checkIsFile } from './stat-file.ts'
import { splitPath, type WorkspacePath } from './workspace-path.ts'

/** A regular file, open for reading. Whoever opened it closes it. */
interface OpenFile {
  readonly file: FileHandle
  readonly stats: Stats
}

// NONBLOCK: to open a pipe would otherwise wait for a writer, in a thread that all files share. Windows has neither flag.
const READ = constants.O_RDONLY | (constants.O_NOFOLLOW ?? 0) | (constants.O_NONBLOCK ?? 0)

/** Opens the file at `path` for reading; links that stay inside the root are followed. */
export async function openFile(sandbox: Sandbox, path: WorkspacePath): Promise<OpenFile> {
  const { folder: parent, name } = splitPath(await sandbox.resolve(path))
  const folder = await sandbox.open(parent)
  try {
    return await openFileAt(folder.at(name), path.given)
  } finally {
    await folder.close()
  }
}

/** Opens what is at the system's path `at`, if it is a regular file and no link. */
export async function openFileAt(at: string, given: string): Promise<OpenFile> {
  try {
    const file = await open(at, READ)
    try {
      const stats = await file.stat()
      checkIsFile(stats, given)
      return { file, stats }
    } catch (error) {
      await file.close()
      throw error
    }
  } catch (error) {
    throw toFileError(error, given)
  }
}
