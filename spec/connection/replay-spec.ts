import { expect } from 'chai'
import { BehaviorSubject, Subject, throwError } from 'rxjs'
import type { Audience } from '../../lib/connection/audience.ts'
import type { Ending } from '../../lib/connection/ending.ts'
import { Parcel } from '../../lib/connection/parcel.ts'
import { Replay, type ReplayHost, type ReplayPage, type ReplaySource } from '../../lib/connection/replay.ts'
import { createDeferred } from '../support/waiting.ts'
import { audienceOf, outgoingEvent } from './connection-fixture.ts'

const from = { epoch: 'e', seq: 0 }
const error = new Error('the log is away')

/** A page up to `toSeq`, with a frame in it unless nothing is for the audience. */
function page(toSeq: number, { isEmpty = false } = {}): ReplayPage {
  const parcel = isEmpty ? undefined : Parcel.of(outgoingEvent('a.one', `up to ${toSeq}`))
  return { _tag: 'Page', parcel, toSeq }
}

/** A replay whose turns come when a spec says so, towards a head where the spec says, and what it did, in order. */
function createBench(
  read: ReplaySource['page'],
  { head = Number.POSITIVE_INFINITY, ...host }: Partial<ReplayHost> & { readonly head?: number } = {},
) {
  const did: string[] = []
  const failures: unknown[] = []
  const endings: Ending[] = []
  const ready$ = new BehaviorSubject(true)
  let audience: Audience = audienceOf()
  let isBehind = false
  let booked = 0
  let headSeq = head
  const replay = new Replay({
    place: from,
    source: {
      page: (asking, position) => {
        did.push(`read after ${position.seq}`)
        return read(asking, position)
      },
      isHead: ({ seq }) => seq === headSeq,
      book: () => {
        booked += 1
      },
      await: () => did.push('await'),
    },
    host: {
      audience: () => audience,
      take: (parcel) => did.push(parcel.first.frame?.payload.toString() ?? ''),
      catchUpWith: ({ epoch, seq }) => {
        did.push(`caught up with ${epoch}:${seq}`)
        replay.stop()
      },
      isBehind: () => isBehind,
      end: (ending) => {
        endings.push(ending)
        replay.stop()
      },
      fail: (failure) => {
        failures.push(failure)
        replay.stop()
      },
      ...host,
    },
  })
  return {
    replay,
    ready$,
    did,
    failures,
    endings,
    booked: () => booked,
    /** Gives it the turns it has booked, as they come, at most `most`. */
    run: (most = 10) => {
      for (let turn = 0; turn < most && booked > 0; turn += 1) {
        booked -= 1
        replay.turn()
      }
    },
    join: (next: Audience) => {
      audience = next
    },
    moveHead: (seq: number) => {
      headSeq = seq
    },
    fallBehind: (isSo: boolean) => {
      isBehind = isSo
    },
  }
}

/** Pages that come one after the other. */
function pages(...all: readonly ReplayPage[]): ReplaySource['page'] {
  let index = 0
  return () => {
    const next = all[index]
    index += 1
    return next ?? expect.fail('it read on')
  }
}

/** Lets promises settle that can. */
async function settle(): Promise<void> {
  for (let tick = 0; tick < 5; tick += 1) await Promise.resolve()
}

describe('Replay', () => {
  it('reads page after page, a turn for each, and hands over at the head', () => {
    const { replay, ready$, did, booked, run } = createBench(pages(page(3), page(7), page(9)), { head: 9 })
    expect(replay.position).to.deep.equal(from)
    replay.start(ready$)
    expect([did, booked()]).to.deep.equal([[], 1])
    run(1)
    expect(did).to.deep.equal(['read after 0', 'up to 3'])
    expect(replay.position).to.deep.equal({ epoch: 'e', seq: 3 })
    run()
    expect(did.slice(2)).to.deep.equal(['read after 3', 'up to 7', 'read after 7', 'up to 9', 'caught up with e:9'])
    expect(booked()).to.equal(0)
  })

  it('does nothing before it is started', () => {
    const { replay, did, booked } = createBench(pages())
    expect(replay.isHeld).to.equal(false)
    expect([did, booked()]).to.deep.equal([[], 0])
  })

  it('goes on past what is not for the peer, and gives it nothing of that', () => {
    const bench = createBench(pages(page(5, { isEmpty: true }), page(6, { isEmpty: true })), { head: 6 })
    bench.replay.start(bench.ready$)
    bench.run()
    expect(bench.did).to.deep.equal(['read after 0', 'read after 5', 'caught up with e:6'])
  })

  it('stands where it has come to when it gives a page: whatever is answered meanwhile says so', () => {
    const seen: number[] = []
    const { replay, ready$, run } = createBench(pages(page(3)), {
      head: 3,
      take: () => seen.push(replay.position.seq),
    })
    replay.start(ready$)
    run()
    expect(seen).to.deep.equal([3])
  })

  it('goes on where what it gave the peer has caused more', () => {
    const bench = createBench(pages(page(3), page(4)), {
      head: 3,
      take: ({ first }) => {
        bench.did.push(first.frame?.payload.toString() ?? '')
        bench.moveHead(4)
      },
    })
    bench.replay.start(bench.ready$)
    bench.run()
    expect(bench.did).to.deep.equal(['read after 0', 'up to 3', 'read after 3', 'up to 4', 'caught up with e:4'])
  })

  describe('waits for the peer', () => {
    it('while its socket is full, and goes on when it is not', () => {
      const { replay, ready$, did, booked, run } = createBench(pages(page(3), page(4)), { head: 4 })
      replay.start(ready$)
      run(1)
      ready$.next(false)
      expect(replay.isHeld).to.equal(true)
      run()
      expect([did.length, booked()], 'and takes no turns').to.deep.equal([2, 0])
      ready$.next(true)
      expect(replay.isHeld).to.equal(false)
      run()
      expect(did.at(-1)).to.equal('caught up with e:4')
    })

    it('from the beginning, where it is full then', () => {
      const { replay, ready$, booked } = createBench(pages())
      ready$.next(false)
      replay.start(ready$)
      expect([replay.isHeld, booked()]).to.deep.equal([true, 0])
    })

    it('while something waits for it', () => {
      const { replay, ready$, did, run, fallBehind } = createBench(pages(page(3)), { head: 3 })
      fallBehind(true)
      replay.start(ready$)
      run()
      expect(did).to.deep.equal([])
      fallBehind(false)
      run()
      expect(did.at(-1)).to.equal('caught up with e:3')
    })

    it('and books one turn, however often its socket fills and drains', () => {
      const { replay, ready$, booked } = createBench(pages())
      replay.start(ready$)
      for (let round = 0; round < 3; round += 1) {
        ready$.next(false)
        ready$.next(true)
      }
      expect(booked()).to.equal(1)
    })
  })

  it('ends its peer as too slow where what comes next is gone', () => {
    const { replay, ready$, endings, run } = createBench(pages({ _tag: 'Gone' }))
    replay.start(ready$)
    run()
    expect(endings.map(({ code }) => code)).to.deep.equal([4413])
  })

  it('waits for an event where what comes next is not here yet', () => {
    const bench = createBench(pages({ _tag: 'NotYet' }, page(0, { isEmpty: true })), { head: 0 })
    bench.replay.start(bench.ready$)
    bench.run()
    expect([bench.did, bench.booked()]).to.deep.equal([['read after 0', 'await'], 0])
    bench.replay.turn()
    expect(bench.did.at(-1)).to.equal('caught up with e:0')
  })

  it('fails its peer where the log says that it has more and never gives it', () => {
    let reads = 0
    const { replay, ready$, failures, run } = createBench(() => {
      reads += 1
      return page(0, { isEmpty: true })
    })
    replay.start(ready$)
    run(1_000)
    expect(failures).to.have.length(1)
    expect(reads).to.be.within(100, 102)
  })

  it('does not mind pages without a step in between', () => {
    let reads = 0
    const { replay, ready$, failures, run } = createBench(() => {
      reads += 1
      return page(Math.floor(reads / 60), { isEmpty: true })
    })
    replay.start(ready$)
    run(600)
    expect([failures, reads]).to.deep.equal([[], 600])
  })

  it('fails its peer where the page cannot be had, or not be taken', () => {
    const throwing = (): never => {
      throw error
    }
    for (const bench of [createBench(throwing), createBench(pages(page(1)), { take: throwing })]) {
      bench.replay.start(bench.ready$)
      bench.run()
      expect(bench.failures).to.deep.equal([error])
    }
  })

  it('fails its peer where its socket fails', () => {
    const { replay, failures } = createBench(pages())
    replay.start(throwError(() => error))
    expect(failures).to.deep.equal([error])
  })

  it('does not mind that nothing more is said of its socket', () => {
    const { replay, did, run } = createBench(pages(page(1)), { head: 1 })
    const ready$ = new BehaviorSubject(true)
    replay.start(ready$)
    ready$.complete()
    run()
    expect(did.at(-1)).to.equal('caught up with e:1')
  })

  describe('stopped', () => {
    it('reads no more, takes no turns and listens to the socket no longer', () => {
      const { replay, ready$, did, booked } = createBench(pages(page(1)))
      replay.start(ready$)
      replay.stop()
      expect(ready$.observed).to.equal(false)
      replay.turn()
      expect(did).to.deep.equal([])
      expect(booked()).to.equal(1)
    })

    it('before it is started never begins', () => {
      const { replay, booked } = createBench(pages())
      const ready$ = new Subject<boolean>()
      replay.stop()
      replay.start(ready$)
      expect([ready$.observed, booked()]).to.deep.equal([false, 0])
    })

    it('while a page is taken does not hand over', () => {
      const { replay, ready$, did, booked, run } = createBench(pages(page(3)), {
        head: 3,
        take: () => replay.stop(),
      })
      replay.start(ready$)
      run()
      expect([did, booked()]).to.deep.equal([['read after 0'], 0])
    })
  })

  describe('where the log has to be waited for', () => {
    it('takes the page when it comes', async () => {
      const first = createDeferred<ReplayPage>()
      const answers = [first.promise, page(4)]
      const { replay, ready$, did, booked, run } = createBench(() => answers.shift() ?? expect.fail('it read on'), {
        head: 4,
      })
      replay.start(ready$)
      run()
      expect(booked()).to.equal(0)
      first.resolve(page(3))
      await settle()
      expect(did).to.deep.equal(['read after 0', 'up to 3'])
      run()
      expect(did.at(-1)).to.equal('caught up with e:4')
    })

    it('reads one page at a time, whatever its socket says meanwhile', async () => {
      const { promise, resolve } = createDeferred<ReplayPage>()
      const { replay, ready$, did, booked, run } = createBench(() => promise)
      replay.start(ready$)
      run()
      ready$.next(false)
      ready$.next(true)
      run()
      replay.turn()
      expect([did, booked()]).to.deep.equal([['read after 0'], 0])
      resolve(page(3))
      await settle()
      expect([did.at(-1), booked()]).to.deep.equal(['up to 3', 1])
    })

    it('reads again for another audience', async () => {
      const first = createDeferred<ReplayPage>()
      const asked: Audience[] = []
      const bench = createBench(
        (audience) => {
          asked.push(audience)
          return asked.length === 1 ? first.promise : page(3)
        },
        { head: 3 },
      )
      bench.replay.start(bench.ready$)
      bench.run()
      const other = audienceOf()
      bench.join(other)
      first.resolve(page(2))
      await settle()
      expect(bench.did).to.deep.equal(['read after 0'])
      bench.run()
      expect(bench.did.slice(1)).to.deep.equal(['read after 0', 'up to 3', 'caught up with e:3'])
      expect(asked[1]).to.equal(other)
    })

    for (const [what, isSo] of [
      ['its socket has filled', 'full'],
      ['something waits for it', 'behind'],
    ] as const) {
      it(`reads again later where meanwhile ${what}`, async () => {
        const { promise, resolve } = createDeferred<ReplayPage>()
        const answers = [promise, page(3)]
        const bench = createBench(() => answers.shift() ?? expect.fail('it read on'), { head: 3 })
        bench.replay.start(bench.ready$)
        bench.run()
        if (isSo === 'full') bench.ready$.next(false)
        else bench.fallBehind(true)
        resolve(page(3))
        await settle()
        bench.run()
        expect(bench.did).to.deep.equal(['read after 0'])
        bench.ready$.next(true)
        bench.fallBehind(false)
        bench.run()
        expect(bench.did.at(-1)).to.equal('caught up with e:3')
      })
    }

    it('fails its peer where the page cannot be had, or not be taken', async () => {
      const throwing = (): never => {
        throw error
      }
      for (const bench of [
        createBench(() => Promise.reject(error)),
        createBench(() => Promise.resolve(page(1)), { take: throwing }),
      ]) {
        bench.replay.start(bench.ready$)
        bench.run()
        await settle()
        expect(bench.failures).to.deep.equal([error])
      }
    })

    it('and it was stopped meanwhile, takes nothing and fails nobody', async () => {
      for (const answer of ['page', 'failure'] as const) {
        const { promise, resolve, reject } = createDeferred<ReplayPage>()
        const { replay, ready$, did, failures, booked, run } = createBench(() => promise)
        replay.start(ready$)
        run()
        replay.stop()
        if (answer === 'page') resolve(page(1))
        else reject(error)
        await settle()
        expect([did, failures, booked()]).to.deep.equal([['read after 0'], [], 0])
      }
    })
  })
})
