import { expect } from 'chai'
import * as fc from 'fast-check'
import { setImmediate } from 'node:timers/promises'
import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import {
  defer,
  EMPTY,
  finalize,
  map,
  mergeMap,
  NEVER,
  of,
  range,
  Subject,
  take,
  throwError,
  timer,
  VirtualTimeScheduler,
} from 'rxjs'
import { concatMapByKey } from '../../lib/operators/concat-map-by-key.ts'
import { runMarbles } from '../../lib/testing/marbles.ts'
import { obeysTheOperatorLaws, recordOf } from '../laws/operator-laws.ts'

const byFirst = (value: string): string => value.charAt(0)

function throwingAtX<Result>(error: Error, otherwise: (value: string) => Result): (value: string) => Result {
  return (value) => {
    if (value === 'x') throw error
    return otherwise(value)
  }
}

/** Collects garbage now: what is only weakly held is gone after it. */
async function collectGarbage(): Promise<void> {
  setFlagsFromString('--expose-gc')
  const collect: unknown = runInNewContext('gc')
  if (typeof collect !== 'function') throw new TypeError('this Node cannot collect on demand')
  await setImmediate()
  Reflect.apply(collect, undefined, [])
}

interface Job {
  readonly key: string
  readonly afterMs: number
  readonly takesMs: number
}

const jobs: fc.Arbitrary<readonly Job[]> = fc.array(
  fc.record({
    key: fc.constantFrom('a', 'b', 'c'),
    afterMs: fc.nat(4),
    takesMs: fc.nat(6),
  }),
  { maxLength: 20 },
)

/** When each job begins and ends, said plainly: as soon as it has come and the one before it of its key is done. */
function plannedTimes(planned: readonly Job[]): readonly string[] {
  const freeAt = new Map<string, number>()
  let nowMs = 0
  return planned.map(({ key, afterMs, takesMs }, index) => {
    nowMs += afterMs
    const startMs = Math.max(nowMs, freeAt.get(key) ?? 0)
    freeAt.set(key, startMs + takesMs)
    return `${key}${index} ${startMs}-${startMs + takesMs}`
  })
}

describe('concatMapByKey', () => {
  obeysTheOperatorLaws({
    passThrough: () => concatMapByKey(byFirst, (value) => of(value)),
    throwing: {
      keyOf: (error) => concatMapByKey(throwingAtX(error, byFirst), (value) => of(value)),
      project: (error) => {
        const project = throwingAtX(error, (value: string) => of(value))
        return concatMapByKey(byFirst, project)
      },
      'an inner stream': (error) =>
        concatMapByKey(byFirst, (value) => (value === 'x' ? throwError(() => error) : of(value))),
    },
  })

  it('runs the inner streams of one key one after the other, those of different keys side by side', () => {
    runMarbles(({ cold, hot, expectObservable, expectSubscriptions }) => {
      const a = cold('       --1--2|')
      const b = cold('             ---3|')
      const c = cold('          -4|')
      const source = hot('  -a-bc----|')
      const subs = '        ^--------!'
      const aSubs = '       -^-----!'
      const bSubs = '       -------^---!'
      const cSubs = '       ----^-!'
      const expected = '    ---1-42---3|'
      const result = source.pipe(
        concatMapByKey<string, string>(
          (value) => (value === 'c' ? 'other' : 'same'),
          (value) => ({ a, b, c })[value] ?? EMPTY,
        ),
      )
      expectObservable(result).toBe(expected)
      expectSubscriptions(source.subscriptions).toBe(subs)
      expectSubscriptions(a.subscriptions).toBe(aSubs)
      expectSubscriptions(b.subscriptions).toBe(bSubs)
      expectSubscriptions(c.subscriptions).toBe(cSubs)
    })
  })

  it('begins each value as soon as the one before it of its key is done, whatever comes when', () => {
    fc.assert(
      fc.property(jobs, (planned) => {
        const scheduler = new VirtualTimeScheduler()
        const source = new Subject<readonly [Job, number]>()
        const ran: string[] = []
        const project = ([{ key, takesMs }, index]: readonly [Job, number]) =>
          defer(() => {
            const startMs = scheduler.now()
            return timer(takesMs, scheduler).pipe(map(() => `${key}${index} ${startMs}-${scheduler.now()}`))
          })
        let isComplete = false
        source.pipe(concatMapByKey(([{ key }]) => key, project)).subscribe({
          next: (line) => ran.push(line),
          complete: () => {
            isComplete = true
          },
        })
        let atMs = 0
        for (const [index, job] of planned.entries()) {
          atMs += job.afterMs
          scheduler.schedule(() => source.next([job, index]), atMs)
        }
        scheduler.schedule(() => source.complete(), atMs)
        scheduler.flush()
        expect(isComplete).to.equal(true)
        const expected = plannedTimes(planned)
        expect([...ran].sort()).to.deep.equal([...expected].sort())
        for (const key of ['a', 'b', 'c']) {
          const ofKey = (line: string): boolean => line.startsWith(key)
          expect(ran.filter(ofKey)).to.deep.equal(expected.filter(ofKey))
        }
      }),
    )
  })

  it('completes when the source and every inner stream have', () => {
    runMarbles(({ cold, hot, expectObservable }) => {
      const inner = cold('  ----|')
      const source = hot('  -a|')
      const expected = '    -----|'
      expectObservable(source.pipe(concatMapByKey(byFirst, () => inner))).toBe(expected)
    })
  })

  it('ends with the error of an inner stream, ends the others and forgets what waits', () => {
    runMarbles(({ cold, hot, expectObservable, expectSubscriptions }) => {
      const failing = cold('  --1-#')
      const endless = cold('   --2--')
      const source = hot('   -abA----|')
      const subs = '         ^----!'
      const failingSubs = '  -^---!'
      const endlessSubs = '  --^--!'
      const expected = '     ---12#'
      const result = source.pipe(
        concatMapByKey(
          (value) => value.toLowerCase(),
          (value) => (value === 'b' ? endless : failing),
        ),
      )
      expectObservable(result).toBe(expected)
      expectSubscriptions(source.subscriptions).toBe(subs)
      expectSubscriptions(failing.subscriptions).toBe(failingSubs)
      expectSubscriptions(endless.subscriptions).toBe(endlessSubs)
    })
  })

  it('passes an error of the source at once, and ends the inner streams', () => {
    runMarbles(({ cold, hot, expectObservable, expectSubscriptions }) => {
      const inner = cold('  --1---|')
      const source = hot('  -aA-#')
      const innerSubs = '   -^--!'
      const expected = '    ---1#'
      expectObservable(
        source.pipe(
          concatMapByKey(
            (value) => value.toLowerCase(),
            () => inner,
          ),
        ),
      ).toBe(expected)
      expectSubscriptions(inner.subscriptions).toBe(innerSubs)
    })
  })

  it('ends the running inner streams and forgets what waits when it is unsubscribed from', () => {
    runMarbles(({ cold, hot, expectObservable, expectSubscriptions }) => {
      const inner = cold('  --1--|')
      const source = hot('  -aAb----|')
      const subs = '        ^---!'
      const innerSubs = ['  -^--!', '---^!']
      const expected = '    ---1-'
      const unsub = '       ----!'
      expectObservable(
        source.pipe(
          concatMapByKey(
            (value) => value.toLowerCase(),
            () => inner,
          ),
        ),
        unsub,
      ).toBe(expected)
      expectSubscriptions(source.subscriptions).toBe(subs)
      expectSubscriptions(inner.subscriptions).toBe(innerSubs)
    })
  })

  it('turns what project throws for a value that waited into an error notification', () => {
    const error = new Error('late')
    const source = new Subject<string>()
    const gate = new Subject<string>()
    const told = recordOf(
      source.pipe(
        concatMapByKey(byFirst, (value) => {
          if (value === 'a2') throw error
          return gate
        }),
      ),
    )
    for (const value of ['a1', 'a2', 'a3']) source.next(value)
    expect(told).to.deep.equal([])
    gate.complete()
    expect(told).to.deep.equal([{ error }])
    expect(source.observed).to.equal(false)
  })

  it('lets an inner stream clean up before the next of its key begins', () => {
    const log: string[] = []
    const inner = (value: string) =>
      defer(() => {
        log.push(`begin ${value}`)
        return of(value)
      }).pipe(finalize(() => log.push(`end ${value}`)))
    const gate = new Subject<never>()
    const source = of('a0', 'a1', 'a2').pipe(
      concatMapByKey(byFirst, (value) =>
        value === 'a0' ? gate.pipe(finalize(() => log.push('end a0'))) : inner(value),
      ),
    )
    source.subscribe()
    gate.complete()
    expect(log).to.deep.equal(['end a0', 'begin a1', 'end a1', 'begin a2', 'end a2'])
  })

  it('takes an inner stream that is a promise or a list', async () => {
    const told: unknown[] = []
    const result = of('a1', 'a2', 'b1').pipe(
      concatMapByKey(byFirst, (value) => (value === 'a1' ? Promise.resolve(value) : [value, `${value}!`])),
    )
    await new Promise<void>((resolve) => {
      result.subscribe({ next: (value) => told.push(value), complete: resolve })
    })
    expect(told).to.deep.equal(['b1', 'b1!', 'a1', 'a2', 'a2!'])
  })

  it('runs tens of thousands of waiting values whose inner streams are synchronous, without a deep stack', () => {
    const count = 20_000
    const gate = new Subject<never>()
    const ran: number[] = []
    range(0, count)
      .pipe(
        concatMapByKey(
          () => 'one',
          (number) => (number === 0 ? gate : of(number)),
        ),
      )
      .subscribe((number) => ran.push(number))
    expect(ran).to.deep.equal([])
    gate.complete()
    expect(ran).to.deep.equal(Array.from({ length: count - 1 }, (_, index) => index + 1))
  })

  it('keeps the order of a key when a result causes the next value', () => {
    const source = new Subject<string>()
    const order: string[] = []
    const inner = (value: string) => of(`${value}.1`, `${value}.2`)
    source.pipe(concatMapByKey(byFirst, inner)).subscribe((result) => {
      order.push(result)
      if (result === 'a1.1') source.next('a2')
    })
    source.next('a1')
    expect(order).to.deep.equal(['a1.1', 'a1.2', 'a2.1', 'a2.2'])
  })

  it('stops an endless synchronous inner stream when nobody listens any more', () => {
    const counting = range(1, Number.POSITIVE_INFINITY).pipe(mergeMap((number) => of(number)))
    expect(
      recordOf(
        of('a').pipe(
          concatMapByKey(byFirst, () => counting),
          take(2),
        ),
      ),
    ).to.deep.equal([1, 2, '|'])
  })

  it('keeps nothing of a key that has nothing left to do', async () => {
    const source = new Subject<object>()
    const subscription = source
      .pipe(
        concatMapByKey(
          (key) => key,
          (key) => ('isEndless' in key ? NEVER : of('done')),
        ),
      )
      .subscribe()
    const busy = new WeakRef<object>({ isEndless: true })
    const idle = new WeakRef<object>({})
    for (const key of [busy, idle]) source.next(key.deref() ?? {})
    await collectGarbage()
    // The first shows that a key which is kept would be seen to be.
    expect(busy.deref()).not.to.equal(undefined)
    expect(idle.deref()).to.equal(undefined)
    subscription.unsubscribe()
  })
})
