import { type PrintableArgument, printCall } from '../dsl/print-call.ts'
import { escapeReferences } from '../dsl/reference.ts'
import type { Act, Filled } from './reading.ts'
import { isTextOf } from './results.ts'

/** How the step is called that reads a file for another step only: nobody asked to see what it gives. */
const LOOKUP = 'lookup'
const LOOKUPS = /^lookup\d*$/

/** Whether a step is called as one that only reads a file for another. */
export function isLookup(name: string): boolean {
  return LOOKUPS.test(name)
}

const AS_TEXT = { name: 'asText', value: true } as const

/** A line for each step; one whose result another uses gives it a name. */
export function commandOf(acts: readonly Act[]): string {
  const fillings = acts.flatMap(({ args }) => args.filter(isFilled))
  const used = new Set(fillings.map(({ act }) => act))
  const asText = new Set(fillings.filter(({ act, path }) => isTextOf(act, path)).map(({ act }) => act))
  const lookups = new Set(acts.flatMap(({ first = [] }) => first.filter(({ tool }) => tool === 'read_file')))
  const [shown, aside] = [[...used].filter((act) => !lookups.has(act)), [...used].filter((act) => lookups.has(act))]
  const names = new Map([...numbered('result', shown), ...numbered(LOOKUP, aside)])
  return acts
    .map((act) => {
      const call = printCall(
        act.tool,
        [...act.args, ...(asText.has(act) ? [AS_TEXT] : [])].map((arg) =>
          isFilled(arg) ? referenceTo(arg, names) : toTheLetter(arg),
        ),
      )
      const name = names.get(act)
      return name === undefined ? call : `$${name} = ${call}`
    })
    .join('\n')
}

function numbered(name: string, acts: readonly Act[]): readonly (readonly [Act, string])[] {
  return acts.map((act, index) => [act, index === 0 ? name : `${name}${index + 1}`])
}

function isFilled(argument: Act['args'][number]): argument is Filled {
  return typeof argument === 'object' && '_tag' in argument
}

function referenceTo({ act, path, before, after }: Filled, names: ReadonlyMap<Act, string>): string {
  return `${escapeReferences(before)}\${${names.get(act) ?? ''}${path}}${escapeReferences(after)}`
}

/** What people write has no references: what looks like one is the text that it is. */
function toTheLetter(argument: PrintableArgument): PrintableArgument {
  if (typeof argument === 'string') return escapeReferences(argument)
  const { name, value } = argument
  return { name, value: value === true ? value : escapeReferences(value) }
}
