import type { FileHandle } from 'node:fs/promises'
import * as t from 'io-ts'
import { defineTool } from '../define-tool.ts'
import { BooleanParam, PathParam, withDefault } from '../params.ts'
import type { Tool } from '../tool.ts'
import { destinationOf } from './destination.ts'
import { copyBytes, readBytes } from './file-bytes.ts'
import { throwIfAborted } from './file-error.ts'
import { isSameFile } from './is-same-file.ts'
import { isWritten } from './is-written.ts'
import { openFile } from './open-file.ts'
import { replaceFile } from './replace-file.ts'
import type { Workspace } from './workspace.ts'
import { shown, workspacePath } from './workspace-path.ts'

export function copyFileTool(workspace: Workspace): Tool {
  return defineTool({
    name: 'copy_file',
    description:
      'Copies a file, in place of one that is there (then replaced is true) unless overwrite is false, or into a folder that is; missing folders are made.',
    params: t.type({ source: PathParam, destination: PathParam, overwrite: withDefault(BooleanParam, true) }),
    positional: ['source', 'destination'],
    idempotent: true,
    run: async ({ source, destination, overwrite }, { signal }) => {
      const from = workspacePath(source)
      const wanted = workspacePath(destination)
      return workspace.usage.exclusively(async () => {
        throwIfAborted(signal, source)
        const { file, stats } = await openFile(workspace.sandbox, from)
        try {
          const { size, mode } = stats
          const to = await destinationOf(workspace.sandbox, from, wanted)
          const result = { source: shown(from), destination: shown(to), bytes: size }
          if (!overwrite) {
            const bytes = await readBytes(file, size, { given: source, signal })
            if (await isWritten(workspace, to, bytes, signal)) return result
          }
          const write = (copy: FileHandle): Promise<void> => copyBytes(file, copy, size, { given: source, signal })
          const before = await replaceFile(workspace, to, { bytes: size, mode, write }, signal)
          return before !== undefined && !isSameFile(before, stats) ? { ...result, replaced: true } : result
        } finally {
          await file.close()
        }
      })
    },
  })
}
