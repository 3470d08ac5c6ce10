import * as fc from 'fast-check'
import type { CallArgument, CallStep, Script } from '../../lib/dsl/ast.ts'

/** Any text at all: UTF-16 units, lone surrogates among them. */
const anyText = fc.array(fc.nat(0xffff), { maxLength: 20 }).map((units) => String.fromCharCode(...units))

/** Texts made of what the language treats specially. */
const trickyText = fc.string({
  unit: fc.constantFrom(
    "'",
    '"',
    '\\',
    ' ',
    '\t',
    '\n',
    '\r',
    '#',
    '-',
    '=',
    'a',
    'u',
    '0',
    'n',
    '$',
    '’',
    '\ud83d',
    '\ude00',
  ),
  maxLength: 12,
})

export const text = fc.oneof(anyText, trickyText, fc.constantFrom('', '--', '--x', '-', '-5', '#', 'CALL', "''"))

/** Texts that come near to being a script. */
export const source = fc
  .array(
    fc.oneof({ weight: 2, arbitrary: fc.constantFrom('CALL ', 'call x ', '--k ', '--', '\n', ' # ', "'", '"') }, text),
    {
      maxLength: 12,
    },
  )
  .map((pieces) => pieces.join(''))

const location = fc.constant({ line: 1, column: 1 })
const optionName = fc.stringMatching(/^[A-Za-z][A-Za-z0-9_-]{0,8}$/)

const argument: fc.Arbitrary<CallArgument> = fc.oneof(
  fc.record({ value: text, location }),
  fc.record({ name: optionName, value: fc.oneof(text, fc.constant(true as const)), location }),
)

const step: fc.Arbitrary<CallStep> = fc.record({
  _tag: fc.constant('Call' as const),
  tool: fc.stringMatching(/^[A-Za-z][A-Za-z0-9_.-]{0,8}$/),
  args: fc.array(argument, { maxLength: 6 }),
  location,
})

export const script: fc.Arbitrary<Script> = fc.record({
  _tag: fc.constant('Script' as const),
  steps: fc.array(step, { minLength: 1, maxLength: 4 }),
})
