import { expect } from 'chai'
import { Observable, of, Subject, Subscription } from 'rxjs'
import { subscribeTied } from '../../lib/operators/subscribe-tied.ts'

const deaf = { next: () => undefined, error: () => undefined, complete: () => undefined }

describe('subscribeTied', () => {
  it('lets go of the source with its owner, also while the source still emits within the call', () => {
    const owner = new Subscription()
    const got: number[] = []
    const endless = new Observable<number>((subscriber) => {
      for (let number = 1; !subscriber.closed; number += 1) subscriber.next(number)
    })
    subscribeTied(endless, owner, {
      ...deaf,
      next: (number) => {
        got.push(number)
        if (number === 3) owner.unsubscribe()
      },
    })
    expect(got).to.deep.equal([1, 2, 3])
    const source = new Subject<number>()
    const other = new Subscription()
    subscribeTied(source, other, deaf)
    expect(source.observed).to.equal(true)
    other.unsubscribe()
    expect(source.observed).to.equal(false)
  })

  it('subscribes to nothing for an owner that is gone', () => {
    const owner = new Subscription()
    owner.unsubscribe()
    let subscriptions = 0
    const source = new Observable<number>(() => {
      subscriptions += 1
    })
    expect(subscribeTied(source, owner, deaf).closed).to.equal(true)
    expect(subscriptions).to.equal(0)
  })

  it('tells the observer itself what its next has thrown, and the source nothing', () => {
    const source = new Subject<string>()
    const fault = new Error('on purpose')
    const errors: unknown[] = []
    subscribeTied(source, new Subscription(), {
      ...deaf,
      next: () => {
        throw fault
      },
      error: (error) => errors.push(error),
    })
    expect(() => source.next('a')).to.not.throw()
    expect(errors).to.deep.equal([fault])
  })

  it('leaves the owner alone when the source ends', () => {
    const owner = new Subscription()
    const told: string[] = []
    const upstream = subscribeTied(of('a'), owner, {
      ...deaf,
      next: (value) => told.push(value),
      complete: () => told.push('|'),
    })
    expect(told).to.deep.equal(['a', '|'])
    expect([owner.closed, upstream.closed]).to.deep.equal([false, true])
  })
})
