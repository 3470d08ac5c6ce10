import { OptionError } from '../base/options.ts'
import type { CallArgument, CallStep, Script, Step } from './ast.ts'
import { type PrintableArgument, printCall } from './print-call.ts'
import { printCondition } from './print-condition.ts'
import { quoteWord } from './quote.ts'

/**
 * The text of a script, one line a step, blocks indented, with the least quoting that is safe: `parseDsl` gives the same script back.
 *
 * @throws OptionError where the language cannot say a name or a number; never for a script that `parseDsl` gave.
 */
export function printScript({ name, steps }: Script): string {
  if (name === undefined) return printSteps(steps, '').join('\n')
  return [`WORKFLOW ${printName('name', name)}`, ...printSteps(steps, INDENT), 'END_WORKFLOW'].join('\n')
}

const INDENT = '  '

function printSteps(steps: readonly Step[], indent: string): readonly string[] {
  return steps.flatMap((step) => printStep(step, indent))
}

function printStep(step: Step, indent: string): readonly string[] {
  const within = (steps: readonly Step[]): readonly string[] => printSteps(steps, indent + INDENT)
  switch (step._tag) {
    case 'Call':
      return callLines(step).map((line) => indent + line)
    case 'Parallel':
      return [...taskLine(step, indent), `${indent}PARALLEL`, ...within(step.steps), `${indent}END_PARALLEL`]
    case 'Sequence':
      return [...taskLine(step, indent), `${indent}SEQUENCE`, ...within(step.steps), `${indent}END_SEQUENCE`]
    case 'If': {
      const otherwise = step.otherwise === undefined ? [] : [`${indent}ELSE`, ...within(step.otherwise)]
      const condition = `${indent}IF ${printCondition(step.condition)}`
      return [...taskLine(step, indent), condition, ...within(step.steps), ...otherwise, `${indent}ENDIF`]
    }
    case 'Agent':
      return [`${indent}AGENT ${sayable('agent', step.agent, AGENT_ID, 'letters, digits or _ . -')}`]
    default:
      return step satisfies never
  }
}

function taskLine({ task }: { readonly task?: string }, indent: string): readonly string[] {
  return task === undefined ? [] : [`${indent}TASK ${printName('task', task)}`]
}

/** What is said of a call stands on lines of its own before it, where no argument can be taken for it. */
function callLines({ tool, args, variable, retries, timeoutMs, ...step }: CallStep): readonly string[] {
  const call = printCall(tool, args.map(printable))
  return [
    ...taskLine(step, ''),
    ...(retries === undefined ? [] : [`RETRY ${printWhole('retries', retries, 0, 100)}`]),
    ...(timeoutMs === undefined ? [] : [`TIMEOUT ${printWhole('timeoutMs', timeoutMs, 1, MAX_TIMEOUT_MS) / 1_000}`]),
    variable === undefined
      ? call
      : `$${sayable('variable', variable, VARIABLE, 'a letter, then letters, digits or _ -')} = ${call}`,
  ]
}

const AGENT_ID = /^[A-Za-z0-9_][A-Za-z0-9_.-]*$/
const VARIABLE = /^[A-Za-z_][A-Za-z0-9_-]{0,63}$/
// oxlint-disable-next-line no-control-regex -- control characters are what a name may not hold
const NAME = /^[^\u0000-\u001f\u007f]{1,128}$/
const MAX_TIMEOUT_MS = 2_000_000_000

function printName(field: string, name: string): string {
  return quoteWord(sayable(field, name, NAME, 'a name of 1 to 128 characters'))
}

function sayable(field: string, text: string, pattern: RegExp, expected: string): string {
  if (!pattern.test(text)) throw new OptionError('printScript', field, expected, text)
  return text
}

function printWhole(field: string, value: number, min: number, max: number): number {
  if (Number.isInteger(value) && value >= min && value <= max) return value
  throw new OptionError('printScript', field, `a whole number from ${min} to ${max}`, value)
}

function printable(argument: CallArgument): PrintableArgument {
  return argument.name === undefined ? argument.value : argument
}
