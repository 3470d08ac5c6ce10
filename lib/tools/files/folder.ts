import { constants, existsSync } from 'node:fs'
import { lstat, open, realpath } from 'node:fs/promises'
import { join } from 'node:path'
import { CodedError } from '../../base/coded-error.ts'
import { errnoOf } from './file-error.ts'
import { namesInside } from './names-inside.ts'

/** A directory that was found to be one, and no symbolic link. Whoever opens it closes it. */
export interface Folder {
  /** The directory, for system calls on itself. */
  readonly self: string
  /** Where system calls find `name`, a single name, in this directory. */
  readonly at: (name: string) => string
  readonly close: () => Promise<void>
}

/**
 * Opens the directory at `path`, which was reached from `root` and whose last name must not be a symbolic link. Rejects with the
 * errors of `node:fs`.
 */
export type OpenFolder = (path: string, root: string) => Promise<Folder>

/**
 * A folder that is held by its descriptor, and reached through it: a directory that is moved away and replaced by a link after
 * it was opened makes no difference to who holds it (THREATS T13). Linux only.
 */
export const openAnchored: OpenFolder = async (path) => {
  const handle = await open(path, constants.O_RDONLY | constants.O_DIRECTORY | constants.O_NOFOLLOW).catch(
    async (error: unknown) => {
      // Linux says ENOTDIR of a link too
      if (errnoOf(error) === 'ENOTDIR' && (await lstat(path)).isSymbolicLink()) throw symbolicLink()
      throw error
    },
  )
  const self = `/proc/self/fd/${handle.fd}`
  return { self, at: (name) => `${self}/${name}`, close: () => handle.close() }
}

/**
 * A folder that is reached by its path, which was checked. What remains: a process of this machine that replaces a directory by a
 * link between the check and the use wins. The tools themselves cannot make a link, so it takes another program that writes in
 * the workspace.
 */
export const openChecked: OpenFolder = async (path, root) => {
  const stats = await lstat(path)
  if (stats.isSymbolicLink()) throw symbolicLink()
  if (!stats.isDirectory()) throw new CodedError('ENOTDIR', 'not a directory')
  // a link that came in above `path`, or of a kind that lstat does not know
  if (namesInside(root, await realpath(path)) === undefined) throw symbolicLink()
  return { self: path, at: (name) => join(path, name), close: () => Promise.resolve() }
}

/** The best way this system has. */
export const openFolder: OpenFolder =
  process.platform === 'linux' && existsSync('/proc/self/fd') ? openAnchored : openChecked

function symbolicLink(): Error {
  return new CodedError('ELOOP', 'a symbolic link')
}
