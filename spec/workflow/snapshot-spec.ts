import { expect } from 'chai'
import type { NodeStatus } from '../../lib/event/catalogue.ts'
import {
  hasEnded,
  initialSnapshot,
  isOver,
  type NodeState,
  resultsOf,
  type RunStatus,
  type Snapshot,
} from '../../lib/workflow/snapshot.ts'
import { nodesNamed, planOf } from './graphs.ts'

const fresh = initialSnapshot(planOf({ nodes: nodesNamed(3), edges: [] }))

function withNodes(nodes: readonly (readonly [string, NodeState])[]): Snapshot {
  return { ...fresh, nodes: new Map(nodes) }
}

describe('a snapshot', () => {
  it('begins with every node pending, untried', () => {
    expect(fresh).to.include({ status: 'pending', failure: undefined })
    expect([...fresh.nodes]).to.deep.equal(
      ['n0', 'n1', 'n2'].map((id) => [id, { status: 'pending', attempt: 0, openEdges: 0 }]),
    )
  })

  it('knows the four statuses in which a node stays', () => {
    const all: readonly NodeStatus[] = [
      'pending',
      'ready',
      'running',
      'waiting',
      'retrying',
      'completed',
      'failed',
      'skipped',
      'cancelled',
    ]
    expect(all.filter(hasEnded)).to.deep.equal(['completed', 'failed', 'skipped', 'cancelled'])
  })

  it('knows the four statuses in which a run stays', () => {
    const all: readonly RunStatus[] = ['pending', 'running', 'failing', 'completed', 'failed', 'cancelled', 'timed_out']
    expect(all.filter((status) => isOver({ ...fresh, status }))).to.deep.equal([
      'completed',
      'failed',
      'cancelled',
      'timed_out',
    ])
  })

  it('gives the results of the nodes that completed, null where there was none', () => {
    const snapshot = withNodes([
      ['a', { status: 'completed', attempt: 1, result: { value: 1 } }],
      ['b', { status: 'completed', attempt: 1 }],
      ['c', { status: 'failed', attempt: 1, failure: { error: 'no', code: 'E' } }],
      ['d', { status: 'running', attempt: 1 }],
    ])
    expect(resultsOf(snapshot)).to.deep.equal({ a: { value: 1 }, b: null })
  })

  it('keeps the result of a node whose id is a name of every object', () => {
    const results = resultsOf(
      withNodes([['__proto__', { status: 'completed', attempt: 1, result: { polluted: true } }]]),
    )
    expect(Object.keys(results)).to.deep.equal(['__proto__'])
    expect(Object.getPrototypeOf(results)).to.equal(Object.prototype)
  })
})
