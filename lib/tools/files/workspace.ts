import { type OpenFolder, openFolder } from './folder.ts'
import { createSandbox, type Sandbox } from './sandbox.ts'
import { createUsage, type Usage } from './usage.ts'

/** How much the file tools write, read and list: `FileToolsOptions` says what each is. */
export interface Limits {
  readonly maxFileBytes: number
  readonly maxTotalBytes: number
  readonly maxFiles: number
  readonly maxReadBytes: number
  readonly maxEntries: number
}

/** What every file tool works in. */
export interface Workspace {
  readonly sandbox: Sandbox
  readonly usage: Usage
  readonly limits: Limits
}

/** The workspace below `root`, a real path. */
export function createWorkspace(root: string, limits: Limits, open: OpenFolder = openFolder): Workspace {
  const sandbox = createSandbox(root, open)
  const usage = createUsage(sandbox, { bytes: limits.maxTotalBytes, entries: limits.maxFiles })
  return { sandbox, usage, limits }
}
