import { expect } from 'chai'
import { delay, filter, map, timer } from 'rxjs'
import { runMarbles } from '../../lib/testing/marbles.ts'

describe('runMarbles', () => {
  it('passes where what was expected happened', () => {
    runMarbles(({ cold, expectObservable, expectSubscriptions }) => {
      const source = cold('  a-b|')
      const subs = '         ^--!'
      const expected = '     --b|'
      expectObservable(source.pipe(filter((value) => value === 'b'))).toBe(expected)
      expectSubscriptions(source.subscriptions).toBe(subs)
    })
  })

  for (const [what, expected] of [
    ['a value is another', 'a-c|'],
    ['a value comes at another time', 'ab|'],
    ['a value is missing', 'a-b-c|'],
    ['there is one value more', 'a--|'],
    ['the end does not come', 'a-b'],
    ['it ends otherwise', 'a-b#'],
  ] as const) {
    it(`fails where ${what}`, () => {
      const test = (): void => runMarbles(({ cold, expectObservable }) => expectObservable(cold('a-b|')).toBe(expected))
      expect(test).to.throw(/deep-equal/)
    })
  }

  it('fails where a source is subscribed to otherwise', () => {
    const test = (): void =>
      runMarbles(({ cold, expectObservable, expectSubscriptions }) => {
        const source = cold('a-b|')
        expectObservable(source).toBe('a-b|')
        expectSubscriptions(source.subscriptions).toBe('^-!')
      })
    expect(test).to.throw(/deep-equal/)
  })

  it('tells values that look alike apart', () => {
    const test = (): void =>
      runMarbles(({ cold, expectObservable }) => {
        expectObservable(cold('a|').pipe(map(() => 1))).toBe('a|', { a: '1' })
      })
    expect(test).to.throw(/deep-equal/)
  })

  it('hands the scheduler along, whose time is the time of the marbles', () => {
    runMarbles(({ cold, expectObservable }, scheduler) => {
      expectObservable(cold('a|').pipe(delay(2_000, scheduler))).toBe('2s (a|)')
      expectObservable(timer(5, scheduler).pipe(map(() => scheduler.now()))).toBe('5ms (a|)', { a: 5 })
    })
  })

  it('passes on what the test throws', () => {
    const error = new Error('mine')
    const test = (): void =>
      runMarbles(() => {
        throw error
      })
    expect(test).to.throw(error)
  })
})
