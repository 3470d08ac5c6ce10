import { readBytes } from './file-bytes.ts'
import { fileError, throwIfAborted } from './file-error.ts'
import { openFileAt } from './open-file.ts'
import { statFileIfAny } from './stat-file.ts'
import type { Workspace } from './workspace.ts'
import { splitPath, type WorkspacePath } from './workspace-path.ts'

/**
 * Whether a file that must not be overwritten holds just `bytes` already, as after a try whose end nobody heard of; false where there
 * is none. To be run within `usage.exclusively`.
 *
 * @throws ToolError where one is there that holds something else.
 */
export async function isWritten(
  { sandbox }: Workspace,
  path: WorkspacePath,
  bytes: Uint8Array,
  signal: AbortSignal,
): Promise<boolean> {
  const { given } = path
  throwIfAborted(signal, given)
  const stats = await statFileIfAny(sandbox, path)
  if (stats === undefined) return false
  if (stats.size !== bytes.length) throw fileError('ALREADY_EXISTS', given)
  const { folder: parent, name } = splitPath(path)
  const folder = await sandbox.open(parent)
  try {
    const { file } = await openFileAt(folder.at(name), given)
    try {
      const held = await readBytes(file, bytes.length, { given, signal })
      if (Buffer.compare(held, bytes) !== 0) throw fileError('ALREADY_EXISTS', given)
      return true
    } finally {
      await file.close()
    }
  } finally {
    await folder.close()
  }
}
