import { type Either, left, right } from 'fp-ts/lib/Either.js'
import { describeValue, type ErrorDetail } from '../base/codec-details.ts'
import { isRecord } from '../base/is-record.ts'
import { printable } from '../base/printable.ts'
import { isPoisonousName } from './param-names.ts'
import { withoutSensitive } from './sensitive.ts'
import type { Tool } from './tool.ts'

/** One argument of `CALL tool …`: a bare value, `--name value`, or a flag `--name`, whose value is `true`. */
export interface CallArgument {
  /** Absent for a positional argument. */
  readonly name?: string
  readonly value: string | true
}

const MAX_DETAILS = 20
const MAX_TEXT = 120

/**
 * Gives the arguments of a `CALL` their names, as the params that `ToolRegistry.prepare` decodes: positional ones take the names
 * of `tool.positional` in order. Too many of them, or a name given twice, is a detail; names the tool does not know are left for
 * `prepare` to refuse. Never throws.
 */
export function bindArguments(
  tool: Pick<Tool, 'positional' | 'params'>,
  args: readonly CallArgument[],
): Either<readonly ErrorDetail[], Record<string, unknown>> {
  const { positional } = tool
  const params = new Map<string, string | true>()
  const details: ErrorDetail[] = []
  let unnamed = 0
  for (const [index, { name: given, value }] of args.entries()) {
    const name = given ?? positional[unnamed++]
    if (name === undefined) details.push(detail(`arguments[${index}]`, roomFor(positional), value))
    else if (isPoisonousName(name)) details.push(detail(name, 'another name', value))
    else if (params.has(name)) details.push(detail(name, 'to be given once', shownValue(tool, name, value)))
    else params.set(name, value)
  }
  // fromEntries defines properties: no name reaches a setter
  return details.length > 0 ? left(details.slice(0, MAX_DETAILS)) : right(Object.fromEntries(params))
}

/**
 * `args` as they may be shown: with `"[sensitive]"` for what the params of `tool` mark (THREATS T21). To print a command again without
 * its secrets.
 */
export function argumentsWithoutSensitive(
  tool: Pick<Tool, 'positional' | 'params'>,
  args: readonly CallArgument[],
): readonly CallArgument[] {
  let unnamed = 0
  return args.map((argument) => {
    const name = argument.name ?? tool.positional[unnamed++]
    return name === undefined ? argument : { ...argument, value: shownValue(tool, name, argument.value) }
  })
}

function shownValue({ params }: Pick<Tool, 'params'>, name: string, value: string | true): string | true {
  const shown = withoutSensitive(params, Object.fromEntries([[name, value]]))
  const field: unknown = isRecord(shown) ? shown[name] : shown
  return typeof field === 'string' ? field : value
}

function detail(path: string, expected: string, value: unknown): ErrorDetail {
  return { path: printable(path, MAX_TEXT), expected, actual: describeValue(value) }
}

function roomFor(positional: readonly string[]): string {
  return positional.length === 0
    ? 'a name (--name value): this tool takes no other arguments'
    : `at most ${positional.length} without a name (${positional.join(', ')})`
}
