import * as t from 'io-ts'
import { defineTool } from '../define-tool.ts'
import { PathParam } from '../params.ts'
import type { Tool } from '../tool.ts'
import { throwIfAborted } from './file-error.ts'
import { makeFolders } from './make-folders.ts'
import type { Workspace } from './workspace.ts'
import { shown, workspacePath } from './workspace-path.ts'

export function createDirectoryTool(workspace: Workspace): Tool {
  return defineTool({
    name: 'create_directory',
    description: 'Makes a directory and those above it; one that is there already is left as it is.',
    params: t.type({ directory: PathParam }),
    positional: ['directory'],
    idempotent: true,
    run: async ({ directory }, { signal }) => {
      const path = workspacePath(directory)
      const madeCount = await workspace.usage.exclusively(() => {
        throwIfAborted(signal, directory)
        return makeFolders(workspace, path, signal)
      })
      return { path: shown(path), created: madeCount > 0 }
    },
  })
}
