import { expect } from 'chai'
import { asyncScheduler, firstValueFrom, interval, take, timer, toArray } from 'rxjs'
import { isoNow, monotonicScheduler } from '../../lib/base/time.ts'

describe('monotonicScheduler', () => {
  it('tells time in milliseconds since the process began, not since 1970', () => {
    const elapsedMs = process.uptime() * 1_000
    expect(monotonicScheduler.now()).to.be.within(0, elapsedMs + 5_000)
  })

  it('does not follow the wall clock when that jumps', () => {
    const wallClock = Date.now
    try {
      const before = monotonicScheduler.now()
      Date.now = () => 0
      expect(asyncScheduler.now()).to.equal(0)
      const after = monotonicScheduler.now()
      expect(after - before).to.be.within(0, 1_000)
    } finally {
      Date.now = wallClock
    }
  })

  it('never runs backwards', () => {
    let last = monotonicScheduler.now()
    for (let index = 0; index < 500; index++) {
      const now = monotonicScheduler.now()
      expect(now).to.be.at.least(last)
      last = now
    }
  })

  it("drives RxJS's timers by its own milliseconds", async () => {
    const startedAtMs = monotonicScheduler.now()
    await firstValueFrom(timer(20, monotonicScheduler))
    // Node's timers may come a millisecond early.
    expect(monotonicScheduler.now() - startedAtMs).to.be.within(18, 5_000)
    expect(await firstValueFrom(interval(1, monotonicScheduler).pipe(take(3), toArray()))).to.deep.equal([0, 1, 2])
  })

  it('schedules work with its state, and forgets it when unsubscribed', async () => {
    const seen: unknown[] = []
    monotonicScheduler.schedule((state) => seen.push(state), 0, 'kept')
    monotonicScheduler.schedule((state) => seen.push(state), 0, 'forgotten').unsubscribe()
    expect(seen, 'never within the call').to.deep.equal([])
    await firstValueFrom(timer(1, monotonicScheduler))
    expect(seen).to.deep.equal(['kept'])
  })
})

describe('isoNow', () => {
  it('is the wall clock as ISO 8601 with Z', () => {
    const text = isoNow()
    expect(text).to.match(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/)
    expect(Math.abs(Date.parse(text) - Date.now())).to.be.below(5_000)
  })

  it('follows the wall clock at once, also backwards', () => {
    const wallClock = Date.now
    try {
      const seen = [1_000, 1_000, 1_001, 0].map((nowMs) => {
        Date.now = () => nowMs
        return isoNow()
      })
      const expected = ['01.000', '01.000', '01.001', '00.000'].map((seconds) => `1970-01-01T00:00:${seconds}Z`)
      expect(seen).to.deep.equal(expected)
    } finally {
      Date.now = wallClock
    }
  })
})
