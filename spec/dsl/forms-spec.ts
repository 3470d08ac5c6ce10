import { expect } from 'chai'
import type { Step } from '../../lib/dsl/ast.ts'
import { parseDsl } from '../../lib/dsl/parse.ts'
import { bare } from './steps.ts'

const call = (tool: string, more: object = {}): object => ({ _tag: 'Call', tool, args: [], ...more })
const text = (...values: readonly string[]): object => ({ args: values.map((value) => ({ value })) })
const ref = (name: string, ...path: readonly string[]): object => ({ _tag: 'Reference', name, path })
const lit = (value: unknown): object => ({ _tag: 'Literal', value })
const compare = (left: object, operator: string, right: object): object => ({
  _tag: 'Comparison',
  operator,
  left,
  right,
})

/** A script, and its steps without their places. */
type Right = readonly [text: string, steps: readonly object[], name?: string]

const right: Readonly<Record<string, readonly Right[]>> = {
  blocks: [
    ['PARALLEL\nCALL a\nCALL b\nEND_PARALLEL', [{ _tag: 'Parallel', steps: [call('a'), call('b')] }]],
    [
      'AGENT x\nTASK both\nPARALLEL\nTASK "a b"\nSEQUENCE\nCALL a\nEND_SEQUENCE\nEND_PARALLEL',
      [
        { _tag: 'Agent', agent: 'x' },
        { _tag: 'Parallel', task: 'both', steps: [{ _tag: 'Sequence', task: 'a b', steps: [call('a')] }] },
      ],
    ],
    ['sequence # one\r\n\tcall a # two\r\n\r\nEnd_Sequence  # three', [{ _tag: 'Sequence', steps: [call('a')] }]],
    [
      'CALL a\nPARALLEL\nSEQUENCE\nCALL b\nEND_SEQUENCE\nEND_PARALLEL\nCALL c',
      [call('a'), { _tag: 'Parallel', steps: [{ _tag: 'Sequence', steps: [call('b')] }] }, call('c')],
    ],
    ['IF 1\nCALL a\nENDIF', [{ _tag: 'If', condition: lit(1), steps: [call('a')] }]],
    [
      'if 1\ncall a\nelse\ncall b\nend_if',
      [{ _tag: 'If', condition: lit(1), steps: [call('a')], otherwise: [call('b')] }],
    ],
    [
      'IF 1\nIF 2\nCALL a\nENDIF\nELSE\nIF 3\nCALL b\nELSE\nCALL c\nENDIF\nEND_IF',
      [
        {
          _tag: 'If',
          condition: lit(1),
          steps: [{ _tag: 'If', condition: lit(2), steps: [call('a')] }],
          otherwise: [{ _tag: 'If', condition: lit(3), steps: [call('b')], otherwise: [call('c')] }],
        },
      ],
    ],
    ['CALL a PARALLEL\nCALL b END_IF', [call('a', text('PARALLEL')), call('b', text('END_IF'))]],
  ],
  workflows: [
    ['WORKFLOW deploy\nCALL a\nEND_WORKFLOW', [call('a')], 'deploy'],
    ["# c\n\n workflow 'a b'  # c\n\ncall a\n\nend_workflow\n# c\n", [call('a')], 'a b'],
    ['WORKFLOW --x\nPARALLEL\nCALL a\nEND_PARALLEL\nEND_WORKFLOW', [{ _tag: 'Parallel', steps: [call('a')] }], '--x'],
  ],
  'what is said of a call': [
    ['TASK fetch\nCALL a', [call('a', { task: 'fetch' })]],
    ["task 'Fetch the page' # c\n\n# d\ncall a", [call('a', { task: 'Fetch the page' })]],
    ['$page = CALL a x', [call('a', { variable: 'page', ...text('x') })]],
    ['$a_1-b=call a', [call('a', { variable: 'a_1-b' })]],
    ['RETRY 3\nCALL a', [call('a', { retries: 3 })]],
    ['TIMEOUT 1.5\nCALL a', [call('a', { timeoutMs: 1_500 })]],
    ['RETRY 0 TIMEOUT 10\nCALL a', [call('a', { retries: 0, timeoutMs: 10_000 })]],
    ['CALL a RETRY 3', [call('a', { retries: 3 })]],
    ['CALL a x timeout 2 retry 1 # c', [call('a', { ...text('x'), timeoutMs: 2_000, retries: 1 })]],
    ['CALL a --k RETRY 3', [call('a', { args: [{ name: 'k', value: true }], retries: 3 })]],
    ['RETRY 3\nCALL a TIMEOUT 2', [call('a', { retries: 3, timeoutMs: 2_000 })]],
    [
      'TIMEOUT 2\nTASK t\nAGENT x\nRETRY 1\n$v = CALL a',
      [{ _tag: 'Agent', agent: 'x' }, call('a', { variable: 'v', task: 't', retries: 1, timeoutMs: 2_000 })],
    ],
  ],
  'words that look like modifiers': [
    ['CALL a RETRY', [call('a', text('RETRY'))]],
    ['CALL a RETRY x', [call('a', text('RETRY', 'x'))]],
    ['CALL a RETRY 3 x', [call('a', text('RETRY', '3', 'x'))]],
    ["CALL a 'RETRY' 3", [call('a', text('RETRY', '3'))]],
    ["CALL a RETRY '3'", [call('a', text('RETRY', '3'))]],
    ['CALL a -- RETRY 3', [call('a', text('RETRY', '3'))]],
    ['CALL a retrying 3', [call('a', text('retrying', '3'))]],
    ['CALL a --k=RETRY 3', [call('a', { args: [{ name: 'k', value: 'RETRY' }, { value: '3' }] })]],
  ],
  agents: [
    ['AGENT a.b-1\nCALL x', [{ _tag: 'Agent', agent: 'a.b-1' }, call('x')]],
    [
      'AGENT 12D\nPARALLEL\nAGENT b\nCALL x\nEND_PARALLEL',
      [
        { _tag: 'Agent', agent: '12D' },
        { _tag: 'Parallel', steps: [{ _tag: 'Agent', agent: 'b' }, call('x')] },
      ],
    ],
  ],
}

const conditions: readonly (readonly [text: string, condition: object])[] = [
  ['${a}', ref('a')],
  ['${a.b.0.c-d_é}', ref('a', 'b', '0', 'c-d_é')],
  ['$a.b.0', ref('a', 'b', '0')],
  ['$a.b<3', compare(ref('a', 'b'), '<', lit(3))],
  ['12', lit(12)],
  ['-1.50', lit(-1.5)],
  ['1e3', lit(1_000)],
  ['1e999', lit('1e999')],
  ['TRUE', lit(true)],
  ['False', lit(false)],
  ['null', lit(null)],
  ['done', lit('done')],
  ['2024-01-01', lit('2024-01-01')],
  ["'true'", lit('true')],
  ['"a\\n\\u0041"', lit('a\nA')],
  ["'it\\'s && (x)'", lit("it's && (x)")],
  ["''", lit('')],
  ...['==', '!=', '<', '<=', '>', '>='].flatMap((operator): [string, object][] => [
    [`$a ${operator} 1`, compare(ref('a'), operator, lit(1))],
    [`$a${operator}'x'`, compare(ref('a'), operator, lit('x'))],
  ]),
  ['!$a', { _tag: 'Not', term: ref('a') }],
  ['! ! $a', { _tag: 'Not', term: { _tag: 'Not', term: ref('a') } }],
  ['!$a == 1', compare({ _tag: 'Not', term: ref('a') }, '==', lit(1))],
  ['!($a == 1)', { _tag: 'Not', term: compare(ref('a'), '==', lit(1)) }],
  ['1 && 2 && 3', { _tag: 'And', terms: [lit(1), lit(2), lit(3)] }],
  ['1||2||3', { _tag: 'Or', terms: [lit(1), lit(2), lit(3)] }],
  ['1 || 2 && 3', { _tag: 'Or', terms: [lit(1), { _tag: 'And', terms: [lit(2), lit(3)] }] }],
  ['(1 || 2) && 3', { _tag: 'And', terms: [{ _tag: 'Or', terms: [lit(1), lit(2)] }, lit(3)] }],
  ['( ( 1 ) )', lit(1)],
  ['(1 == 2) == (3 < 4)', compare(compare(lit(1), '==', lit(2)), '==', compare(lit(3), '<', lit(4)))],
  ['1 == 2 && 3 != 4', { _tag: 'And', terms: [compare(lit(1), '==', lit(2)), compare(lit(3), '!=', lit(4))] }],
  ['${a} # && 1', ref('a')],
]

const STEP = 'CALL, $name, PARALLEL, SEQUENCE, IF, TASK, RETRY, TIMEOUT'
const OPERATION = '== != < <= > >=, &&, ||'
const VALUE = 'a value, a ${reference}, ( or !'

/** What is wrong, with the place it is told for and the picture; the line above the mark is the source line. */
type Wrong = readonly [text: string, place: string, message: string, caret: string]

function unclosedRow(script: string, place: string, end: string, caret: string): Wrong {
  const [line, column] = place.split(':')
  const start = `line ${line}, column ${column}`
  return [script, place, `unclosed block: expected ${end} to end the block that starts at ${start}`, caret]
}

const wrong: Readonly<Record<string, readonly Wrong[]>> = {
  blocks: [
    ['PARALLEL x', '1:10', 'expected the end of the line, found "x"', 'PARALLEL x\n         ^'],
    ['PARALLELS', '1:1', `expected ${STEP}, AGENT or WORKFLOW, found "PARALLELS"`, 'PARALLELS\n^'],
    ...['PARALLEL\n', 'PARALLEL', 'PARALLEL\nTASK x', 'PARALLEL\nCALL a\nRETRY 2\n'].map((open) =>
      unclosedRow(open, '1:1', 'END_PARALLEL', 'PARALLEL\n^'),
    ),
    unclosedRow('IF 1\nCALL a\nELSE\n', '1:1', 'ENDIF', 'IF 1\n^'),
    unclosedRow('IF 1\nTASK x\n', '1:1', 'ENDIF', 'IF 1\n^'),
    unclosedRow('SEQUENCE\nIF 1\nCALL a\nENDIF\n', '1:1', 'END_SEQUENCE', 'SEQUENCE\n^'),
    unclosedRow('SEQUENCE\nIF 1\nCALL a\nELSE\n# x', '2:1', 'ENDIF', 'IF 1\n^'),
    unclosedRow('WORKFLOW w\n', '1:1', 'END_WORKFLOW', 'WORKFLOW w\n^'),
    ['PARALLEL\nEND_PARALLEL', '2:1', `expected ${STEP} or AGENT, found "END_PARALLEL"`, 'END_PARALLEL\n^'],
    [
      'CALL a\n  PARALLEL\nCALL b\n',
      '2:3',
      'unclosed block: expected END_PARALLEL to end the block that starts at line 2, column 3',
      '  PARALLEL\n  ^',
    ],
    [
      'SEQUENCE\nCALL a',
      '1:1',
      'unclosed block: expected END_SEQUENCE to end the block that starts at line 1, column 1',
      'SEQUENCE\n^',
    ],
    [
      'IF 1\nCALL a\nELSE\nCALL b',
      '1:1',
      'unclosed block: expected ENDIF to end the block that starts at line 1, column 1',
      'IF 1\n^',
    ],
    [
      'WORKFLOW w\nCALL a\n# end',
      '1:1',
      'unclosed block: expected END_WORKFLOW to end the block that starts at line 1, column 1',
      'WORKFLOW w\n^',
    ],
    [
      'PARALLEL\nCALL a\n END_SEQUENCE',
      '3:2',
      `expected ${STEP}, AGENT or END_PARALLEL, found "END_SEQUENCE"`,
      ' END_SEQUENCE\n ^',
    ],
    ['CALL a\nENDIF', '2:1', `expected ${STEP} or AGENT, found "ENDIF"`, 'ENDIF\n^'],
    ['CALL a\nELSE', '2:1', `expected ${STEP} or AGENT, found "ELSE"`, 'ELSE\n^'],
    [
      'IF 1\nCALL a\nELSE\nCALL b\nELSE\nCALL c\nENDIF',
      '5:1',
      `expected ${STEP}, AGENT or ENDIF, found "ELSE"`,
      'ELSE\n^',
    ],
    ['IF 1\nELSE\nCALL a\nENDIF', '2:1', `expected ${STEP} or AGENT, found "ELSE"`, 'ELSE\n^'],
    ['IF 1\nCALL a\nEND_IF x', '3:8', 'expected the end of the line, found "x"', 'END_IF x\n       ^'],
    [
      `${'SEQUENCE\n'.repeat(33)}CALL a\n${'END_SEQUENCE\n'.repeat(33)}`,
      '33:1',
      'nested too deep: expected at most 32 blocks within one another',
      'SEQUENCE\n^',
    ],
  ],
  workflows: [
    ['WORKFLOW', '1:9', 'expected a name of 1 to 128 characters, found the end of the text', 'WORKFLOW\n        ^'],
    [
      "WORKFLOW ''\nCALL a\nEND_WORKFLOW",
      '1:10',
      `expected a name of 1 to 128 characters, found "''"`,
      "WORKFLOW ''\n         ^",
    ],
    ['WORKFLOW a b', '1:12', 'expected the end of the line, found "b"', 'WORKFLOW a b\n           ^'],
    ['WORKFLOW a\nCALL b\nEND_WORKFLOW\nCALL c', '4:1', 'expected the end of the text, found "CALL"', 'CALL c\n^'],
    ['CALL a\nWORKFLOW b', '2:1', `expected ${STEP} or AGENT, found "WORKFLOW"`, 'WORKFLOW b\n^'],
  ],
  'what is said of a call': [
    ['TASK\nCALL a', '1:5', 'expected a name of 1 to 128 characters, found the end of the line', 'TASK\n    ^'],
    [
      'TASK a',
      '1:7',
      `expected TASK, RETRY, TIMEOUT, AGENT, CALL, $name, PARALLEL, SEQUENCE or IF, found the end of the text`,
      'TASK a\n      ^',
    ],
    [
      'RETRY 2\nPARALLEL\nCALL b\nEND_PARALLEL',
      '2:1',
      'expected TASK, RETRY, TIMEOUT, AGENT, CALL or $name, found "PARALLEL"',
      'PARALLEL\n^',
    ],
    [
      'TASK a\nTIMEOUT 2\nIF 1\nCALL b\nENDIF',
      '3:1',
      'expected TASK, RETRY, TIMEOUT, AGENT, CALL or $name, found "IF"',
      'IF 1\n^',
    ],
    ['TASK a\nTASK b\nIF 1\nCALL c\nENDIF', '2:1', 'TASK said twice: expected it once for each step', 'TASK b\n^'],
    ['TASK a\nTASK b\nCALL c', '2:1', 'TASK said twice: expected it once for each CALL', 'TASK b\n^'],
    ['RETRY 2\nCALL c RETRY 3', '2:8', 'RETRY said twice: expected it once for each CALL', 'CALL c RETRY 3\n       ^'],
    [
      'CALL c TIMEOUT 1 TIMEOUT 2',
      '1:18',
      'TIMEOUT said twice: expected it once for each CALL',
      'CALL c TIMEOUT 1 TIMEOUT 2\n                 ^',
    ],
    ['RETRY\nCALL a', '1:6', 'expected a whole number from 0 to 100, found the end of the line', 'RETRY\n     ^'],
    ['RETRY x\nCALL a', '1:7', 'expected a whole number from 0 to 100, found "x"', 'RETRY x\n      ^'],
    [
      'CALL a RETRY 101',
      '1:14',
      'expected a whole number from 0 to 100, found "101"',
      'CALL a RETRY 101\n             ^',
    ],
    ['CALL a RETRY -1', '1:14', 'expected a whole number from 0 to 100, found "-1"', 'CALL a RETRY -1\n             ^'],
    [
      'TIMEOUT 0\nCALL a',
      '1:9',
      'expected a number of seconds from 0.001 to 2000000, found "0"',
      'TIMEOUT 0\n        ^',
    ],
    ['TIMEOUT 5s', '1:9', 'expected a number of seconds from 0.001 to 2000000, found "5s"', 'TIMEOUT 5s\n        ^'],
    ['$x CALL a', '1:4', 'expected =, found "CALL"', '$x CALL a\n   ^'],
    ['$x = a', '1:6', 'expected CALL, found "a"', '$x = a\n     ^'],
    ['$x.y = CALL a', '1:3', 'expected =, found ".y"', '$x.y = CALL a\n  ^'],
    ['$9 = CALL a', '1:1', `expected ${STEP}, AGENT or WORKFLOW, found "$9"`, '$9 = CALL a\n^'],
    ['AGENT', '1:6', 'expected the id of an agent, found the end of the text', 'AGENT\n     ^'],
    ['AGENT a b', '1:9', 'expected the end of the line, found "b"', 'AGENT a b\n        ^'],
    [
      'CALL b\nAGENT a',
      '2:8',
      `expected TASK, RETRY, TIMEOUT, AGENT, CALL, $name, PARALLEL, SEQUENCE or IF, found the end of the text`,
      'AGENT a\n       ^',
    ],
  ],
  conditions: [
    ['IF', '1:3', `expected ${VALUE}, found the end of the text`, 'IF\n  ^'],
    ['IF \nCALL a', '1:4', `expected ${VALUE}, found the end of the line`, 'IF \n   ^'],
    ['IF == 1', '1:4', `expected ${VALUE}, found "=="`, 'IF == 1\n   ^'],
    ['IF $a = 1', '1:7', `expected ${OPERATION} or the end of the line, found "="`, 'IF $a = 1\n      ^'],
    ['IF $a == ', '1:10', `expected ${VALUE}, found the end of the text`, 'IF $a == \n         ^'],
    ['IF 1 < 2 < 3', '1:10', 'expected &&, || or the end of the line, found "<"', 'IF 1 < 2 < 3\n         ^'],
    ['IF (1', '1:6', `expected ${OPERATION} or ), found the end of the text`, 'IF (1\n     ^'],
    ['IF 1)', '1:5', `expected ${OPERATION} or the end of the line, found ")"`, 'IF 1)\n    ^'],
    ['IF 1 & 2', '1:6', `expected ${OPERATION} or the end of the line, found "&"`, 'IF 1 & 2\n     ^'],
    ['IF 1 AND 2', '1:6', `expected ${OPERATION} or the end of the line, found "AND"`, 'IF 1 AND 2\n     ^'],
    ['IF ${a', '1:4', `expected ${VALUE}, found "\${a"`, 'IF ${a\n   ^'],
    ['IF ${a..b}', '1:4', `expected ${VALUE}, found "\${a..b}"`, 'IF ${a..b}\n   ^'],
    ['IF ${1+1}', '1:4', `expected ${VALUE}, found "\${1+1}"`, 'IF ${1+1}\n   ^'],
    [
      "IF $a == 'x",
      '1:10',
      "unclosed quote: expected ' to end the text that starts at line 1, column 10",
      "IF $a == 'x\n         ^",
    ],
    [
      `IF ${'('.repeat(33)}`,
      '1:36',
      'nested too deep: expected at most 32 ( and ! within one another',
      `IF ${'('.repeat(33)}\n${' '.repeat(35)}^`,
    ],
    [
      `IF ${'!'.repeat(33)}1`,
      '1:36',
      'nested too deep: expected at most 32 ( and ! within one another',
      `IF ${'!'.repeat(33)}1\n${' '.repeat(35)}^`,
    ],
  ],
}

describe('parseDsl', () => {
  for (const [group, rows] of Object.entries(right)) {
    describe(`of ${group}`, () => {
      for (const [source, steps, name] of rows) {
        it(JSON.stringify(source), () => {
          expect(treeOf(source)).to.deep.equal({ _tag: 'Script', ...(name === undefined ? {} : { name }), steps })
        })
      }
    })
  }

  describe('of conditions', () => {
    for (const [source, condition] of conditions) {
      it(JSON.stringify(source), () => {
        const steps = [{ _tag: 'If', condition, steps: [call('a')] }]
        expect(treeOf(`IF ${source}\nCALL a\nENDIF`)).to.deep.equal({ _tag: 'Script', steps })
      })
    }

    it('may stand right after IF where it begins with a mark', () => {
      for (const source of ['IF(1)', 'IF!1', "IF'a'", 'IF$a']) {
        expect(treeOf(`${source}\nCALL a\nENDIF`), source).to.have.nested.property('steps[0]._tag', 'If')
      }
    })
  })

  it('takes blocks and conditions nested 32 deep', () => {
    const source = `${'IF 1\n'.repeat(32)}CALL a\n${'ENDIF\n'.repeat(32)}`
    expect(parseDsl(source)._tag).to.equal('Right')
    expect(parseDsl(`WORKFLOW w\n${source}END_WORKFLOW`)._tag).to.equal('Right')
    expect(parseDsl(`IF ${'('.repeat(32)}1${')'.repeat(32)}\nCALL a\nENDIF`)._tag).to.equal('Right')
    expect(parseDsl(`IF ${'!'.repeat(32)}1\nCALL a\nENDIF`)._tag).to.equal('Right')
  })

  it('counts depth, not blocks', () => {
    const side = 'PARALLEL\nCALL a\nEND_PARALLEL\nIF (1) && (2)\nCALL a\nENDIF\n'
    expect(parseDsl(side.repeat(40))._tag).to.equal('Right')
    expect(parseDsl(`IF ${'(1) && !2 && '.repeat(40)}1\nCALL a\nENDIF`)._tag).to.equal('Right')
  })

  it('takes 256 calls, wherever they are', () => {
    const side = `PARALLEL\n${'CALL a\n'.repeat(128)}END_PARALLEL\n`
    expect(parseDsl(side.repeat(2))._tag).to.equal('Right')
    const parsed = parseDsl(`${side.repeat(2)}  CALL b`)
    expect(parsed).to.have.nested.property('left.message', 'too many steps: expected at most 256 calls')
    expect(parsed).to.deep.include({ _tag: 'Left' })
    expect(parsed).to.have.nested.property('left.line', 261)
    expect(parsed).to.have.nested.property('left.column', 3)
  })

  it('tells where steps, references and values are', () => {
    const parsed = parseDsl("# c\n  IF !(${a.b} == 'x')\n\tTASK t\n\t$v = CALL c\n  ENDIF")
    if (parsed._tag === 'Left') throw new Error(parsed.left.message)
    const [step] = parsed.right.steps as readonly Extract<Step, { _tag: 'If' }>[]
    expect(step?.location).to.deep.equal({ line: 2, column: 3 })
    expect(step?.condition).to.have.nested.property('term.left.location').that.deep.equals({ line: 2, column: 8 })
    expect(step?.condition).to.have.nested.property('term.right.location').that.deep.equals({ line: 2, column: 18 })
    expect(step?.steps[0]?.location).to.deep.equal({ line: 4, column: 2 })
  })

  for (const [group, rows] of Object.entries(wrong)) {
    describe(`of ${group} that are wrong`, () => {
      for (const [source, place, message, caret] of rows) {
        it(JSON.stringify(source.length > 60 ? `${source.slice(0, 60)}…` : source), () => {
          const parsed = parseDsl(source)
          if (parsed._tag === 'Right') throw new Error('it is a script')
          const { left } = parsed
          expect({ place: `${left.line}:${left.column}`, message: left.message, caret: left.caret }).to.deep.equal({
            place,
            message,
            caret,
          })
          expect(left.expected).to.have.length.above(0)
          for (const word of left.expected) expect(message).to.include(word)
        })
      }
    })
  }
})

function treeOf(source: string): unknown {
  const parsed = parseDsl(source)
  if (parsed._tag === 'Left') throw new Error(parsed.left.message)
  return bare(parsed.right)
}
