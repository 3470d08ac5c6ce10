import { mkdirSync, realpathSync, statSync } from 'node:fs'
import { dirname, resolve } from 'node:path'
import { errnoOf } from './file-error.ts'

/**
 * Makes the folder `root` where it is missing, with those above it, and gives its real path: absolute, and without links. Other
 * processes may make the same folders at the same moment.
 *
 * @throws the system's error where there is no folder and none can be made.
 */
export function makeRoot(root: string): string {
  const path = resolve(root)
  makeFolder(path)
  return realpathSync(path)
}

/** Folder by folder: asked for all at once, Node tries for ever where the system has folders that can hold none (`/proc`). */
function makeFolder(path: string): void {
  if (isFolder(path)) return
  if (statSync(path, { throwIfNoEntry: false }) === undefined) makeFolder(dirname(path))
  try {
    mkdirSync(path)
  } catch (error) {
    // another server that starts at this moment may have made it since we looked
    if (errnoOf(error) !== 'EEXIST' || !isFolder(path)) throw error
  }
}

const isFolder = (path: string): boolean => statSync(path, { throwIfNoEntry: false })?.isDirectory() ?? false
