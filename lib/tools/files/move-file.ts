import { rename } from 'node:fs/promises'
import * as t from 'io-ts'
import { defineTool } from '../define-tool.ts'
import { BooleanParam, PathParam, withDefault } from '../params.ts'
import type { Tool } from '../tool.ts'
import { destinationOf } from './destination.ts'
import { fileError, throwIfAborted, toFileError } from './file-error.ts'
import { isSameFile } from './is-same-file.ts'
import { makeFolders } from './make-folders.ts'
import type { Sandbox } from './sandbox.ts'
import { statFile, statFileIfAny } from './stat-file.ts'
import type { Workspace } from './workspace.ts'
import { shown, splitPath, type WorkspacePath, workspacePath } from './workspace-path.ts'

export function moveFileTool(workspace: Workspace): Tool {
  const { sandbox, usage } = workspace
  return defineTool({
    name: 'move_file',
    description:
      'Moves or renames a file, in place of one that is there (then replaced is true) unless overwrite is false, or into a folder that is; missing folders are made.',
    params: t.type({ source: PathParam, destination: PathParam, overwrite: withDefault(BooleanParam, true) }),
    positional: ['source', 'destination'],
    // a second time the source is gone, or another file
    idempotent: false,
    run: async ({ source, destination, overwrite }, { signal }) => {
      const from = workspacePath(source)
      const wanted = workspacePath(destination)
      return usage.exclusively(async () => {
        throwIfAborted(signal, source)
        const moved = await statFile(sandbox, from)
        const to = await destinationOf(sandbox, from, wanted)
        const there = await statFileIfAny(sandbox, to)
        // a file that is moved onto itself replaces nothing
        const before = there !== undefined && isSameFile(there, moved) ? undefined : there
        if (!overwrite && before !== undefined) throw fileError('ALREADY_EXISTS', to.given)
        await makeFolders(workspace, splitPath(to).folder, signal)
        throwIfAborted(signal, source)
        await renameFile(sandbox, from, to)
        const result = { source: shown(from), destination: shown(to) }
        if (before === undefined) return result
        usage.add({ bytes: -before.size, entries: -1 })
        return { ...result, replaced: true }
      })
    },
  })
}

async function renameFile(sandbox: Sandbox, from: WorkspacePath, to: WorkspacePath): Promise<void> {
  const source = splitPath(from)
  const destination = splitPath(to)
  const fromFolder = await sandbox.open(source.folder)
  try {
    const toFolder = await sandbox.open(destination.folder)
    try {
      await rename(fromFolder.at(source.name), toFolder.at(destination.name))
    } catch (error) {
      throw toFileError(error, from.given)
    } finally {
      await toFolder.close()
    }
  } finally {
    await fromFolder.close()
  }
}
