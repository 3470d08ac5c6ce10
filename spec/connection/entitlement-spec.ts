import { expect } from 'chai'
import { type Authorize, createEntitlement, type Scope } from '../../lib/connection/entitlement.ts'
import { eventOf } from './connection-fixture.ts'

const alice = { id: 'alice' }

const events = {
  hers: eventOf('workflow.started', { owner: 'alice', data: { executionId: 'r1' } }),
  bobs: eventOf('workflow.started', { owner: 'bob', data: { executionId: 'r2' } }),
  'nobodys run': eventOf('workflow.started', { data: { executionId: 'r3' } }),
  'nobodys workflow': eventOf('workflow.started', { data: { workflowId: 'w1' } }),
  'of no run': eventOf('agent.started', { data: { name: 'x' } }),
  'without data': eventOf('agent.started', { data: null }),
}

function seen(principal: { readonly id: string } | undefined, scope: Scope, authorize?: Authorize): readonly string[] {
  const errors: unknown[] = []
  const isEntitled = createEntitlement(principal, scope, authorize, (error) => errors.push(error))
  const names = Object.entries(events).flatMap(([name, event]) => (isEntitled(event) ? [name] : []))
  expect(errors).to.deep.equal([])
  return names
}

describe('createEntitlement', () => {
  it('shows everything where the scope is all', () => {
    expect(seen(undefined, 'all')).to.deep.equal(Object.keys(events))
    expect(seen(alice, 'all')).to.deep.equal(Object.keys(events))
  })

  it('shows of runs only the own where the scope is own, and what belongs to no run (THREATS T18)', () => {
    expect(seen(alice, 'own')).to.deep.equal(['hers', 'of no run', 'without data'])
  })

  it('shows nobody the runs of somebody where the scope is own', () => {
    expect(seen(undefined, 'own')).to.deep.equal(['of no run', 'without data'])
  })

  it('asks the rule of the host beside the scope: both must allow', () => {
    const rule: Authorize = (principal, event) => principal?.id === 'alice' && event.type === 'workflow.started'
    expect(seen(alice, 'all', rule)).to.deep.equal(['hers', 'bobs', 'nobodys run', 'nobodys workflow'])
    expect(seen(alice, 'own', rule)).to.deep.equal(['hers'])
    expect(seen(undefined, 'all', rule)).to.deep.equal([])
  })

  it('denies where the rule throws, and says so', () => {
    const error = new Error('the rule is broken')
    const errors: unknown[] = []
    const rule: Authorize = () => {
      throw error
    }
    for (const scope of ['own', 'all'] as const) {
      const isEntitled = createEntitlement(alice, scope, rule, (caught) => errors.push(caught))
      expect(isEntitled(events.hers)).to.equal(false)
    }
    expect(errors).to.deep.equal([error, error])
  })

  it('denies where the rule answers anything but true: a promise of a no would be a yes', () => {
    for (const answer of [Promise.resolve(false), 'no', 1, undefined]) {
      const rule: Authorize = () => answer as unknown as boolean
      expect(seen(alice, 'all', rule)).to.deep.equal([])
    }
  })
})
