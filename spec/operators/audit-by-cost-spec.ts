import { expect } from 'chai'
import * as fc from 'fast-check'
import {
  concat,
  map,
  mergeMap,
  NEVER,
  type Observable,
  of,
  type SchedulerLike,
  Subject,
  Subscription,
  tap,
  VirtualTimeScheduler,
} from 'rxjs'
import { auditByCost, type AuditByCostOptions } from '../../lib/operators/audit-by-cost.ts'
import { runMarbles } from '../../lib/testing/marbles.ts'
import { recordOf } from '../laws/operator-laws.ts'
import { createBusyTime } from '../support/busy-time.ts'
import { schedulerOf } from '../support/wrapped-scheduler.ts'

/** As timers are: two thirds of something, divided by a third, are not twice as much to the last digit. */
function inWholeMs(scheduler: SchedulerLike): SchedulerLike {
  return schedulerOf(
    () => scheduler.now(),
    (work, delay, state) => scheduler.schedule(work, Math.round(delay), state),
  )
}

/** What `source` brings to a consumer that takes `costMs` of an injected clock for each value. */
function consumed(
  source: Observable<string>,
  options: Omit<AuditByCostOptions, 'clock'>,
  costMs: number | ((value: string) => number),
): Observable<string> {
  let workedMs = 0
  return source.pipe(
    auditByCost<string>({ ...options, scheduler: inWholeMs(options.scheduler), clock: () => workedMs }),
    tap((value) => {
      workedMs += typeof costMs === 'number' ? costMs : costMs(value)
    }),
  )
}

const third = { share: 1 / 3, maxWaitMs: 100 }

describe('auditByCost', () => {
  describe('obeys the laws of operators, as far as one can that speaks at the end of a turn:', () => {
    it('completes at once where the source is empty', () => {
      runMarbles(({ cold, expectObservable, expectSubscriptions }, scheduler) => {
        const source = cold('  |')
        const subs = '         (^!)'
        const expected = '     |'
        expectObservable(source.pipe(auditByCost({ ...third, scheduler }))).toBe(expected)
        expectSubscriptions(source.subscriptions).toBe(subs)
      })
    })

    it('never ends where the source never does', () => {
      runMarbles(({ cold, expectObservable, expectSubscriptions }, scheduler) => {
        const source = cold('  --a--')
        const subs = '         ^----'
        const expected = '     --a--'
        expectObservable(source.pipe(auditByCost({ ...third, scheduler }))).toBe(expected)
        expectSubscriptions(source.subscriptions).toBe(subs)
      })
    })

    it('passes an error of the source at once', () => {
      runMarbles(({ cold, expectObservable, expectSubscriptions }, scheduler) => {
        const source = cold('  -a-#')
        const subs = '         ^--!'
        const expected = '     -a-#'
        expectObservable(source.pipe(auditByCost({ ...third, scheduler }))).toBe(expected)
        expectSubscriptions(source.subscriptions).toBe(subs)
      })
    })

    it('unsubscribes from the source when it is unsubscribed from', () => {
      runMarbles(({ hot, expectObservable, expectSubscriptions }, scheduler) => {
        const source = hot('   -a-b-c-d-|')
        const subs = '         ^---!'
        const expected = '     -a-b-'
        const unsub = '        ----!'
        expectObservable(source.pipe(auditByCost({ ...third, scheduler })), unsub).toBe(expected)
        expectSubscriptions(source.subscriptions).toBe(subs)
      })
    })

    it('does not break the chain of unsubscriptions', () => {
      runMarbles(({ hot, expectObservable, expectSubscriptions }, scheduler) => {
        const source = hot('   -a-b-c-d-|')
        const subs = '         ^---!'
        const expected = '     -a-b-'
        const unsub = '        ----!'
        const chain = source.pipe(
          mergeMap((value) => of(value)),
          auditByCost({ ...third, scheduler }),
          mergeMap((value) => of(value)),
        )
        expectObservable(chain, unsub).toBe(expected)
        expectSubscriptions(source.subscriptions).toBe(subs)
      })
    })

    it('subscribes to the source once for each subscription, and no subscription knows of another', () => {
      runMarbles(({ cold, expectObservable, expectSubscriptions }, scheduler) => {
        const source = cold('  -a-b-c-|')
        const subs = ['                    ^------!', '                    --^------!', '                    ---^--!']
        const result = source.pipe(auditByCost({ ...third, scheduler }))
        expectObservable(result).toBe('               -a-b-c-|')
        expectObservable(result, '--^--------').toBe('---a-b-c-|')
        expectObservable(result, '---^--!').toBe('    ----a-')
        expectSubscriptions(source.subscriptions).toBe(subs)
      })
    })

    it('says nothing after it was unsubscribed from within a value, whatever comes in it', () => {
      const scheduler = new VirtualTimeScheduler()
      const source = new Subject<string>()
      const got: string[] = []
      const subscription = source.pipe(auditByCost({ ...third, scheduler })).subscribe((value) => {
        got.push(value)
        source.next('b')
        subscription.unsubscribe()
        source.next('c')
      })
      source.next('a')
      scheduler.flush()
      expect(got).to.deep.equal(['a'])
      expect(source.observed).to.equal(false)
      expect(scheduler.actions).to.have.length(0)
    })
  })

  describe('when the consumer is idle', () => {
    it('passes a value in the turn in which it came, and not within the call that brought it', () => {
      const scheduler = new VirtualTimeScheduler()
      const source = new Subject<string>()
      const told = recordOf(source.pipe(auditByCost({ ...third, scheduler })))
      source.next('a')
      expect(told).to.deep.equal([])
      scheduler.flush()
      expect(told).to.deep.equal(['a'])
      expect(scheduler.now()).to.equal(0)
    })

    it('passes the newest of what a turn brings', () => {
      runMarbles(({ hot, expectObservable }, scheduler) => {
        const source = hot(' -(abc)-----d-')
        const expected = '   -c---------d-'
        expectObservable(consumed(source, { ...third, scheduler }, 2)).toBe(expected)
      })
    })

    it('lets a consumer that costs nothing have every value at once', () => {
      runMarbles(({ hot, expectObservable }, scheduler) => {
        const source = hot(' -abcd|')
        const expected = '   -abcd|'
        expectObservable(consumed(source, { ...third, scheduler }, 0)).toBe(expected)
      })
    })
  })

  describe('when the consumer is at work', () => {
    it('leaves one that costs 2 ms and may take a third of the time alone for 4; the newest rides along', () => {
      runMarbles(({ hot, expectObservable, expectSubscriptions }, scheduler) => {
        const source = hot(' -abc----d---e--|')
        const subs = '       ^--------------!'
        const expected = '   -a---c---d---e-|'
        expectObservable(consumed(source, { ...third, scheduler }, 2)).toBe(expected)
        expectSubscriptions(source.subscriptions).toBe(subs)
      })
    })

    it('passes at once what comes in the millisecond in which the rest ends, and later', () => {
      runMarbles(({ hot, expectObservable }, scheduler) => {
        const source = hot(' -a---b-----c')
        const expected = '   -a---b-----c'
        expectObservable(consumed(source, { ...third, scheduler }, 2)).toBe(expected)
      })
    })

    it('measures each pass anew', () => {
      runMarbles(({ hot, expectObservable }, scheduler) => {
        const source = hot(' -abbbbbbbbbbbbbb')
        // It rests for 7 after the first, not at all after the next two, for 4 after the fourth.
        const expected = '   -a------bbb---bb'
        const costsMs = [7, 0, 0, 4]
        const half = { share: 1 / 2, maxWaitMs: 100, scheduler }
        expectObservable(consumed(source, half, () => costsMs.shift() ?? 0)).toBe(expected)
      })
    })

    it('waits no longer than it is told to, however dear the consumer is', () => {
      runMarbles(({ hot, expectObservable }, scheduler) => {
        const source = hot(' -abcdefgh|')
        const expected = '   -a--d--g--(h|)'
        expectObservable(consumed(source, { share: 1 / 3, maxWaitMs: 3, scheduler }, 1_000)).toBe(expected)
      })
    })

    for (const [what, pace] of [
      ['a share of 1', { share: 1, maxWaitMs: 100 }],
      ['a wait of 0', { share: 1 / 3, maxWaitMs: 0 }],
    ] as const) {
      it(`never waits longer than a turn with ${what}`, () => {
        runMarbles(({ hot, expectObservable }, scheduler) => {
          const source = hot(' -ab(cd)e|')
          const expected = '   -abd---e|'
          expectObservable(consumed(source, { ...pace, scheduler }, 1_000)).toBe(expected)
        })
      })
    }

    it('never passes within a pass: what the consumer causes itself comes when it has been left alone', () => {
      const scheduler = new VirtualTimeScheduler()
      const source = new Subject<string>()
      const told: string[] = []
      let workedMs = 0
      source
        .pipe(auditByCost({ ...third, scheduler: inWholeMs(scheduler), clock: () => workedMs }))
        .subscribe((value) => {
          told.push(`${value} begins at ${scheduler.now()}`)
          if (value === 'a') for (const caused of ['b', 'c']) source.next(caused)
          workedMs += 2
          told.push(`${value} ends`)
        })
      source.next('a')
      scheduler.flush()
      expect(told).to.deep.equal(['a begins at 0', 'a ends', 'c begins at 4', 'c ends'])
    })

    it('measures by the time of its scheduler where it is given no clock', () => {
      runMarbles(({ hot, expectObservable }, scheduler) => {
        // In virtual time nothing takes time.
        expectObservable(hot('-abc|').pipe(auditByCost({ share: 0.01, maxWaitMs: 100, scheduler }))).toBe('-abc|')
      })
    })
  })

  describe('the end', () => {
    it('completes after the value that waits has passed', () => {
      runMarbles(({ hot, expectObservable, expectSubscriptions }, scheduler) => {
        const source = hot(' -ab|')
        const subs = '       ^--!'
        const expected = '   -a---(b|)'
        expectObservable(consumed(source, { ...third, scheduler }, 2)).toBe(expected)
        expectSubscriptions(source.subscriptions).toBe(subs)
      })
    })

    it('completes with the source where nothing waits, also while the consumer is to be left alone', () => {
      runMarbles(({ hot, expectObservable }, scheduler) => {
        const source = hot(' -a-|')
        const expected = '   -a-|'
        expectObservable(consumed(source, { ...third, scheduler }, 2)).toBe(expected)
      })
    })

    it('passes what came in the very turn of the completion', () => {
      runMarbles(({ hot, expectObservable }, scheduler) => {
        const source = hot(' --(ab|)')
        const expected = '   --(b|)'
        expectObservable(consumed(source, { ...third, scheduler }, 2)).toBe(expected)
      })
    })

    it('errors at once, and the value that waits is gone', () => {
      runMarbles(({ hot, expectObservable, expectSubscriptions }, scheduler) => {
        const source = hot(' -ab#')
        const subs = '       ^--!'
        const expected = '   -a-#'
        expectObservable(consumed(source, { ...third, scheduler }, 2)).toBe(expected)
        expectSubscriptions(source.subscriptions).toBe(subs)
      })
    })

    for (const [how, end] of [
      ['completes', (source: Subject<string>) => source.complete()],
      ['errors', (source: Subject<string>) => source.error('over')],
    ] as const) {
      for (const causes of [[], ['b']]) {
        it(`${how} in its turn where the consumer ends the source${causes.length > 0 ? ' and causes a value' : ''}`, () => {
          const scheduler = new VirtualTimeScheduler()
          const source = new Subject<string>()
          const order: string[] = []
          let workedMs = 0
          source.pipe(auditByCost({ ...third, scheduler, clock: () => workedMs })).subscribe({
            next: (value) => {
              workedMs += 2
              if (value === 'a') {
                for (const caused of causes) source.next(caused)
                end(source)
              }
              order.push(value)
            },
            error: () => order.push('#'),
            complete: () => order.push('|'),
          })
          source.next('a')
          scheduler.flush()
          // An error is no value: it does not wait for anybody.
          expect(order).to.deep.equal(how === 'completes' ? ['a', ...causes, '|'] : ['#', 'a'])
          expect(scheduler.actions).to.have.length(0)
        })
      }
    }

    it('leaves nothing booked behind when it is unsubscribed from', () => {
      const scheduler = new VirtualTimeScheduler()
      const source = new Subject<string>()
      const got: string[] = []
      const subscription = source.pipe(auditByCost({ ...third, scheduler })).subscribe((value) => got.push(value))
      source.next('a')
      expect(scheduler.actions).to.have.length(1)
      subscription.unsubscribe()
      expect(source.observed).to.equal(false)
      expect(scheduler.actions).to.have.length(0)
      scheduler.flush()
      expect(got).to.deep.equal([])
    })

    it('keeps nothing of the passes behind it: a subscription that lives long does not grow', () => {
      const scheduler = new VirtualTimeScheduler()
      const source = new Subject<string>()
      const parent = new Subscription()
      let finalizers = 0
      const counting = schedulerOf(
        () => scheduler.now(),
        (work, delay, state) => {
          const action = scheduler.schedule(work, delay, state)
          action.add(() => {
            finalizers += 1
          })
          return action
        },
      )
      parent.add(source.pipe(auditByCost({ share: 1, maxWaitMs: 0, scheduler: counting })).subscribe())
      for (let index = 0; index < 100; index += 1) {
        source.next(String(index))
        scheduler.flush()
      }
      const before = finalizers
      parent.unsubscribe()
      // Of what was booked and has passed nothing is left to be undone.
      expect(finalizers - before).to.be.at.most(1)
    })
  })

  it('keeps its word on any schedule: leaves alone as long as agreed, waits no longer, and passes the newest and the last', () => {
    const schedule = fc.array(fc.record({ afterMs: fc.nat(12), causes: fc.boolean() }), { minLength: 1, maxLength: 30 })
    const shares = fc.constantFrom(0.1, 0.25, 0.5, 0.75, 1)
    const costs = fc.array(fc.nat(8), { minLength: 1, maxLength: 12 })
    fc.assert(
      fc.property(schedule, shares, fc.nat(20), costs, (arrivals, share, maxWaitMs, costsMs) => {
        const time = createBusyTime()
        const source = new Subject<number>()
        const log: Step[] = []
        let last = -1
        let isOver = false
        const arrive = (): void => {
          if (isOver) return
          last += 1
          log.push({ does: 'arrive', value: last, beginMs: time.now(), endMs: time.now() })
          source.next(last)
        }
        let isComplete = false
        source.pipe(auditByCost({ share, maxWaitMs, scheduler: time.scheduler })).subscribe({
          next: (value) => {
            const beginMs = time.now()
            const costMs = costsMs[value % costsMs.length] ?? 0
            time.work(costMs)
            log.push({ does: 'pass', value, beginMs, endMs: time.now() })
            // What comes while it is at work: noted after it, since nobody can pass it before.
            if (arrivals[value]?.causes === true && value < arrivals.length) arrive()
          },
          complete: () => {
            isComplete = true
          },
        })
        let atMs = 0
        for (const { afterMs } of arrivals) {
          atMs += afterMs
          time.scheduler.schedule(arrive, atMs)
        }
        time.scheduler.schedule(() => {
          isOver = true
          source.complete()
        }, atMs)
        time.run()

        expect(isComplete).to.equal(true)
        expectPassesInTime(log, (costMs) => Math.min(maxWaitMs, (costMs * (1 - share)) / share))
        expect(log.findLast(({ does }) => does === 'pass')?.value).to.equal(last)
      }),
    )
  })

  it('takes a value that is undefined for one', () => {
    runMarbles(({ hot, expectObservable }, scheduler) => {
      const source = hot(' -a-b|').pipe(map(() => undefined))
      const expected = '   -u-u|'
      expectObservable(source.pipe(auditByCost({ ...third, scheduler }))).toBe(expected, { u: undefined })
    })
  })

  it('takes a synchronous source: of all that it says the last passes', () => {
    const scheduler = new VirtualTimeScheduler()
    const told = recordOf(concat(of('a', 'b', 'c'), NEVER).pipe(auditByCost({ ...third, scheduler })))
    const ended = recordOf(of('a', 'b', 'c').pipe(auditByCost({ ...third, scheduler })))
    scheduler.flush()
    expect(told).to.deep.equal(['c'])
    expect(ended).to.deep.equal(['c', '|'])
  })
})

interface Step {
  readonly does: 'arrive' | 'pass'
  readonly value: number
  readonly beginMs: number
  readonly endMs: number
}

/** Each pass begins when the first value that waits has come and the consumer has had its rest, not before and not later. */
function expectPassesInTime(log: readonly Step[], restAfter: (costMs: number) => number): void {
  let freeAtMs = Number.NEGATIVE_INFINITY
  let waitingSinceMs: number | undefined
  let newest = -1
  for (const { does, value, beginMs, endMs } of log) {
    if (does === 'arrive') {
      newest = value
      waitingSinceMs ??= beginMs
      continue
    }
    expect(value).to.equal(newest)
    expect(beginMs).to.be.closeTo(Math.max(waitingSinceMs ?? Number.NaN, freeAtMs), 1e-9)
    waitingSinceMs = undefined
    freeAtMs = endMs + restAfter(endMs - beginMs)
  }
}
