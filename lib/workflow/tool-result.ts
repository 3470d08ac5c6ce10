import { type Either, left, right } from 'fp-ts/lib/Either.js'
import type { Mixed } from 'io-ts'
import { printable } from '../base/printable.ts'
import { isTruncatedText, previewOf, truncateText } from '../event/truncate.ts'
import { HIDDEN, isSensitive, marksAnything, withoutSensitive } from '../tools/sensitive.ts'
import { ToolError } from '../tools/tool.ts'
import { boundedJson, OwnFormError, TooDeepError } from './bounded-json.ts'
import type { Failure } from './failure.ts'

/** The most one result may take as JSON; a longer one is cut, with a notice (THREATS T14). */
const CUT_AT_BYTES = 200 * 1024
/** It travels inside events, whose depth is bounded too. */
const MAX_RESULT_DEPTH = 100
/** Of a result for which there is no room. */
const PREVIEW_BYTES = 1_024
const MAX_ERROR_LENGTH = 2_000
const NO_JSON = 'the result of the tool cannot be JSON'
const NOT_HIDABLE = 'a part of the result of the tool makes its own JSON, in which nothing could be hidden'
const HIDDEN_NOTICE = `the result is longer than ${CUT_AT_BYTES} bytes as JSON; as a part of it is sensitive, nothing of it is shown`
const NOTICE = `the result is longer than ${CUT_AT_BYTES} bytes as JSON; this is its beginning`

/**
 * `result` as JSON keeps it, cut to its bound; `null` for none. What `results` marks as sensitive is hidden, and of what is too long then
 * nothing is shown. Left where JSON cannot hold it, or where nothing could be hidden in it. A result of any size costs no more than its
 * bound.
 */
export function plainResult(result: unknown, results?: Mixed): Either<string, unknown> {
  if (result === undefined) return right(null)
  if (results !== undefined && isSensitive(results)) return right(HIDDEN)
  try {
    return results !== undefined && marksAnything(results) ? hiddenResult(result, results) : openResult(result)
  } catch (error) {
    if (error instanceof TooDeepError) return left(`the result of the tool is nested deeper than ${MAX_RESULT_DEPTH}`)
    return left(error instanceof OwnFormError ? NOT_HIDABLE : NO_JSON)
  }
}

function openResult(result: unknown): Either<string, unknown> {
  const written = boundedJson(result, { maxLength: CUT_AT_BYTES, maxDepth: MAX_RESULT_DEPTH })
  if (written === undefined) return left(NO_JSON)
  const { json, isWhole } = written
  if (isWhole && Buffer.byteLength(json) <= CUT_AT_BYTES) return right(JSON.parse(json))
  return right(typeof result === 'string' ? cutText(result) : cutJson(json))
}

/** Hidden is what JSON has of it: what an instance keeps to itself, or makes of itself when it is asked, has no place in the codec. */
function hiddenResult(result: unknown, results: Mixed): Either<string, unknown> {
  const written = boundedJson(result, {
    maxLength: CUT_AT_BYTES,
    maxDepth: MAX_RESULT_DEPTH,
    asksOwnForms: false,
  })
  if (written === undefined) return left(NO_JSON)
  if (!written.isWhole) return right(cut(HIDDEN_NOTICE, ''))
  const shown = withoutSensitive(results, JSON.parse(written.json))
  const json = JSON.stringify(shown)
  return right(Buffer.byteLength(json) <= CUT_AT_BYTES ? shown : cutJson(json))
}

function cutText(text: string): string {
  return truncateText(text, CUT_AT_BYTES, Buffer.byteLength(text))
}

function cutJson(json: string): object {
  return cut(NOTICE, previewOf(json, CUT_AT_BYTES))
}

/** Records that stand for results that were too long. */
const cutResults = new WeakSet<object>()

function cut(notice: string, preview: string): object {
  const result = { truncated: true, notice, preview }
  cutResults.add(result)
  return result
}

/** Where there is no room for `result`: its beginning, with `notice`; of a text a text. */
export function cutResult(result: unknown, notice: string): unknown {
  if (typeof result === 'string') return truncateText(result, PREVIEW_BYTES, Buffer.byteLength(result))
  return cut(notice, previewOf(JSON.stringify(result), PREVIEW_BYTES))
}

/** Whether `result` stands for one that was too long: what else is in that nobody knows. */
export function isCutResult(result: unknown): boolean {
  if (typeof result === 'string') return isTruncatedText(result)
  return typeof result === 'object' && result !== null && cutResults.has(result)
}

/** How a tool failed, as others may know it. */
export interface ToolFailure extends Failure {
  readonly isPermanent: boolean
  /** What the tool did not foresee, for whoever mends it; undefined for a `ToolError`. */
  readonly fault: Fault | undefined
}

/** An error in words. None of its other fields: they may hold the params, or the world. */
export interface Fault {
  readonly name: string
  readonly message: string
  readonly stack: string
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
    return { error: 'the tool failed', code: UNFORESEEN, isPermanent: false, fault: NO_ERROR }
  }
}

const NO_ERROR: Fault = { name: '', message: 'it threw what is no error', stack: '' }
const MAX_STACK_LENGTH = 4_000

/** Of what a tool throws that is no `ToolError`. */
const UNFORESEEN = 'TOOL_FAILED'
const MAX_CODE_LENGTH = 64

function failureOf(error: unknown): ToolFailure {
  if (error instanceof ToolError) {
    return { error: wordsOf(error), code: codeOf(error), isPermanent: error.permanent, fault: undefined }
  }
  const unforeseen = { code: UNFORESEEN, isPermanent: false }
  if (!(error instanceof Error)) return { error: 'the tool failed', fault: NO_ERROR, ...unforeseen }
  const fault = faultOf(error)
  if ('syscall' in error) return { error: `the tool failed: ${systemCode(error)}`, fault, ...unforeseen }
  return { error: wordsOf(error), fault, ...unforeseen }
}

function faultOf({ name, message, stack }: Error): Fault {
  const words = (value: unknown, length: number): string => (typeof value === 'string' ? value.slice(0, length) : '')
  return {
    name: words(name, MAX_CODE_LENGTH),
    message: words(message, MAX_ERROR_LENGTH),
    stack: words(stack, MAX_STACK_LENGTH),
  }
}

/** A tool written without types may put anything there too. */
function codeOf(error: ToolError): string {
  const code: unknown = error.code
  return typeof code === 'string' && code !== '' ? printable(code, MAX_CODE_LENGTH) : UNFORESEEN
}

/** A tool written without types may put anything where the message is. */
function wordsOf(error: Error): string {
  const message: unknown = error.message
  return typeof message === 'string' && message !== '' ? printable(message, MAX_ERROR_LENGTH) : 'the tool failed'
}

function systemCode(error: Error): string {
  return 'code' in error && typeof error.code === 'string' ? printable(error.code, 32) : 'system error'
}
