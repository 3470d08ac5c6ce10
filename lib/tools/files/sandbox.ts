import { mkdir, realpath } from 'node:fs/promises'
import { join } from 'node:path'
import { errnoOf, toFileError } from './file-error.ts'
import type { Folder, OpenFolder } from './folder.ts'
import { namesInside } from './names-inside.ts'
import type { WorkspacePath } from './workspace-path.ts'

/**
 * The one way from a caller's path to the disk. All methods reject with a `ToolError`.
 *
 * Every folder is reached from the root name by name, and no name on the way may be a symbolic link: neither out of the root nor
 * within it. Only two folders are open at any moment, however deep the path, so that descriptors cannot run out.
 */
export interface Sandbox {
  /** Opens the folder at `path`. The caller closes it. */
  readonly open: (path: WorkspacePath) => Promise<Folder>
  /** Makes the folder at `path` and the missing ones above it, and says how many it made. */
  readonly make: (path: WorkspacePath) => Promise<number>
  /**
   * For reading only: where `path` is once the links in it that stay inside the root are followed. A path whose links lead out, or
   * nowhere, comes back as it is, and is refused by {@link open} for its link.
   */
  readonly resolve: (path: WorkspacePath) => Promise<WorkspacePath>
}

/** The sandbox below `root`, which must be a real path: absolute, and without links. */
export function createSandbox(root: string, openFolder: OpenFolder): Sandbox {
  const openRoot = (): Promise<Folder> =>
    openFolder(root, root).catch(async (error: unknown) => {
      // somebody cleared the workspace away, root and all
      if (errnoOf(error) !== 'ENOENT') throw error
      await mkdir(root, { recursive: true })
      return openFolder(root, root)
    })

  const descend = async (path: WorkspacePath, prepare: (at: string) => Promise<void>): Promise<Folder> => {
    try {
      let folder = await openRoot()
      for (const name of path.segments) {
        const above = folder
        try {
          await prepare(above.at(name))
          folder = await openFolder(above.at(name), root)
        } finally {
          await above.close()
        }
      }
      return folder
    } catch (error) {
      throw toFileError(error, path.given)
    }
  }

  return {
    open: (path) => descend(path, async () => undefined),
    make: async (path) => {
      let madeCount = 0
      const folder = await descend(path, async (at) => {
        if (await makeFolder(at)) madeCount += 1
      })
      await folder.close()
      return madeCount
    },
    resolve: async (path) => {
      const real = await realpath(join(root, ...path.segments)).catch(() => undefined)
      const inside = real === undefined ? undefined : namesInside(root, real)
      return inside === undefined ? path : { given: path.given, segments: inside }
    },
  }
}

async function makeFolder(at: string): Promise<boolean> {
  try {
    await mkdir(at)
    return true
  } catch (error) {
    // whatever has the name: opening it is the next step, and tells
    if (errnoOf(error) === 'EEXIST') return false
    throw error
  }
}
