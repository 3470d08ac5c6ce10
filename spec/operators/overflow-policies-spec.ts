import { expect } from 'chai'
import * as fc from 'fast-check'
import { BehaviorSubject, concat, NEVER, of, Subject, take } from 'rxjs'
import { type BackpressureBufferOptions, onBackpressureBuffer } from '../../lib/operators/on-backpressure-buffer.ts'
import { type Loss, OverflowError, type OverflowPolicy } from '../../lib/operators/overflow-queue.ts'
import { runMarbles } from '../../lib/testing/marbles.ts'
import { obeysTheOperatorLaws, recordOf } from '../laws/operator-laws.ts'
import { type Item, itemOf, type Kind, kinds, ofItems, policies } from './overflow-fixture.ts'

type Settings = Partial<BackpressureBufferOptions<string>> & Pick<BackpressureBufferOptions<string>, 'ready$'>

/** `t` and `f` of a marble diagram. */
const flags = { t: true, f: false }

/**
 * A buffer for two letters, each of size 1. A capital is protected; `k` and `l` have keys; the position of a letter is that in the
 * alphabet. A notice is its range and its counts.
 */
function buffer(settings: Settings) {
  return onBackpressureBuffer<string>({
    sizeOf: () => 1,
    maxCount: 2,
    maxBytes: 100,
    isProtected: (value) => value >= 'A' && value <= 'Z',
    keyOf: (value) => (value.startsWith('k') || value.startsWith('l') ? value.charAt(0) : undefined),
    positionOf: (value) => value.toLowerCase().charCodeAt(0) - 96,
    toNotice,
    ...settings,
  })
}

function toNotice({ from, to, dropped, conflated }: Loss): string {
  return `${from ?? '-'}-${to ?? '-'} d${dropped} c${conflated}`
}

describe('onBackpressureBuffer with a policy', () => {
  for (const policy of policies) {
    describe(policy, () => {
      obeysTheOperatorLaws({
        passThrough: () => buffer({ policy, ready$: concat(of(true), NEVER) }),
        throwing: {
          isProtected: (error) =>
            buffer({
              policy,
              ready$: of(false),
              isProtected: (value) => {
                if (value === 'x') throw error
                return false
              },
            }),
          split: (error) =>
            buffer({
              policy,
              ready$: of(false),
              split: (value) => {
                if (value === 'x') throw error
                return [value]
              },
            }),
          ...(policy === 'conflate' && {
            keyOf: (error: Error) =>
              buffer({
                policy,
                ready$: of(false),
                keyOf: (value) => {
                  if (value === 'x') throw error
                  return value
                },
              }),
          }),
          ...((policy === 'dropOldest' || policy === 'dropNewest') && {
            positionOf: (error: Error) =>
              buffer({
                policy,
                maxCount: 1,
                ready$: of(false),
                positionOf: () => {
                  throw error
                },
              }),
            onLost: (error: Error) =>
              buffer({
                policy,
                maxCount: 1,
                ready$: of(false),
                onLost: () => {
                  throw error
                },
              }),
          }),
        },
      })

      it('loses nothing of steady load to a consumer that is slow at times and keeps up', () => {
        runMarbles(({ cold, expectObservable }) => {
          const source = cold(' -a-b-c-d-e-f-|')
          const ready = cold('  f---tf--tf---t', flags)
          const expected = '    ----(ab)(cd)-(ef|)'
          expectObservable(source.pipe(buffer({ policy, ready$: ready }))).toBe(expected)
        })
      })

      it('loses nothing of a burst to a consumer that is ready', () => {
        runMarbles(({ cold, expectObservable }) => {
          const source = cold(' -(abcABCkk)|')
          const ready = cold('  t-----------', flags)
          const expected = '    -(abcABCkk)|'
          expectObservable(source.pipe(buffer({ policy, ready$: ready }))).toBe(expected)
        })
      })

      it('ends with what is protected and does not fit beside its like', () => {
        runMarbles(({ cold, expectObservable, expectSubscriptions }) => {
          const source = cold(' -A-B-C-d-|')
          const ready = cold('  f--------t', flags)
          const subs = '        ^----!'
          const expected = '    -----#'
          const result = source.pipe(buffer({ policy, ready$: ready }))
          expectObservable(result).toBe(expected, undefined, new OverflowError(3, 3))
          expectSubscriptions(source.subscriptions).toBe(subs)
          expectSubscriptions(ready.subscriptions).toBe(subs)
        })
      })

      it('lets go of all when it is unsubscribed from: no value and no notice comes after', () => {
        runMarbles(({ cold, hot, expectObservable, expectSubscriptions }) => {
          const source = cold(' -a-k-k----|')
          const ready = cold('  t-f-----t--', flags)
          const shed = hot('    -----------')
          const subs = '        ^-----!'
          const expected = '    -a----'
          const unsub = '       ------!'
          expectObservable(source.pipe(buffer({ policy, ready$: ready, shed$: shed })), unsub).toBe(expected)
          for (const { subscriptions } of [source, ready, shed]) expectSubscriptions(subscriptions).toBe(subs)
        })
      })

      it('says nothing more after an error of the source: no value that waited and no notice', () => {
        runMarbles(({ cold, expectObservable }) => {
          const source = cold(' -k-k----#')
          const ready = cold('  f-------t', flags)
          const expected = '    --------(#)'
          const result = source.pipe(buffer({ policy, ready$: concat(ready.pipe(take(1)), NEVER) }))
          expectObservable(result).toBe(expected)
        })
      })
    })
  }

  describe('dropOldest', () => {
    const policy = 'dropOldest'

    it('has of a burst the newest, after the notice of the others', () => {
      runMarbles(({ cold, expectObservable, expectSubscriptions }) => {
        const source = cold(' -a-(bcdef)------g|')
        const ready = cold('  t-f-------t-------', flags)
        const subs = '        ^----------------!'
        const expected = '    -a--------(nef)-g|'
        const result = source.pipe(buffer({ policy, ready$: ready }))
        expectObservable(result).toBe(expected, { ...letters, n: '2-4 d3 c0' })
        expectSubscriptions(source.subscriptions).toBe(subs)
        expectSubscriptions(ready.subscriptions).toBe(subs)
      })
    })

    it('has under steady load what came last before each drain, with one notice for each', () => {
      runMarbles(({ cold, expectObservable }) => {
        const source = cold(' -a-b-c-d-e-f|')
        const ready = cold('  f-----tf----t', flags)
        const expected = '    ------(nbc)-(mef|)'
        const result = source.pipe(buffer({ policy, ready$: ready }))
        expectObservable(result).toBe(expected, { ...letters, n: '1-1 d1 c0', m: '4-4 d1 c0' })
      })
    })

    it('lets what is protected through a full queue', () => {
      runMarbles(({ cold, expectObservable }) => {
        const source = cold(' -a-b-C-d|')
        const ready = cold('  f--------t', flags)
        const expected = '    ---------(nCd|)'
        const result = source.pipe(buffer({ policy, ready$: ready }))
        expectObservable(result).toBe(expected, { ...letters, n: '1-2 d2 c0' })
      })
    })

    it('loses what comes to a queue that is full of what is protected, and never ends for it', () => {
      runMarbles(({ cold, expectObservable }) => {
        const source = cold(' -A-B-c-d|')
        const ready = cold('  f--------t', flags)
        const expected = '    ---------(ABn|)'
        const result = source.pipe(buffer({ policy, ready$: ready }))
        expectObservable(result).toBe(expected, { ...letters, n: '3-4 d2 c0' })
      })
    })
  })

  describe('dropNewest', () => {
    const policy = 'dropNewest'

    it('has of a burst the oldest, before the notice of the others', () => {
      runMarbles(({ cold, expectObservable }) => {
        const source = cold(' -a-(bcdef)------g|')
        const ready = cold('  t-f-------t-------', flags)
        const expected = '    -a--------(bcn)-g|'
        const result = source.pipe(buffer({ policy, ready$: ready }))
        expectObservable(result).toBe(expected, { ...letters, n: '4-6 d3 c0' })
      })
    })

    it('has under steady load what came first after each drain, with one notice for each', () => {
      runMarbles(({ cold, expectObservable }) => {
        const source = cold(' -a-b-c-d-e-f|')
        const ready = cold('  f-----tf----t', flags)
        const expected = '    ------(abn)-(dem|)'
        const result = source.pipe(buffer({ policy, ready$: ready }))
        expectObservable(result).toBe(expected, { ...letters, n: '3-3 d1 c0', m: '6-6 d1 c0' })
      })
    })

    it('lets what is protected through a full queue', () => {
      runMarbles(({ cold, expectObservable }) => {
        const source = cold(' -a-b-C-d|')
        const ready = cold('  f--------t', flags)
        const expected = '    ---------(anCm|)'
        const result = source.pipe(buffer({ policy, ready$: ready }))
        expectObservable(result).toBe(expected, { ...letters, n: '2-2 d1 c0', m: '4-4 d1 c0' })
      })
    })
  })

  describe('conflate', () => {
    const policy = 'conflate'
    /** Two keys, in turn. */
    const news = { p: 'k1', q: 'l2', r: 'k3', s: 'l4', t: 'k5', u: 'l6', x: 'x7', X: 'X8' }
    const positionOf = (value: string): number => Number(value.slice(1))

    it('has of a burst the newest of each key, after the notice of the others', () => {
      runMarbles(({ cold, expectObservable }) => {
        const source = cold(' -p-(qrstu)------x|', news)
        const ready = cold('  t-f-------t-------', flags)
        const expected = '    -p--------(ntu)-x|'
        const result = source.pipe(buffer({ policy, positionOf, ready$: ready }))
        expectObservable(result).toBe(expected, { ...news, n: '2-4 d0 c3' })
      })
    })

    it('has under steady load the newest of each key at each drain', () => {
      runMarbles(({ cold, expectObservable }) => {
        const source = cold(' -p-q-r-s-t-u|', news)
        const ready = cold('  f-----tf----t', flags)
        const expected = '    ------(nqr)-(mtu|)'
        const result = source.pipe(buffer({ policy, positionOf, ready$: ready }))
        expectObservable(result).toBe(expected, { ...news, n: '1-1 d0 c1', m: '4-4 d0 c1' })
      })
    })

    it('makes room for what is protected where something is superfluous', () => {
      runMarbles(({ cold, expectObservable }) => {
        const source = cold(' -p-r-X|', news)
        const ready = cold('  f------t', flags)
        const expected = '    -------(nrX|)'
        const result = source.pipe(buffer({ policy, positionOf, ready$: ready }))
        expectObservable(result).toBe(expected, { ...news, n: '1-1 d0 c1' })
      })
    })

    it('ends where nothing is superfluous', () => {
      runMarbles(({ cold, expectObservable }) => {
        const source = cold(' -p-q-x-|', news)
        const ready = cold('  f-------', flags)
        const expected = '    -----#'
        const result = source.pipe(buffer({ policy, positionOf, ready$: ready }))
        expectObservable(result).toBe(expected, undefined, new OverflowError(3, 3))
      })
    })
  })

  describe('a function', () => {
    it('decides for each value that does not fit', () => {
      runMarbles(({ cold, expectObservable }) => {
        const source = cold(' -a-b-c-d-e|')
        const ready = cold('  f----------t', flags)
        const expected = '    -----------(mcn|)'
        const policy = (value: string): OverflowPolicy => (value === 'c' ? 'dropOldest' : 'dropNewest')
        const result = source.pipe(buffer({ policy, maxCount: 1, ready$: ready, toNotice }))
        expectObservable(result).toBe(expected, { c: 'c', m: '1-2 d2 c0', n: '4-5 d2 c0' })
      })
    })

    it('ends the stream where it says so, or throws', () => {
      const error = new Error('from the policy')
      const throwing = (): never => {
        throw error
      }
      for (const [policy, expected] of [
        [(value: string): OverflowPolicy => (value === 'd' ? 'disconnect' : 'dropOldest'), new OverflowError(3, 3)],
        [throwing, error],
      ] as const) {
        const source = new Subject<string>()
        const told = recordOf(source.pipe(buffer({ policy, ready$: of(false) })))
        for (const value of ['a', 'b', ...(policy === throwing ? [] : ['c']), 'd', 'e']) source.next(value)
        expect(told).to.deep.equal([{ error: expected }])
        expect(source.observed).to.equal(false)
      }
    })
  })

  describe('a notice', () => {
    it('is not made where nobody wants it: the values around it pass', () => {
      runMarbles(({ cold, expectObservable }) => {
        const source = cold(' -a-b-c|')
        const ready = cold('  f------t', flags)
        const expected = '    -------(bc|)'
        const options = { sizeOf: () => 1, maxCount: 2, maxBytes: 9, policy: 'dropOldest' as const, ready$: ready }
        expectObservable(source.pipe(onBackpressureBuffer<string>(options))).toBe(expected)
      })
    })

    it('is all that is left to pass where the rest was shed: the stream completes after it', () => {
      runMarbles(({ cold, hot, expectObservable }) => {
        const source = cold(' -a-b|')
        const shed = hot('    ----x')
        const ready = cold('  f------t', flags)
        const expected = '    -------(n|)'
        const result = source.pipe(buffer({ policy: 'dropOldest', ready$: ready, shed$: shed }))
        expectObservable(result).toBe(expected, { n: '1-2 d2 c0' })
      })
    })

    it('that cannot be made ends the stream with what was thrown', () => {
      const error = new Error('from toNotice')
      const source = new Subject<string>()
      const ready$ = new BehaviorSubject(false)
      const failing = (): never => {
        throw error
      }
      const told = recordOf(source.pipe(buffer({ policy: 'dropOldest', ready$, toNotice: failing })))
      for (const value of ['a', 'b', 'c']) source.next(value)
      ready$.next(true)
      expect(told).to.deep.equal([{ error }])
      expect([source.observed, ready$.observed]).to.deep.equal([false, false])
    })

    it('is made when it passes, so that it knows what has passed before it', () => {
      const source = new Subject<string>()
      const ready$ = new BehaviorSubject(false)
      const told: string[] = []
      const tellsLast = (): string => `after ${told.at(-1) ?? 'nothing'}`
      source.pipe(buffer({ policy: 'dropNewest', ready$, toNotice: tellsLast })).subscribe((value) => told.push(value))
      for (const value of ['a', 'b', 'c']) source.next(value)
      ready$.next(true)
      expect(told).to.deep.equal(['a', 'b', 'after b'])
    })
  })

  describe('shed$', () => {
    const policy = 'dropNewest'

    it('loses all that waits and may be lost, each time it emits, and tells how much is left', () => {
      runMarbles(({ cold, hot, expectObservable, expectSubscriptions }) => {
        const source = cold(' -a-B--c-|')
        const shed = hot('    ----x--x--')
        const ready = cold('  f---------t', flags)
        const subs = '        ^---------!'
        const expected = '    ----------(nBm|)'
        const result = source.pipe(buffer({ policy, ready$: ready, shed$: shed }))
        expectObservable(result).toBe(expected, { ...letters, n: '1-1 d1 c0', m: '3-3 d1 c0' })
        expectSubscriptions(shed.subscriptions).toBe(subs)
      })
      const depths: number[] = []
      const [source, shed$] = [new Subject<string>(), new Subject<void>()]
      const onDepth = (count: number): unknown => depths.push(count)
      source.pipe(buffer({ policy, ready$: concat(of(false), NEVER), shed$, onDepth })).subscribe()
      for (const value of ['a', 'B']) source.next(value)
      shed$.next()
      expect(depths).to.deep.equal([1, 2, 1])
    })

    it('ends the stream where nothing may be lost', () => {
      runMarbles(({ cold, hot, expectObservable, expectSubscriptions }) => {
        const source = cold(' -A-B-----|')
        const shed = hot('    -----x--x-')
        const ready = cold('  f--------t', flags)
        const subs = '        ^----!'
        const expected = '    -----#'
        const result = source.pipe(buffer({ policy, ready$: ready, shed$: shed }))
        expectObservable(result).toBe(expected, undefined, new OverflowError(2, 2))
        for (const { subscriptions } of [source, shed, ready]) expectSubscriptions(subscriptions).toBe(subs)
      })
    })

    it('does nothing where nothing waits', () => {
      runMarbles(({ cold, hot, expectObservable }) => {
        const source = cold(' -a-----|')
        const shed = hot('    --x----|')
        const ready = cold('  t--f-t--', flags)
        const expected = '    -a-----|'
        expectObservable(source.pipe(buffer({ policy, ready$: ready, shed$: shed }))).toBe(expected)
      })
    })

    it('does nothing, either, where only the notice of what it took is left', () => {
      runMarbles(({ cold, hot, expectObservable }) => {
        const source = cold(' -a------|')
        const shed = hot('    --x-x----')
        const ready = cold('  f-----t--', flags)
        const expected = '    ------n-|'
        const result = source.pipe(buffer({ policy, ready$: ready, shed$: shed }))
        expectObservable(result).toBe(expected, { n: '1-1 d1 c0' })
      })
    })

    it('may complete, which ends nothing, or error, which ends all', () => {
      runMarbles(({ cold, hot, expectObservable }) => {
        const ready = cold('  t-----', flags)
        expectObservable(cold('-a-b-|').pipe(buffer({ policy, ready$: ready, shed$: hot('--|') }))).toBe('-a-b-|')
        expectObservable(cold('-a-b-|').pipe(buffer({ policy, ready$: ready, shed$: hot('--#') }))).toBe('-a#')
      })
    })
  })

  describe('split', () => {
    const words = { a: 'abc', b: 'de', d: 'd', e: 'e', c: 'c', n: '1-2 d2 c0' }
    const split = (value: string): readonly string[] => value.split('')
    const sizeOf = (value: string): number => value.length

    it('leaves what passes at once in one piece, and takes apart what has to wait', () => {
      runMarbles(({ cold, expectObservable }) => {
        const source = cold(' -a-b---------|', words)
        const ready = cold('  t-f--t--------', flags)
        const expected = '    -a---(de)----|'
        const result = source.pipe(buffer({ policy: 'dropOldest', split, sizeOf, ready$: ready }))
        expectObservable(result).toBe(expected, words)
      })
    })

    it('lets a part be lost, and another stay', () => {
      runMarbles(({ cold, expectObservable }) => {
        const source = cold(' -a-d|', words)
        const ready = cold('  f----t', flags)
        const expected = '    -----(ncd|)'
        const result = source.pipe(buffer({ policy: 'dropOldest', split, sizeOf, ready$: ready }))
        expectObservable(result).toBe(expected, words)
      })
    })

    it('counts the parts, in an overflow too', () => {
      runMarbles(({ cold, expectObservable }) => {
        const source = cold(' -d-a|', words)
        const ready = cold('  f----', flags)
        const expected = '    ---#'
        const result = source.pipe(buffer({ split, sizeOf, ready$: ready }))
        expectObservable(result).toBe(expected, undefined, new OverflowError(4, 4))
      })
    })
  })

  describe('what the consumer causes itself', () => {
    it('fits when it has returned, and onDepth knows how much that is', () => {
      const depths: (readonly [number, number])[] = []
      const source = new Subject<string>()
      const ready$ = new BehaviorSubject(true)
      const onDepth = (count: number, bytes: number): unknown => depths.push([count, bytes])
      const told: string[] = []
      source.pipe(buffer({ policy: 'dropOldest', ready$, onDepth })).subscribe((value) => {
        told.push(value)
        if (value !== 'a') return
        for (const caused of ['b', 'c', 'd', 'e']) source.next(caused)
        ready$.next(false)
      })
      source.next('a')
      expect(depths.at(-1)).to.deep.equal([2, 2])
      ready$.next(true)
      expect(told).to.deep.equal(['a', '2-3 d2 c0', 'd', 'e'])
    })

    it('asks a function about no value that is lost', () => {
      const asked: string[] = []
      const policy = (value: string): OverflowPolicy => {
        asked.push(value)
        return 'dropNewest'
      }
      const source = new Subject<string>()
      const ready$ = new BehaviorSubject(true)
      source.pipe(buffer({ policy, ready$ })).subscribe((value) => {
        if (value !== 'a') return
        for (const caused of ['b', 'c', 'd']) source.next(caused)
        ready$.next(false)
        source.next('e')
      })
      source.next('a')
      expect(asked).to.deep.equal(['e', 'd'])
    })
  })

  describe('tells all that is offered, whatever comes when, under', () => {
    const byKind = ({ items }: Passing): OverflowPolicy => {
      const [item] = items
      if (item?.key === 'k') return 'conflate'
      return (item?.size ?? 0) > 3 ? 'dropNewest' : 'dropOldest'
    }
    for (const [name, policy] of [
      ...policies.map((named) => [named, named] as const),
      ['a function', byKind] as const,
    ]) {
      it(name, () => {
        fc.assert(
          fc.property(fc.nat(5), fc.nat(16), fc.array(step, { maxLength: 60 }), (maxCount, maxBytes, steps) => {
            const run = runSteps({ policy, maxCount, maxBytes }, steps)
            const { told, offered, lost, error } = run
            expectInOrder(told, offered)
            const notices = told.flatMap(({ loss }) => loss ?? [])
            expect(run.isOver).to.equal(true)
            if (error !== undefined) {
              expect(error).to.be.instanceOf(OverflowError)
              // Nothing may be lost, or it is kept for somebody who waits for it.
              if (policy === 'dropOldest' || policy === 'dropNewest') {
                expect(offered.some(({ isProtected }) => isProtected)).to.equal(true)
              }
              return
            }
            expect(sum(notices, 'dropped')).to.equal(lost.dropped)
            expect(sum(notices, 'conflated')).to.equal(lost.conflated)
            const passed = new Set(told.flatMap(({ items }) => items))
            expect(passed.size + lost.dropped + lost.conflated).to.equal(offered.length)
            for (const item of offered) {
              if (passed.has(item)) continue
              expect(item.isProtected).to.equal(false)
              if (item.position === undefined) continue
              const { position } = item
              const over = notices.filter(({ from = Infinity, to = -1 }) => from <= position && position <= to)
              expect(over, `notices of ${position}`).to.have.length(1)
            }
            if (policy === 'conflate') expect(lost.conflated > 0 && run.sheds === 0 && lost.dropped > 0).to.equal(false)
          }),
        )
      })
    }
  })
})

const letters: Readonly<Record<string, string>> = Object.fromEntries('abcdefgABCD'.split('').map((one) => [one, one]))

/** What passes in a property: some items at once, or a notice. */
interface Passing {
  readonly items: readonly Item[]
  readonly loss?: Loss
}

interface Step {
  readonly does: 'offer' | 'ready' | 'stall' | 'shed'
  readonly kinds: readonly Kind[]
  /** How many the consumer takes before it is full. */
  readonly credit: number
  /** What it offers itself when it is given its next value. */
  readonly causes: readonly Kind[]
}

const step: fc.Arbitrary<Step> = fc.record({
  does: fc.oneof(
    { weight: 12, arbitrary: fc.constant('offer' as const) },
    { weight: 4, arbitrary: fc.constant('ready' as const) },
    { weight: 2, arbitrary: fc.constant('stall' as const) },
    { weight: 1, arbitrary: fc.constant('shed' as const) },
  ),
  kinds: fc.array(kinds, { minLength: 1, maxLength: 3 }),
  credit: fc.nat(6),
  causes: fc.oneof(
    { weight: 6, arbitrary: fc.constant([]) },
    { weight: 1, arbitrary: fc.array(kinds, { maxLength: 4 }) },
  ),
})

function runSteps(
  bounds: Pick<BackpressureBufferOptions<Passing>, 'maxCount' | 'maxBytes'> & {
    readonly policy: OverflowPolicy | ((arriving: Passing) => OverflowPolicy)
  },
  steps: readonly Step[],
) {
  const source = new Subject<Passing>()
  const ready$ = new Subject<boolean>()
  const shed$ = new Subject<void>()
  const offered: Item[] = []
  const told: Passing[] = []
  const lost = { dropped: 0, conflated: 0 }
  let depth: readonly [number, number] = [0, 0]
  let credit = 0
  let causes: readonly Kind[] = []
  let sheds = 0
  let error: unknown
  let isOver = false

  const offer = (all: readonly Kind[]): void => {
    if (isOver) return
    const items = all.map((kind, index) => itemOf(offered.length + index + 1, kind))
    offered.push(...items)
    source.next({ items })
  }
  const first = ({ items }: Passing): Item => items[0] ?? itemOf(0)
  const options: BackpressureBufferOptions<Passing> = {
    ...bounds,
    ready$,
    shed$,
    sizeOf: ({ items }) => items.reduce((bytes, { size }) => bytes + size, 0),
    split: ({ items }) => items.map((item) => ({ items: [item] })),
    isProtected: (passing) => ofItems.isProtected(first(passing)),
    keyOf: (passing) => ofItems.keyOf(first(passing)),
    positionOf: (passing) => ofItems.positionOf(first(passing)),
    toNotice: (loss) => ({ items: [], loss }),
    onLost: (how) => {
      lost[how] += 1
    },
    onDepth: (count, bytes) => {
      depth = [count, bytes]
    },
  }
  source.pipe(onBackpressureBuffer(options)).subscribe({
    next: (passing) => {
      told.push(passing)
      const caused = causes
      causes = []
      // In halves: some while it takes more, some when it is full.
      offer(caused.slice(0, 2))
      credit -= 1
      if (credit <= 0) ready$.next(false)
      for (const kind of caused.slice(2)) offer([kind])
    },
    error: (thrown: unknown) => {
      error = thrown
      isOver = true
    },
    complete: () => {
      isOver = true
    },
  })
  const letTake = (count: number): void => {
    credit = count
    ready$.next(count > 0)
  }
  for (const { does, kinds: all, credit: count, causes: caused } of steps) {
    if (isOver) break
    if (does === 'offer') {
      causes = caused
      offer(all)
    }
    if (does === 'ready') letTake(count)
    if (does === 'stall') letTake(0)
    // Whether it is an overflow where nothing waits is said elsewhere.
    if (does === 'shed' && depth[0] > 0) {
      sheds += 1
      shed$.next()
    }
    if (!isOver) expectDepth()
  }
  causes = []
  if (!isOver) {
    letTake(Number.POSITIVE_INFINITY)
    expectDepth()
    source.complete()
  }
  expect(depth).to.deep.equal([0, 0])
  return { told, offered, lost, error, isOver, sheds }

  /** What waits is what neither passed nor was lost, and it fits. */
  function expectDepth(): void {
    const passed = told.reduce((count, { items }) => count + items.length, 0)
    expect(depth[0]).to.equal(offered.length - passed - lost.dropped - lost.conflated)
    expect(depth[0] <= Math.max(1, bounds.maxCount)).to.equal(true)
    expect(depth[1] <= bounds.maxBytes || depth[0] === 1).to.equal(true)
  }
}

/** Each value after those that came before it, and each notice between those it stands for. */
function expectInOrder(told: readonly Passing[], offered: readonly Item[]): void {
  let last = 0
  let reached = 0
  for (const { items, loss } of told) {
    for (const { id, position } of items) {
      expect(id).to.be.greaterThan(last)
      last = id
      if (position === undefined) continue
      expect(position).to.be.greaterThan(reached)
      reached = position
    }
    if (loss === undefined) continue
    expect(loss.dropped + loss.conflated).to.be.greaterThan(0)
    expect(loss.from === undefined).to.equal(loss.to === undefined)
    const { from, to } = loss
    if (from === undefined || to === undefined) continue
    expect(from).to.be.greaterThan(reached)
    expect(to).to.be.at.least(from)
    expect(to).to.be.at.most(offered.length)
    reached = to
  }
}

function sum(losses: readonly Loss[], field: 'dropped' | 'conflated'): number {
  return losses.reduce((total, loss) => total + loss[field], 0)
}
