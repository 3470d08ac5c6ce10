import { expect } from 'chai'
import * as t from 'io-ts'
import { parseDsl } from '../../lib/dsl/parse.ts'
import { defineTool } from '../../lib/tools/define-tool.ts'
import { createToolRegistry } from '../../lib/tools/registry.ts'
import { prepareScript } from '../../lib/workflow/prepare-script.ts'

const tools = createToolRegistry([
  defineTool({ name: 'list', description: 'Lists.', params: t.type({}), run: () => null }),
])

function prepared(text: string) {
  const script = parseDsl(text)
  if (script._tag === 'Left') throw new Error(script.left.message)
  return prepareScript(script.right, tools)
}

describe('prepareScript', () => {
  const text = '$a = CALL list\nIF ${a.x}\n$b = CALL list\nENDIF\n$c = CALL list'

  function ready() {
    const script = prepared(text)
    if (script._tag === 'Left') throw new Error(script.left.message)
    return script.right
  }

  it('gives the nodes of a plan their guards', () => {
    const { plan } = ready()
    const guarded = [...plan.nodes].flatMap(([id, node]) =>
      typeof Reflect.get(node, 'guard') === 'function' ? id : [],
    )
    expect(guarded).to.deep.equal(['b'])
  })

  it('tells of a graph that can travel', () => {
    const { graph } = ready()
    expect(JSON.parse(JSON.stringify(graph))).to.deep.equal(graph)
    for (const node of graph.nodes) expect(node).to.not.have.property('guard')
    expect(graph.edges).to.deep.include({ source: 'b', target: 'c', when: 'always' })
  })

  it('lets every failure end the run, also where another step waits for the end of the step', () => {
    expect([...ready().plan.handled]).to.deep.equal([])
  })

  it('hands on the first mistake', () => {
    expect(prepared('CALL list\nCALL rm')).to.have.nested.property('left.code', 'UNKNOWN_TOOL')
  })
})
