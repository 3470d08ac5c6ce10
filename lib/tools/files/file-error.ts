import { printable } from '../../base/printable.ts'
import { ToolError } from '../tool.ts'

/** The codes a file tool fails with; `docs/protocol.md` lists them. All but `IO_ERROR` are permanent always. */
type FileErrorCode =
  | 'NOT_FOUND'
  | 'ALREADY_EXISTS'
  | 'PATH_FORBIDDEN'
  | 'IS_DIRECTORY'
  | 'NOT_A_DIRECTORY'
  | 'NOT_A_FILE'
  | 'NOT_TEXT'
  | 'INVALID_CONTENT'
  | 'TOO_LARGE'
  | 'QUOTA_EXCEEDED'
  | 'ACCESS_DENIED'
  | 'IO_ERROR'
  | 'ABORTED'

/** What is said of a file that was not to be overwritten. */
export const LEFT_AS_IT_IS = 'is there already, and was left as it is'

const SENTENCES: Readonly<Record<FileErrorCode, string>> = {
  NOT_FOUND: 'does not exist',
  ALREADY_EXISTS: LEFT_AS_IT_IS,
  PATH_FORBIDDEN: 'is not a path inside the workspace',
  IS_DIRECTORY: 'is a directory',
  NOT_A_DIRECTORY: 'is not a directory, or lies below something that is not one',
  NOT_A_FILE: 'is neither a file nor a directory',
  NOT_TEXT: 'is not UTF-8 text; encoding "base64" reads any file',
  INVALID_CONTENT: 'cannot be written: the content is not in its encoding',
  TOO_LARGE: 'is too large',
  QUOTA_EXCEEDED: 'does not fit: the workspace is full',
  ACCESS_DENIED: 'may not be used: the system denies it',
  IO_ERROR: 'could not be used',
  ABORTED: 'was left: the call was cancelled',
}

const CODES: Readonly<Record<string, FileErrorCode>> = {
  ENOENT: 'NOT_FOUND',
  ELOOP: 'PATH_FORBIDDEN',
  ENAMETOOLONG: 'PATH_FORBIDDEN',
  EISDIR: 'IS_DIRECTORY',
  ENOTDIR: 'NOT_A_DIRECTORY',
  ENXIO: 'NOT_A_FILE',
  EFBIG: 'TOO_LARGE',
  ENOSPC: 'QUOTA_EXCEEDED',
  EDQUOT: 'QUOTA_EXCEEDED',
  EACCES: 'ACCESS_DENIED',
  EPERM: 'ACCESS_DENIED',
  EROFS: 'ACCESS_DENIED',
}

/** What the system may get over by itself, and so what another try may help against. */
const TRANSIENT: ReadonlySet<string> = new Set([
  'EIO',
  'EMFILE',
  'ENFILE',
  'EAGAIN',
  'EBUSY',
  'EINTR',
  'ENOMEM',
  'ETIMEDOUT',
])

/** A permanent failure of the path its caller `given`; `why` takes the place of the usual sentence. */
export function fileError(code: FileErrorCode, given: string, why?: string): ToolError {
  return new ToolError(code, sentence(code, given, why), { permanent: true })
}

/**
 * `error` as the caller may read it: the path as it was given, never the server's, and no words of the system (THREATS T17).
 * Those are in `cause`, for the log.
 */
export function toFileError(error: unknown, given: string): ToolError {
  if (error instanceof ToolError) return error
  const errno = errnoOf(error)
  const code = (Object.hasOwn(CODES, errno) ? CODES[errno] : undefined) ?? 'IO_ERROR'
  return new ToolError(code, sentence(code, given), { permanent: !TRANSIENT.has(errno), cause: error })
}

/** What `error` is called by the system: `ENOENT`; empty for an error of another kind. */
export function errnoOf(error: unknown): string {
  const code: unknown = error instanceof Error ? Reflect.get(error, 'code') : undefined
  return typeof code === 'string' ? code : ''
}

/** Stops a call that was cancelled, between two of its steps. */
export function throwIfAborted(signal: AbortSignal, given: string): void {
  if (signal.aborted)
    throw new ToolError('ABORTED', sentence('ABORTED', given), { permanent: true, cause: signal.reason })
}

function sentence(code: FileErrorCode, given: string, why: string = SENTENCES[code]): string {
  return `"${printable(given)}" ${why}`
}
