import type { ErrorDetail } from '../base/codec-details.ts'
import type { CallStep } from '../dsl/ast.ts'
import { referencesIn } from '../dsl/reference.ts'
import type { ToolNode } from '../event/graph.ts'
import { bindArguments } from '../tools/arguments.ts'
import { knownParamNames } from '../tools/param-names.ts'
import type { ToolRegistry } from '../tools/registry.ts'
import type { Tool } from '../tools/tool.ts'
import { ScriptFault } from './script-fault.ts'

/**
 * The node of `call`. `agent` is whose tools it may call first: `agent.tool` where there is one, else `tool`, which is everybody's.
 *
 * @throws ScriptFault for an unknown tool, and for arguments that do not fit it.
 */
export function planCall(call: CallStep, id: string, agent: string | undefined, tools: ToolRegistry): ToolNode {
  const tool = toolOf(call, agent, tools)
  const bound = bindArguments(tool, call.args)
  if (bound._tag === 'Left') throw misfit(tool, bound.left, call)
  const params = bound.right
  const prepared = tools.prepare(tool.name, params)
  if (prepared._tag === 'Left' && prepared.left._tag === 'InvalidParams') {
    const names = knownParamNames(tool.params)
    const details = prepared.left.details.filter((detail) => isForGood(detail, params, names))
    if (details.length > 0) throw misfit(tool, details, call)
  }
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

function toolOf({ tool, location }: CallStep, agent: string | undefined, tools: ToolRegistry): Tool {
  const found = (agent === undefined ? undefined : tools.get(`${agent}.${tool}`)) ?? tools.get(tool)
  if (found !== undefined) return found
  const known = tools.list().map(({ name }) => name)
  const asked = agent === undefined ? `"${tool}"` : `"${agent}.${tool}" or "${tool}"`
  throw new ScriptFault('UNKNOWN_TOOL', `no tool is called ${asked}; there are ${known.join(', ')}`, location)
}

/** Whether what is wrong will still be so once the references of the params are replaced. */
function isForGood(
  { path }: ErrorDetail,
  params: Readonly<Record<string, unknown>>,
  names: ReadonlySet<string> | undefined,
): boolean {
  const [name = ''] = path.split(/[.[]/)
  if (!Object.hasOwn(params, name)) return name !== '' || !Object.values(params).some(holdsReference)
  return names?.has(name) === false || !holdsReference(params[name])
}

function holdsReference(value: unknown): boolean {
  return typeof value === 'string' && referencesIn(value).length > 0
}

function misfit({ name }: Tool, details: readonly ErrorDetail[], { location }: CallStep): ScriptFault {
  const listed = details.map(
    ({ path, expected, actual }) => `${path || 'arguments'}: expected ${expected}, got ${actual}`,
  )
  return new ScriptFault('INVALID_ARGUMENTS', `the arguments of ${name} do not fit: ${listed.join('; ')}`, location)
}
