import { expect } from 'chai'
import * as fc from 'fast-check'
import type { Mixed } from 'io-ts'
import { codecDetails } from '../../lib/base/codec-details.ts'
import { GraphEdge, GraphNode, InputNode, ToolNode } from '../../lib/event/graph.ts'
import { arbitraryOf } from './arbitrary-of.ts'

/** What is wrong: `path: expected`. Empty when nothing is. */
function faults(codec: Mixed, value: unknown): readonly string[] {
  const decoded = codec.decode(value)
  if (decoded._tag === 'Right') return []
  return codecDetails(decoded.left).map(({ path, expected }) => `${path}: ${expected}`)
}

const tool = { id: 'a', type: 'tool_call', tool: 'write_file' }
const input = { id: 'a', type: 'input', prompt: 'Go on?' }
const identifier = 'a text of 1 to 128 characters'

describe('GraphNode', () => {
  it('takes the two kinds of node, with what may be added', () => {
    expect(faults(GraphNode, tool)).to.deep.equal([])
    expect(faults(GraphNode, { ...tool, params: { a: 1 }, name: 'x', timeoutMs: 1, retries: 0 })).to.deep.equal([])
    expect(faults(GraphNode, input)).to.deep.equal([])
    expect(faults(GraphNode, { ...input, form: {}, name: 'x', timeoutMs: 1 })).to.deep.equal([])
  })

  it('speaks of the one kind that was meant', () => {
    expect(faults(GraphNode, { id: 'a', type: 'tool_call' })).to.deep.equal(['tool: a text that is not empty'])
    expect(faults(GraphNode, { id: 'a', type: 'input' })).to.deep.equal(['prompt: string'])
    expect(faults(GraphNode, { type: 'input', prompt: 1 })).to.deep.equal([`id: ${identifier}`, 'prompt: string'])
  })

  it('names the kinds there are where none was meant', () => {
    for (const node of [{ ...tool, type: 'agent' }, { id: 'a' }, { ...tool, type: 'toString' }]) {
      expect(faults(GraphNode, node)).to.deep.equal(['type: "tool_call" or "input"'])
    }
    expect(faults(GraphNode, 'a')).to.deep.equal([': node'])
  })

  const broken: readonly (readonly [object, string])[] = [
    [{ id: '' }, 'id'],
    [{ id: 'x'.repeat(129) }, 'id'],
    [{ tool: '' }, 'tool'],
    [{ params: [] }, 'params'],
    [{ retries: -1 }, 'retries'],
    [{ retries: 101 }, 'retries'],
    [{ retries: 1.5 }, 'retries'],
    [{ timeoutMs: 0 }, 'timeoutMs'],
    [{ timeoutMs: 2 ** 31 }, 'timeoutMs'],
  ]
  for (const [change, field] of broken) {
    it(`refuses ${JSON.stringify(change).slice(0, 40)} and says so once`, () => {
      const found = faults(GraphNode, { ...tool, ...change })
      expect(found).to.have.length(1)
      expect(found[0]).to.match(new RegExp(`^${field}: `))
    })
  }

  it('is what one of its kinds is, for any value', () => {
    fc.assert(
      fc.property(fc.oneof(arbitraryOf(GraphNode), fc.jsonValue()), (value) => {
        const isNode = ToolNode.is(value) || InputNode.is(value)
        expect([GraphNode.is(value), faults(GraphNode, value).length === 0]).to.deep.equal([isNode, isNode])
      }),
    )
  })
})

describe('GraphEdge', () => {
  it('takes two ends and a condition', () => {
    expect(faults(GraphEdge, { source: 'a', target: 'b' })).to.deep.equal([])
    for (const when of ['success', 'failure', 'always']) {
      expect(faults(GraphEdge, { source: 'a', target: 'b', when })).to.deep.equal([])
    }
  })

  it('names an end that is missing and a condition there is none of', () => {
    expect(faults(GraphEdge, { source: 'a' })).to.deep.equal([`target: ${identifier}`])
    expect(faults(GraphEdge, { source: 'a', target: 'b', when: 'never' })).to.deep.equal([
      'when: "success", "failure" or "always"',
    ])
  })
})
