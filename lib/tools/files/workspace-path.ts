import { fileError } from './file-error.ts'
import { isTemporaryName } from './temporary-name.ts'

/** A path that obeys the rules a path can be held to by reading it. What is on the disk there is the sandbox's question. */
export interface WorkspacePath {
  /** As the caller wrote it, for error messages. */
  readonly given: string
  /** The names on the way from the root; none for the root itself. */
  readonly segments: readonly string[]
}

const MAX_LENGTH = 1024
const MAX_DEPTH = 64
const MAX_NAME_BYTES = 255
const WINDOWS_FORBIDDEN = /[<>:"|?*]|[. ]$/
const WINDOWS_DEVICE = /^(?:con|prn|aux|nul|com\d|lpt\d)(?:\.|$)/i

/**
 * Reads `given` as a path below the root, by the strictest rules of all systems, so that a workspace can be moved between them:
 * relative, names separated by `/`, no `..`, no backslash, no drive letter, no NUL, at most 64 deep (THREATS T13). `.` and empty
 * names are passed over.
 *
 * @throws ToolError `PATH_FORBIDDEN`
 */
export function workspacePath(given: string, platform: NodeJS.Platform = process.platform): WorkspacePath {
  const forbidden = (why: string) => fileError('PATH_FORBIDDEN', given, `is forbidden: ${why}`)
  if (given === '') throw forbidden('it is empty')
  if (given.length > MAX_LENGTH) throw forbidden(`it is longer than ${MAX_LENGTH} characters`)
  if (given.includes('\0')) throw forbidden('it has a NUL')
  if (given.includes('\\')) throw forbidden('it has a backslash; names are separated by "/"')
  if (given.startsWith('/') || /^[A-Za-z]:/.test(given)) throw forbidden('it is absolute')
  // Half a surrogate pair has no UTF-8: two such names would be one file.
  if (/\p{Surrogate}/u.test(given)) throw forbidden('it is not well-formed Unicode')

  const segments = given.split('/').filter((name) => name !== '' && name !== '.')
  if (segments.length > MAX_DEPTH) throw forbidden(`it is more than ${MAX_DEPTH} names deep`)
  for (const name of segments) {
    if (name === '..') throw forbidden('it has a ".."')
    if (Buffer.byteLength(name) > MAX_NAME_BYTES) throw forbidden(`it has a name of more than ${MAX_NAME_BYTES} bytes`)
    if (isTemporaryName(name)) throw forbidden('it has a name that is kept for the tools')
    if (platform === 'win32' && (WINDOWS_FORBIDDEN.test(name) || WINDOWS_DEVICE.test(name))) {
      throw forbidden('it has a name that the system does not allow')
    }
  }
  return { given, segments }
}

/** `path` as results show it, and as every tool takes it back: `a/b.txt`, and `.` for the root. */
export function shown({ segments }: Pick<WorkspacePath, 'segments'>): string {
  return segments.length === 0 ? '.' : segments.join('/')
}

/**
 * The folder `path` is in, and its name there.
 *
 * @throws ToolError `IS_DIRECTORY` for the root, which is in no folder of the workspace.
 */
export function splitPath({ given, segments }: WorkspacePath): {
  readonly folder: WorkspacePath
  readonly name: string
} {
  const name = segments.at(-1)
  if (name === undefined) throw fileError('IS_DIRECTORY', given)
  return { folder: { given, segments: segments.slice(0, -1) }, name }
}
