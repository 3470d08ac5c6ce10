import { expect } from 'chai'
import * as fc from 'fast-check'
import { callsIn } from '../../lib/dsl/calls.ts'
import { parseDsl } from '../../lib/dsl/parse.ts'
import type { DslSyntaxError } from '../../lib/dsl/syntax-error.ts'
import { source, text as anyText } from './arbitraries.ts'
import { type Steps, stepsOf } from './steps.ts'

const right: Readonly<Record<string, readonly (readonly [string, Steps])[]>> = {
  'lines and steps': [
    ['CALL x', [['x']]],
    ['call x', [['x']]],
    ['CaLl x', [['x']]],
    ['\t CALL\t x \t', [['x']]],
    [
      'CALL a 1\nCALL b 2',
      [
        ['a', '1'],
        ['b', '2'],
      ],
    ],
    [
      'CALL a 1\r\nCALL b 2\r\n',
      [
        ['a', '1'],
        ['b', '2'],
      ],
    ],
    [
      'CALL a 1\rCALL b 2\r',
      [
        ['a', '1'],
        ['b', '2'],
      ],
    ],
    ['\n\n  \nCALL a\n\n \t\nCALL b\n\n', [['a'], ['b']]],
    ['\uFEFFCALL a \uFEFF', [['a', '\uFEFF']]],
    ['\uFEFF\r\nCALL a', [['a']]],
    ['CALL CALL CALL', [['CALL', 'CALL']]],
    ['CALL mcp.files_2-x', [['mcp.files_2-x']]],
  ],
  comments: [
    ['# first\nCALL a # after\n  # between\nCALL b #\n# last', [['a'], ['b']]],
    ['CALL a b#c d#', [['a', 'b#c', 'd#']]],
    ['CALL a #CALL b', [['a']]],
    ['CALL a \'#b\' "#c" \\#d', [['a', '#b', '#c', '#d']]],
    ["CALL a ''#b", [['a', '#b']]],
    ["CALL a # it's fine", [['a']]],
  ],
  words: [
    [
      "CALL write_file websocket_test.txt 'WebSocket DSL test'",
      [['write_file', 'websocket_test.txt', 'WebSocket DSL test']],
    ],
    ['CALL a \'a\'"b"c', [['a', 'abc']]],
    ["CALL a '' \"\" ''''", [['a', '', '', '']]],
    ["CALL a x''y", [['a', 'xy']]],
    [
      'CALL a $HOME *.md ; | & > <(x) `y` ${n.r}',
      [['a', '$HOME', '*.md', ';', '|', '&', '>', '<(x)', '`y`', '${n.r}']],
    ],
    ['CALL a “x y” ‘z’', [['a', '“x', 'y”', '‘z’']]],
    ['CALL a x\u00a0y \u2028 \u0000 é 😀', [['a', 'x\u00a0y', '\u2028', '\u0000', 'é', '😀']]],
    ['CALL a \ud800 \udc00x', [['a', '\ud800', '\udc00x']]],
    ["CALL a 'x\n#y\r\nz' w", [['a', 'x\n#y\r\nz', 'w']]],
    ['CALL a -5 - -v -1.5e3 -', [['a', '-5', '-', '-v', '-1.5e3', '-']]],
    ['CALL a = a=b =b', [['a', '=', 'a=b', '=b']]],
  ],
  escapes: [
    ["CALL a 'it\\'s' '\\\\' '\\n\\x\\\"'", [['a', "it's", '\\', '\\n\\x\\"']]],
    ["CALL a 'C:\\temp'", [['a', 'C:\\temp']]],
    ['CALL a "\\n\\t\\r\\\\\\"\\\'"', [['a', '\n\t\r\\"\'']]],
    ['CALL a "\\u0041\\u00e9\\ud83d\\uDE00"', [['a', 'Aé😀']]],
    ['CALL a "\\u004" "\\u" "\\uzzzz" "\\x41 \\a"', [['a', '\\u004', '\\u', '\\uzzzz', '\\x41 \\a']]],
    ['CALL a "it\'s" \'say "x"\'', [['a', "it's", 'say "x"']]],
    ['CALL a b\\ c \\\'d\\" \\\\ \\-\\-e \\n', [['a', 'b c', '\'d"', '\\', '--e', 'n']]],
    ['CALL a b\\\nc b\\\r\nc', [['a', 'b\nc', 'b\r\nc']]],
  ],
  options: [
    ['CALL a --k v', [['a', { k: 'v' }]]],
    ['CALL a --k=v', [['a', { k: 'v' }]]],
    ['CALL a --k', [['a', { k: true }]]],
    ['CALL a --k --j', [['a', { k: true }, { j: true }]]],
    ['CALL a --k  # c', [['a', { k: true }]]],
    ['CALL a --k\nCALL b', [['a', { k: true }], ['b']]],
    ["CALL a --k '' --j= --i=''", [['a', { k: '' }, { j: '' }, { i: '' }]]],
    ["CALL a --k 'v w' --j=\"v\"' 'w", [['a', { k: 'v w' }, { j: 'v w' }]]],
    ["CALL a --k '--x' --j \\--y --i=--z", [['a', { k: '--x' }, { j: '--y' }, { i: '--z' }]]],
    ['CALL a --k=#v --j #v', [['a', { k: '#v' }, { j: true }]]],
    ['CALL a --k=a=b', [['a', { k: 'a=b' }]]],
    ['CALL a --k -5 x', [['a', { k: '-5' }, 'x']]],
    ['CALL a x --k v y --j', [['a', 'x', { k: 'v' }, 'y', { j: true }]]],
    ['CALL a --k -- x --y -- --z=1', [['a', { k: true }, 'x', '--y', '--', '--z=1']]],
    ['CALL a --', [['a']]],
    ['CALL a -- # c', [['a']]],
    ["CALL a '--x' \"--y\" ''--z \\--w", [['a', '--x', '--y', '--z', '--w']]],
    ['CALL a --Some_long-name9 v', [['a', { 'Some_long-name9': 'v' }]]],
    ['CALL a --k 1 --k 2', [['a', { k: '1' }, { k: '2' }]]],
    ['CALL a --constructor x', [['a', { constructor: 'x' }]]],
  ],
}

/** What may begin a line where a step may. */
const STEP = ['CALL', '$name', 'PARALLEL', 'SEQUENCE', 'IF', 'TASK', 'RETRY', 'TIMEOUT', 'AGENT']
const orStep = 'CALL, $name, PARALLEL, SEQUENCE, IF, TASK, RETRY, TIMEOUT or AGENT'
const START = [...STEP, 'WORKFLOW']
const orStart = 'CALL, $name, PARALLEL, SEQUENCE, IF, TASK, RETRY, TIMEOUT, AGENT or WORKFLOW'

type Wrong = readonly [text: string, place: string, message: string, expected: readonly string[]]

const wrong: readonly Wrong[] = [
  ['', '1:1', `expected ${orStart}, found the end of the text`, START],
  [' \t ', '1:4', `expected ${orStart}, found the end of the text`, START],
  ['# nothing\n\n# more', '3:7', `expected ${orStart}, found the end of the text`, START],
  ['FOO x', '1:1', `expected ${orStart}, found "FOO"`, START],
  ['CALLING x', '1:1', `expected ${orStart}, found "CALLING"`, START],
  ['CALL#', '1:1', `expected ${orStart}, found "CALL#"`, START],
  ['"CALL" x', '1:1', `expected ${orStart}, found ""CALL""`, START],
  ['CALL a\n\n  b\n', '3:3', `expected ${orStep}, found "b"`, STEP],
  ['CALL a\r\nb', '2:1', `expected ${orStep}, found "b"`, STEP],
  ['CALL a\rb', '2:1', `expected ${orStep}, found "b"`, STEP],
  ['CALL', '1:5', 'expected the name of a tool, found the end of the text', ['the name of a tool']],
  ['CALL \nCALL b', '1:6', 'expected the name of a tool, found the end of the line', ['the name of a tool']],
  ['CALL # x', '1:6', 'expected the name of a tool, found "#"', ['the name of a tool']],
  ["CALL 'a' b", '1:6', `expected the name of a tool, found "'a'"`, ['the name of a tool']],
  ['CALL 9lives', '1:6', 'expected the name of a tool, found "9lives"', ['the name of a tool']],
  ['CALL --a', '1:6', 'expected the name of a tool, found "--a"', ['the name of a tool']],
  ['CALL a$b', '1:7', 'expected a blank or the end of the line, found "$b"', ['a blank', 'the end of the line']],
  ["CALL a'b'", '1:7', `expected a blank or the end of the line, found "'b'"`, ['a blank', 'the end of the line']],
  ['CALL a#b', '1:7', 'expected a blank or the end of the line, found "#b"', ['a blank', 'the end of the line']],
  ['CALL a --9', '1:10', 'expected the name of an option or a blank, found "9"', ['the name of an option', 'a blank']],
  ['CALL a ---', '1:10', 'expected the name of an option or a blank, found "-"', ['the name of an option', 'a blank']],
  [
    "CALL a --'k'",
    '1:10',
    `expected the name of an option or a blank, found "'k'"`,
    ['the name of an option', 'a blank'],
  ],
  ['CALL a --k.l', '1:11', 'expected = or a blank, found ".l"', ['=', 'a blank']],
  ["CALL a --k'v'", '1:11', `expected = or a blank, found "'v'"`, ['=', 'a blank']],
  ['CALL a b\\', '1:10', 'expected a character after \\, found the end of the text', ['a character after \\']],
  ["CALL write_file 'a", '1:17', "unclosed quote: expected ' to end the text that starts at line 1, column 17", ["'"]],
  [
    'CALL a\nCALL b "c\nd\ne',
    '2:8',
    'unclosed quote: expected " to end the text that starts at line 2, column 8',
    ['"'],
  ],
  ["CALL a 'b\\'", '1:8', "unclosed quote: expected ' to end the text that starts at line 1, column 8", ["'"]],
  ['CALL a --k="v', '1:12', 'unclosed quote: expected " to end the text that starts at line 1, column 12', ['"']],
  ["CALL a don't", '1:11', "unclosed quote: expected ' to end the text that starts at line 1, column 11", ["'"]],
  ['CALL \u0000\u202e', '1:6', 'expected the name of a tool, found "\\u0000\\u202e"', ['the name of a tool']],
  [`CALL ${'é'.repeat(99)}`, '1:6', `expected the name of a tool, found "${'é'.repeat(32)}…"`, ['the name of a tool']],
]

describe('parseDsl', () => {
  for (const [group, rows] of Object.entries(right)) {
    describe(group, () => {
      for (const [text, steps] of rows) {
        it(JSON.stringify(text), () => {
          expect(stepsOf(parseDsl(text))).to.deep.equal(steps)
        })
      }
    })
  }

  it('tells where steps and arguments are', () => {
    const parsed = parseDsl('# c\r\n  CALL a b --k\t"v\nw" x\n\tCALL b')
    if (parsed._tag === 'Left') throw new Error(parsed.left.message)
    expect(parsed.right).to.deep.equal({
      _tag: 'Script',
      steps: [
        {
          _tag: 'Call',
          tool: 'a',
          toolLocation: { line: 2, column: 8 },
          args: [
            { value: 'b', location: { line: 2, column: 10 } },
            { name: 'k', value: 'v\nw', location: { line: 2, column: 12 } },
            { value: 'x', location: { line: 3, column: 4 } },
          ],
          location: { line: 2, column: 3 },
        },
        { _tag: 'Call', tool: 'b', toolLocation: { line: 4, column: 7 }, args: [], location: { line: 4, column: 2 } },
      ],
    })
  })

  describe('what is wrong', () => {
    for (const [text, place, message, expected] of wrong) {
      it(JSON.stringify(text), () => {
        const error = errorOf(text)
        expect(`${error.line}:${error.column}`).to.equal(place)
        expect(error.message).to.equal(message)
        expect(error.expected).to.deep.equal(expected)
      })
    }
  })

  it('never throws, and says of every error where it is', () => {
    fc.assert(
      fc.property(fc.oneof(anyText, source), (text) => {
        const parsed = parseDsl(text)
        if (parsed._tag === 'Right') return
        const { line, column, message, expected, caret } = parsed.left
        const lines = text.split(/\r\n|\n|\r/)
        expect(line).to.be.within(1, lines.length)
        expect(column).to.be.within(1, (lines[line - 1] ?? '').length + 1)
        expect(message).to.match(/^(?:[A-Za-z ]+: )?expected \S/)
        expect(expected).to.have.length.above(0)
        expect(caret).to.match(/^[^\n\r]*\n[ \t]*\^$/)
      }),
    )
  })

  it('makes no text longer than its source', () => {
    fc.assert(
      fc.property(source, (text) => {
        const parsed = parseDsl(text)
        if (parsed._tag === 'Left') return
        const values = callsIn(parsed.right.steps).flatMap(({ args }) =>
          args.map(({ value }) => (value === true ? '' : value)),
        )
        expect(values.join('').length).to.be.at.most(text.length)
      }),
    )
  })
})

function errorOf(text: string): DslSyntaxError {
  const parsed = parseDsl(text)
  if (parsed._tag === 'Right') throw new Error('it is a script')
  return parsed.left
}
