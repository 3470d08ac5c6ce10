import type { FileHandle } from 'node:fs/promises'
import * as t from 'io-ts'
import { defineTool } from '../define-tool.ts'
import { PathParam } from '../params.ts'
import type { Tool } from '../tool.ts'
import { copyBytes } from './file-bytes.ts'
import { throwIfAborted } from './file-error.ts'
import { openFile } from './open-file.ts'
import { replaceFile } from './replace-file.ts'
import type { Workspace } from './workspace.ts'
import { shown, workspacePath } from './workspace-path.ts'

export function copyFileTool(workspace: Workspace): Tool {
  return defineTool({
    name: 'copy_file',
    description: 'Copies a file, in place of one that is there; missing folders are made.',
    params: t.type({ source: PathParam, destination: PathParam }),
    positional: ['source', 'destination'],
    idempotent: true,
    run: async ({ source, destination }, { signal }) => {
      const from = workspacePath(source)
      const to = workspacePath(destination)
      const bytes = await workspace.usage.exclusively(async () => {
        throwIfAborted(signal, source)
        const { file, stats } = await openFile(workspace.sandbox, from)
        try {
          const { size, mode } = stats
          const write = (copy: FileHandle): Promise<void> => copyBytes(file, copy, size, { given: source, signal })
          await replaceFile(workspace, to, { bytes: size, mode, write }, signal)
          return size
        } finally {
          await file.close()
        }
      })
      return { source: shown(from), destination: shown(to), bytes }
    },
  })
}
