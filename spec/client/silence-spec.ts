import { expect } from 'chai'
import { NEVER, Subject, type SchedulerLike } from 'rxjs'
import { silence } from '../../lib/client/silence.ts'
import { runMarbles } from '../../lib/testing/marbles.ts'
import { createTestTime } from '../../lib/testing/test-time.ts'
import { schedulerOf } from '../support/wrapped-scheduler.ts'

describe('silence', () => {
  it('is told once nothing was heard for as long as it may take', () => {
    runMarbles(({ expectObservable }, scheduler) => {
      const silent$ = silence({ lastHeardMs: () => 2, timeoutMs: 5, probe: () => undefined, scheduler, wake$: NEVER })
      expectObservable(silent$).toBe('7ms (s|)', { s: undefined })
    })
  })

  it('is not told by a look that comes late, as in a hidden tab: that one asks first', async () => {
    const time = createTestTime()
    // A page whose timers are throttled to one a minute.
    const throttled: SchedulerLike = schedulerOf(time.now, (work, delay, state) =>
      time.scheduler.schedule(work, Math.ceil((time.now() + delay) / 60_000) * 60_000 - time.now(), state),
    )
    let probes = 0
    let heardMs = 0
    let isSilent = false
    silence({
      lastHeardMs: () => heardMs,
      timeoutMs: 50_000,
      probe: () => (probes += 1),
      scheduler: throttled,
      wake$: NEVER,
    }).subscribe(() => {
      isSilent = true
    })
    await time.advance(60_000)
    expect([probes, isSilent]).to.deep.equal([1, false])
    heardMs = 110_000
    await time.advance(60_000)
    expect([probes, isSilent]).to.deep.equal([1, false])
    await time.advance(120_000)
    expect([probes, isSilent]).to.deep.equal([2, true])
  })

  it('is looked for at a wake-up, where a machine slept', async () => {
    const time = createTestTime()
    const wake$ = new Subject<void>()
    let nowMs = 0
    const clock = schedulerOf(
      () => nowMs + time.now(),
      (work, delay, state) => time.scheduler.schedule(work, delay, state),
    )
    let probes = 0
    let isSilent = false
    const probe = (): unknown => (probes += 1)
    silence({ lastHeardMs: () => 0, timeoutMs: 50_000, probe, scheduler: clock, wake$ }).subscribe(() => {
      isSilent = true
    })
    wake$.next()
    expect(probes).to.equal(0)
    nowMs = 600_000
    wake$.next()
    expect([probes, isSilent]).to.deep.equal([1, false])
    await time.advance(5_000)
    expect(isSilent).to.equal(true)
  })
})
