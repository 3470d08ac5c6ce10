import { expect } from 'chai'
import * as fc from 'fast-check'
import { OptionError } from '../../lib/base/options.ts'
import type { CallArgument, CallStep } from '../../lib/dsl/ast.ts'
import { parseDsl } from '../../lib/dsl/parse.ts'
import { type PrintableArgument, printCall, printScript } from '../../lib/dsl/print.ts'
import { script, source, text as anyText } from './arbitraries.ts'
import { stepsOf, withoutPlaces } from './steps.ts'

const words: readonly (readonly [word: string, printed: string])[] = [
  ['a', 'a'],
  ['notes.txt', 'notes.txt'],
  ['a#b', 'a#b'],
  ['-5', '-5'],
  ['-', '-'],
  ['k=v', 'k=v'],
  ['$HOME/*', '$HOME/*'],
  ['“x”', '“x”'],
  ['é😀', 'é😀'],
  ['', "''"],
  ['a b', "'a b'"],
  ['a\u00a0b', "'a\u00a0b'"],
  ['#a', "'#a'"],
  ['--', "'--'"],
  ['--a', "'--a'"],
  ['say "x"', `'say "x"'`],
  ['C:\\x', "'C:\\\\x'"],
  ['\\', "'\\\\'"],
  ["it's", `"it's"`],
  [`it's "x"`, `'it\\'s "x"'`],
  ["it's \\", "'it\\'s \\\\'"],
  ['a\nb', '"a\\nb"'],
  ['a\r\n\tb', '"a\\r\\n\\tb"'],
  [`\n'"\\`, `"\\n'\\"\\\\"`],
  ['\u0000\u007f\u0085\u2028', '"\\u0000\\u007f\\u0085\\u2028"'],
  ['\u202eexe.txt', '"\\u202eexe.txt"'],
  ['\ufeffa', '"\\ufeffa"'],
  ['\ud800', '"\\ud800"'],
]

const flag = { name: 'f', value: true } as const
const option = { name: 'k', value: 'v' } as const

const lists: readonly (readonly [args: readonly PrintableArgument[], printed: string])[] = [
  [[], 'CALL t'],
  [['a', flag], 'CALL t a --f'],
  [[flag, option], 'CALL t --f --k v'],
  [[option, 'a'], 'CALL t --k v a'],
  [[{ name: 'k', value: '' }], "CALL t --k ''"],
  [[{ name: 'k', value: '--v' }], "CALL t --k '--v'"],
  [[flag, 'a', 'b'], 'CALL t --f -- a b'],
  [[option, flag, '--a'], "CALL t --k v --f -- '--a'"],
  [[flag, 'a', option, 'b'], 'CALL t a b --f --k v'],
]

describe('printCall', () => {
  for (const [word, printed] of words) {
    it(`prints ${JSON.stringify(word)} as ${printed}`, () => {
      expect(printCall('t', [word])).to.equal(`CALL t ${printed}`)
      expect(stepsOf(parseDsl(printCall('t', [word])))).to.deep.equal([['t', word]])
    })
  }

  for (const [args, printed] of lists) {
    it(`prints ${JSON.stringify(args)} as ${printed}`, () => {
      expect(printCall('t', args)).to.equal(printed)
    })
  }

  it('says every text as one word of one visible line', () => {
    fc.assert(
      fc.property(anyText, (word) => {
        const printed = printCall('t', [word])
        expect(printed).not.to.match(/[\p{Cc}\p{Surrogate}\u2028\u2029]/u)
        expect(stepsOf(parseDsl(printed))).to.deep.equal([['t', word]])
      }),
    )
  })

  it('refuses names that the language cannot say', () => {
    for (const name of ['', '9', 'a b', "a'", 'a\nCALL b', '--a', 'é', 'a$']) {
      expect(() => printCall(name), name).to.throw(OptionError, 'printCall: option "tool"')
      expect(() => printCall('t', [{ name, value: 'v' }]), name).to.throw(OptionError, 'printCall: option "args"')
    }
    expect(() => printCall('t', [{ name: 'a.b', value: true }])).to.throw(OptionError)
  })
})

describe('printScript', () => {
  it('prints a step a line', () => {
    expect(print("  call a 'b'  'c d' # e\n\n\tCALL f --g=h")).to.equal("CALL a b 'c d'\nCALL f --g h")
  })

  it('is undone by parseDsl, for every script that has a text', () => {
    fc.assert(
      fc.property(script, (tree) => {
        expect(stepsOf(parseDsl(printScript(tree)))).to.deep.equal(
          withoutPlaces({ ...tree, steps: tree.steps.map(sayable) }),
        )
      }),
    )
  })

  it('gives every text that parses a text of the same meaning, which it then keeps', () => {
    fc.assert(
      fc.property(source, (text) => {
        const parsed = parseDsl(text)
        if (parsed._tag === 'Left') return
        const printed = printScript(parsed.right)
        expect(stepsOf(parseDsl(printed))).to.deep.equal(withoutPlaces(parsed.right))
        expect(print(printed)).to.equal(printed)
      }),
    )
  })
})

function print(text: string): string {
  const parsed = parseDsl(text)
  if (parsed._tag === 'Left') throw new Error(parsed.left.message)
  return printScript(parsed.right)
}

/** The step as a text can say it: no flag stands before a positional argument if another option follows. */
function sayable(step: CallStep): CallStep {
  const { args } = step
  const isPositional = ({ name }: CallArgument): boolean => name === undefined
  const greedy = args.findIndex(
    ({ value }, index) => value === true && args[index + 1]?.name === undefined && index + 1 < args.length,
  )
  if (greedy === -1 || args.slice(greedy + 1).every(isPositional)) return step
  return { ...step, args: [...args.filter(isPositional), ...args.filter((arg) => !isPositional(arg))] }
}
