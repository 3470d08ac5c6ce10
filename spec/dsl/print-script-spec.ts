import { expect } from 'chai'
import * as fc from 'fast-check'
import { OptionError } from '../../lib/base/options.ts'
import type { CallArgument, CallStep, Script, Step } from '../../lib/dsl/ast.ts'
import { parseDsl } from '../../lib/dsl/parse.ts'
import { printScript } from '../../lib/dsl/print-script.ts'
import { script, source } from './arbitraries.ts'
import { bare } from './steps.ts'

describe('printScript', () => {
  it('prints a step a line', () => {
    expect(print("  call a 'b'  'c d' # e\n\n\tCALL f --g=h")).to.equal("CALL a b 'c d'\nCALL f --g h")
  })

  it('prints blocks indented, conditions with the parentheses they need', () => {
    const text = [
      "workflow 'a b'",
      'AGENT helper',
      'task t',
      'timeout 1.50 retry 2',
      '$x = call a RETRY',
      'parallel',
      'call b retry 1',
      'sequence',
      'call c "retry" 1',
      'end_sequence',
      'end_parallel',
      'if ((${x.a})) == 1 && (($x || (!!b && c))) && !(1.0 < 2e3)',
      'call d',
      'else',
      'if true',
      'call e',
      'end_if',
      'end_if',
      'end_workflow',
    ]
    expect(print(text.join('\n'))).to.equal(
      [
        "WORKFLOW 'a b'",
        '  AGENT helper',
        '  TASK t',
        '  RETRY 2',
        '  TIMEOUT 1.5',
        "  $x = CALL a 'RETRY'",
        '  PARALLEL',
        '    RETRY 1',
        '    CALL b',
        '    SEQUENCE',
        "      CALL c 'retry' 1",
        '    END_SEQUENCE',
        '  END_PARALLEL',
        "  IF ${x.a} == 1 && (${x} || !!'b' && 'c') && !(1 < 2000)",
        '    CALL d',
        '  ELSE',
        '    IF true',
        '      CALL e',
        '    ENDIF',
        '  ENDIF',
        'END_WORKFLOW',
      ].join('\n'),
    )
  })

  it('is undone by parseDsl, for every script that has a text', () => {
    fc.assert(
      fc.property(script, (tree) => {
        expect(treeOf(printScript(tree))).to.deep.equal(bare(sayable(tree)))
      }),
    )
  })

  it('gives every text that parses a text of the same meaning, which it then keeps', () => {
    fc.assert(
      fc.property(source, (text) => {
        const parsed = parseDsl(text)
        if (parsed._tag === 'Left') return
        const printed = printScript(parsed.right)
        expect(treeOf(printed)).to.deep.equal(bare(parsed.right))
        expect(print(printed)).to.equal(printed)
      }),
    )
  })

  it('refuses what the language cannot say', () => {
    const location = { line: 1, column: 1 }
    const call: CallStep = { _tag: 'Call', tool: 'a', args: [], location, toolLocation: location }
    const given = (step: Partial<CallStep>): Script => ({ _tag: 'Script', steps: [{ ...call, ...step }] })
    const asked = (value: number): Script => ({
      _tag: 'Script',
      steps: [{ _tag: 'If', condition: { _tag: 'Literal', value, location }, steps: [call], location }],
    })
    const wrong: readonly Script[] = [
      { _tag: 'Script', name: '', steps: [call] },
      { _tag: 'Script', name: 'x'.repeat(129), steps: [call] },
      { _tag: 'Script', steps: [{ _tag: 'Agent', agent: 'a b', location }, call] },
      given({ task: 'a\nb' }),
      given({ variable: '9' }),
      given({ variable: 'a b' }),
      given({ retries: 101 }),
      given({ retries: 0.5 }),
      given({ timeoutMs: 0 }),
      given({ timeoutMs: 0.5 }),
      given({ timeoutMs: Number.POSITIVE_INFINITY }),
      asked(Number.NaN),
      asked(Number.POSITIVE_INFINITY),
    ]
    for (const tree of wrong) expect(() => printScript(tree), JSON.stringify(tree)).to.throw(OptionError, 'printScript')
  })
})

function print(text: string): string {
  const parsed = parseDsl(text)
  if (parsed._tag === 'Left') throw new Error(parsed.left.message)
  return printScript(parsed.right)
}

function treeOf(text: string): unknown {
  const parsed = parseDsl(text)
  if (parsed._tag === 'Left') throw new Error(`${parsed.left.message} in ${text}`)
  return bare(parsed.right)
}

function sayable(tree: Script): Script {
  return { ...tree, steps: tree.steps.map(sayableStep) }
}

function sayableStep(step: Step): Step {
  switch (step._tag) {
    case 'Call':
      return sayableCall(step)
    case 'Agent':
      return step
    case 'If': {
      const { otherwise } = step
      const rest = otherwise === undefined ? {} : { otherwise: otherwise.map(sayableStep) }
      return { ...step, steps: step.steps.map(sayableStep), ...rest }
    }
    default:
      return { ...step, steps: step.steps.map(sayableStep) }
  }
}

/** The step as a text can say it: no flag stands before a positional argument if another option follows. */
function sayableCall(step: CallStep): CallStep {
  const { args } = step
  const isPositional = ({ name }: CallArgument): boolean => name === undefined
  const greedy = args.findIndex(
    ({ value }, index) => value === true && args[index + 1]?.name === undefined && index + 1 < args.length,
  )
  if (greedy === -1 || args.slice(greedy + 1).every(isPositional)) return step
  return { ...step, args: [...args.filter(isPositional), ...args.filter((arg) => !isPositional(arg))] }
}
