import { expect } from 'chai'
import * as fc from 'fast-check'
import { changeSubscription, createSubscription, type SubscriptionChange } from '../../lib/connection/subscription.ts'
import { eventOf } from './connection-fixture.ts'

const types = fc.subarray(['a', 'b', 'c', 'd'])

describe('createSubscription', () => {
  it('accepts the types it names, and no other', () => {
    const { accepts } = createSubscription(['a.one'], undefined)
    expect(['a.one', 'a.two', 'a', 'a.one.x'].filter((type) => accepts(eventOf(type)))).to.deep.equal(['a.one'])
  })

  it('accepts nothing where it names nothing: never all', () => {
    expect(createSubscription([], undefined).accepts(eventOf('a.one'))).to.equal(false)
    expect(createSubscription([], {}).accepts(eventOf('a.one'))).to.equal(false)
  })

  it('accepts of its types what its filter lets pass', () => {
    const { accepts } = createSubscription(['a.one'], { sources: ['ci'] })
    expect(accepts(eventOf('a.one', { source: 'ci' }))).to.equal(true)
    expect(accepts(eventOf('a.one', { source: 'cd' }))).to.equal(false)
    expect(accepts(eventOf('a.one'))).to.equal(false)
    expect(accepts(eventOf('a.two', { source: 'ci' }))).to.equal(false)
  })

  it('keeps its types whatever becomes of the list it was made from', () => {
    const list = new Set(['a'])
    const { accepts } = createSubscription(list, undefined)
    list.add('b')
    expect(accepts(eventOf('b'))).to.equal(false)
  })
})

describe('changeSubscription', () => {
  const plainly: Readonly<Record<SubscriptionChange['mode'], (before: string[], named: string[]) => string[]>> = {
    add: (before, named) => ['a', 'b', 'c', 'd'].filter((type) => before.includes(type) || named.includes(type)),
    replace: (_, named) => named,
    remove: (before, named) => before.filter((type) => !named.includes(type)),
  }

  for (const mode of ['add', 'replace', 'remove'] as const) {
    it(`${mode}: does that to the types, and changes nothing of what it was given`, () => {
      fc.assert(
        fc.property(types, types, (before, named) => {
          const current = createSubscription(before, undefined)
          const next = changeSubscription(current, { mode, types: new Set(named) })
          expect([...next.types].sort()).to.deep.equal(plainly[mode](before, named))
          expect([...current.types]).to.deep.equal(before)
          const accepted = ['a', 'b', 'c', 'd'].filter((type) => next.accepts(eventOf(type)))
          expect(accepted).to.deep.equal(plainly[mode](before, named))
        }),
      )
    })

    it(`${mode}: keeps the filter where none is given, clears it for null, and takes another`, () => {
      const current = createSubscription(['a', 'b'], { sources: ['ci'] })
      const change = (filter: SubscriptionChange['filter']) => {
        const changed = changeSubscription(current, { mode, types: new Set(['b']), filter })
        return changeSubscription(changed, { mode: 'add', types: new Set(['a']) })
      }
      const passing = (filter: SubscriptionChange['filter']) =>
        ['ci', 'cd', undefined].filter((source) => change(filter).accepts(eventOf('a', { source })))
      expect(change(undefined).filter).to.deep.equal({ sources: ['ci'] })
      expect(passing(undefined)).to.deep.equal(['ci'])
      expect(change(null).filter).to.equal(undefined)
      expect(passing(null)).to.deep.equal(['ci', 'cd', undefined])
      expect(passing({ sources: ['cd'] })).to.deep.equal(['cd'])
    })
  }
})
