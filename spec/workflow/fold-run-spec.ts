import { expect } from 'chai'
import { foldRun } from '../../lib/workflow/fold-run.ts'
import { createBench } from './engine-fixture.ts'
import { edge, inputNode, toolNode } from './graphs.ts'

// That it answers what the snapshot says, after every event of every run, is a property of `transition-spec`.
describe('foldRun', () => {
  it('rebuilds a run from what the bus stored of it', async () => {
    const bench = createBench()
    const graph = {
      nodes: [toolNode('a'), inputNode('ask'), toolNode('never'), toolNode('b', { retries: 1 })],
      edges: [edge('a', 'ask'), edge('a', 'never', 'failure')],
    }
    bench.order(graph)
    const folded = () => foldRun(bench.events.filter(({ correlationId }) => correlationId === 'e'))
    bench.calls[1]?.fail(new Error('busy'))
    bench.calls[0]?.succeed({ x: 1 })
    await bench.time.advance(0)
    expect([...folded().nodes]).to.deep.equal([
      ['a', { status: 'completed', attempt: 1, result: { x: 1 } }],
      ['ask', { status: 'waiting', attempt: 1 }],
      ['never', { status: 'skipped', attempt: 0 }],
      ['b', { status: 'retrying', attempt: 2, error: 'busy', code: 'TOOL_FAILED' }],
    ])
    expect(folded().status).to.equal('running')
    bench.cancel({ executionId: 'e' })
    expect(folded()).to.include({ status: 'cancelled', failure: undefined })
    expect(foldRun([])).to.deep.equal({ status: 'pending', nodes: new Map(), failure: undefined })
  })
})
