import { expect } from 'chai'
import type { History } from '../../lib/bus/history.ts'
import type { ReplayPage } from '../../lib/connection/replay.ts'
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

/** A page as a few words: which events it shows, up to where it looked, whether that is the head. */
function told(page: ReplayPage | Promise<ReplayPage>): unknown {
  if (page instanceof Promise) return expect.fail('it was waited for')
  if (page._tag !== 'Page') return page._tag
  const { parcel, toSeq, isAtHead } = page
  return [(parcel?.items() ?? []).map(({ seq }) => seq), toSeq, isAtHead ? 'at head' : 'and on']
}

const from = (seq: number, epoch = 'e'): Position => ({ epoch, seq })

describe('createReplays', () => {
  describe('a page', () => {
    it('holds what comes next and is for the audience, and looks as far as that', () => {
      const all = [...records(2), ...records(5, 'a.other').slice(2, 4), ...records(5).slice(4)]
      const { replays } = createBench({ records: all })
      expect(told(replays.page(wanted, from(0)))).to.deep.equal([[1, 2, 5], 5, 'at head'])
      expect(told(replays.page(wanted, from(2)))).to.deep.equal([[5], 5, 'at head'])
      expect(told(replays.page(audienceOf(createSubscription([], undefined)), from(1)))).to.deep.equal([
        [],
        5,
        'at head',
      ])
    })

    it('is at the head where nothing is left, without a look into the history', () => {
      const { replays, reads } = createBench({ records: records(3) })
      expect(told(replays.page(wanted, from(3)))).to.deep.equal([[], 3, 'at head'])
      expect(reads).to.deep.equal([])
    })

    it('holds nothing that is still being handed out: that comes with the audience', () => {
      const { replays } = createBench({ records: records(5), position: from(3) })
      expect(told(replays.page(wanted, from(1)))).to.deep.equal([[2, 3], 3, 'at head'])
      expect(told(replays.page(wanted, from(3)))).to.deep.equal([[], 3, 'at head'])
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
  })
})
