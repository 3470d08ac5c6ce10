import { expect } from 'chai'
import * as fc from 'fast-check'
import * as t from 'io-ts'
import { parseDsl } from '../../lib/dsl/parse.ts'
import { printScript } from '../../lib/dsl/print-script.ts'
import { quoteWord } from '../../lib/dsl/quote.ts'
import { escapeReferences } from '../../lib/dsl/reference.ts'
import type { DslError } from '../../lib/event/catalogue.ts'
import type { Graph } from '../../lib/event/graph.ts'
import { defineTool } from '../../lib/tools/define-tool.ts'
import { BooleanParam } from '../../lib/tools/params.ts'
import { createToolRegistry } from '../../lib/tools/registry.ts'
import { sensitive } from '../../lib/tools/sensitive.ts'
import { createPlan } from '../../lib/workflow/plan.ts'
import { planScript, type ScriptGraph } from '../../lib/workflow/script-plan.ts'
import { GraphWorld, playableSteps, readingOf } from './script-worlds.ts'

const tools = createToolRegistry([
  defineTool({
    name: 'write',
    description: 'Writes.',
    params: t.intersection([t.type({ filename: t.string, content: t.string }), t.partial({ append: BooleanParam })]),
    positional: ['filename', 'content'],
    run: () => null,
  }),
  defineTool({ name: 'list', description: 'Lists.', params: t.type({}), run: () => null }),
  defineTool({ name: 'ann.list', description: 'Lists.', params: t.type({}), run: () => null }),
])

const actor = createToolRegistry([
  defineTool({ name: 'act', description: 'Acts.', params: t.type({}), run: () => null }),
])

function planned(text: string): Graph | DslError {
  const script = parseDsl(text)
  if (script._tag === 'Left') throw new Error(script.left.message)
  const graph = planScript(script.right, tools)
  if (graph._tag === 'Left') return graph.left
  const { nodes, edges } = graph.right
  return { nodes, edges }
}

function graphIn(graph: ReturnType<typeof planScript>): ScriptGraph {
  if (graph._tag === 'Left') throw new Error(graph.left.message)
  return graph.right
}

function graphOf(text: string): ScriptGraph {
  const script = parseDsl(text)
  if (script._tag === 'Left') throw new Error(script.left.message)
  return graphIn(planScript(script.right, tools))
}

describe('planScript', () => {
  it('makes a step a node, its arguments named params', () => {
    expect(planned("CALL write a.txt 'x y' --append")).to.deep.equal({
      nodes: [
        { id: 'step1', type: 'tool_call', tool: 'write', params: { filename: 'a.txt', content: 'x y', append: true } },
      ],
      edges: [],
    })
  })

  it('makes steps wait for the success of the one before', () => {
    expect(planned('CALL list\nCALL list\nCALL list')).to.deep.include({
      edges: [
        { source: 'step1', target: 'step2' },
        { source: 'step2', target: 'step3' },
      ],
    })
  })

  it('makes graphs that can be planned, whatever the texts', () => {
    const step = fc
      .tuple(fc.string(), fc.string())
      .map((texts) => `CALL write -- ${texts.map(escapeReferences).map(quoteWord).join(' ')}`)
    fc.assert(
      fc.property(fc.array(step, { minLength: 1, maxLength: 5 }), (steps) => {
        const graph = planned(steps.join('\n'))
        if (!('nodes' in graph)) throw new Error(graph.message)
        expect(graph.nodes).to.have.lengthOf(steps.length)
        expect(createPlan(graph, tools)._tag).to.equal('Right')
      }),
    )
  })

  describe('of blocks', () => {
    const edges: readonly (readonly [what: string, text: string, edges: readonly string[]])[] = [
      [
        'PARALLEL: side by side, between the step before and the step after',
        '$a = CALL list\nPARALLEL\n$b = CALL list\n$c = CALL list\nEND_PARALLEL\n$d = CALL list',
        ['a b', 'a c', 'b d', 'c d'],
      ],
      [
        'SEQUENCE within PARALLEL: one after another, beside the others',
        'PARALLEL\n$a = CALL list\nSEQUENCE\n$b = CALL list\n$c = CALL list\nEND_SEQUENCE\nEND_PARALLEL\n$d = CALL list',
        ['b c', 'a d', 'c d'],
      ],
      [
        'IF: what follows waits for it however it ends',
        '$a = CALL list\nIF ${a}\n$b = CALL list\n$c = CALL list\nENDIF\n$d = CALL list',
        ['a b', 'b c', 'c d always'],
      ],
      [
        'IF and ELSE: what follows waits for both',
        '$a = CALL list\nIF ${a}\n$b = CALL list\nELSE\n$c = CALL list\nENDIF\n$d = CALL list',
        ['a b', 'a c', 'b d always', 'c d always'],
      ],
      [
        'IF within a branch: sure edges within the branch, others out of it',
        'IF 1\n$a = CALL list\nIF 2\n$b = CALL list\nENDIF\n$c = CALL list\nENDIF\n$d = CALL list',
        ['a b', 'b c always', 'c d always'],
      ],
    ]
    for (const [what, text, expected] of edges) {
      it(`makes edges of ${what}`, () => {
        const graph = graphOf(text)
        const told = graph.edges.map(({ source, target, when }) => [source, target, when].filter(Boolean).join(' '))
        expect(told).to.have.members(expected)
        expect(told).to.have.length(expected.length)
      })
    }

    it('guards the steps of a branch with all conditions around them, and no others', () => {
      const text =
        '$a = CALL list\nIF ${a.x}\nIF !${a.y}\n$b = CALL list\nELSE\n$c = CALL list\nENDIF\nENDIF\n$d = CALL list'
      const guardsOf = () => new Map(graphOf(text).nodes.map(({ id, guard }) => [id, guard]))
      expect(guardsOf().get('a')).to.equal(undefined)
      expect(guardsOf().get('d')).to.equal(undefined)
      const starts = (x: boolean, y: boolean): readonly string[] => {
        const guards = guardsOf()
        return ['b', 'c'].filter((id) => guards.get(id)?.(new Map([['a', { x, y }]])))
      }
      expect(starts(true, false)).to.deep.equal(['b'])
      expect(starts(true, true)).to.deep.equal(['c'])
      expect(starts(false, true)).to.deep.equal([])
      expect(starts(false, false)).to.deep.equal([])
    })

    it('runs what the text says, whatever the script and its fate', () => {
      const anyFate = fc.infiniteStream(
        fc.oneof(
          { weight: 5, arbitrary: fc.constantFrom('ok' as const, 'not ok' as const) },
          fc.constant('fails' as const),
        ),
      )
      fc.assert(
        fc.property(playableSteps, anyFate, fc.infiniteStream(fc.nat(100)), (steps, fates, picks) => {
          const script = parseDsl(printScript({ _tag: 'Script', steps }))
          if (script._tag === 'Left') throw new Error(script.left.message)
          const graph = graphIn(planScript(script.right, actor))
          const world = new GraphWorld(graph)
          const nameOf = (id: string): string => [...graph.shared].find(([, ids]) => ids.includes(id))?.[0] ?? id
          const ended = new Map<string, 'ok' | 'not ok' | 'fails'>()
          for (;;) {
            const running = [...world.running()]
            // What runs beside a step that fails is left to end.
            if (!world.isFailed) {
              expect(running.map(nameOf).sort()).to.deep.equal([...readingOf(steps, ended).running].sort())
            }
            const [pick = 0] = picks.take(1)
            const id = running[pick % running.length]
            if (id === undefined) break
            const [fate = 'ok'] = fates.take(1)
            ended.set(nameOf(id), fate)
            world.end(id, fate)
          }
          expect(world.pending()).to.deep.equal([])
          expect(world.isFailed).to.equal([...ended.values()].includes('fails'))
          expect(readingOf(steps, ended).isOver).to.equal(true)
        }),
      )
    })
  })

  it('asks a condition once in a run, whenever calls may start on it', () => {
    const calls = Array.from({ length: 50 }, () => 'CALL list').join('\n')
    const { nodes } = graphOf(`$a = CALL list\nIF 'x \${a.x}' == 'x 1'\nPARALLEL\n${calls}\nEND_PARALLEL\nENDIF`)
    let asked = 0
    const results = new Map([
      [
        'a',
        {
          get x() {
            asked += 1
            return 1
          },
        },
      ],
    ])
    for (const { guard } of nodes) if (guard !== undefined) expect(guard(new Map(results))).to.equal(true)
    expect(nodes.filter(({ guard }) => guard !== undefined)).to.have.lengthOf(50)
    expect(asked).to.equal(1)
  })

  describe('words for what is no text', () => {
    const typed = createToolRegistry([
      defineTool({
        name: 'typed',
        description: 'Takes anything but texts.',
        params: t.partial({
          n: t.number,
          on: t.boolean,
          none: t.null,
          list: t.array(t.number),
          deep: t.type({ a: t.string }),
          text: t.string,
          either: t.union([t.string, t.number]),
        }),
        positional: ['n', 'text'],
        run: () => null,
      }),
    ])
    const paramsOf = (args: string): unknown => {
      const script = parseDsl(`CALL typed ${args}`)
      if (script._tag === 'Left') throw new Error(script.left.message)
      const graph = planScript(script.right, typed)
      return graph._tag === 'Left' ? graph.left : graph.right.nodes[0]?.params
    }
    for (const [args, params] of [
      ['5', { n: 5 }],
      ['-1.5e3 5', { n: -1_500, text: '5' }],
      ['--n=7 --on', { n: 7, on: true }],
      ['--on true', { on: true }],
      ['--on=false --none null', { on: false, none: null }],
      ['--list \'[1, 2]\' --deep \'{"a": "b"}\'', { list: [1, 2], deep: { a: 'b' } }],
      ['--either 5 --text true', { either: '5', text: 'true' }],
    ] as const) {
      it(`CALL typed ${args}`, () => expect(paramsOf(args)).to.deep.equal(params))
    }

    it('and what a message may not hold a word may not say', () => {
      const deep = `${'['.repeat(40)}1${']'.repeat(40)}`
      for (const args of [
        `--deep '{"__proto__":{"a":"b"},"a":"x"}'`,
        `--list '${deep}'`,
        '1e999',
        `--list '[${'1,'.repeat(10_001)}1]'`,
      ]) {
        expect(paramsOf(args), args.slice(0, 40)).to.include({ code: 'INVALID_ARGUMENTS' })
      }
    })

    it('and rules about several are told as they are', () => {
      const pair = createToolRegistry([
        defineTool({
          name: 'pair',
          description: 'Takes two numbers in their order.',
          params: t.refinement(t.type({ n: t.number, m: t.number }), ({ n, m }) => n < m, 'n below m'),
          positional: ['n', 'm'],
          run: () => null,
        }),
      ])
      const script = parseDsl('CALL pair 5 3')
      if (script._tag === 'Left') throw new Error(script.left.message)
      expect(planScript(script.right, pair)).to.have.nested.property('left.message').that.contains('expected n below m')
    })

    it('and what says nothing of the kind is refused as it was written, at its place', () => {
      expect(paramsOf('1 x --on maybe')).to.deep.equal({
        code: 'INVALID_ARGUMENTS',
        message: 'the arguments of typed do not fit: on: expected boolean, got "maybe"',
        line: 1,
        column: 16,
      })
      expect(paramsOf('--list \'[1, "x"]\'')).to.have.property('message').that.contains('got "[1, ')
      expect(paramsOf('0x10')).to.have.property('message').that.contains('got "0x10"')
    })
  })

  it('refuses to ask for what is sensitive, and to give it to another tool', () => {
    const results = t.type({ user: t.string, token: sensitive(t.string) })
    const secret = createToolRegistry([
      ...tools.list(),
      defineTool({
        name: 'login',
        description: 'x',
        params: t.type({}),
        results,
        run: () => Promise.reject(new Error('x')),
      }),
    ])
    const refused = (text: string): unknown => {
      const script = parseDsl(text)
      if (script._tag === 'Left') throw new Error(script.left.message)
      const graph = planScript(script.right, secret)
      return graph._tag === 'Left' ? [graph.left.line, graph.left.column, graph.left.message] : undefined
    }
    const words = 'expected a reference to something that is not sensitive, got ${a.token}'
    expect(refused('$a = CALL login\nCALL write b ${a.token}')).to.deep.equal([2, 14, words])
    expect(refused('$a = CALL login\nIF 1 == 2 || $a.token\nCALL list\nENDIF')).to.deep.equal([2, 14, words])
    expect(refused('$a = CALL login\nIF $a.user\nCALL write b ${a}\nENDIF')).to.equal(undefined)
  })

  describe('names', () => {
    const names: readonly (readonly [text: string, nodes: readonly (readonly [id: string, name?: string])[]])[] = [
      ['CALL list\n$x = CALL list\nCALL list', [['step1'], ['x'], ['step3']]],
      ['TASK fetch\nCALL list', [['fetch', 'fetch']]],
      ["TASK 'Fetch it'\nCALL list", [['step1', 'Fetch it']]],
      ['TASK fetch\n$x = CALL list', [['x', 'fetch']]],
      [
        'TASK a\nCALL list\nTASK a\nCALL list',
        [
          ['step1', 'a'],
          ['step2', 'a'],
        ],
      ],
      ['TASK a\nCALL list\n$a = CALL list', [['step1', 'a'], ['a']]],
      ['TASK constructor\nCALL list', [['step1', 'constructor']]],
      ['$step2 = CALL list\nCALL list', [['step2'], ['step2_']]],
      ['TASK step2\nCALL list\n$step2_ = CALL list\nCALL list', [['step2', 'step2'], ['step2_'], ['step3']]],
    ]
    for (const [text, nodes] of names) {
      it(`${JSON.stringify(text)}: ${nodes.map(([id]) => id).join(', ')}`, () => {
        const told = graphOf(text).nodes.map(({ id, name }) => (name === undefined ? [id] : [id, name]))
        expect(told).to.deep.equal(nodes)
      })
    }

    it('hands on RETRY and TIMEOUT', () => {
      expect(graphOf('RETRY 2\nCALL list TIMEOUT 0.5').nodes[0]).to.include({ retries: 2, timeoutMs: 500 })
    })
  })

  describe('agents', () => {
    const routed: readonly (readonly [text: string, tools: readonly string[]])[] = [
      ['AGENT ann\nCALL list\nCALL write a b', ['ann.list', 'write']],
      ['CALL list\nAGENT ann\nCALL list\nAGENT bob\nCALL list', ['list', 'ann.list', 'list']],
      ['PARALLEL\nAGENT ann\nCALL list\nCALL list\nEND_PARALLEL\nCALL list', ['ann.list', 'ann.list', 'list']],
      [
        'AGENT ann\nSEQUENCE\nCALL list\nAGENT bob\nCALL list\nEND_SEQUENCE\nCALL list',
        ['ann.list', 'list', 'ann.list'],
      ],
      ['AGENT ann\nIF 1\nCALL list\nAGENT bob\nCALL list\nELSE\nCALL list\nENDIF', ['ann.list', 'list', 'ann.list']],
      ['CALL ann.list', ['ann.list']],
    ]
    for (const [text, expected] of routed) {
      it(`${JSON.stringify(text)}: ${expected.join(', ')}`, () => {
        expect(graphOf(text).nodes.map(({ tool }) => tool)).to.deep.equal(expected)
      })
    }
  })

  describe('references', () => {
    const good = [
      '$a = CALL list\nCALL write ${a.name} "x ${a.size}"',
      'TASK a\nCALL list\nCALL write ${a} b',
      '$a = CALL list\nCALL write x y --append ${a.yes}',
      'CALL write $${a} $a',
      'PARALLEL\n$a = CALL list\n$b = CALL list\nEND_PARALLEL\nCALL write ${a} ${b}',
      'IF 1\n$a = CALL list\nELSE\n$b = CALL list\nENDIF\nIF ${a} == ${b}\nCALL write ${a} ${b}\nENDIF',
      'PARALLEL\nSEQUENCE\n$a = CALL list\nCALL write ${a} b\nEND_SEQUENCE\nCALL list\nEND_PARALLEL',
    ]
    for (const text of good) {
      it(`lets pass ${JSON.stringify(text)}`, () => {
        expect(planned(text)).to.have.property('nodes')
      })
    }

    it('leaves them in the params, for the run to replace', () => {
      expect(graphOf('$a = CALL list\nCALL write ${a.name} "x ${a}"').nodes[1]?.params).to.deep.equal({
        filename: '${a.name}',
        content: 'x ${a}',
      })
    })

    const bad: readonly (readonly [what: string, text: string, place: string, code: string, message: string])[] = [
      [
        'a name that nobody gave',
        'CALL write ${a} b',
        '1:12',
        'INVALID_ARGUMENTS',
        'expected a name that a step was given, got ${a}',
      ],
      [
        'its own name',
        '$a = CALL write ${a} b',
        '1:17',
        'INVALID_ARGUMENTS',
        'expected the name of a step that ends before, got ${a}',
      ],
      [
        'a later step',
        'CALL write x "${b.c}"\n$b = CALL list',
        '1:14',
        'INVALID_ARGUMENTS',
        'expected the name of a step that ends before, got ${b.c}',
      ],
      [
        'a step without a name of its own',
        'CALL list\nCALL write ${step1} b',
        '2:12',
        'INVALID_ARGUMENTS',
        'expected a name that a step was given, got ${step1}',
      ],
      [
        'a task whose name two have',
        'TASK a\nCALL list\nTASK a\nCALL list\nCALL write ${a} b',
        '5:12',
        'INVALID_ARGUMENTS',
        'expected a name that a step was given, got ${a}',
      ],
      [
        'a step beside it',
        'PARALLEL\n$a = CALL list\nCALL write x ${a}\nEND_PARALLEL',
        '3:14',
        'INVALID_ARGUMENTS',
        'expected the name of a step that ends before, got ${a}',
      ],
      [
        'the other branch',
        'IF 1\n$a = CALL list\nELSE\nCALL write ${a} b\nENDIF',
        '4:12',
        'INVALID_ARGUMENTS',
        'expected the name of a step that ends before, got ${a}',
      ],
      [
        'what is no name',
        'CALL write ${} b',
        '1:12',
        'INVALID_ARGUMENTS',
        'expected a name that a step was given, got ${}',
      ],
      [
        'no field',
        '$a = CALL list\nCALL write ${a.} b',
        '2:12',
        'INVALID_ARGUMENTS',
        'expected names of fields as ${name.path.to.field} has them, got ${a.}',
      ],
      [
        'a prototype',
        '$a = CALL list\nCALL write ${a.__proto__} b',
        '2:12',
        'INVALID_ARGUMENTS',
        'expected names of fields as ${name.path.to.field} has them, got ${a.__proto__}',
      ],
      [
        'in a condition: a name that nobody gave',
        'IF 1 && ${a.b} == 2\nCALL list\nENDIF',
        '1:9',
        'DSL_SYNTAX',
        'expected a name that a step was given, got ${a.b}',
      ],
      [
        'in a condition: a step of its branch',
        'IF !$a\n$a = CALL list\nENDIF',
        '1:5',
        'DSL_SYNTAX',
        'expected the name of a step that ends before, got ${a}',
      ],
      [
        'in a text of a condition',
        'IF 1 == "x${a}"\nCALL list\nENDIF',
        '1:9',
        'DSL_SYNTAX',
        'expected a name that a step was given, got ${a}',
      ],
      [
        'a name given twice',
        '$a = CALL list\n$a = CALL list',
        '2:1',
        'DSL_SYNTAX',
        'expected a name that no other step has, got $a',
      ],
      [
        'a name given in both branches, and again',
        'IF 1\n$a = CALL list\nELSE\n  $a = CALL list\nENDIF\n$a = CALL list',
        '6:1',
        'DSL_SYNTAX',
        'expected a name that no other step has, got $a',
      ],
      [
        'a name given in one branch and before',
        '$a = CALL list\nIF 1\nELSE\n  $a = CALL list\nENDIF'.replace('ELSE', 'CALL list\nELSE'),
        '5:3',
        'DSL_SYNTAX',
        'expected a name that no other step has, got $a',
      ],
      [
        'a name given twice side by side',
        'PARALLEL\n$a = CALL list\nIF 1\n$a = CALL list\nENDIF\nEND_PARALLEL',
        '4:1',
        'DSL_SYNTAX',
        'expected a name that no other step has, got $a',
      ],
      [
        'a name that reaches a prototype',
        '$__proto__ = CALL list',
        '1:1',
        'DSL_SYNTAX',
        'expected another name, got $__proto__',
      ],
    ]
    for (const [what, text, place, code, message] of bad) {
      it(`refuses ${what}`, () => {
        const [line, column] = place.split(':').map(Number)
        expect(planned(text)).to.deep.equal({ code, message, line, column })
      })
    }

    it('still refuses what is wrong whatever they stand for', () => {
      expect(planned('$a = CALL list\nCALL write ${a}')).to.include({ code: 'INVALID_ARGUMENTS', line: 2 })
      expect(planned('$a = CALL list\nCALL list --x ${a}')).to.include({ code: 'INVALID_ARGUMENTS', line: 2 })
      expect(planned('$a = CALL list\nCALL write ${a} b --append maybe')).to.include({ line: 2 })
    })
  })

  it('refuses more pairs of waiting steps than a graph may have edges', () => {
    const side = (count: number): string => `PARALLEL\n${'CALL list\n'.repeat(count)}END_PARALLEL\n`
    expect(graphOf(side(32) + side(32)).edges).to.have.length(1_024)
    expect(planned(side(32) + side(33))).to.include({ code: 'DSL_SYNTAX', line: 68, column: 1 })
  })

  const wrong: Readonly<Record<string, readonly [text: string, error: DslError]>> = {
    'a tool nobody knows': [
      '\n  CALL rm -- -rf',
      { code: 'UNKNOWN_TOOL', message: 'no tool is called "rm"; there are write, list, ann.list', line: 2, column: 8 },
    ],
    'a tool named as what every object has': [
      'CALL constructor',
      {
        code: 'UNKNOWN_TOOL',
        message: 'no tool is called "constructor"; there are write, list, ann.list',
        line: 1,
        column: 6,
      },
    ],
    'a param that is missing': [
      'CALL list\nCALL write a.txt',
      {
        code: 'INVALID_ARGUMENTS',
        message: 'the arguments of write do not fit: content: expected string, got nothing',
        line: 2,
        column: 6,
      },
    ],
    'more arguments than the tool has names for': [
      'CALL write a b c',
      {
        code: 'INVALID_ARGUMENTS',
        message:
          'the arguments of write do not fit: arguments[2]: expected at most 2 without a name (filename, content), got "c"',
        line: 1,
        column: 16,
      },
    ],
    'an option the tool does not know': [
      'CALL list --recursive',
      {
        code: 'INVALID_ARGUMENTS',
        message: 'the arguments of list do not fit: recursive: expected no param of this name (known: ), got true',
        line: 1,
        column: 11,
      },
    ],
    'a param of the wrong kind': [
      'CALL write a b --append maybe',
      {
        code: 'INVALID_ARGUMENTS',
        message: 'the arguments of write do not fit: append: expected true or false, got "maybe"',
        line: 1,
        column: 16,
      },
    ],
  }
  for (const [what, [text, error]] of Object.entries(wrong)) {
    it(`refuses ${what}, saying where`, () => {
      expect(planned(text)).to.deep.equal(error)
    })
  }

  it('tells of the first mistake', () => {
    expect(planned('CALL list\nCALL write\nCALL rm')).to.include({ code: 'INVALID_ARGUMENTS', line: 2 })
  })

  it('bounds what it says, whatever the words', () => {
    const error = planned(
      `CALL write ${'x'.repeat(300)} y ${Array.from({ length: 100 }, () => 'z'.repeat(100)).join(' ')}`,
    )
    expect(error).to.have.property('message').with.lengthOf.at.most(1_001)
  })
})
