import { expect } from 'chai'
import * as fc from 'fast-check'
import * as t from 'io-ts'
import type { ErrorDetail } from '../../lib/base/codec-details.ts'
import type { Graph, ToolNode } from '../../lib/event/graph.ts'
import { defineTool } from '../../lib/tools/define-tool.ts'
import { createToolRegistry } from '../../lib/tools/registry.ts'
import { sensitive } from '../../lib/tools/sensitive.ts'
import { findCycle } from '../../lib/workflow/cycle.ts'
import { createPlan } from '../../lib/workflow/plan.ts'
import { acyclicGraph, chainOf, edge, echoTools, inputNode, nodesNamed, planOf, toolNode } from './graphs.ts'

const write = defineTool({
  name: 'write',
  description: 'Writes.',
  params: t.type({ filename: t.string, options: t.partial({ mode: t.number }) }),
  run: () => null,
})
const read = defineTool({
  name: 'read',
  description: 'Reads.',
  params: t.type({ filename: t.string }),
  idempotent: true,
  run: () => null,
})
const tools = createToolRegistry([write, read])

function problems(graph: Graph, registry = echoTools): readonly ErrorDetail[] {
  const plan = createPlan(graph, registry)
  return plan._tag === 'Left' ? plan.left : []
}

function paths(graph: Graph, registry = echoTools): readonly string[] {
  return problems(graph, registry).map(({ path }) => path)
}

/** One node whose params, in a list as the limit counts them, take `bytes`. */
function withParamsOf(bytes: number): Graph {
  const empty = JSON.stringify([{ text: '' }])
  return { nodes: [toolNode('a', { params: { text: 'x'.repeat(bytes - empty.length) } })], edges: [] }
}

/** `count` edges between the first nodes and the last, no two alike. */
function withEdges(count: number): Graph {
  const nodes = nodesNamed(80)
  const edges = Array.from({ length: count }, (_, index) => edge(`n${index % 40}`, `n${40 + Math.floor(index / 40)}`))
  return { nodes, edges }
}

describe('createPlan', () => {
  it('keeps the nodes in the order they were written, and their edges', () => {
    const plan = planOf({
      nodes: [toolNode('z'), toolNode('a'), toolNode('m')],
      edges: [edge('z', 'a'), edge('z', 'm', 'failure'), edge('a', 'm', 'always')],
    })
    expect([...plan.nodes.keys()]).to.deep.equal(['z', 'a', 'm'])
    expect(plan.incoming.get('z')).to.equal(undefined)
    expect(plan.incoming.get('a')).to.deep.equal([{ source: 'z', when: 'success' }])
    expect(plan.incoming.get('m')).to.deep.equal([
      { source: 'z', when: 'failure' },
      { source: 'a', when: 'always' },
    ])
  })

  it('calls the failure of a node handled where an edge waits for it, and only there', () => {
    const nodes = nodesNamed(4)
    const edges = [edge('n0', 'n3', 'failure'), edge('n1', 'n3', 'always'), edge('n2', 'n3', 'success')]
    expect([...planOf({ nodes, edges }).handled]).to.have.members(['n0', 'n1'])
    expect(planOf(chainOf(nodes)).handled).to.be.empty
  })

  it('retries three times where the tool is idempotent, never where it is not, and as the node says where it says', () => {
    const params = { filename: 'a', options: {} }
    const nodes = [
      toolNode('idempotent', { tool: 'read', params: { filename: 'a' } }),
      toolNode('not', { tool: 'write', params }),
      toolNode('willing', { tool: 'write', params, retries: 2 }),
      toolNode('unwilling', { tool: 'read', params: { filename: 'a' }, retries: 0 }),
    ]
    const plan = planOf({ nodes, edges: [] }, tools)
    expect([...plan.nodes.values()].map(({ maxRetries }) => maxRetries)).to.deep.equal([3, 0, 2, 0])
  })

  it('keeps the deadline a node names', () => {
    const plan = planOf({ nodes: [toolNode('a', { timeoutMs: 5 }), toolNode('b')], edges: [] })
    expect([...plan.nodes.values()].map(({ timeoutMs }) => timeoutMs)).to.deep.equal([5, undefined])
  })

  describe('refuses', () => {
    it('a graph without nodes', () => {
      expect(problems({ nodes: [], edges: [] })).to.deep.equal([
        { path: 'nodes', expected: 'at least one node', actual: 'none' },
      ])
    })

    it('more than 256 nodes, and takes 256 in a row', () => {
      expect(problems(chainOf(nodesNamed(256)))).to.deep.equal([])
      expect(planOf(chainOf(nodesNamed(256))).nodes.size).to.equal(256)
      expect(problems(chainOf(nodesNamed(257)))).to.deep.equal([
        { path: 'nodes', expected: 'at most 256 nodes', actual: '257' },
      ])
    })

    it('more than 1,024 edges, and takes 1,024', () => {
      expect(problems(withEdges(1_024))).to.deep.equal([])
      expect(problems(withEdges(1_025))).to.deep.equal([
        { path: 'edges', expected: 'at most 1024 edges', actual: '1025' },
      ])
    })

    it('more than 128 KiB of params, and takes 128 KiB', () => {
      expect(problems(withParamsOf(128 * 1_024))).to.deep.equal([])
      expect(problems(withParamsOf(128 * 1_024 + 1))).to.deep.equal([
        { path: 'nodes', expected: 'at most 131072 bytes of params', actual: '131073 bytes' },
      ])
    })

    it('params by their bytes, not their characters', () => {
      expect(paths({ nodes: [toolNode('a', { params: { text: 'ß'.repeat(66_000) } })], edges: [] })).to.deep.equal([
        'nodes',
      ])
    })

    it('params of many nodes that are too much together', () => {
      const many = nodesNamed(64, { params: { text: 'x'.repeat(2_100) } })
      expect(paths({ nodes: many, edges: [] })).to.deep.equal(['nodes'])
      expect(paths({ nodes: many.slice(1), edges: [] })).to.deep.equal(['nodes'])
      expect(paths({ nodes: many.slice(4), edges: [] })).to.deep.equal([])
    })

    it('a graph too large for the events that carry it', () => {
      const nodes = nodesNamed(256, { name: 'x'.repeat(950) })
      expect(problems({ nodes, edges: [] })).to.deep.equal([
        {
          path: '',
          expected: 'a graph of at most 256000 bytes',
          actual: `${Buffer.byteLength(JSON.stringify({ nodes, edges: [] }))} bytes`,
        },
      ])
    })

    it('a reference in a prompt to what has not ended before', () => {
      const nodes = [toolNode('a'), inputNode('ask', { prompt: 'is it ${a.x} or ${b}?' })]
      expect(problems({ nodes, edges: [] }).map(({ path, actual }) => `${path} ${actual}`)).to.deep.equal([
        'nodes[1].prompt "${a.x}"',
        'nodes[1].prompt "${b}"',
      ])
      expect(problems({ nodes: [...nodes, toolNode('b')], edges: [edge('a', 'ask'), edge('b', 'ask')] })).to.deep.equal(
        [],
      )
    })

    it('a reference to what is sensitive in a result', () => {
      const results = t.type({
        user: t.string,
        token: sensitive(t.string),
        deep: t.array(t.type({ key: sensitive(t.string) })),
      })
      const login = defineTool({
        name: 'login',
        description: 'x',
        params: t.type({}),
        results,
        run: () => Promise.reject(new Error('never')),
      })
      const of = (text: string): readonly string[] => {
        const nodes = [toolNode('in', { tool: 'login', params: {} }), toolNode('a', { params: { text } })]
        return problems({ nodes, edges: [edge('in', 'a')] }, createToolRegistry([...echoTools.list(), login])).map(
          ({ expected }) => expected,
        )
      }
      for (const text of ['${in.token}', 'x ${in.token.length}', '${in.deep.0.key}']) {
        expect(of(text), text).to.deep.equal(['a reference to something that is not sensitive'])
      }
      for (const text of ['${in.user}', '${in}', '${in.deep}', '${in.deep.0}']) expect(of(text), text).to.deep.equal([])
    })

    it('an id that another node has, naming the later one', () => {
      const nodes = [toolNode('a'), toolNode('b'), toolNode('a')]
      expect(problems({ nodes, edges: [] })).to.deep.equal([
        { path: 'nodes[2].id', expected: 'an id that no other node has', actual: '"a"' },
      ])
    })

    it('edges from and to nodes that are not there', () => {
      const edges = [edge('a', 'b'), edge('ghost', 'a'), edge('b', 'phantom')]
      expect(problems({ nodes: [toolNode('a'), toolNode('b')], edges })).to.deep.equal([
        { path: 'edges[1].source', expected: 'the id of a node', actual: '"ghost"' },
        { path: 'edges[2].target', expected: 'the id of a node', actual: '"phantom"' },
      ])
    })

    it('a cycle, and names it', () => {
      const edges = [edge('a', 'b'), edge('b', 'c'), edge('c', 'a')]
      expect(problems({ nodes: ['a', 'b', 'c'].map((id) => toolNode(id)), edges })).to.deep.equal([
        { path: 'edges', expected: 'no cycle', actual: 'a → b → c → a' },
      ])
    })

    it('an edge of a node to itself', () => {
      expect(problems({ nodes: [toolNode('a')], edges: [edge('a', 'a')] })).to.deep.equal([
        { path: 'edges', expected: 'no cycle', actual: 'a → a' },
      ])
    })

    it('a tool nobody knows, and names those there are', () => {
      const nodes = [toolNode('a', { tool: 'rm' }), toolNode('b', { tool: 'constructor' })]
      expect(problems({ nodes, edges: [] }, tools)).to.deep.equal([
        { path: 'nodes[0].tool', expected: 'one of write, read', actual: '"rm"' },
        { path: 'nodes[1].tool', expected: 'one of write, read', actual: '"constructor"' },
      ])
    })

    it('params that do not fit, each with its path', () => {
      const nodes = [
        toolNode('a', { tool: 'read', params: { filename: 'ok' } }),
        toolNode('b', { tool: 'write', params: { filename: 1, options: { mode: 'x' } } }),
        toolNode('c', { tool: 'read', params: { filename: 'ok', extra: true } }),
        toolNode('d', { tool: 'read' }),
      ]
      const found = problems({ nodes, edges: [] }, tools)
      expect(found.map(({ path, actual }) => [path, actual])).to.deep.equal([
        ['nodes[1].params.filename', '1'],
        ['nodes[1].params.options.mode', '"x"'],
        ['nodes[2].params.extra', 'true'],
        ['nodes[3].params.filename', 'nothing'],
      ])
    })

    it('params that are no object, naming the params themselves', () => {
      const node = { ...toolNode('a', { tool: 'read' }), params: 'filename' } as unknown as ToolNode
      expect(paths({ nodes: [node], edges: [] }, tools)).to.deep.equal(['nodes[0].params'])
    })

    it('a form with rules that nobody checks, saying which', () => {
      const form = { type: 'object', properties: { mail: { type: 'string', pattern: '.*@.*' } } }
      const [found] = problems({ nodes: [inputNode('a', { form })], edges: [] })
      expect(found?.path).to.equal('nodes[0].form.properties.mail.pattern')
      expect(found?.expected).to.match(/^no such word: a form knows type, properties, required, enum/)
    })

    it('references to nodes that are not there, not before it, or by names of prototypes', () => {
      const nodes = [
        toolNode('a', { params: { text: '${ghost.x}' } }),
        toolNode('b', { params: { text: 'see ${a.y}', list: ['${c}', { deep: '${b}' }] } }),
        toolNode('c', { params: { text: '${b.constructor}', other: '${b.x..y} ${b.__proto__.z}' } }),
        toolNode('d', { params: { text: '${1 + 1}' } }),
      ]
      const found = problems({ nodes, edges: [edge('a', 'b'), edge('b', 'c', 'always')] })
      expect(found.map(({ path, actual }) => [path, actual])).to.deep.equal([
        ['nodes[0].params.text', '"${ghost.x}"'],
        ['nodes[1].params.list[0]', '"${c}"'],
        ['nodes[1].params.list[1].deep', '"${b}"'],
        ['nodes[2].params.text', '"${b.constructor}"'],
        ['nodes[2].params.other', '"${b.x..y}"'],
        ['nodes[2].params.other', '"${b.__proto__.z}"'],
        ['nodes[3].params.text', '"${1 + 1}"'],
      ])
      expect(found[0]?.expected).to.equal('a reference to a node of this graph, as ${node.field}')
      expect(found[1]?.expected).to.equal('a reference to a node that ends before this one by the edges')
      expect(found[3]?.expected).to.equal('a path of field names, as ${node.path.to.field}')
    })

    it('of params that hold references what is wrong whatever they stand for', () => {
      const nodes = [
        toolNode('a', { tool: 'read', params: { filename: 'x' } }),
        toolNode('b', { tool: 'write', params: { filename: '${a}', options: { mode: '${a.mode}' } } }),
        toolNode('c', { tool: 'write', params: { filename: '${a}', options: { mode: 'x' } } }),
        toolNode('d', { tool: 'write', params: { filename: '${a}' } }),
        toolNode('e', { tool: 'write', params: { filename: 'x', options: {}, extra: '${a}' } }),
        toolNode('f', { tool: 'rm', params: { filename: '${a}' } }),
      ]
      const edges = ['b', 'c', 'd', 'e', 'f'].map((id) => edge('a', id))
      expect(paths({ nodes, edges }, tools)).to.deep.equal([
        'nodes[2].params.options.mode',
        'nodes[3].params.options',
        'nodes[4].params.extra',
        'nodes[5].tool',
      ])
    })

    it('everything that is wrong at once, in at most 20 lines', () => {
      const nodes = [toolNode('a', { tool: 'rm' }), toolNode('a'), toolNode('b')]
      const edges = [edge('b', 'ghost'), edge('b', 'b')]
      expect(paths({ nodes, edges })).to.deep.equal(['nodes[0].tool', 'edges[0].target', 'edges'])
      expect(paths({ nodes: nodesNamed(30, { tool: 'rm' }), edges: [] })).to.have.lengthOf(20)
    })

    it('words of a client that would forge a line of the log', () => {
      const forged = 'a\nroot logged in'
      const nodes = [toolNode(forged), toolNode(forged, { tool: 'x\ny' })]
      const found = problems({ nodes, edges: [edge(forged, forged)] })
      expect(found.map(({ path }) => path)).to.deep.equal(['nodes[1].id', 'nodes[1].tool', 'edges'])
      for (const { path, expected, actual } of found) expect(`${path} ${expected} ${actual}`).not.to.include('\n')
    })
  })

  it('plans whatever graph has no cycle, and refuses every other', () => {
    fc.assert(
      fc.property(acyclicGraph, fc.nat(), (graph, pick) => {
        expect(problems(graph)).to.deep.equal([])
        const turned = graph.edges[pick % Math.max(1, graph.edges.length)]
        if (turned === undefined) return
        const back = { ...graph, edges: [...graph.edges, edge(turned.target, turned.source)] }
        const cycle = findCycle(
          graph.nodes.map(({ id }) => id),
          back.edges,
        )
        const named = [...(cycle ?? []), cycle?.[0]].join(' → ')
        expect(problems(back)).to.deep.equal([{ path: 'edges', expected: 'no cycle', actual: named }])
      }),
    )
  })
})
