import { expect } from 'chai'
import { interval, map, NEVER, Subject } from 'rxjs'
import { cleanUp, type CleanUpAction } from '../../lib/connection/clean-up.ts'
import { runMarbles } from '../../lib/testing/marbles.ts'

const everyMs = 60_000

/** What is done about peers named by a letter, those in `dead` being dead. */
const act = (peer: string, why: CleanUpAction<string>['why']): CleanUpAction<string> => ({ peer, why })

describe('cleanUp', () => {
  it('removes a faulty peer at once', () => {
    runMarbles(({ hot, expectObservable }) => {
      const faulty = hot(' -a--b-')
      const expected = '   -A--B-'
      const actions = cleanUp({ tick$: NEVER, faulty$: faulty, peers: () => [], isDead: () => false, everyMs })
      expectObservable(actions).toBe(expected, { A: act('a', 'faulty'), B: act('b', 'faulty') })
    })
  })

  it('sweeps dead peers out every 60 s, and only then; others stay', () => {
    runMarbles(({ expectObservable }, scheduler) => {
      const tick$ = interval(1_000, scheduler).pipe(map(() => scheduler.now()))
      // Dead from the beginning, and dead a moment after the first sweep.
      const isDead = (peer: string) => peer === 'a' || (peer === 'b' && scheduler.now() > 61_500)
      const actions = cleanUp({ tick$, faulty$: NEVER, peers: () => ['a', 'b', 'c'], isDead, everyMs })
      // The first tick begins the first minute.
      const expected = '61s A 59999ms (AB)'
      const unsub = '   150s !'
      expectObservable(actions, unsub).toBe(expected, { A: act('a', 'dead'), B: act('b', 'dead') })
    })
  })

  it('looks at nobody between sweeps', () => {
    const tick$ = new Subject<number>()
    let looks = 0
    const peers = () => {
      looks += 1
      return []
    }
    cleanUp({ tick$, faulty$: NEVER, peers, isDead: () => true, everyMs }).subscribe()
    const looksAt: number[] = []
    for (let nowMs = 5_000; nowMs <= 200_000; nowMs += 1_000) {
      const before = looks
      tick$.next(nowMs)
      if (looks > before) looksAt.push(nowMs)
    }
    expect(looksAt).to.deep.equal([65_000, 125_000, 185_000])
  })

  it('takes a set of peers that shrinks while it is swept', () => {
    const tick$ = new Subject<number>()
    const peers = new Set(['a', 'b', 'c'])
    const swept: string[] = []
    cleanUp({ tick$, faulty$: NEVER, peers: () => peers, isDead: () => true, everyMs }).subscribe(({ peer }) => {
      swept.push(peer)
      peers.delete(peer)
    })
    for (const nowMs of [0, 60_000, 120_000]) tick$.next(nowMs)
    expect(swept).to.deep.equal(['a', 'b', 'c'])
  })

  it('goes on after a pause: one sweep, not one for each minute missed', () => {
    const tick$ = new Subject<number>()
    const swept: string[] = []
    const actions = cleanUp({ tick$, faulty$: NEVER, peers: () => ['a'], isDead: () => true, everyMs })
    actions.subscribe(({ peer }) => swept.push(peer))
    for (const nowMs of [0, 600_000, 601_000]) tick$.next(nowMs)
    expect(swept).to.deep.equal(['a'])
  })
})
