import { ToolError } from '../tool.ts'

/** The codes `http_get` fails with; `docs/protocol.md` lists them. */
type HttpErrorCode =
  | 'INVALID_URL'
  | 'HOST_FORBIDDEN'
  | 'ADDRESS_FORBIDDEN'
  | 'TOO_MANY_REDIRECTS'
  | 'INSECURE_REDIRECT'
  | 'INVALID_RESPONSE'
  | 'UNREACHABLE'
  | 'TIMED_OUT'
  | 'ABORTED'

const SENTENCES: Readonly<Record<HttpErrorCode, string>> = {
  INVALID_URL: 'the URL must be one of http or https, without a user and a password',
  HOST_FORBIDDEN: 'the host is not one that may be asked',
  ADDRESS_FORBIDDEN: 'the host has an address that is not public',
  TOO_MANY_REDIRECTS: 'the host redirects too often',
  INSECURE_REDIRECT: 'the host redirects from https to http',
  INVALID_RESPONSE: 'the host answered what cannot be read',
  UNREACHABLE: 'the host could not be reached',
  TIMED_OUT: 'the host took too long',
  ABORTED: 'the call was cancelled',
}

/** What another try may help against. */
const TRANSIENT: ReadonlySet<HttpErrorCode> = new Set(['UNREACHABLE', 'TIMED_OUT'])

/** A failure in words that tell nothing of this machine's network (THREATS T17); what the system says is in `cause`, for the log. */
export function httpError(code: HttpErrorCode, cause?: unknown): ToolError {
  return new ToolError(code, SENTENCES[code], { permanent: !TRANSIENT.has(code), cause })
}

/** `error`, of a request or of its response, as a caller may read it. */
export function toHttpError(error: unknown): ToolError {
  if (error instanceof ToolError) return error
  const code: unknown = error instanceof Error ? Reflect.get(error, 'code') : undefined
  return httpError(typeof code === 'string' && code.startsWith('HPE_') ? 'INVALID_RESPONSE' : 'UNREACHABLE', error)
}
