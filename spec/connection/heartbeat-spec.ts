import { expect } from 'chai'
import * as fc from 'fast-check'
import { ignoreElements, map, merge, type Observable, Subject, tap } from 'rxjs'
import { createPeerWheel, heartbeat, type HeartbeatAction, type HeartbeatPeer } from '../../lib/connection/heartbeat.ts'
import { runMarbles } from '../../lib/testing/marbles.ts'

/** A peer whose signs of life a spec gives. */
interface Peer extends HeartbeatPeer {
  readonly seen: (nowMs: number) => void
  readonly sent: (nowMs: number) => void
}

function createPeer(nowMs = 0): Peer {
  let seenMs = nowMs
  let sentMs = nowMs
  return {
    lastSeenMs: () => seenMs,
    lastSentMs: () => sentMs,
    seen: (atMs) => {
      seenMs = atMs
    },
    sent: (atMs) => {
      sentMs = atMs
    },
  }
}

const TICKS = 4

/** An interval of four ticks, a tick a frame: visits as `a` (alive) or `s` (silent) where each falls. */
function visits(tick$: Observable<number>, peer: Peer, ticksPerInterval = TICKS): Observable<string> {
  const wheel = createPeerWheel<Peer>(ticksPerInterval)
  wheel.add(peer)
  return heartbeat({ tick$, wheel, intervalMs: ticksPerInterval }).pipe(map(({ verdict }) => verdict.charAt(0)))
}

/** A heartbeat driven tick by tick, as a gateway with its defaults has it. */
function bench(ticksPerInterval = 30, tickMs = 1_000) {
  const tick$ = new Subject<number>()
  const wheel = createPeerWheel<Peer>(ticksPerInterval)
  const told: (HeartbeatAction<Peer> & { readonly atMs: number })[] = []
  let nowMs = 0
  const intervalMs = ticksPerInterval * tickMs
  heartbeat({ tick$, wheel, intervalMs }).subscribe((action) => told.push({ ...action, atMs: nowMs }))
  return {
    wheel,
    told,
    intervalMs,
    silentAt: (peer: Peer) => told.find((action) => action.peer === peer && action.verdict === 'silent')?.atMs,
    /** One tick, so late. */
    tick: (afterMs = tickMs) => {
      nowMs += afterMs
      tick$.next(nowMs)
      return nowMs
    },
  }
}

describe('heartbeat', () => {
  it('visits a peer once each interval, and finds one that never says anything after three', () => {
    runMarbles(({ hot, expectObservable }, scheduler) => {
      const ticks = hot('  -xxxxxxxxxxxx|').pipe(map(() => scheduler.now()))
      const expected = '   ----a---a---s|'
      expectObservable(visits(ticks, createPeer())).toBe(expected)
    })
  })

  it('takes any frame at any time as a sign of life, and an answer that is a little late', () => {
    runMarbles(({ hot, expectObservable }, scheduler) => {
      const peer = createPeer()
      const ticks = hot('  -xxxxxxxxxxxxxxxxxxxxxxxx').pipe(map(() => scheduler.now()))
      const signs = hot('  -----y----y--------y----').pipe(tap(() => peer.seen(scheduler.now())))
      const expected = '   ----a---a---a---a---a---a'
      expectObservable(merge(visits(ticks, peer), signs.pipe(ignoreElements()))).toBe(expected)
    })
  })

  it('looks at a peer between its visits where the next would come too late: three intervals after its last sign', () => {
    runMarbles(({ hot, expectObservable }, scheduler) => {
      const peer = createPeer()
      const ticks = hot('  -xxxxxxxxxxxxxxxxxxxx').pipe(map(() => scheduler.now()))
      const signs = hot('  -----y').pipe(tap(() => peer.seen(scheduler.now())))
      const expected = '   ----a---a---a---as--s'
      expectObservable(merge(visits(ticks, peer), signs.pipe(ignoreElements()))).toBe(expected)
    })
  })

  it('leaves a peer alone at that second look where it has answered', () => {
    runMarbles(({ hot, expectObservable }, scheduler) => {
      const peer = createPeer()
      const ticks = hot('  -xxxxxxxxxxxxxxxxxxxx').pipe(map(() => scheduler.now()))
      const signs = hot('  -----y----------y----').pipe(tap(() => peer.seen(scheduler.now())))
      const expected = '   ----a---a---a---a---a'
      expectObservable(merge(visits(ticks, peer), signs.pipe(ignoreElements()))).toBe(expected)
    })
  })

  it('finds a silent peer three intervals after its last sign of life, within a tick, whenever that was', () => {
    fc.assert(
      fc.property(fc.nat(70), fc.nat(45), fc.array(fc.nat(59_999), { maxLength: 4 }), (others, joinTick, gapsMs) => {
        const { wheel, tick, silentAt, intervalMs } = bench()
        for (let index = 0; index < others; index += 1) wheel.add(createPeer())
        for (let index = 0; index < joinTick; index += 1) tick()
        let lastMs = joinTick * 1_000
        const peer = createPeer(lastMs)
        wheel.add(peer)
        const signsMs = gapsMs.map((gapMs) => {
          lastMs += gapMs
          return lastMs
        })
        let nowMs = 0
        do {
          nowMs = tick(1_000)
          // The signs of this tick's time come before the next tick.
          for (const signMs of signsMs) if (signMs >= nowMs && signMs < nowMs + 1_000) peer.seen(signMs)
          for (const signMs of signsMs) if (signMs < nowMs && signMs > peer.lastSeenMs()) peer.seen(signMs)
        } while (nowMs < lastMs + 3 * intervalMs + 1_000)
        const foundMs = silentAt(peer)
        expect(foundMs).to.be.at.least(lastMs + 3 * intervalMs)
        expect(foundMs).to.be.at.most(lastMs + 3 * intervalMs + 1_000)
      }),
    )
  })

  describe('when a tick comes late because the process was paused', () => {
    it('closes nobody for one round: who answers then stays', () => {
      runMarbles(({ hot, expectObservable }, scheduler) => {
        const peer = createPeer()
        const ticks = hot('  -xxxx 25ms xxxxxxxxxxxx').pipe(map(() => scheduler.now()))
        const signs = hot('  -----y 28ms y---y').pipe(tap(() => peer.seen(scheduler.now())))
        const expected = '   ----a 28ms a---a---a'
        expectObservable(merge(visits(ticks, peer), signs.pipe(ignoreElements()))).toBe(expected)
      })
    })

    it('still finds who does not answer then', () => {
      runMarbles(({ hot, expectObservable }, scheduler) => {
        const peer = createPeer()
        const ticks = hot('  -xxxx 25ms xxxxxxxxxxxx').pipe(map(() => scheduler.now()))
        const signs = hot('  -----y').pipe(tap(() => peer.seen(scheduler.now())))
        const expected = '   ----a 28ms a---s---s'
        expectObservable(merge(visits(ticks, peer), signs.pipe(ignoreElements()))).toBe(expected)
      })
    })

    it('closes nobody at a second look that was booked before, either', () => {
      runMarbles(({ hot, expectObservable }, scheduler) => {
        const peer = createPeer()
        // Last seen at 5, visited at 16 and to be looked at again with the next tick, which is late.
        const ticks = hot('  -xxxxxxxxxxxxxxxx 20ms xxxxxxxx').pipe(map(() => scheduler.now()))
        const signs = hot('  -----y 34ms y').pipe(tap(() => peer.seen(scheduler.now())))
        const expected = '   ----a---a---a---a 23ms a---a'
        expectObservable(merge(visits(ticks, peer), signs.pipe(ignoreElements()))).toBe(expected)
      })
    })

    it('closes none of thousands', () => {
      const { wheel, told, tick } = bench()
      for (let index = 0; index < 1_000; index += 1) wheel.add(createPeer())
      tick()
      tick(3_600_000)
      for (let index = 0; index < 29; index += 1) tick()
      expect(told.filter(({ verdict }) => verdict === 'silent')).to.have.length(0)
      expect(new Set(told.map(({ peer }) => peer)).size).to.equal(1_000)
    })

    it('takes less than an interval for no pause', () => {
      runMarbles(({ hot, expectObservable }, scheduler) => {
        const ticks = hot('  -xxxxxxxxx---xxx').pipe(map(() => scheduler.now()))
        const expected = '   ----a---a------s'
        expectObservable(visits(ticks, createPeer())).toBe(expected)
      })
    })
  })

  describe('tells which peers are quiet', () => {
    const quietAfter = (sentMs: number): boolean | undefined => {
      const { wheel, told, tick } = bench()
      const peer = createPeer()
      wheel.add(peer)
      peer.sent(sentMs)
      for (let index = 0; index < 30; index += 1) tick()
      expect(told).to.have.length(1)
      return told[0]?.isQuiet
    }

    it('those that were sent nothing for an interval', () => {
      expect(quietAfter(0)).to.equal(true)
      expect(quietAfter(5_000)).to.equal(false)
      expect(quietAfter(29_999)).to.equal(false)
    })

    it('each interval, where the last it was sent followed from its last visit a moment later', () => {
      const { wheel, told, tick } = bench()
      const peer = createPeer()
      wheel.add(peer)
      for (let index = 0; index < 90; index += 1) {
        const count = told.length
        const nowMs = tick()
        if (told.length > count) peer.sent(nowMs + 400)
      }
      expect(told.map(({ isQuiet }) => isQuiet)).to.deep.equal([true, true, true])
    })
  })
})

describe('createPeerWheel', () => {
  /** Who is visited in each tick of one interval. */
  const round = (wheel: ReturnType<typeof createPeerWheel<number>>): readonly (readonly number[])[] =>
    Array.from({ length: wheel.ticksPerInterval }, () => wheel.turn().due)

  const numbers = Array.from({ length: 10_000 }, (_, index) => index)
  const share = Math.ceil(10_000 / 30)

  it('gives a peer its turn once an interval, the first an interval after it came', () => {
    const wheel = createPeerWheel<number>(4)
    wheel.turn()
    wheel.add(7)
    expect(round(wheel)).to.deep.equal([[], [], [], [7]])
    expect(round(wheel)).to.deep.equal([[], [], [], [7]])
  })

  it('spreads 10,000 peers that come at once over the ticks of an interval', () => {
    const wheel = createPeerWheel<number>(30)
    for (const peer of numbers) wheel.add(peer)
    for (const _ of [1, 2]) {
      const turns = round(wheel)
      expect(Math.max(...turns.map(({ length }) => length))).to.be.at.most(share)
      expect(turns.flat().sort((one, other) => one - other)).to.deep.equal(numbers)
    }
  })

  it('spreads them as evenly when they come and go over time', () => {
    const wheel = createPeerWheel<number>(30)
    for (const peer of numbers) {
      wheel.add(peer)
      if (peer % 100 === 0) wheel.turn()
      // Every second one stays but a moment.
      if (peer % 2 === 1) wheel.remove(peer)
    }
    const turns = round(wheel)
    expect(Math.max(...turns.map(({ length }) => length))).to.be.at.most(Math.ceil(5_000 / 30))
    expect(turns.flat()).to.have.length(5_000)
  })

  it('knows a peer once, and no more after it was removed', () => {
    const wheel = createPeerWheel<number>(4)
    for (const peer of [1, 1, 2]) wheel.add(peer)
    wheel.remove(3)
    expect(round(wheel).flat()).to.have.members([1, 2])
    wheel.remove(1)
    expect(round(wheel).flat()).to.deep.equal([2])
    wheel.add(1)
    expect(round(wheel).flat()).to.have.members([1, 2])
  })

  it('gives second looks once, when they were booked for, and none at who is gone or has its turn then', () => {
    const wheel = createPeerWheel<number>(4)
    wheel.add(1)
    for (const inTicks of [1, 2]) wheel.lookAgain(1, inTicks)
    const turns = Array.from({ length: 8 }, () => wheel.turn())
    expect(turns.map(({ again }) => again)).to.deep.equal([[1], [1], [], [], [], [], [], []])
    wheel.turn()
    wheel.lookAgain(1, 3)
    wheel.lookAgain(1, 1)
    wheel.turn()
    wheel.turn()
    expect(wheel.turn()).to.deep.equal({ due: [1], again: [] })
    wheel.lookAgain(1, 1)
    wheel.remove(1)
    expect(wheel.turn()).to.deep.equal({ due: [], again: [] })
  })
})
