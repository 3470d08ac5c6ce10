import { constants, type Stats } from 'node:fs'
import { type FileHandle, open, rename, rm } from 'node:fs/promises'
import { fileError, throwIfAborted, toFileError } from './file-error.ts'
import type { Folder } from './folder.ts'
import { makeFolders } from './make-folders.ts'
import { statFileIfAny } from './stat-file.ts'
import { temporaryName } from './temporary-name.ts'
import type { Workspace } from './workspace.ts'
import { splitPath, type WorkspacePath } from './workspace-path.ts'

/** What a file will hold. */
interface NewContent {
  /** How many bytes {@link write} writes. */
  readonly bytes: number
  /** The permissions of a file that is new; one that was there keeps its own. */
  readonly mode?: number
  readonly write: (file: FileHandle) => Promise<void>
}

const PERMISSIONS = 0o777
const NEW_FILE = constants.O_CREAT | constants.O_EXCL | constants.O_WRONLY

/**
 * Gives the file at `target` a new content in one step: whoever reads it sees the old content or the new, never half
 * (SEMANTICS P13), also after a power cut. Missing folders are made. What goes wrong, or is cancelled, leaves the old content.
 * To be run within `usage.exclusively`.
 *
 * @returns what is known of the file that was there before
 */
export async function replaceFile(
  workspace: Workspace,
  target: WorkspacePath,
  content: NewContent,
  signal: AbortSignal,
): Promise<Stats | undefined> {
  const { sandbox, usage, limits } = workspace
  throwIfAborted(signal, target.given)
  if (content.bytes > limits.maxFileBytes) {
    throw fileError('TOO_LARGE', target.given, `is too large: a file holds at most ${limits.maxFileBytes} bytes`)
  }
  const { folder: parent, name } = splitPath(target)
  const before = await statFileIfAny(sandbox, target)
  const growth = { bytes: content.bytes - (before?.size ?? 0), entries: before === undefined ? 1 : 0 }
  await usage.admit(growth, target.given, signal)
  usage.add(growth)
  try {
    await makeFolders(workspace, parent, signal)
    const folder = await sandbox.open(parent)
    try {
      await swapIn(folder, name, content, { before, given: target.given, signal })
    } finally {
      await folder.close()
    }
    return before
  } catch (error) {
    usage.add({ bytes: -growth.bytes, entries: -growth.entries })
    throw toFileError(error, target.given)
  }
}

async function swapIn(
  folder: Folder,
  name: string,
  content: NewContent,
  call: { readonly before: Stats | undefined; readonly given: string; readonly signal: AbortSignal },
): Promise<void> {
  throwIfAborted(call.signal, call.given)
  const temporary = folder.at(temporaryName())
  try {
    await writeNew(temporary, content, call.before?.mode ?? content.mode)
    throwIfAborted(call.signal, call.given)
    await rename(temporary, folder.at(name))
  } catch (error) {
    // the reason to tell is the first one
    await rm(temporary, { force: true }).catch(() => undefined)
    throw error
  }
}

async function writeNew(path: string, content: NewContent, mode: number | undefined): Promise<void> {
  const file = await open(path, NEW_FILE)
  try {
    if (mode !== undefined) await file.chmod(mode & PERMISSIONS)
    await content.write(file)
    // without it a power cut could keep the new name and lose the content
    await file.datasync()
  } finally {
    await file.close()
  }
}
