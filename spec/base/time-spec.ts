import { expect } from 'chai'
import { once } from 'node:events'
import { connect, createServer } from 'node:net'
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
    await new Promise<void>((resolve) => {
      monotonicScheduler.schedule(() => resolve())
    })
    expect(seen).to.deep.equal(['kept'])
  })

  describe('without a delay is the next turn', () => {
    /** Resolves when all that was booked for the next turn by now has run. */
    const nextTurn = (): Promise<void> =>
      new Promise((resolve) => {
        monotonicScheduler.schedule(() => resolve())
      })

    it('which comes after what microtasks do, in the order of the bookings, immediates of others among them', async () => {
      const order: string[] = []
      monotonicScheduler.schedule(() => order.push('first'))
      setImmediate(() => order.push('immediate'))
      monotonicScheduler.schedule(() => order.push('second'), 0)
      queueMicrotask(() => order.push('microtask'))
      process.nextTick(() => order.push('tick'))
      order.push('call')
      await nextTurn()
      expect(order.toSorted()).to.deep.equal(['call', 'first', 'immediate', 'microtask', 'second', 'tick'])
      expect(order.filter((word) => word === 'first' || word === 'immediate' || word === 'second')).to.deep.equal([
        'first',
        'immediate',
        'second',
      ])
      expect(order.slice(0, 3)).to.include.members(['call', 'microtask', 'tick'])
    })

    it('which comes before a timer of a few milliseconds, however often it is booked anew', async () => {
      const order: string[] = []
      const timedOut = firstValueFrom(timer(5, asyncScheduler)).then(() => order.push('timer'))
      for (let turn = 1; turn <= 3; turn += 1) {
        await nextTurn()
        order.push(`turn ${turn}`)
      }
      await timedOut
      expect(order).to.deep.equal(['turn 1', 'turn 2', 'turn 3', 'timer'])
    })

    it('which comes after the input that is waiting has been read', async () => {
      const server = createServer()
      const order: string[] = []
      try {
        server.listen(0, '127.0.0.1')
        await once(server, 'listening')
        const address = server.address()
        if (address === null || typeof address === 'string') throw new Error('no port')
        const accepted = once(server, 'connection')
        const client = connect(address.port, '127.0.0.1')
        const [socket] = (await accepted) as [typeof client]
        const arrived = new Promise<void>((resolve) => {
          socket.on('data', () => {
            order.push('input')
            resolve()
          })
        })
        client.write('x')
        // The thread is kept busy until the byte has come to this side; within the poll nobody has seen it yet.
        const untilMs = performance.now() + 50
        while (performance.now() < untilMs);
        // Booked in the check phase, before the poll that reads.
        monotonicScheduler.schedule(() => monotonicScheduler.schedule(() => order.push('turn')))
        await arrived
        await nextTurn()
        expect(order).to.deep.equal(['input', 'turn'])
        client.destroy()
        socket.destroy()
      } finally {
        server.close()
      }
    })

    it('which does not come within the one that books it', async () => {
      const order: string[] = []
      monotonicScheduler.schedule(() => {
        monotonicScheduler.schedule(() => order.push('booked'))
        order.push('books')
      })
      setImmediate(() => order.push('same turn'))
      await nextTurn()
      await nextTurn()
      expect(order).to.deep.equal(['books', 'same turn', 'booked'])
    })

    it('which a timer or an interval may begin in', async () => {
      const startedAtMs = monotonicScheduler.now()
      expect(await firstValueFrom(timer(0, monotonicScheduler))).to.equal(0)
      expect(await firstValueFrom(timer(0, 3, monotonicScheduler).pipe(take(3), toArray()))).to.deep.equal([0, 1, 2])
      expect(await firstValueFrom(interval(0, monotonicScheduler).pipe(take(3), toArray()))).to.deep.equal([0, 1, 2])
      expect(monotonicScheduler.now() - startedAtMs).to.be.within(4, 5_000)
    })

    it('and which work may book again with a delay or without, keeping its state', async () => {
      const seen: (readonly [number | undefined, number])[] = []
      const startedAtMs = monotonicScheduler.now()
      await new Promise<void>((resolve) => {
        monotonicScheduler.schedule<number>(
          function (left) {
            seen.push([left, monotonicScheduler.now() - startedAtMs])
            if (left === undefined || left === 0) return resolve()
            this.schedule(left - 1, left === 2 ? 10 : 0)
          },
          0,
          3,
        )
      })
      expect(seen.map(([left]) => left)).to.deep.equal([3, 2, 1, 0])
      const [, second = [0, 0], third = [0, 0]] = seen
      // Node's timers may come a millisecond early.
      expect(third[1] - second[1]).to.be.at.least(8)
    })

    it('and which is forgotten when it is unsubscribed from: before it, within it, and when it was booked again', async () => {
      const seen: string[] = []
      monotonicScheduler.schedule(() => seen.push('before')).unsubscribe()
      monotonicScheduler.schedule(function () {
        seen.push('within')
        this.unsubscribe()
        this.schedule()
      })
      for (const delay of [0, 2]) {
        const again = monotonicScheduler.schedule(function () {
          seen.push(`again ${delay}`)
          this.schedule(undefined, delay)
          queueMicrotask(() => again.unsubscribe())
        })
      }
      await nextTurn()
      await firstValueFrom(timer(10, monotonicScheduler))
      expect(seen).to.deep.equal(['within', 'again 0', 'again 2'])
    })

    it('and whose action is closed when it has run, unless it was booked again', async () => {
      const once_ = monotonicScheduler.schedule(() => undefined)
      let isBooked = true
      const again = monotonicScheduler.schedule(function () {
        if (isBooked) this.schedule()
        isBooked = false
      })
      expect([once_.closed, again.closed]).to.deep.equal([false, false])
      await nextTurn()
      expect([once_.closed, again.closed]).to.deep.equal([true, false])
      await nextTurn()
      expect(again.closed).to.equal(true)
    })
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
