import { expect } from 'chai'
import * as fc from 'fast-check'
import * as t from 'io-ts'
import { parseDsl } from '../../lib/dsl/parse.ts'
import { quoteWord } from '../../lib/dsl/quote.ts'
import type { DslError } from '../../lib/event/catalogue.ts'
import type { Graph } from '../../lib/event/graph.ts'
import { defineTool } from '../../lib/tools/define-tool.ts'
import { BooleanParam } from '../../lib/tools/params.ts'
import { createToolRegistry } from '../../lib/tools/registry.ts'
import { createPlan } from '../../lib/workflow/plan.ts'
import { planScript } from '../../lib/workflow/script-plan.ts'

const tools = createToolRegistry([
  defineTool({
    name: 'write',
    description: 'Writes.',
    params: t.intersection([t.type({ filename: t.string, content: t.string }), t.partial({ append: BooleanParam })]),
    positional: ['filename', 'content'],
    run: () => null,
  }),
  defineTool({ name: 'list', description: 'Lists.', params: t.type({}), run: () => null }),
])

function planned(text: string): Graph | DslError {
  const script = parseDsl(text)
  if (script._tag === 'Left') throw new Error(script.left.message)
  const graph = planScript(script.right, tools)
  return graph._tag === 'Right' ? graph.right : graph.left
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
      .map(([name, text]) => `CALL write -- ${quoteWord(name)} ${quoteWord(text)}`)
    fc.assert(
      fc.property(fc.array(step, { minLength: 1, maxLength: 5 }), (steps) => {
        const graph = planned(steps.join('\n'))
        if (!('nodes' in graph)) throw new Error(graph.message)
        expect(graph.nodes).to.have.lengthOf(steps.length)
        expect(createPlan(graph, tools)._tag).to.equal('Right')
      }),
    )
  })

  const wrong: Readonly<Record<string, readonly [text: string, error: DslError]>> = {
    'a tool nobody knows': [
      '\n  CALL rm -- -rf',
      { code: 'UNKNOWN_TOOL', message: 'no tool is called "rm"; there are write, list', line: 2, column: 3 },
    ],
    'a tool named as what every object has': [
      'CALL constructor',
      { code: 'UNKNOWN_TOOL', message: 'no tool is called "constructor"; there are write, list', line: 1, column: 1 },
    ],
    'a param that is missing': [
      'CALL list\nCALL write a.txt',
      {
        code: 'INVALID_ARGUMENTS',
        message: 'the arguments of write do not fit: content: expected string, got nothing',
        line: 2,
        column: 1,
      },
    ],
    'more arguments than the tool has names for': [
      'CALL write a b c',
      {
        code: 'INVALID_ARGUMENTS',
        message:
          'the arguments of write do not fit: arguments[2]: expected at most 2 without a name (filename, content), got "c"',
        line: 1,
        column: 1,
      },
    ],
    'an option the tool does not know': [
      'CALL list --recursive',
      {
        code: 'INVALID_ARGUMENTS',
        message: 'the arguments of list do not fit: recursive: expected no param of this name (known: ), got true',
        line: 1,
        column: 1,
      },
    ],
    'a param of the wrong kind': [
      'CALL write a b --append maybe',
      {
        code: 'INVALID_ARGUMENTS',
        message: 'the arguments of write do not fit: append: expected true or false, got "maybe"',
        line: 1,
        column: 1,
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
