import * as fc from 'fast-check'
import type { AgentStep, CallArgument, CallStep, Condition, Operator, Script, Step } from '../../lib/dsl/ast.ts'

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
    fc.oneof(
      { weight: 2, arbitrary: fc.constantFrom('CALL ', 'call x ', '--k ', '--', '\n', ' # ', "'", '"', 'call x\n') },
      {
        weight: 2,
        arbitrary: fc.constantFrom(
          'PARALLEL\n',
          'end_parallel\n',
          'SEQUENCE\n',
          'END_SEQUENCE\n',
          'IF 1\n',
          'IF ',
          'ELSE\n',
          'endif\n',
          'END_IF',
          'WORKFLOW w\n',
          'END_WORKFLOW',
          'TASK t\n',
          'AGENT a\n',
          'RETRY 2',
          ' TIMEOUT 0.5',
          '$v = ',
          '${v.x}',
          ' && ',
          '||',
          '!',
          '(',
          ')',
          ' == ',
          '<',
          ' null',
        ),
      },
      text,
    ),
    { maxLength: 12 },
  )
  .map((pieces) => pieces.join(''))

const OPERATORS: readonly Operator[] = ['==', '!=', '<', '<=', '>', '>=']

const location = fc.constant({ line: 1, column: 1 })
const optionName = fc.stringMatching(/^[A-Za-z][A-Za-z0-9_-]{0,8}$/)

const argument: fc.Arbitrary<CallArgument> = fc.oneof(
  fc.record({ value: text, location }),
  fc.record({ name: optionName, value: fc.oneof(text, fc.constant(true as const)), location }),
)

const name = text.map((some) => some.replace(/\p{Cc}/gu, '') || 'name')
const variable = fc.stringMatching(/^[A-Za-z_][A-Za-z0-9_-]{0,8}$/)

const call: fc.Arbitrary<CallStep> = fc.record(
  {
    _tag: fc.constant('Call' as const),
    tool: fc.stringMatching(/^[A-Za-z][A-Za-z0-9_.-]{0,8}$/),
    args: fc.array(argument, { maxLength: 6 }),
    location,
    toolLocation: location,
    variable,
    task: name,
    retries: fc.nat(100),
    timeoutMs: fc.integer({ min: 1, max: 2_000_000_000 }),
  },
  { requiredKeys: ['_tag', 'tool', 'args', 'location', 'toolLocation'] },
)

const reference: fc.Arbitrary<Condition> = fc.record({
  _tag: fc.constant('Reference' as const),
  name: variable,
  path: fc.array(
    text.map((some) => some.replace(/[{}. \t\r\n]/g, '') || 'field'),
    { maxLength: 3 },
  ),
  location,
})

const literal: fc.Arbitrary<Condition> = fc.record({
  _tag: fc.constant('Literal' as const),
  value: fc.oneof(
    text,
    fc.integer(),
    fc.double({ noNaN: true, noDefaultInfinity: true }),
    fc.constantFrom(true, false, null, 'true', 'NULL', '1'),
  ),
  location,
})

export const { condition } = fc.letrec<{ condition: Condition }>((tie) => {
  const terms = fc.array(tie('condition'), { minLength: 2, maxLength: 3 })
  return {
    condition: fc.oneof(
      { depthSize: 'small', maxDepth: 5 },
      reference,
      literal,
      fc.record({ _tag: fc.constantFrom('Or' as const, 'And' as const), terms }),
      fc.record({ _tag: fc.constant('Not' as const), term: tie('condition') }),
      fc.record({
        _tag: fc.constant('Comparison' as const),
        operator: fc.constantFrom(...OPERATORS),
        left: tie('condition'),
        right: tie('condition'),
      }),
    ),
  }
})

const agent: fc.Arbitrary<AgentStep> = fc.record({
  _tag: fc.constant('Agent' as const),
  agent: fc.stringMatching(/^[A-Za-z0-9_][A-Za-z0-9_.-]{0,8}$/),
  location,
})

/** A step with the `AGENT`s before it: none stands at the end. */
const { steps } = fc.letrec<{ item: readonly Step[]; steps: readonly Step[] }>((tie) => {
  const block = fc.oneof(
    fc.record(
      { _tag: fc.constantFrom('Parallel' as const, 'Sequence' as const), task: name, steps: tie('steps'), location },
      { requiredKeys: ['_tag', 'steps', 'location'] },
    ),
    fc.record(
      {
        _tag: fc.constant('If' as const),
        task: name,
        condition,
        steps: tie('steps'),
        otherwise: tie('steps'),
        location,
      },
      { requiredKeys: ['_tag', 'condition', 'steps', 'location'] },
    ),
  )
  const step = fc.oneof({ depthSize: 'small', maxDepth: 5, withCrossShrink: true }, call, block)
  return {
    item: fc
      .tuple(fc.array(agent, { maxLength: 1 }), step)
      .map(([agents, one]): readonly Step[] => new Array<Step>().concat(agents, one)),
    steps: fc.array(tie('item'), { minLength: 1, maxLength: 3 }).map((items) => items.flat()),
  }
})

export const script: fc.Arbitrary<Script> = fc.record(
  { _tag: fc.constant('Script' as const), name, steps },
  { requiredKeys: ['_tag', 'steps'] },
)
