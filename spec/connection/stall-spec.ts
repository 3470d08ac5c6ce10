import { expect } from 'chai'
import * as fc from 'fast-check'
import { Subject, tap } from 'rxjs'
import { stalled } from '../../lib/connection/stall.ts'
import { runMarbles } from '../../lib/testing/marbles.ts'

/** Peers by a letter, and how much each has taken; undefined where nobody knows. */
type Peers = Map<string, number | undefined>

const options = (peers: Peers) => ({
  waiting: () => peers.keys(),
  progressOf: (peer: string) => peers.get(peer),
  ticks: 3,
})

describe('stalled', () => {
  it('finds a peer that takes nothing for so many ticks, the first of which only sees how far it has come', () => {
    runMarbles(({ hot, expectObservable, expectSubscriptions }) => {
      const ticks = hot('  -x-x-x-x-|')
      const subs = '       ^--------!'
      const expected = '   -------a-|'
      const peers: Peers = new Map([['a', 0]])
      expectObservable(stalled({ tick$: ticks, ...options(peers) })).toBe(expected)
      expectSubscriptions(ticks.subscriptions).toBe(subs)
    })
  })

  it('begins anew with everything that a peer takes', () => {
    runMarbles(({ hot, expectObservable }) => {
      const peers: Peers = new Map([['a', 0]])
      const ticks = hot('  -x-x-x-x-x-x-x-')
      const taken = hot('  ----y----------').pipe(tap(() => peers.set('a', 1)))
      // Seen to have come on at 5, and no further at 7, 9 and 11.
      const expected = '   -----------a-a-'
      taken.subscribe()
      expectObservable(stalled({ tick$: ticks, ...options(peers) })).toBe(expected)
    })
  })

  it('leaves a peer alone that takes something between any two ticks: it is slow', () => {
    runMarbles(({ hot, expectObservable }) => {
      const peers: Peers = new Map([['a', 0]])
      const ticks = hot('  -x-x-x-x-x-x-x-x')
      const taken = hot('  --y-y-y-y-y-y-y-').pipe(tap(() => peers.set('a', (peers.get('a') ?? 0) + 1)))
      const expected = '   ----------------'
      taken.subscribe()
      expectObservable(stalled({ tick$: ticks, ...options(peers) })).toBe(expected)
    })
  })

  it('takes for progress only what goes beyond all it has seen: a number that falls and comes back is none', () => {
    runMarbles(({ hot, expectObservable }) => {
      const peers: Peers = new Map([['a', 5]])
      const ticks = hot('  -x-x-x-x-x-x-')
      const falls = hot('  ----y--------').pipe(tap(() => peers.set('a', 0)))
      const returns = hot('------y------').pipe(tap(() => peers.set('a', 5)))
      const grows = hot('  --------y----').pipe(tap(() => peers.set('a', 6)))
      const expected = '   -------a-----'
      for (const change of [falls, returns, grows]) change.subscribe()
      expectObservable(stalled({ tick$: ticks, ...options(peers) })).toBe(expected)
    })
  })

  it('watches only those for whom something waits, and only while it does', () => {
    runMarbles(({ hot, expectObservable }) => {
      const peers: Peers = new Map()
      const ticks = hot('  -x-x-x-x-x-x-x-x-x-x')
      const begins = hot(' --y-------y---------').pipe(tap(() => peers.set('a', 0)))
      const ends = hot('   --------y-----------').pipe(tap(() => peers.delete('a')))
      // From 3 to 7 it was only two ticks long without progress; from 11 on it is three.
      const expected = '   -----------------a-a'
      begins.subscribe()
      ends.subscribe()
      expectObservable(stalled({ tick$: ticks, ...options(peers) })).toBe(expected)
    })
  })

  it('does not judge a peer of which nobody knows how far it has come', () => {
    runMarbles(({ hot, expectObservable }) => {
      const peers: Peers = new Map([
        ['a', undefined],
        ['b', 0],
      ])
      const ticks = hot('  -x-x-x-x|')
      const expected = '   -------b|'
      expectObservable(stalled({ tick$: ticks, ...options(peers) })).toBe(expected)
    })
  })

  it('finds each by its own progress, in one tick', () => {
    runMarbles(({ hot, expectObservable }) => {
      const peers: Peers = new Map([
        ['a', 0],
        ['b', 0],
        ['c', 0],
      ])
      const ticks = hot('  -x-x-x-x---|')
      const taken = hot('  ----y-------').pipe(tap(() => peers.set('b', 1)))
      const expected = '   -------(ac)|'
      taken.subscribe()
      expectObservable(stalled({ tick$: ticks, ...options(peers) })).toBe(expected)
    })
  })

  it('counts ticks, not time: a pause of the process is no stall', () => {
    runMarbles(({ hot, expectObservable }) => {
      const peers: Peers = new Map([['a', 0]])
      const ticks = hot('  -x-x- 60m x-x')
      const expected = '   ----- 60m --a'
      expectObservable(stalled({ tick$: ticks, ...options(peers) })).toBe(expected)
    })
  })

  it('passes an error of the ticks, and lets go of them when it is unsubscribed from', () => {
    runMarbles(({ hot, expectObservable, expectSubscriptions }) => {
      const peers: Peers = new Map([['a', 0]])
      const ticks = hot('  -x-x-#')
      const expected = '   -----#'
      const unsub = '      --!'
      expectObservable(stalled({ tick$: ticks, ...options(peers) })).toBe(expected)
      expectObservable(stalled({ tick$: ticks, ...options(peers) }), unsub).toBe('---')
      expectSubscriptions(ticks.subscriptions).toBe(['^----!', '^-!'])
    })
  })

  it('lets those who hear of a peer let it go, and others with it', () => {
    const peers: Peers = new Map([
      ['a', 0],
      ['b', 0],
    ])
    const tick$ = new Subject<void>()
    const found: string[] = []
    stalled({ tick$, ...options(peers) }).subscribe((peer) => {
      found.push(peer)
      peers.clear()
    })
    for (let index = 0; index < 8; index += 1) tick$.next()
    expect(found.slice(0, 1)).to.deep.equal(['a'])
    expect(found.length).to.be.at.most(2)
  })

  it('finds exactly those that have not come on for so many ticks, and in no tick before', () => {
    const history = fc.array(fc.option(fc.nat(3), { nil: undefined, freq: 8 }), { maxLength: 25 })
    fc.assert(
      fc.property(history, fc.integer({ min: 1, max: 4 }), (progresses, ticks) => {
        const tick$ = new Subject<void>()
        let now = 0
        const foundAt: number[] = []
        stalled({ tick$, waiting: () => ['a'], progressOf: () => progresses[now], ticks }).subscribe(() =>
          foundAt.push(now),
        )
        for (now = 0; now < progresses.length; now += 1) tick$.next()
        const expected = progresses.flatMap((progress, index) => {
          // Watched since nobody knew for the last time; still since it was as far as it ever came in that time.
          const since = progresses.lastIndexOf(undefined, index) + 1
          const watched = progresses.slice(since, index + 1).map((one) => one ?? 0)
          const bestAt = since + watched.indexOf(Math.max(...watched))
          return progress !== undefined && index - bestAt >= ticks ? [index] : []
        })
        expect(foundAt).to.deep.equal(expected)
      }),
    )
  })
})
