import type { ErrorDetail } from '../base/codec-details.ts'
import type { CallStep, Location } from '../dsl/ast.ts'
import type { ToolNode } from '../event/graph.ts'
import { bindArguments } from '../tools/arguments.ts'
import { knownNames } from '../base/codec-names.ts'
import type { ToolRegistry } from '../tools/registry.ts'
import type { Tool } from '../tools/tool.ts'
import { isForGood, paramIn } from './misfits.ts'
import { ScriptFault } from './script-fault.ts'
import { meaningOfWord } from './script-words.ts'

/**
 * The node of `call`. `agent` is whose tools it may call first: `agent.tool` where there is one, else `tool`, which is everybody's.
 *
 * @throws ScriptFault for an unknown tool, and for arguments that do not fit it.
 */
export function planCall(call: CallStep, id: string, agent: string | undefined, tools: ToolRegistry): ToolNode {
  const tool = toolOf(call, agent, tools)
  const bound = bindArguments(tool, call.args)
  if (bound._tag === 'Left') throw misfit(tool, bound.left, call)
  const params = fittedParams(tool, bound.right, call, tools)
  return {
    id,
    type: 'tool_call',
    tool: tool.name,
    params,
    ...(call.task === undefined ? {} : { name: call.task }),
    ...(call.timeoutMs === undefined ? {} : { timeoutMs: call.timeoutMs }),
    ...(call.retries === undefined ? {} : { retries: call.retries }),
  }
}

/**
 * `params` as the tool takes them. Words are texts; where the tool takes no text, one that says a number, a truth value, `null`, a list or
 * a record as JSON does is taken for that.
 */
function fittedParams(tool: Tool, params: Params, call: CallStep, tools: ToolRegistry): Params {
  const names = knownNames(tool.params)
  const misfits = (given: Params): readonly ErrorDetail[] => {
    const prepared = tools.prepare(tool.name, given)
    if (prepared._tag === 'Right' || prepared.left._tag === 'UnknownTool') return []
    return prepared.left.details.filter((detail) => isForGood(detail, given, names))
  }
  const details = misfits(params)
  if (details.length === 0) return params
  const unfit = new Set(details.map(({ path }) => path))
  const meant = Object.entries(params).map(([name, value]) => [name, unfit.has(name) ? meaningOfWord(value) : value])
  const fitted = Object.fromEntries(meant) as Params
  const left = misfits(fitted)
  if (left.length === 0) return fitted
  // As they were written, where it is words that do not fit.
  const still = new Set(left.map(paramIn))
  const written = details.filter((detail) => still.has(paramIn(detail)))
  throw misfit(tool, written.length === 0 ? left : written, call)
}

type Params = Readonly<Record<string, unknown>>

function toolOf({ tool, toolLocation }: CallStep, agent: string | undefined, tools: ToolRegistry): Tool {
  const found = (agent === undefined ? undefined : tools.get(`${agent}.${tool}`)) ?? tools.get(tool)
  if (found !== undefined) return found
  const known = tools.list().map(({ name }) => name)
  const asked = agent === undefined ? `"${tool}"` : `"${agent}.${tool}" or "${tool}"`
  throw new ScriptFault('UNKNOWN_TOOL', `no tool is called ${asked}; there are ${known.join(', ')}`, toolLocation)
}

function misfit(tool: Tool, details: readonly ErrorDetail[], call: CallStep): ScriptFault {
  const listed = details.map(
    ({ path, expected, actual }) => `${path || 'arguments'}: expected ${expected}, got ${actual}`,
  )
  const message = `the arguments of ${tool.name} do not fit: ${listed.join('; ')}`
  return new ScriptFault('INVALID_ARGUMENTS', message, placeOf(details[0], tool, call))
}

/** Where the argument stands that `detail` is about; the tool, where it is about none. */
function placeOf(detail: ErrorDetail | undefined, { positional }: Tool, { args, toolLocation }: CallStep): Location {
  const index = Number(/^arguments\[(\d+)\]/.exec(detail?.path ?? '')?.[1] ?? Number.NaN)
  const path = detail === undefined ? '' : paramIn(detail)
  let unnamed = 0
  const names = args.map(({ name }) => name ?? positional[unnamed++])
  return (args[index] ?? args[names.lastIndexOf(path)])?.location ?? toolLocation
}
