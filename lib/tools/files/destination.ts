import { ToolError } from '../tool.ts'
import type { Sandbox } from './sandbox.ts'
import { statFileIfAny } from './stat-file.ts'
import { splitPath, type WorkspacePath, workspacePath } from './workspace-path.ts'

/**
 * Where a file goes that is copied or moved to `to`: where that is a folder, or is written like one (`archive/`), into it under its
 * own name, as people are used to.
 */
export async function destinationOf(sandbox: Sandbox, from: WorkspacePath, to: WorkspacePath): Promise<WorkspacePath> {
  const isInto = to.segments.length === 0 || to.given.endsWith('/') || (await isFolder(sandbox, to))
  if (!isInto) return to
  return workspacePath([...to.segments, splitPath(from).name].join('/'))
}

async function isFolder(sandbox: Sandbox, path: WorkspacePath): Promise<boolean> {
  try {
    await statFileIfAny(sandbox, path)
    return false
  } catch (error) {
    if (error instanceof ToolError && error.code === 'IS_DIRECTORY') return true
    throw error
  }
}
