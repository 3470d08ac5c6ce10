import * as t from 'io-ts'
import { defineTool } from '../define-tool.ts'
import { PathParam, withDefault } from '../params.ts'
import type { Tool } from '../tool.ts'
import { EncodingParam, fittingBytes, toText } from './encoding.ts'
import { readBytes } from './file-bytes.ts'
import { throwIfAborted, toFileError } from './file-error.ts'
import { openFile } from './open-file.ts'
import type { Workspace } from './workspace.ts'
import { shown, workspacePath } from './workspace-path.ts'

export function readFileTool({ sandbox, limits }: Workspace): Tool {
  return defineTool({
    name: 'read_file',
    description: `Reads a file, at most ${limits.maxReadBytes} bytes of text from its beginning.`,
    params: t.type({ filename: PathParam, encoding: withDefault(EncodingParam, 'utf8') }),
    positional: ['filename', 'encoding'],
    idempotent: true,
    run: async ({ filename, encoding }, { signal }) => {
      const path = workspacePath(filename)
      throwIfAborted(signal, filename)
      const { file, stats } = await openFile(sandbox, path)
      try {
        const maxBytes = Math.min(stats.size, fittingBytes(limits.maxReadBytes, encoding))
        const bytes = await readBytes(file, maxBytes, { given: filename, signal })
        const isCut = bytes.length < stats.size
        return {
          path: shown(path),
          content: toText(bytes, encoding, isCut, filename),
          encoding,
          bytes: stats.size,
          ...(isCut && { truncated: true, notice: `the first ${bytes.length} of ${stats.size} bytes` }),
        }
      } catch (error) {
        throw toFileError(error, filename)
      } finally {
        await file.close()
      }
    },
  })
}
