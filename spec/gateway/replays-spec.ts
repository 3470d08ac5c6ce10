import { expect } from 'chai'
import type { History } from '../../lib/bus/history.ts'
import type { Audience } from '../../lib/connection/audience.ts'
import type { Replay, ReplayPage } from '../../lib/connection/replay.ts'
import { createSubscription } from '../../lib/connection/subscription.ts'
import type { Position } from '../../lib/event/event.ts'
import type { StoredRecord } from '../../lib/event/event-record.ts'
import { createReplays } from '../../lib/gateway/replays.ts'
import { SharedEvent } from '../../lib/gateway/shared-event.ts'
import { audienceOf } from '../connection/connection-fixture.ts'
import { storedRecord } from '../support/stored-record.ts'
import { createHandScheduler } from '../support/hand-scheduler.ts'

const wanted = audienceOf(createSubscription(['a.one'], undefined))

interface Settings {
  readonly records?: readonly StoredRecord[]
  /** Up to where events have been handed out. */
  readonly position?: Position
  /** Where the log stands. */
  readonly head?: Position
  readonly read?: History['read']
  readonly msPerLook?: number
  /** What each frame holds besides. */
  readonly pad?: string
}

function records(count: number, type = 'a.one'): readonly StoredRecord[] {
  return Array.from({ length: count }, (_, index) => storedRecord({ epoch: 'e', seq: index + 1 }, { type }))
}

function createBench({ records: all = [], pad = '', msPerLook, ...settings }: Settings = {}) {
  let position = settings.position ?? { epoch: 'e', seq: all.length }
  let projections = 0
  const reads: (readonly [number, number])[] = []
  const memory: History['read'] = ({ seq }, limit) => ({ _tag: 'Records', records: all.slice(seq, seq + limit) })
  const hand = createHandScheduler(msPerLook)
  const replays = createReplays({
    history: {
      check: () => undefined,
      read: (from, limit) => {
        reads.push([from.seq, limit])
        return (settings.read ?? memory)(from, limit)
      },
    },
    position: () => position,
    head: () => settings.head ?? position,
    share: (event) =>
      new SharedEvent(event, {
        project: () => {
          projections += 1
          return { type: 'told', payload: { pad } }
        },
        definitionOf: () => undefined,
        onProjectionError: (error) => expect.fail(String(error)),
      }),
    scheduler: hand.scheduler,
  })
  return {
    replays,
    hand,
    reads,
    projections: () => projections,
    moveTo: (next: Position) => {
      position = next
    },
  }
}

/** A page as a few words: which events it shows, and up to where it looked. */
function told(page: ReplayPage | Promise<ReplayPage>): unknown {
  if (page instanceof Promise) return expect.fail('it was waited for')
  if (page._tag !== 'Page') return page._tag
  const { parcel, toSeq } = page
  return [(parcel?.items() ?? []).map(({ seq }) => seq), toSeq]
}

const from = (seq: number, epoch = 'e'): Position => ({ epoch, seq })

describe('createReplays', () => {
  describe('a page', () => {
    it('holds what comes next and is for the audience, and looks as far as that', () => {
      const all = [...records(2), ...records(5, 'a.other').slice(2, 4), ...records(5).slice(4)]
      const { replays } = createBench({ records: all })
      expect(told(replays.page(wanted, from(0)))).to.deep.equal([[1, 2, 5], 5])
      expect(told(replays.page(wanted, from(2)))).to.deep.equal([[5], 5])
      expect(told(replays.page(audienceOf(createSubscription([], undefined)), from(1)))).to.deep.equal([[], 5])
    })

    it('is empty where nothing is left, without a look into the history', () => {
      const { replays, reads } = createBench({ records: records(3) })
      expect(told(replays.page(wanted, from(3)))).to.deep.equal([[], 3])
      expect(reads).to.deep.equal([])
    })

    it('holds nothing that is still being handed out: that comes with the audience', () => {
      const { replays } = createBench({ records: records(5), position: from(3) })
      expect(told(replays.page(wanted, from(1)))).to.deep.equal([[2, 3], 3])
      expect(told(replays.page(wanted, from(3)))).to.deep.equal([[], 3])
    })

    it('is not there yet for who has seen on another server what has not come here', () => {
      const { replays } = createBench({ records: records(5), position: from(3), head: from(5) })
      expect(told(replays.page(wanted, from(4)))).to.equal('NotYet')
    })

    it('nor for who knows a life of the stream of which nothing has come here', () => {
      const { replays, reads } = createBench({ position: from(9, 'old'), head: from(2), records: records(2) })
      expect(told(replays.page(wanted, from(0)))).to.equal('NotYet')
      expect(reads).to.deep.equal([])
    })

    it('is gone where the history says so, and for who is in a life that is over', () => {
      const gone = createBench({ records: records(3), read: () => ({ _tag: 'Gone' }) })
      expect(told(gone.replays.page(wanted, from(1)))).to.equal('Gone')
      const over = createBench({
        position: from(9, 'new'),
        head: from(9, 'new'),
        read: () => ({ _tag: 'Gone' }),
      })
      for (const seq of [1, 9, 12]) expect(told(over.replays.page(wanted, from(seq)))).to.equal('Gone')
    })

    it('ends at a multiple of 128 events', () => {
      const { replays, reads } = createBench({ records: records(600) })
      const page = replays.page(wanted, from(10))
      expect(told(page)).to.deep.equal([
        records(128)
          .slice(10)
          .map(({ seq }) => seq),
        128,
      ])
      expect(reads).to.deep.equal([[10, 118]])
    })

    it('is not begun beyond 64 KiB, and so one frame larger at most', () => {
      const { replays } = createBench({ records: records(9), pad: 'x'.repeat(30 * 1024) })
      expect(told(replays.page(wanted, from(0)))).to.deep.equal([[1, 2, 3], 3])
      expect(told(replays.page(wanted, from(6)))).to.deep.equal([[7, 8, 9], 9])
    })

    it('looks past what is not for the audience, however much', () => {
      const { replays } = createBench({ records: records(128, 'a.other'), pad: 'x'.repeat(30 * 1024) })
      expect(told(replays.page(wanted, from(0)))).to.deep.equal([[], 128])
    })

    it('is the frames of the live stream, made once for all who missed the same', () => {
      const { replays, projections } = createBench({ records: records(3) })
      const pages = [from(0), from(0), from(1)].map((position) => replays.page(wanted, position))
      const frames = pages.map((page) => {
        if (page instanceof Promise || page._tag !== 'Page') return expect.fail('no page')
        return (page.parcel?.items() ?? []).map(({ frame }) => frame)
      })
      expect(frames[0]).to.deep.equal(frames[1])
      expect(frames[2]?.[0]).to.equal(frames[0]?.[1])
      expect(projections()).to.equal(3)
    })

    it('asks again whether what was made is for this one', () => {
      const { replays } = createBench({ records: records(3) })
      void replays.page(wanted, from(0))
      const blind = audienceOf(createSubscription(['a.one'], undefined), () => false)
      expect(told(replays.page(blind, from(0)))).to.deep.equal([[], 3])
    })

    it('keeps no data of what it has read', () => {
      const all = records(2)
      const { replays } = createBench({ records: all })
      const [first] = all
      const before = first?.data
      void replays.page(wanted, from(0))
      expect(first?.data).to.deep.equal(before)
      expect(first?.data).not.to.equal(before)
    })

    it('makes anew what it made before it rested', () => {
      const bench = createBench({ records: records(3) })
      void bench.replays.page(wanted, from(0))
      bench.replays.rest()
      void bench.replays.page(wanted, from(0))
      expect(bench.projections()).to.equal(6)
    })

    it('keeps 8 MiB of what was made, the newest', () => {
      const bench = createBench({ records: records(300), pad: 'x'.repeat(64 * 1024) })
      for (let seq = 0; seq < 200; seq += 1) void bench.replays.page(wanted, from(seq))
      expect(bench.projections()).to.equal(200)
      for (let seq = 199; seq >= 150; seq -= 1) void bench.replays.page(wanted, from(seq))
      expect(bench.projections(), 'kept').to.equal(200)
      void bench.replays.page(wanted, from(0))
      expect(bench.projections(), 'not kept').to.equal(201)
    })

    describe('once made', () => {
      const crowd = (isEntitled: () => boolean, size: number): Audience => {
        const audience = audienceOf(createSubscription(['a.one'], undefined), isEntitled)
        for (let count = 0; count < size; count += 1) {
          audience.expect({ isPatient: true, catchUp: () => undefined, fail: () => undefined })
        }
        return audience
      }

      it('is for all of an audience, and the history is read once', () => {
        const { replays, reads } = createBench({ records: records(200) })
        const audience = crowd(() => true, 2)
        const pages = [0, 0].map((seq) => replays.page(audience, from(seq)))
        expect(pages[1]).to.equal(pages[0])
        expect(reads).to.have.length(1)
      })

      it('is made anew for who is alone: a rule of the host may have changed its mind', () => {
        let maySee = true
        const { replays } = createBench({ records: records(200) })
        const alone = crowd(() => maySee, 1)
        expect(told(replays.page(alone, from(125)))).to.deep.equal([[126, 127, 128], 128])
        maySee = false
        expect(told(replays.page(alone, from(125)))).to.deep.equal([[], 128])
      })

      it('is made anew where it ended for want of more', () => {
        const bench = createBench({ records: records(5), position: from(3) })
        const audience = crowd(() => true, 2)
        expect(told(bench.replays.page(audience, from(0)))).to.deep.equal([[1, 2, 3], 3])
        bench.moveTo(from(5))
        expect(told(bench.replays.page(audience, from(0)))).to.deep.equal([[1, 2, 3, 4, 5], 5])
      })
    })

    describe('that has to be waited for', () => {
      it('holds what has been handed out when it comes', async () => {
        const all = records(5)
        const bench = createBench({
          position: from(2),
          read: ({ seq }) => Promise.resolve({ _tag: 'Records', records: all.slice(seq) }),
        })
        const page = bench.replays.page(wanted, from(0))
        bench.moveTo(from(4))
        expect(told(await page)).to.deep.equal([[1, 2, 3, 4], 4])
      })

      it('is gone where another life has begun meanwhile', async () => {
        const all = records(5)
        const bench = createBench({
          records: all,
          read: ({ seq }) => Promise.resolve({ _tag: 'Records', records: all.slice(seq) }),
        })
        const page = bench.replays.page(wanted, from(0))
        bench.moveTo(from(1, 'f'))
        expect(told(await page)).to.equal('Gone')
      })

      it('fails where the history fails', async () => {
        const { replays } = createBench({ records: records(2), read: () => Promise.reject(new Error('away')) })
        const page = replays.page(wanted, from(0))
        let failure: unknown
        await Promise.resolve(page).catch((error: unknown) => {
          failure = error
        })
        expect(String(failure)).to.equal('Error: away')
      })
    })
  })

  it('knows who has come to the head: of what was handed out, in the life it was', () => {
    const { replays } = createBench({ records: records(5), position: from(3), head: from(5) })
    expect([2, 3, 4, 5].map((seq) => replays.isHead(from(seq)))).to.deep.equal([false, true, false, false])
    expect(replays.isHead(from(3, 'another'))).to.equal(false)
  })

  describe('gives turns', () => {
    /** Something to be given turns, that notes them. */
    function createTurns(names: readonly string[], onTurn: (name: string, replay: Replay) => void = () => undefined) {
      const did: string[] = []
      const replays = names.map((name) => {
        const replay = {
          turn: () => {
            did.push(name)
            onTurn(name, replay as unknown as Replay)
          },
        }
        return replay as unknown as Replay
      })
      return { did, replays }
    }

    it('later, in the order of the bookings, as many as fit into one turn of the scheduler', () => {
      const { replays, hand } = createBench()
      const turns = createTurns(['a', 'b', 'c'])
      for (const replay of turns.replays) replays.book(replay)
      expect([turns.did, hand.booked()]).to.deep.equal([[], 1])
      hand.turn()
      expect([turns.did, hand.booked()]).to.deep.equal([['a', 'b', 'c'], 0])
    })

    it('with a pause for others after 5 ms', () => {
      const { replays, hand } = createBench({ msPerLook: 2 })
      const turns = createTurns(['a', 'b', 'c', 'd', 'e'])
      for (const replay of turns.replays) replays.book(replay)
      hand.turn()
      expect([turns.did.length, hand.booked()]).to.deep.equal([3, 1])
      hand.turn()
      expect([turns.did.length, hand.booked()]).to.deep.equal([5, 0])
    })

    it('to who books again in its own, the next time only', () => {
      const { replays, hand } = createBench()
      const turns = createTurns(['a', 'b'], (name, replay) => {
        if (name === 'a' && turns.did.length < 4) replays.book(replay)
      })
      for (const replay of turns.replays) replays.book(replay)
      hand.turn()
      expect([turns.did, hand.booked()]).to.deep.equal([['a', 'b'], 1])
      hand.turn()
      expect(turns.did).to.deep.equal(['a', 'b', 'a'])
    })

    it('to who waits for an event when one has been handed out, once', () => {
      const { replays, hand } = createBench()
      const turns = createTurns(['a', 'b'])
      replays.wake()
      expect(hand.booked()).to.equal(0)
      for (const replay of [...turns.replays, ...turns.replays]) replays.await(replay)
      expect(hand.booked()).to.equal(0)
      replays.wake()
      replays.wake()
      while (hand.booked() > 0) hand.turn()
      expect(turns.did).to.deep.equal(['a', 'b'])
    })
  })
})
