import { OptionError } from '../base/options.ts'
import type { CallArgument, CallStep, Script, Step } from './ast.ts'
import { printCondition } from './print-condition.ts'
import { quoteWord } from './quote.ts'

/** An argument as {@link printCall} takes it: a text is positional, a `value` of `true` is a flag. */
export type PrintableArgument = string | { readonly name: string; readonly value: string | true }

/**
 * The text of a script, one line a step, blocks indented, with the least quoting that is safe: `parseDsl` gives the same script back.
 *
 * @throws OptionError where the language cannot say a name or a number; never for a script that `parseDsl` gave.
 */
export function printScript({ name, steps }: Script): string {
  if (name === undefined) return printSteps(steps, '').join('\n')
  return [`WORKFLOW ${printName('name', name)}`, ...printSteps(steps, INDENT), 'END_WORKFLOW'].join('\n')
}

/**
 * The line that calls `tool` with `args`. It is always one line: a line break in an argument is written as `\n`.
 *
 * No text can say a flag, then a positional argument, then another option, because a flag would take the word after it for its
 * value. There the positional arguments are printed first, in their order, which means the same to a tool.
 *
 * @throws OptionError when the language cannot say the name of the tool or of an option.
 */
export function printCall(tool: string, args: readonly PrintableArgument[] = []): string {
  if (!TOOL_NAME.test(tool)) throw new OptionError('printCall', 'tool', 'a letter, then letters, digits or _ . -', tool)
  return ['CALL', tool, ...printArguments(args)].join(' ')
}

const INDENT = '  '
const TOOL_NAME = /^[A-Za-z][A-Za-z0-9_.-]*$/
const AGENT_ID = /^[A-Za-z0-9_][A-Za-z0-9_.-]*$/
const OPTION_NAME = /^[A-Za-z][A-Za-z0-9_-]*$/

function printSteps(steps: readonly Step[], indent: string): readonly string[] {
  return steps.flatMap((step) => printStep(step, indent))
}

function printStep(step: Step, indent: string): readonly string[] {
  const within = (steps: readonly Step[]): readonly string[] => printSteps(steps, indent + INDENT)
  switch (step._tag) {
    case 'Call':
      return callLines(step).map((line) => indent + line)
    case 'Parallel':
      return [`${indent}PARALLEL`, ...within(step.steps), `${indent}END_PARALLEL`]
    case 'Sequence':
      return [`${indent}SEQUENCE`, ...within(step.steps), `${indent}END_SEQUENCE`]
    case 'If': {
      const otherwise = step.otherwise === undefined ? [] : [`${indent}ELSE`, ...within(step.otherwise)]
      const head = `${indent}IF ${printCondition(step.condition)}`
      return [head, ...within(step.steps), ...otherwise, `${indent}ENDIF`]
    }
    case 'Agent':
      if (!AGENT_ID.test(step.agent))
        throw new OptionError('printScript', 'agent', 'an id of letters and digits', step.agent)
      return [`${indent}AGENT ${step.agent}`]
    default:
      return step satisfies never
  }
}

function callLines({ tool, args, variable, task, retries, timeoutMs }: CallStep): readonly string[] {
  const call = printCall(tool, args.map(printable))
  return [
    ...(task === undefined ? [] : [`TASK ${printName('task', task)}`]),
    ...(retries === undefined ? [] : [`RETRY ${retries}`]),
    ...(timeoutMs === undefined ? [] : [`TIMEOUT ${timeoutMs / 1_000}`]),
    variable === undefined ? call : `$${variable} = ${call}`,
  ]
}

function printName(field: string, name: string): string {
  // oxlint-disable-next-line no-control-regex -- control characters are what a name may not hold
  if (!/^[^\u0000-\u001f\u007f]{1,128}$/.test(name))
    throw new OptionError('printScript', field, 'a name of 1 to 128 characters', name)
  return quoteWord(name)
}

function printable(argument: CallArgument): PrintableArgument {
  return argument.name === undefined ? argument.value : argument
}

function printArguments(args: readonly PrintableArgument[]): readonly string[] {
  const greedy = args.findIndex((arg, index) => isFlag(arg) && isPositional(args[index + 1]))
  if (greedy === -1) return args.map(printArgument)
  const before = args.slice(0, greedy + 1)
  const after = args.slice(greedy + 1)
  if (after.every(isPositional)) return [...before.map(printArgument), '--', ...after.map(printArgument)]
  return [...args.filter(isPositional), ...args.filter((arg) => !isPositional(arg))].map(printArgument)
}

function isPositional(argument: PrintableArgument | undefined): argument is string {
  return typeof argument === 'string'
}

function isFlag(argument: PrintableArgument): boolean {
  return !isPositional(argument) && argument.value === true
}

function printArgument(argument: PrintableArgument): string {
  if (isPositional(argument)) return quoteWord(argument)
  const { name, value } = argument
  if (!OPTION_NAME.test(name))
    throw new OptionError('printCall', 'args', 'named by a letter, then letters, digits or _ -', name)
  return value === true ? `--${name}` : `--${name} ${quoteWord(value)}`
}
