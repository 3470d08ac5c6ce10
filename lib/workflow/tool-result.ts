import { type Either, left, right } from 'fp-ts/lib/Either.js'
import type { Mixed } from 'io-ts'
import { printable } from '../base/printable.ts'
import { previewOf, truncateText } from '../event/truncate.ts'
import { withoutSensitive } from '../tools/sensitive.ts'
import { ToolError } from '../tools/tool.ts'
import { boundedJson, TooDeepError } from './bounded-json.ts'

/** The most one result may take as JSON; a longer one is cut, with a notice (THREATS T14). */
const MAX_RESULT_BYTES = 200 * 1024
/** It travels inside events, whose depth is bounded too. */
const MAX_RESULT_DEPTH = 100
const MAX_ERROR_LENGTH = 2_000
const NO_JSON = 'the result of the tool cannot be JSON'
const NOTICE = `the result is longer than ${MAX_RESULT_BYTES} bytes as JSON; this is its beginning`

/**
 * `result` as JSON keeps it, cut to its bound; `null` for none. What `results` marks as sensitive is hidden, before anything is cut.
 * Left where JSON cannot hold it. A result of any size costs no more than its bound.
 */
export function plainResult(result: unknown, results?: Mixed): Either<string, unknown> {
  if (result === undefined) return right(null)
  try {
    const shown = results === undefined ? result : withoutSensitive(results, result)
    const written = boundedJson(shown, MAX_RESULT_BYTES, MAX_RESULT_DEPTH)
    if (written === undefined) return left(NO_JSON)
    const { json, isWhole } = written
    if (isWhole && Buffer.byteLength(json) <= MAX_RESULT_BYTES) return right(JSON.parse(json))
    return right(typeof shown === 'string' ? cutText(shown) : cutJson(json))
  } catch (error) {
    return left(
      error instanceof TooDeepError ? `the result of the tool is nested deeper than ${MAX_RESULT_DEPTH}` : NO_JSON,
    )
  }
}

function cutText(text: string): string {
  return truncateText(text, MAX_RESULT_BYTES, Buffer.byteLength(text))
}

function cutJson(json: string): object {
  return { truncated: true, notice: NOTICE, preview: previewOf(json, MAX_RESULT_BYTES) }
}

/** How a tool failed, as others may know it. */
export interface ToolFailure {
  readonly error: string
  readonly isPermanent: boolean
}

/**
 * What to tell of an error that a tool rejected with. The tool's own words are its author's to choose; the operating system's hold
 * paths of this machine and are reduced to their code (THREATS T17). Never throws, whatever was thrown.
 */
export function toolFailure(error: unknown): ToolFailure {
  try {
    return failureOf(error)
  } catch {
    // a getter of it threw
    return { error: 'the tool failed', isPermanent: false }
  }
}

function failureOf(error: unknown): ToolFailure {
  if (error instanceof ToolError) return { error: wordsOf(error), isPermanent: error.permanent }
  if (!(error instanceof Error)) return { error: 'the tool failed', isPermanent: false }
  if ('syscall' in error) return { error: `the tool failed: ${systemCode(error)}`, isPermanent: false }
  return { error: wordsOf(error), isPermanent: false }
}

/** A tool written without types may put anything where the message is. */
function wordsOf(error: Error): string {
  const message: unknown = error.message
  return typeof message === 'string' && message !== '' ? printable(message, MAX_ERROR_LENGTH) : 'the tool failed'
}

function systemCode(error: Error): string {
  return 'code' in error && typeof error.code === 'string' ? printable(error.code, 32) : 'system error'
}
