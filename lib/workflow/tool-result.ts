import { type Either, left, right } from 'fp-ts/lib/Either.js'
import { printable } from '../base/printable.ts'
import { isDeeperThan } from '../event/json-depth.ts'
import { truncateValue } from '../event/truncate.ts'
import { ToolError } from '../tools/tool.ts'

/** The most one result may take as JSON; a longer one is cut, with a notice (THREATS T14). */
const MAX_RESULT_BYTES = 200 * 1024
/** It travels inside events, whose depth is bounded too. */
const MAX_RESULT_DEPTH = 100
const MAX_ERROR_LENGTH = 2_000

/** `result` as JSON keeps it, cut to its bound; `null` for none. Left where JSON cannot hold it. */
export function plainResult(result: unknown): Either<string, unknown> {
  if (result === undefined) return right(null)
  let json: unknown
  try {
    json = JSON.stringify(result)
  } catch {
    return left('the result of the tool cannot be JSON')
  }
  if (typeof json !== 'string') return left('the result of the tool cannot be JSON')
  if (isDeeperThan(MAX_RESULT_DEPTH, json))
    return left(`the result of the tool is nested deeper than ${MAX_RESULT_DEPTH}`)
  return right(truncateValue(JSON.parse(json), MAX_RESULT_BYTES))
}

/** How a tool failed, as others may know it. */
export interface ToolFailure {
  readonly error: string
  readonly isPermanent: boolean
}

/**
 * What to tell of an error that a tool rejected with. The tool's own words are its author's to choose; the operating system's hold
 * paths of this machine and are reduced to their code (THREATS T17).
 */
export function toolFailure(error: unknown): ToolFailure {
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
