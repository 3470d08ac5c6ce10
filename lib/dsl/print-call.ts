import { OptionError } from '../base/options.ts'
import { quoteWord } from './quote.ts'

/** An argument as {@link printCall} takes it: a text is positional, a `value` of `true` is a flag. */
export type PrintableArgument = string | { readonly name: string; readonly value: string | true }

/**
 * The line that calls `tool` with `args`. It is always one line: a line break in an argument is written as `\n`.
 *
 * No text can say a flag, then a positional argument, then another option, because a flag would take the word after it for its
 * value. There the positional arguments are printed first, in their order, which means the same to a tool.
 *
 * What looks like a reference in an argument, `${name.path}`, is one.
 *
 * @throws OptionError when the language cannot say the name of the tool or of an option.
 */
export function printCall(tool: string, args: readonly PrintableArgument[] = []): string {
  if (!TOOL_NAME.test(tool)) throw new OptionError('printCall', 'tool', 'a letter, then letters, digits or _ . -', tool)
  return ['CALL', tool, ...printArguments(args)].join(' ')
}

const TOOL_NAME = /^[A-Za-z][A-Za-z0-9_.-]*$/
const OPTION_NAME = /^[A-Za-z][A-Za-z0-9_-]*$/

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
