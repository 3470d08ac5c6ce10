import { unlink } from 'node:fs/promises'
import * as t from 'io-ts'
import { defineTool } from '../define-tool.ts'
import { PathParam } from '../params.ts'
import type { Tool } from '../tool.ts'
import { throwIfAborted, toFileError } from './file-error.ts'
import { statFile } from './stat-file.ts'
import type { Workspace } from './workspace.ts'
import { shown, splitPath, workspacePath } from './workspace-path.ts'

export function deleteFileTool({ sandbox, usage }: Workspace): Tool {
  return defineTool({
    name: 'delete_file',
    description: 'Deletes a file; directories and links it leaves alone.',
    params: t.type({ filename: PathParam }),
    positional: ['filename'],
    // a second time there is nothing to delete, or what somebody else has written since
    idempotent: false,
    run: async ({ filename }, { signal }) => {
      const path = workspacePath(filename)
      await usage.exclusively(async () => {
        throwIfAborted(signal, filename)
        const { folder: parent, name } = splitPath(path)
        const stats = await statFile(sandbox, path)
        const folder = await sandbox.open(parent)
        try {
          throwIfAborted(signal, filename)
          await unlink(folder.at(name))
        } catch (error) {
          throw toFileError(error, filename)
        } finally {
          await folder.close()
        }
        usage.add({ bytes: -stats.size, entries: -1 })
      })
      return { path: shown(path), deleted: true }
    },
  })
}
