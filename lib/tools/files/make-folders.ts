import { ToolError } from '../tool.ts'
import type { Workspace } from './workspace.ts'
import type { WorkspacePath } from './workspace-path.ts'

/**
 * Makes the folder at `path` and those above it where they are missing, within the quota, and says how many that were. To be run
 * within `usage.exclusively`.
 */
export async function makeFolders(
  { sandbox, usage }: Workspace,
  path: WorkspacePath,
  signal: AbortSignal,
): Promise<number> {
  try {
    const folder = await sandbox.open(path)
    await folder.close()
    return 0
  } catch (error) {
    if (!(error instanceof ToolError && error.code === 'NOT_FOUND')) throw error
  }
  // at most so many: which of them are missing shows when they are made
  await usage.admit({ bytes: 0, entries: path.segments.length }, path.given, signal)
  const madeCount = await sandbox.make(path)
  usage.add({ bytes: 0, entries: madeCount })
  return madeCount
}
