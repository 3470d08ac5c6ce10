import { expect } from 'chai'
import * as fc from 'fast-check'
import { BehaviorSubject, concat, defer, EMPTY, NEVER, of, Subject, tap, throwError } from 'rxjs'
import { CodedError } from '../../lib/base/coded-error.ts'
import { type BackpressureBufferOptions, onBackpressureBuffer } from '../../lib/operators/on-backpressure-buffer.ts'
import { OverflowError } from '../../lib/operators/overflow-queue.ts'
import { runMarbles } from '../../lib/testing/marbles.ts'
import { obeysTheOperatorLaws, recordOf } from '../laws/operator-laws.ts'

/** `t` and `f` of a marble diagram. */
const flags = { t: true, f: false }

type Settings = Partial<BackpressureBufferOptions<string>> & Pick<BackpressureBufferOptions<string>, 'ready$'>

/** A buffer of strings, whose size is their length; roomy unless said otherwise. */
function buffer({
  ready$,
  sizeOf = (value) => value.length,
  maxCount = 10_000,
  maxBytes = 100_000,
  onDepth,
}: Settings) {
  return onBackpressureBuffer<string>({
    ready$,
    sizeOf,
    maxCount,
    maxBytes,
    ...(onDepth === undefined ? {} : { onDepth }),
  })
}

/** A source, a consumer's readiness and all that came out, for what marbles cannot say: what happens within one value. */
function bench(settings: Omit<Settings, 'ready$'> = {}, isReady = false) {
  const source = new Subject<string>()
  const ready$ = new BehaviorSubject(isReady)
  const depths: (readonly [number, number])[] = []
  const result = source.pipe(buffer({ onDepth: (count, bytes) => depths.push([count, bytes]), ...settings, ready$ }))
  return { source, ready$, depths, result }
}

describe('onBackpressureBuffer', () => {
  obeysTheOperatorLaws({
    passThrough: () => buffer({ ready$: concat(of(true), NEVER) }),
    throwing: {
      sizeOf: (error) =>
        buffer({
          ready$: of(false),
          sizeOf: (value) => {
            if (value === 'x') throw error
            return 1
          },
        }),
      onDepth: (error) =>
        buffer({
          ready$: of(false),
          onDepth: (count) => {
            if (count === 2) throw error
          },
        }),
      'an onDepth that always throws': (error) =>
        buffer({
          ready$: of(false),
          onDepth: () => {
            throw error
          },
        }),
    },
  })

  describe('flow, hold, drain', () => {
    it('passes values while the consumer is ready, keeps them while it is not, then passes them in order', () => {
      runMarbles(({ cold, expectObservable, expectSubscriptions }) => {
        const source = cold(' -a-b-c-d------e|')
        const ready = cold('  t-f-----t-------', flags)
        const subs = '        ^--------------!'
        const expected = '    -a------(bcd)-e|'
        expectObservable(source.pipe(buffer({ ready$: ready }))).toBe(expected)
        expectSubscriptions(source.subscriptions).toBe(subs)
        expectSubscriptions(ready.subscriptions).toBe(subs)
      })
    })

    it('holds what comes before the consumer has said that it is ready', () => {
      runMarbles(({ cold, expectObservable }) => {
        const source = cold(' (ab)|')
        const ready = cold('  -----t---', flags)
        const expected = '    -----(ab|)'
        expectObservable(source.pipe(buffer({ ready$: ready }))).toBe(expected)
      })
    })

    it('passes a burst of any length to a consumer that stays ready', () => {
      runMarbles(({ cold, expectObservable }) => {
        const source = cold(' -(abcdef)-(abcdef)|')
        const ready = cold('  t------------------', flags)
        const expected = '    -(abcdef)-(abcdef)|'
        expectObservable(source.pipe(buffer({ ready$: ready, maxCount: 1, maxBytes: 1 }))).toBe(expected)
      })
    })

    it('goes on for ever with a consumer that is slow at times and keeps up on the whole', () => {
      runMarbles(({ cold, expectObservable }) => {
        const source = cold(' -a-b-c-d-e-f-g-h|')
        const ready = cold('  f---tf--tf--tf--t', flags)
        const expected = '    ----(ab)(cd)(ef)(gh|)'
        expectObservable(source.pipe(buffer({ ready$: ready, maxCount: 2, maxBytes: 2 }))).toBe(expected)
      })
    })

    it('completes only when all that waited has passed', () => {
      runMarbles(({ cold, expectObservable, expectSubscriptions }) => {
        const source = cold(' -a-b|')
        const ready = cold('  f------t', flags)
        const subs = '        ^---!'
        const readySubs = '   ^------!'
        const expected = '    -------(ab|)'
        expectObservable(source.pipe(buffer({ ready$: ready }))).toBe(expected)
        expectSubscriptions(source.subscriptions).toBe(subs)
        expectSubscriptions(ready.subscriptions).toBe(readySubs)
      })
    })

    it('passes an error of the source at once: what waited is gone', () => {
      runMarbles(({ cold, expectObservable, expectSubscriptions }) => {
        const source = cold(' -a-b-#')
        const ready = cold('  f------t', flags)
        const readySubs = '   ^----!'
        const expected = '    -----#'
        expectObservable(source.pipe(buffer({ ready$: ready }))).toBe(expected)
        expectSubscriptions(ready.subscriptions).toBe(readySubs)
      })
    })

    it('lets go of the source and of the consumer when it is unsubscribed from, and forgets what waits', () => {
      runMarbles(({ cold, expectObservable, expectSubscriptions }) => {
        const source = cold(' -a-b-c-d-|')
        const ready = cold('  t-f----t--', flags)
        const subs = '        ^-----!'
        const expected = '    -a----'
        const unsub = '       ------!'
        expectObservable(source.pipe(buffer({ ready$: ready })), unsub).toBe(expected)
        expectSubscriptions(source.subscriptions).toBe(subs)
        expectSubscriptions(ready.subscriptions).toBe(subs)
      })
    })

    it('passes thousands that waited, in order, whatever comes meanwhile', () => {
      const values = Array.from({ length: 5_000 }, (_, index) => String(index))
      const { source, ready$, result } = bench()
      const told = recordOf(result)
      for (const value of values.slice(0, 4_000)) source.next(value)
      ready$.next(true)
      for (const value of values.slice(4_000)) source.next(value)
      source.complete()
      expect(told).to.deep.equal([...values, '|'])
    })
  })

  describe('the bounds', () => {
    it('ends with an OverflowError at the value beyond the bound in count, and passes nothing that waited', () => {
      runMarbles(({ cold, expectObservable, expectSubscriptions }) => {
        const source = cold(' -a-b-c-d-|')
        const ready = cold('  t-f------', flags)
        const subs = '        ^------!'
        const expected = '    -a-----#'
        const result = source.pipe(buffer({ ready$: ready, maxCount: 2 }))
        expectObservable(result).toBe(expected, undefined, new OverflowError(3, 3))
        expectSubscriptions(source.subscriptions).toBe(subs)
        expectSubscriptions(ready.subscriptions).toBe(subs)
      })
    })

    it('ends with an OverflowError at the value beyond the bound in bytes', () => {
      runMarbles(({ cold, expectObservable }) => {
        const source = cold(' -a-b-c-d-|', { a: 'aa', b: 'bbb', c: '', d: 'd' })
        const ready = cold('  f---------', flags)
        const expected = '    -------#'
        const result = source.pipe(buffer({ ready$: ready, maxBytes: 5 }))
        expectObservable(result).toBe(expected, undefined, new OverflowError(4, 6))
      })
    })

    it('ends at once where a burst is beyond the bounds', () => {
      runMarbles(({ cold, expectObservable, expectSubscriptions }) => {
        const source = cold(' -(abcd)-|')
        const ready = cold('  f--t-----', flags)
        const subs = '        ^!'
        const expected = '    -#'
        const result = source.pipe(buffer({ ready$: ready, maxCount: 3 }))
        expectObservable(result).toBe(expected, undefined, new OverflowError(4, 4))
        expectSubscriptions(source.subscriptions).toBe(subs)
      })
    })

    it('takes one value into an empty queue, however large, each time the queue is empty', () => {
      runMarbles(({ cold, expectObservable }) => {
        const values = { a: 'a'.repeat(99), b: 'b'.repeat(99), c: 'c' }
        const source = cold(' -a---b-c-|', values)
        const ready = cold('  f--tf-----', flags)
        const expected = '    ---a---#'
        const result = source.pipe(buffer({ ready$: ready, maxBytes: 10 }))
        expectObservable(result).toBe(expected, values, new OverflowError(2, 100))
      })
    })
  })

  describe('the consumer', () => {
    it('ends the stream with its own error, and lets go of the source', () => {
      runMarbles(({ cold, expectObservable, expectSubscriptions }) => {
        const source = cold(' -a-b-c-|')
        const ready = cold('  t-f-#', flags)
        const subs = '        ^---!'
        const expected = '    -a--#'
        expectObservable(source.pipe(buffer({ ready$: ready }))).toBe(expected)
        expectSubscriptions(source.subscriptions).toBe(subs)
      })
    })

    it('never subscribes to the source where the consumer is broken from the start', () => {
      const error = new Error('broken')
      let subscriptions = 0
      const source = defer(() => {
        subscriptions += 1
        return of('a')
      })
      expect(recordOf(source.pipe(buffer({ ready$: throwError(() => error) })))).to.deep.equal([{ error }])
      expect(subscriptions).to.equal(0)
    })

    it('keeps its last state when it says nothing more', () => {
      runMarbles(({ cold, expectObservable }) => {
        expectObservable(cold('-a-b-|').pipe(buffer({ ready$: of(true) }))).toBe('-a-b-|')
        expectObservable(cold('-a-b-|').pipe(buffer({ ready$: of(true, false) }))).toBe('------')
        expectObservable(cold('-a-b-|').pipe(buffer({ ready$: EMPTY }))).toBe('------')
      })
    })

    it('may stop while it is being given what waited: the rest waits on', () => {
      const { source, ready$, result } = bench()
      const got: string[] = []
      result.subscribe((value) => {
        got.push(value)
        if (value === 'b') ready$.next(false)
      })
      for (const value of ['a', 'b', 'c', 'd']) source.next(value)
      ready$.next(true)
      expect(got).to.deep.equal(['a', 'b'])
      ready$.next(true)
      expect(got).to.deep.equal(['a', 'b', 'c', 'd'])
    })

    it('may stop while it is being given what passes at once', () => {
      const { source, ready$, result } = bench({}, true)
      const got: string[] = []
      result.subscribe((value) => {
        got.push(value)
        if (value === 'a') ready$.next(false)
      })
      for (const value of ['a', 'b']) source.next(value)
      expect(got).to.deep.equal(['a'])
      ready$.next(true)
      expect(got).to.deep.equal(['a', 'b'])
    })

    for (const isReady of [true, false]) {
      const when = isReady ? 'what passes at once' : 'what waited'

      it(`is never given a value within another: it stops and starts, and values come, while it takes ${when}`, () => {
        const { source, ready$, result } = bench({}, isReady)
        const taken: string[] = []
        result.subscribe((value) => {
          if (value === 'a') {
            source.next('b')
            ready$.next(false)
            source.next('c')
            ready$.next(true)
            source.next('d')
          }
          taken.push(value)
        })
        source.next('a')
        ready$.next(true)
        expect(taken).to.deep.equal(['a', 'b', 'c', 'd'])
      })

      it(`is given what it pushes itself while it takes ${when}, in turn and without a deep stack`, () => {
        const { source, ready$, result } = bench({}, isReady)
        const taken: number[] = []
        result.subscribe((value) => {
          if (Number(value) < 20_000) source.next(String(Number(value) + 1))
          taken.push(Number(value))
        })
        source.next('1')
        ready$.next(true)
        expect(taken).to.deep.equal(Array.from({ length: 20_000 }, (_, index) => index + 1))
      })

      it(`may complete the source while it takes ${when}: what waits still passes`, () => {
        const { source, ready$, result } = bench({}, isReady)
        const told: string[] = []
        result.subscribe({
          next: (value) => {
            if (value === 'a') {
              source.next('b')
              source.complete()
            }
            told.push(value)
          },
          complete: () => told.push('|'),
        })
        source.next('a')
        ready$.next(true)
        expect(told).to.deep.equal(['a', 'b', '|'])
      })

      it(`is told of the end only when it has taken ${when}`, () => {
        const { source, ready$, result } = bench({}, isReady)
        const told: string[] = []
        result.subscribe({
          next: (value) => {
            source.complete()
            told.push(value)
          },
          complete: () => told.push('|'),
        })
        source.next('a')
        ready$.next(true)
        expect(told).to.deep.equal(['a', '|'])
      })

      it(`may leave while it takes ${when}: it is given nothing more`, () => {
        const { source, ready$, result } = bench({}, isReady)
        const taken: string[] = []
        const subscription = result.subscribe((value) => {
          taken.push(value)
          source.next('b')
          subscription.unsubscribe()
        })
        source.next('a')
        ready$.next(true)
        expect(taken).to.deep.equal(['a'])
        expect([source.observed, ready$.observed]).to.deep.equal([false, false])
      })
    }

    it('may cause a burst itself: while it stays ready that is no overflow', () => {
      for (const isReady of [true, false]) {
        const { source, ready$, result } = bench({ maxCount: 2, maxBytes: 2 }, isReady)
        const told = recordOf(
          result.pipe(
            tap((value) => {
              if (value === 'a') for (const burst of ['b', 'c', 'd', 'e']) source.next(burst)
            }),
          ),
        )
        source.next('a')
        ready$.next(true)
        expect(told).to.deep.equal(['a', 'b', 'c', 'd', 'e'])
      }
    })

    it('has overflowed where it causes a burst itself and then stops: what it left is beyond the bounds', () => {
      const { source, ready$, depths, result } = bench({ maxCount: 2 }, true)
      const told = recordOf(
        result.pipe(
          tap((value) => {
            if (value === 'a') for (const burst of ['b', 'c', 'd', 'e']) source.next(burst)
            if (value === 'b') ready$.next(false)
          }),
        ),
      )
      source.next('a')
      expect(told).to.deep.equal(['a', 'b', { error: new OverflowError(3, 3) }])
      expect(depths.at(-1)).to.deep.equal([0, 0])
    })

    it('is told of the overflow that it causes itself while it is not ready', () => {
      const { source, ready$, result } = bench({ maxCount: 1 })
      const told: unknown[] = []
      result.subscribe({
        next: (value) => {
          told.push(value)
          ready$.next(false)
          source.next('b')
          source.next('c')
        },
        error: (error: unknown) => told.push(error instanceof OverflowError),
      })
      source.next('a')
      ready$.next(true)
      expect(told).to.deep.equal(['a', true])
    })
  })

  describe('onDepth', () => {
    it('is told of every change of what waits, and of nothing else', () => {
      const { source, ready$, depths, result } = bench({}, true)
      result.subscribe()
      for (const value of ['passes', 'too']) source.next(value)
      expect(depths).to.deep.equal([])
      ready$.next(false)
      for (const value of ['a', 'bcd']) source.next(value)
      ready$.next(true)
      source.next('passes')
      source.complete()
      expect(depths).to.deep.equal([
        [1, 1],
        [2, 4],
        [1, 3],
        [0, 0],
      ])
    })

    it('knows of a value that has passed before the consumer is given it', () => {
      const { source, ready$, depths, result } = bench()
      const seen: unknown[] = []
      result.subscribe(() => seen.push(depths.at(-1)))
      for (const value of ['a', 'b']) source.next(value)
      ready$.next(true)
      expect(seen).to.deep.equal([
        [1, 1],
        [0, 0],
      ])
    })

    for (const [how, end] of [
      ['unsubscribed from', (subscription: { unsubscribe: () => void }) => subscription.unsubscribe()],
      ['ended by an overflow', (_: unknown, source: Subject<string>) => source.next('overflow')],
      ['ended by an error', (_: unknown, source: Subject<string>) => source.error(new Error('over'))],
    ] as const) {
      it(`is told that nothing waits any more when the stream is ${how}`, () => {
        const { source, depths, result } = bench({ maxCount: 1 })
        const subscription = result.subscribe({ error: () => undefined })
        source.next('a')
        end(subscription, source)
        expect(depths).to.deep.equal([
          [1, 1],
          [0, 0],
        ])
      })
    }

    it('ends the stream with what it throws while what waited passes', () => {
      const error = new Error('from onDepth')
      const onDepth = (count: number) => {
        if (count === 0) throw error
      }
      const { source, ready$, result } = bench({ onDepth })
      const told = recordOf(result)
      for (const value of ['a', 'b']) source.next(value)
      expect(() => ready$.next(true)).not.to.throw()
      expect(told).to.deep.equal(['a', { error }])
      expect([source.observed, ready$.observed]).to.deep.equal([false, false])
    })
  })

  it('weighs a value once: one that grows while it waits leaves as it came', () => {
    const depths: number[] = []
    const ready$ = new BehaviorSubject(false)
    const source = new Subject<string[]>()
    const options = { ready$, sizeOf: (list: string[]) => list.length, maxCount: 10, maxBytes: 10 }
    source.pipe(onBackpressureBuffer({ ...options, onDepth: (_, bytes) => depths.push(bytes) })).subscribe()
    const growing = ['a']
    source.next(growing)
    growing.push('b', 'c')
    ready$.next(true)
    expect(depths).to.deep.equal([1, 0])
  })

  it('does what its plain description says, whatever comes when', () => {
    fc.assert(
      fc.property(fc.nat(5), fc.nat(12), fc.array(step, { maxLength: 60 }), (maxCount, maxBytes, steps) => {
        const model = createModel(maxCount, maxBytes)
        const source = new Subject<string>()
        const ready$ = new Subject<boolean>()
        const told: unknown[] = []
        let depth: readonly [number, number] = [0, 0]
        let credit = 0
        const onDepth = (count: number, bytes: number): void => {
          depth = [count, bytes]
          expect(count <= Math.max(maxCount, 1)).to.equal(true)
          expect(bytes <= maxBytes || count <= 1).to.equal(true)
        }
        source.pipe(buffer({ ready$, maxCount, maxBytes, onDepth })).subscribe({
          next: (value) => {
            told.push(value)
            credit -= 1
            if (credit === 0) ready$.next(false)
          },
          error: (error: unknown) => told.push(error instanceof OverflowError ? [error.count, error.bytes] : error),
          complete: () => told.push('|'),
        })
        for (const [index, { does, size }] of steps.entries()) {
          const value = String(index % 10).repeat(size)
          if (does === 'value') source.next(value)
          if (does === 'complete') source.complete()
          if (does === 'stall') ready$.next(false)
          if (does === 'ready') {
            // The consumer takes so many, then is full: as a socket does.
            credit = size
            ready$.next(size > 0)
          }
          model.step(does, value, size)
          expect(told).to.deep.equal(model.told)
          expect(depth).to.deep.equal(model.depth())
        }
      }),
    )
  })
})

type Does = 'value' | 'ready' | 'stall' | 'complete'

const step: fc.Arbitrary<{ readonly does: Does; readonly size: number }> = fc.record({
  does: fc.oneof(
    { weight: 12, arbitrary: fc.constant<Does>('value') },
    { weight: 5, arbitrary: fc.constant<Does>('ready') },
    { weight: 2, arbitrary: fc.constant<Does>('stall') },
    { weight: 1, arbitrary: fc.constant<Does>('complete') },
  ),
  size: fc.nat(7),
})

/** The buffer and its consumer, as plainly as they can be said. */
function createModel(maxCount: number, maxBytes: number) {
  const told: unknown[] = []
  let waiting: string[] = []
  let credit = 0
  let isComplete = false
  let isOver = false

  const bytesOf = (values: readonly string[]): number => values.join('').length

  const settle = (): void => {
    while (credit > 0 && waiting.length > 0) {
      told.push(waiting.shift())
      credit -= 1
    }
    if (isComplete && waiting.length === 0) {
      told.push('|')
      isOver = true
    }
  }

  const take = (value: string): void => {
    const after = [...waiting, value]
    const fits = after.length <= maxCount && bytesOf(after) <= maxBytes
    if (credit > 0 || waiting.length === 0 || fits) {
      waiting = after
      return
    }
    told.push([after.length, bytesOf(after)])
    waiting = []
    isOver = true
  }

  return {
    told,
    depth: (): readonly [number, number] => [waiting.length, bytesOf(waiting)],
    step: (does: Does, value: string, size: number): void => {
      if (isOver) return
      if (does === 'value' && !isComplete) take(value)
      if (does === 'ready') credit = size
      if (does === 'stall') credit = 0
      if (does === 'complete') isComplete = true
      if (!isOver) settle()
    },
  }
}

describe('OverflowError', () => {
  it('has a stable code and says how much was waiting', () => {
    const error = new OverflowError(3, 42)
    expect(error).to.be.instanceOf(CodedError)
    expect(error).to.include({ code: 'OVERFLOW', name: 'OverflowError', count: 3, bytes: 42 })
    expect(error.message).to.equal('the consumer is too slow: 3 values of 42 bytes are waiting')
  })
})
