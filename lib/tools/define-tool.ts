import type { Mixed } from 'io-ts'
import { aFunction, checkOptions, objectWith, OptionError, type OptionRule, requireOption } from '../base/options.ts'
import { partsOf } from '../base/codec-parts.ts'
import { knownNames } from '../base/codec-names.ts'
import { isPoisonousName } from './param-names.ts'
import { type Tool, type ToolDefinition, ToolError } from './tool.ts'

const FACTORY = 'defineTool'
const TOOL_NAME = /^[A-Za-z][A-Za-z0-9_.-]{0,63}$/
const UNFIT = 'the result of the tool is not what the tool says it is'
const PARAM_NAME = /^[A-Za-z][A-Za-z0-9_-]{0,63}$/

const REQUIRED: Readonly<Record<string, OptionRule>> = {
  name: {
    expected: 'a letter followed by at most 63 letters, digits, "_", "-" or "."',
    test: (value) => typeof value === 'string' && TOOL_NAME.test(value),
  },
  description: {
    expected: 'a sentence',
    test: (value) => typeof value === 'string' && value.trim() !== '',
  },
  params: {
    expected: 'an io-ts codec of a record',
    test: (value) => objectWith('name', 'decode').test(value) && !isOfNoRecord(value as Mixed),
  },
  run: aFunction,
}

const RULES: Readonly<Record<string, OptionRule>> = {
  ...REQUIRED,
  results: objectWith('name', 'is'),
  positional: { expected: 'a list of names of params', test: Array.isArray },
  idempotent: { expected: 'true or false', test: (value) => typeof value === 'boolean' },
}

/**
 * Makes a tool whose `run` is typed by its `params` codec.
 *
 * ```ts
 * import * as t from 'io-ts'
 * import { defineTool } from 'praxis-rx'
 *
 * const shout = defineTool({
 *   name: 'shout',
 *   description: 'Returns a text in capitals.',
 *   params: t.type({ text: t.string }),
 *   positional: ['text'],
 *   idempotent: true,
 *   run: ({ text }) => text.toUpperCase(),
 * })
 * ```
 *
 * @throws OptionError naming the field that is missing, misspelled or wrong.
 */
export function defineTool<Params extends Mixed, Results extends Mixed = Mixed>(
  definition: ToolDefinition<Params, Results>,
): Tool {
  checkOptions(FACTORY, definition, RULES)
  for (const [name, rule] of Object.entries(REQUIRED)) requireOption(FACTORY, definition, name, rule)
  const { name, description, params, results, positional = [], idempotent = false } = definition
  checkPositional(params, positional)
  return {
    name,
    description,
    params,
    ...(results !== undefined && { results }),
    positional: [...positional],
    idempotent,
    // async, so that a throw is a rejection too
    run: async (decoded, context): Promise<unknown> => {
      const result: unknown = await definition.run(decoded, context)
      // nobody looks at what comes too late
      if (results !== undefined && !context.signal.aborted && !results.is(result))
        throw new ToolError('INVALID_RESULT', UNFIT, { permanent: true })
      return result
    },
  }
}

/** Whether nothing that `codec` takes has names. A codec of somebody's own is taken at its word. */
function isOfNoRecord(codec: Mixed): boolean {
  const { _tag, type } = partsOf(codec)
  if (_tag === 'RefinementType' || _tag === 'ReadonlyType' || _tag === 'SensitiveType')
    return type !== undefined && isOfNoRecord(type)
  return typeof _tag === 'string' && NO_RECORDS.has(_tag)
}

const NO_RECORDS: ReadonlySet<string> = new Set([
  'StringType',
  'NumberType',
  'BigIntType',
  'BooleanType',
  'NullType',
  'UndefinedType',
  'VoidType',
  'FunctionType',
  'LiteralType',
  'KeyofType',
  'ArrayType',
  'ReadonlyArrayType',
  'AnyArrayType',
  'TupleType',
])

function checkPositional(params: Mixed, positional: readonly unknown[]): void {
  const known = knownNames(params)
  const seen = new Set<unknown>()
  for (const name of positional) {
    if (typeof name !== 'string' || !PARAM_NAME.test(name) || isPoisonousName(name)) {
      throw new OptionError(FACTORY, 'positional', 'a list of names of params', name)
    }
    if (seen.has(name)) throw new OptionError(FACTORY, 'positional', 'names given once each', name)
    if (known?.has(name) === false) throw new OptionError(FACTORY, 'positional', 'names the params codec has', name)
    seen.add(name)
  }
}
