import { expect } from 'chai'
import * as fc from 'fast-check'
import type { Outgoing } from '../../lib/connection/outgoing.ts'
import { firstLink, type Link, linkAfter, Parcel } from '../../lib/connection/parcel.ts'
import { createFrame } from '../../lib/transport/frame.ts'
import { collectGarbage } from '../support/garbage.ts'
import { textsIn } from '../support/wire-texts.ts'
import { eventOf, outgoing, outgoingAnswer, outgoingEvent } from './connection-fixture.ts'

/** A stored event whose frame holds `text`. */
function stored(seq: number, text = `e${seq}`): Outgoing {
  return outgoing({ event: eventOf('a.one'), seq, label: 'a.one', frame: createFrame(text) })
}

/** The links of a chain, the begin first. */
function chainOf(all: readonly Outgoing[]): readonly Link[] {
  const links = [firstLink()]
  for (const one of all) links.push(linkAfter(links.at(-1) ?? firstLink(), one))
  return links
}

function linkOf(links: readonly Link[], index: number): Link {
  return links[index] ?? expect.fail(`there is no link ${index}`)
}

function between(links: readonly Link[], from: number, to: number): Parcel | undefined {
  return Parcel.between(linkOf(links, from), linkOf(links, to))
}

describe('Parcel', () => {
  it('of one answer is its frame, with the very bytes', () => {
    const answer = outgoingAnswer('hello')
    const parcel = Parcel.of(answer)
    expect(parcel).to.include({ count: 1, bytes: 7, seq: undefined, first: answer })
    expect(parcel.items()).to.deep.equal([answer])
    expect(parcel.wire).to.equal(answer.frame?.wire)
    expect(parcel.split()).to.deep.equal([parcel])
  })

  it('is what comes after one link, up to and with another', () => {
    const events = [1, 2, 3, 4].map((seq) => stored(seq))
    const links = chainOf(events)
    const parcel = between(links, 1, 3) ?? expect.fail()
    expect(parcel).to.include({ count: 2, bytes: 8, seq: 3, first: events[1] })
    expect(parcel.items()).to.deep.equal(events.slice(1, 3))
    expect(textsIn(parcel.wire)).to.deep.equal(['e2', 'e3'])
  })

  it('is nothing where there is nothing between', () => {
    const links = chainOf([stored(1)])
    expect(between(links, 1, 1)).to.equal(undefined)
    expect(Parcel.between(firstLink(), firstLink())).to.equal(undefined)
  })

  it('knows the newest position up to its end, also where its last events have none', () => {
    const links = chainOf([stored(5), outgoingEvent('a.two', 'live'), outgoingEvent('a.two', 'live too')])
    expect(between(links, 0, 3)?.seq).to.equal(5)
    expect(between(links, 1, 3)?.seq).to.equal(5)
    expect(between(chainOf([outgoingEvent('a.two', 'live')]), 0, 1)?.seq).to.equal(undefined)
  })

  it('of one event shares the bytes of its frame, and joins those of several once', () => {
    const event = stored(1)
    const links = chainOf([event, stored(2)])
    expect(between(links, 0, 1)?.wire).to.equal(event.frame?.wire)
    const both = between(links, 0, 2) ?? expect.fail()
    expect(both.wire).to.equal(both.wire)
  })

  it('is never changed by what comes after it', () => {
    const links = chainOf([stored(1), stored(2)])
    const parcel = between(links, 0, 2) ?? expect.fail()
    linkAfter(linkOf(links, 2), stored(3))
    expect(parcel).to.include({ count: 2, bytes: 8, seq: 2 })
    expect(parcel.items().map(({ seq }) => seq)).to.deep.equal([1, 2])
    expect(textsIn(parcel.wire)).to.deep.equal(['e1', 'e2'])
  })

  it('takes an event for what it is where several are alike: the same one twice is two', () => {
    const twice = outgoingEvent('a.one', 'again')
    const parcel = between(chainOf([twice, twice]), 0, 2) ?? expect.fail()
    expect(textsIn(parcel.wire)).to.deep.equal(['again', 'again'])
  })

  it('splits into parcels of one frame each, in order, which together are it', () => {
    const texts = fc.array(fc.string({ unit: 'grapheme', maxLength: 300 }), { minLength: 1, maxLength: 12 })
    fc.assert(
      fc.property(texts, fc.nat(12), fc.nat(12), (all, one, other) => {
        const links = chainOf(all.map((text, index) => stored(index + 1, text)))
        const [from = 0, to = 0] = [one % (all.length + 1), other % (all.length + 1)].sort((a, b) => a - b)
        const parcel = between(links, from, to)
        const wanted = all.slice(from, to)
        expect(parcel === undefined).to.equal(wanted.length === 0)
        if (parcel === undefined) return
        expect([parcel.count, parcel.bytes, parcel.seq]).to.deep.equal([wanted.length, parcel.wire.length, to])
        expect(textsIn(parcel.wire)).to.deep.equal(wanted)
        const parts = parcel.split()
        expect(parts.map(({ seq }) => seq)).to.deep.equal(wanted.map((_, index) => from + index + 1))
        for (const part of parts) expect(part.count).to.equal(1)
        expect(Buffer.concat(parts.map(({ wire }) => wire)).equals(parcel.wire)).to.equal(true)
      }),
    )
  })

  for (const count of [1, 2]) {
    it(`that waits keeps its own frame alive and none that its audience gets later (split from ${count})`, async () => {
      const { waiting, own, later } = waitingAndLater(count)
      await collectGarbage()
      expect(waiting).to.have.length(count)
      // The first shows that a frame which is kept would be seen to be.
      expect(own.deref()).not.to.equal(undefined)
      expect(later.deref()).to.equal(undefined)
    })
  }
})

/**
 * What waits for a peer that does not read, which is taken apart first, and what its audience gets after that. In a function of its
 * own, because an async one keeps its locals.
 */
function waitingAndLater(count: number): {
  readonly waiting: readonly Parcel[]
  readonly own: WeakRef<Outgoing>
  readonly later: WeakRef<Outgoing>
} {
  const from = firstLink()
  let last = from
  for (let seq = 1; seq <= count; seq += 1) last = linkAfter(last, stored(seq))
  const waiting = Parcel.between(from, last)?.split() ?? []
  const own = new WeakRef(waiting[0]?.first ?? stored(0))
  const later = new WeakRef(stored(count + 1))
  linkAfter(linkAfter(last, later.deref() ?? stored(0)), stored(count + 2))
  return { waiting, own, later }
}
