import { expect } from 'chai'
import * as fc from 'fast-check'
import { OptionError } from '../../lib/base/options.ts'
import { parseDsl } from '../../lib/dsl/parse.ts'
import { type PrintableArgument, printCall } from '../../lib/dsl/print-call.ts'
import { text as anyText } from './arbitraries.ts'
import { stepsOf } from './steps.ts'

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
  ['RETRY', "'RETRY'"],
  ['timeout', "'timeout'"],
  ['retrying', 'retrying'],
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
