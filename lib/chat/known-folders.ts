import { folderOf, ROOT, withoutSlash } from './paths.ts'
import type { Act, Referents } from './reading.ts'

/** Whether the same message made a folder of that name, looked into it, or put a file there. */
export function isKnownFolder(path: string, { folders = [] }: Referents): boolean {
  return folders.includes(withoutSlash(path))
}

/** The folders that `steps` speak of, or put something into. */
export function foldersOf(steps: readonly Act[]): readonly string[] {
  return steps.flatMap(({ refersTo: { folder, file } }) =>
    [folder, file === undefined ? undefined : folderOf(file)]
      .filter((path) => path !== undefined)
      .map(withoutSlash)
      .filter((path) => path !== ROOT),
  )
}
