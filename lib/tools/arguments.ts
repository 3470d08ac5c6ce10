import { type Either, left, right } from 'fp-ts/lib/Either.js'
import { describeValue, type ErrorDetail } from '../base/codec-details.ts'
import { isRecord } from '../base/is-record.ts'
import { printable } from '../base/printable.ts'
import { knownNames } from '../base/codec-names.ts'
import { isPoisonousName } from './param-names.ts'
import { HIDDEN, marksAnything, withoutSensitive } from './sensitive.ts'
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
    const shown = (): string | true => shownValue(tool, name, value)
    if (name === undefined) details.push(detail(`arguments[${index}]`, roomFor(positional), shown()))
    else if (isPoisonousName(name)) details.push(detail(name, 'another name', shown()))
    else if (params.has(name)) {
      details.push(detail(name, 'to be given once', marksAnything(tool.params) ? HIDDEN : shown()))
    } else params.set(name, value)
  }
  // fromEntries defines properties: no name reaches a setter
  return details.length > 0 ? left(details.slice(0, MAX_DETAILS)) : right(Object.fromEntries(params))
}

/**
 * `args` as they may be shown: with `"[sensitive]"` for what the params of `tool` mark (THREATS T21), and for what has no place among
 * them, or a place that is taken: it may be a secret that was misspelled, or not quoted. To print a command again without its secrets.
 */
export function argumentsWithoutSensitive(
  tool: Pick<Tool, 'positional' | 'params'>,
  args: readonly CallArgument[],
): readonly CallArgument[] {
  if (!marksAnything(tool.params)) return args
  const known = knownNames(tool.params)
  const seen = new Set<string>()
  let unnamed = 0
  return args.map((argument) => {
    const name = argument.name ?? tool.positional[unnamed++]
    // one of two is somewhere where it should not be
    const isAgain = name !== undefined && seen.has(name)
    if (name !== undefined) seen.add(name)
    // an option that nobody knows may be the secret itself
    if (argument.name !== undefined && known?.has(argument.name) === false) return { value: HIDDEN }
    const shown = isAgain ? HIDDEN : shownValue(tool, name, argument.value)
    return shown === argument.value ? argument : { ...argument, value: shown }
  })
}

function shownValue({ params }: Pick<Tool, 'params'>, name: string | undefined, value: string | true): string | true {
  const isPlaced = name !== undefined && knownNames(params)?.has(name) !== false
  if (!isPlaced) return marksAnything(params) ? HIDDEN : value
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
