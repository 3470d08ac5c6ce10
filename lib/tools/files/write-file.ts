import type { Stats } from 'node:fs'
import type { FileHandle } from 'node:fs/promises'
import * as t from 'io-ts'
import { defineTool } from '../define-tool.ts'
import { BooleanParam, PathParam, withDefault } from '../params.ts'
import type { Tool } from '../tool.ts'
import { EncodingParam, toBytes } from './encoding.ts'
import { writeBytes } from './file-bytes.ts'
import { isWritten } from './is-written.ts'
import { replaceFile } from './replace-file.ts'
import type { Workspace } from './workspace.ts'
import { shown, workspacePath } from './workspace-path.ts'

export function writeFileTool(workspace: Workspace): Tool {
  return defineTool({
    name: 'write_file',
    description:
      'Writes a file, in place of one that is there (then replaced is true) unless overwrite is false; missing folders are made.',
    params: t.type({
      filename: PathParam,
      content: t.string,
      encoding: withDefault(EncodingParam, 'utf8'),
      overwrite: withDefault(BooleanParam, true),
    }),
    positional: ['filename', 'content', 'encoding'],
    idempotent: true,
    run: async ({ filename, content, encoding, overwrite }, { signal }) => {
      const path = workspacePath(filename)
      const result = (bytes: Uint8Array, before: Stats | undefined): object => ({
        path: shown(path),
        bytesWritten: bytes.length,
        ...(before === undefined ? {} : { replaced: true }),
      })
      return workspace.usage.exclusively(async () => {
        // here, not above: calls that wait for their turn hold no second copy of their content
        const bytes = toBytes(content, encoding, filename)
        if (!overwrite && (await isWritten(workspace, path, bytes, signal))) return result(bytes, undefined)
        const write = (file: FileHandle): Promise<void> => writeBytes(file, bytes, { given: filename, signal })
        return result(bytes, await replaceFile(workspace, path, { bytes: bytes.length, write }, signal))
      })
    },
  })
}
