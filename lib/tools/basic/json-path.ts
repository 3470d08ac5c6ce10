import { isRecord } from '../../base/is-record.ts'
import { printable } from '../../base/printable.ts'
import { ToolError } from '../tool.ts'

/** One step of a path: a field, an item (negative: from the end), or everything inside. */
export type JsonPathStep = { readonly name: string } | { readonly index: number } | { readonly isAll: true }

const START = /\$?/y
const STEP =
  /\.?(?<name>[\p{L}_][\p{L}\p{N}_-]*)|\[\s*(?<index>-?\d{1,15})\s*\]|(?<all>\[\s*\*\s*\]|\.\*)|\[\s*(?<quoted>"(?:[^"\\]|\\.)*"|'[^'\\]*')\s*\]|\.(?<number>\d{1,15})/uy

/**
 * Reads a path: `name`, `name.name`, `name[0]`, `name[-1]` (the last), `name[*]` or `name.*` (all), `["any name"]`, `name.0`. It may begin
 * with `$` or a dot, as paths of JSONPath and jq do; `$` and `.` alone are the whole value.
 *
 * @throws ToolError `INVALID_PATH`, permanent, with the column.
 */
export function readJsonPath(path: string): readonly JsonPathStep[] {
  START.lastIndex = 0
  const start = START.exec(path)?.[0].length ?? 0
  if (path.slice(start) === '.') return []
  const steps: JsonPathStep[] = []
  for (let index = start; index < path.length; index = STEP.lastIndex) {
    STEP.lastIndex = index
    const groups = STEP.exec(path)?.groups
    const isJoined = groups?.['name'] === undefined || index === 0 || path.charAt(index) === '.'
    if (groups === undefined || !isJoined) {
      throw failure('INVALID_PATH', `the path makes no sense at column ${index + 1}`)
    }
    steps.push(stepOf(groups))
  }
  return steps
}

/**
 * The value at the path in `value`; for a path with "all" in it the list of those that there are.
 *
 * @throws ToolError `NOT_FOUND`, permanent, for a path without "all" where there is nothing.
 */
export function valueAt(value: unknown, steps: readonly JsonPathStep[]): unknown {
  let found = [value]
  for (const step of steps) found = found.flatMap((item) => inside(item, step))
  if (steps.some((step) => 'isAll' in step)) return found
  if (found.length === 0) throw failure('NOT_FOUND', 'there is nothing at the path')
  return found[0]
}

function stepOf(groups: Readonly<Record<string, string | undefined>>): JsonPathStep {
  const { name, quoted, index, number } = groups
  if (name !== undefined) return { name }
  if (quoted !== undefined) return { name: unquoted(quoted) }
  const digits = index ?? number
  return digits === undefined ? { isAll: true } : { index: Number(digits) }
}

function unquoted(quoted: string): string {
  if (quoted.startsWith("'")) return quoted.slice(1, -1)
  try {
    return String(JSON.parse(quoted))
  } catch {
    throw failure('INVALID_PATH', `${printable(quoted)} is no name in JSON`)
  }
}

/** What `step` leads to from `value`: own fields only, so that no name reaches a prototype. */
function inside(value: unknown, step: JsonPathStep): readonly unknown[] {
  if ('isAll' in step) {
    if (Array.isArray(value)) return value
    return isRecord(value) ? Object.values(value) : []
  }
  if ('index' in step && Array.isArray(value)) {
    const index = step.index < 0 ? value.length + step.index : step.index
    return index in value ? [value[index]] : []
  }
  const name = 'index' in step ? String(step.index) : step.name
  return isRecord(value) && Object.hasOwn(value, name) ? [value[name]] : []
}

function failure(code: 'INVALID_PATH' | 'NOT_FOUND', message: string): ToolError {
  return new ToolError(code, message, { permanent: true })
}
