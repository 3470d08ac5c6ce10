import * as t from 'io-ts'
import { defineTool } from '../define-tool.ts'
import { BooleanParam, PathParam, PatternParam, withDefault } from '../params.ts'
import { type Tool, ToolError } from '../tool.ts'
import { readBytes } from './file-bytes.ts'
import { findLines, type LineMatch } from './find-lines.ts'
import { globMatcher, isGlob, isPathGlob } from './glob.ts'
import { openFileAt } from './open-file.ts'
import { byPath } from './by-path.ts'
import { AsTextParam, listText } from './list-text.ts'
import { visitFolders } from './visit-folders.ts'
import type { Workspace } from './workspace.ts'
import { shown, workspacePath } from './workspace-path.ts'

/** A file whose name was found, or a line that was found in it. */
interface Match extends Partial<LineMatch> {
  readonly path: string
}

export function searchFilesTool({ sandbox, limits }: Workspace): Tool {
  return defineTool({
    name: 'search_files',
    description:
      'Finds files by name (a part of it in any case, or a pattern of *, ? and **) and lines of text files by a piece of their ' +
      'text, as it is written. With asText the result has what was found as text too, a line each.',
    params: t.type({
      pattern: PatternParam,
      directory: withDefault(PathParam, '.'),
      recursive: withDefault(BooleanParam, true),
      asText: AsTextParam,
    }),
    positional: ['pattern', 'directory', 'recursive'],
    idempotent: true,
    run: async ({ pattern, directory, recursive, asText }, { signal }) => {
      const path = workspacePath(directory)
      const isNamed = nameMatcher(pattern)
      const matches: Match[] = []
      // one more than is told shows that there are more
      const room = (): number => limits.maxEntries + 1 - matches.length

      const start = await sandbox.resolve(path)
      const visit = { isRecursive: recursive, signal }
      search: for await (const { folder, below, entries } of visitFolders(sandbox, start, visit)) {
        for (const entry of entries) {
          if (room() <= 0) break search
          if (!entry.isFile()) continue
          const names = [...below, entry.name]
          const at = shown({ segments: [...path.segments, ...names] })
          if (isNamed(names)) matches.push({ path: at })
          const text = await readText(folder.at(entry.name), limits.maxFileBytes, { given: directory, signal })
          for (const line of findLines(text, pattern, room())) matches.push({ path: at, ...line })
        }
      }
      const truncated = room() <= 0
      // stable, so the lines of a file keep their order
      const found = matches.slice(0, limits.maxEntries).sort(byPath)
      return { matches: found, ...listText(asText, found.map(lineOf)), ...(truncated && { truncated }) }
    },
  })
}

function lineOf({ path, line, text }: Match): string {
  return line === undefined ? path : `${path}:${line}: ${text}`
}

function nameMatcher(pattern: string): (names: readonly string[]) => boolean {
  if (isGlob(pattern)) {
    const matches = globMatcher(pattern)
    const ofPaths = isPathGlob(pattern)
    return (names) => matches(ofPaths ? names.join('/') : (names.at(-1) ?? ''))
  }
  const part = pattern.toLowerCase()
  return (names) => names.at(-1)?.toLowerCase().includes(part) === true
}

/** The text of the file at the system's path `at`; empty for one that is no text, too large, or gone. */
async function readText(
  at: string,
  maxBytes: number,
  call: { readonly given: string; readonly signal: AbortSignal },
): Promise<string> {
  try {
    const { file, stats } = await openFileAt(at, call.given)
    try {
      if (stats.size > maxBytes) return ''
      const bytes = await readBytes(file, stats.size, call)
      return bytes.includes(0) ? '' : new TextDecoder('utf-8', { fatal: true }).decode(bytes)
    } finally {
      await file.close()
    }
  } catch (error) {
    if (error instanceof TypeError) return ''
    if (error instanceof ToolError && error.permanent && error.code !== 'ABORTED') return ''
    throw error
  }
}
