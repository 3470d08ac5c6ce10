import { expect } from 'chai'
import type { ReplayPage } from '../../lib/connection/replay.ts'
import type { StoredRecord } from '../../lib/event/event-record.ts'
import { ReplayCache } from '../../lib/gateway/replay-cache.ts'
import { SharedEvent } from '../../lib/gateway/shared-event.ts'
import { audienceOf } from '../connection/connection-fixture.ts'
import { storedRecord } from '../support/stored-record.ts'

const MIB = 1024 * 1024

const at = (seq: number, epoch = 'e'): StoredRecord => storedRecord({ epoch, seq })

const page = (toSeq: number): ReplayPage => ({ _tag: 'Page', parcel: undefined, toSeq })

/** The event at `seq`, in a frame of about so many bytes. */
function shared(record: StoredRecord, bytes = 1): SharedEvent {
  return new SharedEvent(record, {
    project: () => ({ type: 'told', payload: { pad: 'x'.repeat(bytes) } }),
    definitionOf: () => undefined,
    onProjectionError: (error) => expect.fail(String(error)),
  })
}

describe('ReplayCache', () => {
  it('knows events by their place, and pages by audience and where they begin', () => {
    const cache = new ReplayCache()
    const [one, other] = [audienceOf(), audienceOf()]
    const event = shared(at(3))
    cache.keepEvent(at(3), event)
    cache.keepPage(one, at(3), page(5), 1)
    expect(cache.event(at(3))).to.equal(event)
    expect(cache.page(one, at(3))).to.deep.equal(page(5))
    expect([cache.event(at(4)), cache.page(other, at(3)), cache.page(one, at(4))]).to.deep.equal([
      undefined,
      undefined,
      undefined,
    ])
  })

  it('knows nothing of another life, and with the first thing of one nothing of the one before', () => {
    for (const begin of ['event', 'page'] as const) {
      const cache = new ReplayCache()
      const audience = audienceOf()
      for (const seq of [1, 2]) {
        cache.keepEvent(at(seq), shared(at(seq)))
        cache.keepPage(audience, at(seq), page(5), 1)
      }
      expect([cache.event(at(1, 'f')), cache.page(audience, at(1, 'f'))]).to.deep.equal([undefined, undefined])
      if (begin === 'event') cache.keepEvent(at(1, 'f'), shared(at(1, 'f')))
      else cache.keepPage(audience, at(1, 'f'), page(2), 1)
      expect([cache.event(at(2, 'f')), cache.page(audience, at(2, 'f'))]).to.deep.equal([undefined, undefined])
      expect([cache.event(at(2)), cache.page(audience, at(2))]).to.deep.equal([undefined, undefined])
    }
  })

  it('keeps 8 MiB of events, the newest', () => {
    const cache = new ReplayCache()
    for (let seq = 1; seq <= 10; seq += 1) cache.keepEvent(at(seq), shared(at(seq), MIB))
    const kept = Array.from({ length: 10 }, (_, index) => index + 1).filter((seq) => cache.event(at(seq)) !== undefined)
    expect(kept).to.deep.equal([4, 5, 6, 7, 8, 9, 10])
  })

  it('keeps 8 MiB of pages, and begins anew beyond it', () => {
    const cache = new ReplayCache()
    const audience = audienceOf()
    const kept = (): readonly number[] => [1, 2, 3, 4].filter((seq) => cache.page(audience, at(seq)) !== undefined)
    for (const seq of [1, 2]) cache.keepPage(audience, at(seq), page(9), 4 * MIB)
    expect(kept()).to.deep.equal([1, 2])
    cache.keepPage(audience, at(3), page(9), 1)
    expect(kept()).to.deep.equal([3])
    cache.keepPage(audience, at(4), page(9), 1)
    expect(kept(), 'and counts anew').to.deep.equal([3, 4])
  })

  it('forgets all of it when it is told to', () => {
    const cache = new ReplayCache()
    const audience = audienceOf()
    cache.keepEvent(at(1), shared(at(1), 8 * MIB - 1_000))
    cache.keepPage(audience, at(1), page(9), 8 * MIB + 1)
    cache.forget()
    expect([cache.event(at(1)), cache.page(audience, at(1))]).to.deep.equal([undefined, undefined])
    for (const seq of [1, 2]) cache.keepEvent(at(seq), shared(at(seq), 3 * MIB))
    for (const seq of [1, 2]) cache.keepPage(audience, at(seq), page(9), 3 * MIB)
    expect([cache.event(at(1)), cache.page(audience, at(1))], 'and counts anew').to.not.include(undefined)
  })
})
