import { expect } from 'chai'
import {
  concat,
  defer,
  finalize,
  mergeMap,
  NEVER,
  Observable,
  of,
  type OperatorFunction,
  range,
  Subject,
  take,
} from 'rxjs'
import { runMarbles } from '../../lib/testing/marbles.ts'

/** An operator set up so that every value passes at once and unchanged. */
export type PassThrough = () => OperatorFunction<string, string>

export interface LawfulOperator {
  readonly passThrough: PassThrough
  /** By the name of each callback it takes: the operator with that callback throwing `error` when it comes to the value `x`. */
  readonly throwing: Readonly<Record<string, (error: Error) => OperatorFunction<string, string>>>
}

/** Everything a subscriber is told. */
export function recordOf<Value>(source: Observable<Value>): readonly unknown[] {
  const told: unknown[] = []
  source.subscribe({
    next: (value) => told.push(value),
    error: (error: unknown) => told.push({ error }),
    complete: () => told.push('|'),
  })
  return told
}

/** Counts to `last`, synchronously, for as long as somebody listens, and writes down how far it got. */
function countingTo(last: number, counted: string[]): Observable<string> {
  return new Observable((subscriber) => {
    for (let number = 1; number <= last && !subscriber.closed; number += 1) {
      counted.push(String(number))
      subscriber.next(String(number))
    }
    subscriber.complete()
  })
}

/**
 * What every operator promises (after RxJS's `spec/operators` and wonka's `compliance.ts`), as the specs of each. Called inside its
 * `describe`.
 */
export function obeysTheOperatorLaws({ passThrough, throwing }: LawfulOperator): void {
  describe('obeys the laws of operators:', () => {
    it('passes what comes, when it comes, and completes with its source', () => {
      runMarbles(({ cold, expectObservable, expectSubscriptions }) => {
        const source = cold('  -a-b-(cd)-|')
        const subs = '         ^---------!'
        const expected = '     -a-b-(cd)-|'
        expectObservable(source.pipe(passThrough())).toBe(expected)
        expectSubscriptions(source.subscriptions).toBe(subs)
      })
    })

    it('completes at once where the source is empty', () => {
      runMarbles(({ cold, expectObservable, expectSubscriptions }) => {
        const source = cold('  |')
        const subs = '         (^!)'
        const expected = '     |'
        expectObservable(source.pipe(passThrough())).toBe(expected)
        expectSubscriptions(source.subscriptions).toBe(subs)
      })
    })

    it('never ends where the source never does', () => {
      runMarbles(({ cold, expectObservable, expectSubscriptions }) => {
        const source = cold('  --a--')
        const subs = '         ^----'
        const expected = '     --a--'
        expectObservable(source.pipe(passThrough())).toBe(expected)
        expectSubscriptions(source.subscriptions).toBe(subs)
      })
    })

    it('passes an error of the source at once', () => {
      runMarbles(({ cold, expectObservable, expectSubscriptions }) => {
        const source = cold('  -a-#')
        const subs = '         ^--!'
        const expected = '     -a-#'
        expectObservable(source.pipe(passThrough())).toBe(expected)
        expectSubscriptions(source.subscriptions).toBe(subs)
      })
    })

    it('unsubscribes from the source when it is unsubscribed from', () => {
      runMarbles(({ hot, expectObservable, expectSubscriptions }) => {
        const source = hot('   -a-b-c-d-|')
        const subs = '         ^---!'
        const expected = '     -a-b-'
        const unsub = '        ----!'
        expectObservable(source.pipe(passThrough()), unsub).toBe(expected)
        expectSubscriptions(source.subscriptions).toBe(subs)
      })
    })

    it('does not break the chain of unsubscriptions', () => {
      runMarbles(({ hot, expectObservable, expectSubscriptions }) => {
        const source = hot('   -a-b-c-d-|')
        const subs = '         ^---!'
        const expected = '     -a-b-'
        const unsub = '        ----!'
        const chain = source.pipe(
          mergeMap((value) => of(value)),
          passThrough(),
          mergeMap((value) => of(value)),
        )
        expectObservable(chain, unsub).toBe(expected)
        expectSubscriptions(source.subscriptions).toBe(subs)
      })
    })

    it('subscribes to the source once for each subscription, and no subscription knows of another', () => {
      runMarbles(({ cold, expectObservable, expectSubscriptions }) => {
        const source = cold('  -a-b-c-|')
        const subs = ['                    ^------!', '                    --^------!', '                    ---^--!']
        const result = source.pipe(passThrough())
        expectObservable(result).toBe('               -a-b-c-|')
        expectObservable(result, '--^--------').toBe('---a-b-c-|')
        expectObservable(result, '---^--!').toBe('    ----a-')
        expectSubscriptions(source.subscriptions).toBe(subs)
      })
    })

    it('subscribes to nothing before it is subscribed to', () => {
      let subscriptions = 0
      const result = defer(() => {
        subscriptions += 1
        return of('a')
      }).pipe(passThrough())
      expect(subscriptions).to.equal(0)
      expect(recordOf(result)).to.deep.equal(['a', '|'])
      expect(recordOf(result)).to.deep.equal(['a', '|'])
      expect(subscriptions).to.equal(2)
    })

    it('says nothing after it has completed', () => {
      const rogue = new Observable<string>((subscriber) => {
        subscriber.next('a')
        subscriber.complete()
        subscriber.next('b')
        subscriber.error(new Error('after the end'))
        subscriber.complete()
      })
      expect(recordOf(rogue.pipe(passThrough()))).to.deep.equal(['a', '|'])
    })

    it('says nothing after an error', () => {
      const error = new Error('the end')
      const rogue = new Observable<string>((subscriber) => {
        subscriber.next('a')
        subscriber.error(error)
        subscriber.next('b')
        subscriber.complete()
      })
      expect(recordOf(rogue.pipe(passThrough()))).to.deep.equal(['a', { error }])
    })

    it('says nothing after it was unsubscribed from within a value', () => {
      const source = new Subject<string>()
      const got: string[] = []
      const subscription = source.pipe(passThrough()).subscribe((value) => {
        got.push(value)
        subscription.unsubscribe()
        source.next('b')
      })
      source.next('a')
      source.next('c')
      expect(got).to.deep.equal(['a'])
      expect(source.observed).to.equal(false)
    })

    it('takes a synchronous source', () => {
      const values = Array.from({ length: 3_000 }, (_, index) => String(index))
      expect(recordOf(of(...values).pipe(passThrough()))).to.deep.equal([...values, '|'])
      expect(recordOf(concat(of('a'), of('b')).pipe(passThrough()))).to.deep.equal(['a', 'b', '|'])
    })

    it('stops a synchronous source when nobody listens any more', () => {
      const counted: string[] = []
      expect(recordOf(countingTo(10, counted).pipe(passThrough(), take(1)))).to.deep.equal(['1', '|'])
      expect(counted).to.deep.equal(['1'])
      const endless = range(1, Number.POSITIVE_INFINITY).pipe(mergeMap((number) => of(String(number))))
      expect(recordOf(endless.pipe(passThrough(), take(3)))).to.deep.equal(['1', '2', '3', '|'])
    })

    it('lets the source clean up, however it ends', () => {
      let cleanedUp = 0
      const counting = <Value>(source: Observable<Value>): Observable<Value> =>
        source.pipe(
          finalize(() => {
            cleanedUp += 1
          }),
        )
      counting(of('a')).pipe(passThrough()).subscribe()
      expect(cleanedUp).to.equal(1)
      counting(concat(of('a'), NEVER))
        .pipe(passThrough())
        .subscribe()
        .unsubscribe()
      expect(cleanedUp).to.equal(2)
    })

    for (const [callback, operator] of Object.entries(throwing)) {
      it(`turns what ${callback} throws into an error notification, and lets go of the source`, () => {
        const error = new Error(`from ${callback}`)
        const source = new Subject<string>()
        const told = recordOf(source.pipe(operator(error)))
        source.next('a')
        expect(() => source.next('x')).not.to.throw()
        source.next('b')
        source.complete()
        expect(told.at(-1)).to.deep.equal({ error })
        expect(told).not.to.include('b')
        expect(source.observed).to.equal(false)
      })
    }
  })
}
