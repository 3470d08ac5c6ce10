import { lstat } from 'node:fs/promises'
import * as t from 'io-ts'
import { defineTool } from '../define-tool.ts'
import { BooleanParam, PathParam, PatternParam, withDefault } from '../params.ts'
import type { Tool } from '../tool.ts'
import { globMatcher, isPathGlob } from './glob.ts'
import { byPath } from './by-path.ts'
import { AsTextParam, listText } from './list-text.ts'
import { ENTRIES_PER_TURN, nextTurn } from './next-turn.ts'
import { visitFolders } from './visit-folders.ts'
import type { Workspace } from './workspace.ts'
import { shown, workspacePath } from './workspace-path.ts'

export function listFilesTool({ sandbox, limits }: Workspace): Tool {
  return defineTool({
    name: 'list_files',
    description:
      'Lists the files of a directory whose name matches a pattern of *, ? and **; with "/" or ** in it the pattern is matched ' +
      'with the path below the directory, and folders are searched as with recursive. With asText the result has the paths as text too.',
    params: t.type({
      directory: withDefault(PathParam, '.'),
      pattern: withDefault(PatternParam, '*'),
      recursive: withDefault(BooleanParam, false),
      asText: AsTextParam,
    }),
    positional: ['directory', 'pattern', 'recursive'],
    idempotent: true,
    run: async ({ directory, pattern, recursive, asText }, { signal }) => {
      const path = workspacePath(directory)
      const matches = globMatcher(pattern)
      const ofPaths = isPathGlob(pattern)
      const files: { readonly path: string; readonly bytes: number }[] = []
      let truncated = false

      const start = await sandbox.resolve(path)
      const visit = { isRecursive: recursive || ofPaths, signal }
      search: for await (const { folder, below, entries } of visitFolders(sandbox, start, visit)) {
        for (const [index, entry] of entries.entries()) {
          if (index % ENTRIES_PER_TURN === ENTRIES_PER_TURN - 1) await nextTurn(signal, path.given)
          const names = [...below, entry.name]
          if (!entry.isFile() || !matches(ofPaths ? names.join('/') : entry.name)) continue
          // a file that went meanwhile
          const stats = await lstat(folder.at(entry.name)).catch(() => undefined)
          if (stats?.isFile() !== true) continue
          truncated = files.length >= limits.maxEntries
          if (truncated) break search
          files.push({ path: shown({ segments: [...path.segments, ...names] }), bytes: stats.size })
        }
      }
      files.sort(byPath)
      const text = listText(
        asText,
        files.map((file) => file.path),
      )
      return { directory: shown(path), files, ...text, ...(truncated && { truncated }) }
    },
  })
}
