import { expect } from 'chai'
import * as fc from 'fast-check'
import { Audience, type Member } from '../../lib/connection/audience.ts'
import type { Outgoing } from '../../lib/connection/outgoing.ts'
import type { Link, Parcel } from '../../lib/connection/parcel.ts'
import { createSubscription } from '../../lib/connection/subscription.ts'
import { createFrame } from '../../lib/transport/frame.ts'
import type { Flushable } from '../../lib/transport/flusher.ts'
import { collectGarbage } from '../support/garbage.ts'
import { textsIn } from '../support/wire-texts.ts'
import { brokenOutgoing, eventOf, outgoing, outgoingEvent } from './connection-fixture.ts'

/** An event whose frame is `text`, stored where it has a position. */
function event(text: string, seq?: number, type = 'a.one'): Outgoing {
  return outgoing({ event: eventOf(type), seq, label: type, frame: createFrame(text) })
}

/** An audience, what it booked and what it asked. */
function createHall(highWaterMarkBytes = 1_000) {
  const asked = { accepts: 0, isEntitled: 0 }
  let booked: Flushable[] = []
  let bookings = 0
  const wanted = createSubscription(['a.one', 'a.two'], undefined)
  const audience = new Audience({
    subscription: {
      ...wanted,
      accepts: (one) => {
        asked.accepts += 1
        return wanted.accepts(one)
      },
    },
    isEntitled: ({ owner }) => {
      asked.isEntitled += 1
      return owner !== 'bob'
    },
    flusher: {
      bookGathering: (gatherer) => {
        booked.push(gatherer)
        bookings += 1
      },
    },
    highWaterMarkBytes,
  })
  return {
    audience,
    asked,
    bookings: () => bookings,
    /** As the flusher does it. */
    flush: () => {
      const due = booked
      booked = []
      for (const gatherer of due) gatherer.flush()
    },
  }
}

interface Listener extends Member {
  readonly parcels: readonly Parcel[]
  /** The texts of each parcel, read when it came: as a connection does, which writes it or takes it apart. */
  readonly rounds: readonly (readonly string[])[]
  readonly failures: readonly unknown[]
  readonly texts: () => readonly string[]
  readonly enter: (audience: Audience) => void
  readonly leave: () => void
}

/** A member that does as a connection does: it takes what is new since it last took something. */
function createListener(isPatient: boolean, onParcel: (parcel: Parcel) => void = () => undefined): Listener {
  const parcels: Parcel[] = []
  const rounds: (readonly string[])[] = []
  const failures: unknown[] = []
  let audience: Audience | undefined
  let seen: Link | undefined
  const listener: Listener = {
    isPatient,
    parcels,
    rounds,
    failures,
    catchUp: () => {
      const parcel = seen === undefined ? undefined : audience?.since(seen)
      if (parcel === undefined || audience === undefined) return
      seen = audience.last
      parcels.push(parcel)
      rounds.push(textsIn(parcel.wire))
      onParcel(parcel)
    },
    fail: (error) => failures.push(error),
    texts: () => rounds.flat(),
    enter: (next) => {
      audience = next
      seen = next.last
      next.enter(listener)
    },
    leave: () => {
      audience?.leave(listener)
      seen = undefined
    },
  }
  return listener
}

function enterAll(audience: Audience, ...listeners: readonly Listener[]): void {
  for (const { enter } of listeners) enter(audience)
}

const listeners = (count: number, isPatient: boolean): readonly Listener[] =>
  Array.from({ length: count }, () => createListener(isPatient))

describe('Audience', () => {
  it('counts who is in it, once each', () => {
    const { audience } = createHall()
    const [patient, eager] = [createListener(true), createListener(false)]
    enterAll(audience, patient, eager, patient)
    expect(audience.size).to.equal(2)
    patient.leave()
    patient.leave()
    expect(audience.size).to.equal(1)
    eager.leave()
    expect(audience.size).to.equal(0)
  })

  describe('decides once for all', () => {
    it('whether they get an event, and asks for its frame as often for two as for two hundred', () => {
      const [framesForTwo, framesForMany] = [1, 100].map((count) => {
        const { audience, asked, flush } = createHall()
        const members = [...listeners(count, true), ...listeners(count, false)]
        enterAll(audience, ...members)
        let frames = 0
        const frame = createFrame('x')
        const counted = Object.defineProperty(event('x', 1), 'frame', {
          get: () => {
            frames += 1
            return frame
          },
        })
        audience.offer(counted)
        flush()
        expect(asked).to.deep.equal({ accepts: 1, isEntitled: 1 })
        for (const { parcels } of members) expect(parcels).to.have.length(1)
        return frames
      })
      expect(framesForMany).to.equal(framesForTwo)
    })

    it('in the order of the cost: the type before the entitlement, that before the frame', () => {
      const { audience, asked } = createHall()
      const member = createListener(false)
      enterAll(audience, member)
      const unframed = (type: string, owner?: string): Outgoing =>
        Object.defineProperty(brokenOutgoing(new Error('a frame was made')), 'event', {
          value: eventOf(type, { owner }),
        })
      audience.offer(unframed('b.one'))
      expect(asked).to.deep.equal({ accepts: 1, isEntitled: 0 })
      audience.offer(unframed('a.one', 'bob'))
      expect(asked).to.deep.equal({ accepts: 2, isEntitled: 1 })
      expect([member.parcels, member.failures]).to.deep.equal([[], []])
    })

    it('that an event which is shown to no client goes to nobody', () => {
      const { audience, bookings, flush } = createHall()
      const [patient, eager] = [createListener(true), createListener(false)]
      enterAll(audience, patient, eager)
      audience.offer(outgoing({ event: eventOf('a.one'), label: 'a.one' }))
      flush()
      expect([patient.parcels, eager.parcels, bookings()]).to.deep.equal([[], [], 0])
    })

    it('that what was offered once is not offered again, whatever became of it (SEMANTICS P3, P4)', () => {
      const { audience, asked } = createHall()
      const member = createListener(false)
      enterAll(audience, member)
      audience.offer(event('1', 1))
      audience.offer(event('3', 3, 'b.one'))
      const { accepts } = asked
      for (const seq of [1, 2, 3]) audience.offer(event(`again ${seq}`, seq))
      expect(asked.accepts).to.equal(accepts)
      audience.offer(event('4', 4))
      expect(member.texts()).to.deep.equal(['1', '4'])
    })

    it('that what has no position is offered as often as it comes', () => {
      const { audience } = createHall()
      const member = createListener(false)
      enterAll(audience, member)
      audience.offer(event('7', 7))
      for (const _ of [1, 2]) audience.offer(outgoingEvent('a.one', 'live'))
      expect(member.texts()).to.deep.equal(['7', 'live', 'live'])
    })
  })

  describe('gives its patient members', () => {
    it('one parcel a flush, with all that came: the same one for all, joined once', () => {
      const { audience, flush, bookings } = createHall()
      const [first, second, third] = [createListener(true), createListener(true), createListener(true)]
      enterAll(audience, first, second, third)
      for (const seq of [1, 2, 3]) audience.offer(event(`e${seq}`, seq))
      expect([first.parcels, bookings()]).to.deep.equal([[], 1])
      flush()
      expect(first.texts()).to.deep.equal(['e1', 'e2', 'e3'])
      expect(first.parcels).to.have.length(1)
      const [parcel] = first.parcels
      for (const { parcels } of [second, third]) {
        expect(parcels).to.have.length(1)
        expect(parcels[0]).to.equal(parcel)
        expect(parcels[0]?.wire).to.equal(parcel?.wire)
      }
    })

    it('another one with the next flush, booked anew', () => {
      const { audience, flush, bookings } = createHall()
      const member = createListener(true)
      enterAll(audience, member)
      for (const seq of [1, 2]) {
        audience.offer(event(`e${seq}`, seq))
        flush()
      }
      expect(member.rounds).to.deep.equal([['e1'], ['e2']])
      expect(bookings()).to.equal(2)
    })

    it('nothing where nothing came', () => {
      const { audience, flush } = createHall()
      const member = createListener(true)
      enterAll(audience, member)
      audience.flush()
      flush()
      expect(member.parcels).to.deep.equal([])
    })

    it('what has collected early, at the high-water mark: a burst goes out while it is made', () => {
      const { audience, flush, bookings } = createHall(100)
      const member = createListener(true)
      enterAll(audience, member)
      // 50 bytes each on the wire.
      for (let seq = 1; seq <= 5; seq += 1) audience.offer(event(String(seq).repeat(48), seq))
      expect(member.parcels.map(({ count }) => count)).to.deep.equal([2, 2])
      flush()
      expect(member.parcels.map(({ count }) => count)).to.deep.equal([2, 2, 1])
      expect(member.texts().map((text) => text.charAt(0))).to.deep.equal(['1', '2', '3', '4', '5'])
      expect(bookings()).to.be.at.most(3)
    })

    it('what is between two flushes by that measure, not what ever came', () => {
      const { audience, flush } = createHall(100)
      const member = createListener(true)
      enterAll(audience, member)
      for (let seq = 1; seq <= 4; seq += 1) {
        audience.offer(event('x'.repeat(48), seq))
        expect(member.parcels).to.have.length(seq - 1)
        flush()
      }
    })

    it('what came while only others were there by that measure, either', () => {
      const { audience } = createHall(100)
      enterAll(audience, createListener(false))
      for (let seq = 1; seq <= 4; seq += 1) audience.offer(event('x'.repeat(48), seq))
      const late = createListener(true)
      enterAll(audience, late)
      audience.offer(event('x'.repeat(48), 5))
      expect(late.parcels).to.deep.equal([])
    })
  })

  it('gives an eager member each event at once, and books nothing for it', () => {
    const { audience, bookings } = createHall()
    const [one, other] = [createListener(false), createListener(false)]
    enterAll(audience, one, other)
    for (const seq of [1, 2]) {
      audience.offer(event(`e${seq}`, seq))
      for (const { parcels } of [one, other]) expect(parcels).to.have.length(seq)
    }
    expect(one.parcels[1]).to.equal(other.parcels[1])
    expect(bookings()).to.equal(0)
  })

  it('gives a member that joins only what comes after', () => {
    const { audience, flush } = createHall()
    const early = createListener(true)
    enterAll(audience, early)
    audience.offer(event('before', 1))
    const [late, eager] = [createListener(true), createListener(false)]
    enterAll(audience, late, eager)
    flush()
    expect([late.parcels, eager.parcels]).to.deep.equal([[], []])
    audience.offer(event('after', 2))
    flush()
    expect(early.texts()).to.deep.equal(['before', 'after'])
    expect([late.texts(), eager.texts()]).to.deep.equal([['after'], ['after']])
  })

  it('gives one that has caught up meanwhile a parcel of its own', () => {
    const { audience, flush } = createHall()
    const [ahead, behind, alike] = [createListener(true), createListener(true), createListener(true)]
    enterAll(audience, ahead, behind, alike)
    audience.offer(event('e1', 1))
    // As a connection does before an answer.
    ahead.catchUp()
    audience.offer(event('e2', 2))
    flush()
    expect(ahead.rounds).to.deep.equal([['e1'], ['e2']])
    expect(behind.rounds).to.deep.equal([['e1', 'e2']])
    expect(alike.parcels[0]).to.equal(behind.parcels[0])
    expect(ahead.parcels[1]).not.to.equal(behind.parcels[0])
  })

  it('gives nobody a second time what it gave before, whoever asks in between', () => {
    const { audience, flush } = createHall()
    const member = createListener(true)
    enterAll(audience, member)
    audience.offer(event('e1', 1))
    for (const _ of [1, 2, 3]) member.catchUp()
    flush()
    audience.flush()
    expect(member.texts()).to.deep.equal(['e1'])
  })

  describe('when an event cannot be had', () => {
    const error = new Error('no frame')
    const brokenAt = (seq: number): Outgoing => Object.defineProperty(brokenOutgoing(error), 'seq', { value: seq })

    it('fails every member, since each would have a hole, and nobody else', () => {
      const [here, elsewhere] = [createHall(), createHall()]
      const [patient, eager, gone, other] = [
        createListener(true),
        createListener(false),
        createListener(true),
        createListener(true),
      ]
      enterAll(here.audience, patient, eager, gone)
      gone.leave()
      enterAll(elsewhere.audience, other)
      here.audience.offer(brokenAt(1))
      for (const { failures } of [patient, eager]) expect(failures).to.deep.equal([error])
      for (const { failures, parcels } of [gone, other]) expect([failures, parcels]).to.deep.equal([[], []])
    })

    it('throws nothing at who offers it, and takes what comes next', () => {
      const { audience } = createHall()
      const stays = createListener(false)
      enterAll(audience, stays)
      expect(() => audience.offer(brokenAt(1))).not.to.throw()
      audience.offer(event('2', 2))
      expect(stays.texts()).to.deep.equal(['2'])
    })

    it('fails all of them also where failing makes them leave', () => {
      const { audience } = createHall()
      const failed: string[] = []
      for (const [name, isPatient] of [
        ['a', true],
        ['b', false],
        ['c', true],
      ] as const) {
        const member: Member = {
          isPatient,
          catchUp: () => undefined,
          fail: () => {
            failed.push(name)
            audience.leave(member)
          },
        }
        audience.enter(member)
      }
      audience.offer(brokenAt(1))
      expect(failed).to.have.members(['a', 'b', 'c'])
      expect(audience.size).to.equal(0)
    })

    for (const what of ['accepts', 'isEntitled'] as const) {
      it(`takes an ${what} that throws for the same`, () => {
        const throwing = (): never => {
          throw error
        }
        const audience = new Audience({
          subscription: {
            types: new Set(),
            filter: undefined,
            accepts: () => true,
            ...(what === 'accepts' && { accepts: throwing }),
          },
          isEntitled: what === 'isEntitled' ? throwing : () => true,
          flusher: { bookGathering: () => undefined },
          highWaterMarkBytes: 1_000,
        })
        const member = createListener(true)
        enterAll(audience, member)
        audience.offer(event('1', 1))
        expect(member.failures).to.deep.equal([error])
      })
    }
  })

  describe('while it hands on', () => {
    for (const isPatient of [true, false]) {
      const who = isPatient ? 'patient' : 'eager'

      it(`lets ${who} members leave, itself and others: who has left gets nothing more`, () => {
        const { audience, flush } = createHall()
        const last = createListener(isPatient)
        const first = createListener(isPatient, () => {
          first.leave()
          last.leave()
        })
        enterAll(audience, first, last)
        for (const seq of [1, 2]) {
          audience.offer(event(`e${seq}`, seq))
          flush()
        }
        expect([first.texts(), last.texts(), audience.size]).to.deep.equal([['e1'], [], 0])
      })

      it(`lets ${who} members come: they get only what comes after`, () => {
        const { audience, flush } = createHall()
        const late = createListener(isPatient)
        const first = createListener(isPatient, () => {
          if (audience.size === 1) late.enter(audience)
        })
        enterAll(audience, first)
        for (const seq of [1, 2]) {
          audience.offer(event(`e${seq}`, seq))
          flush()
        }
        expect([first.texts(), late.texts()]).to.deep.equal([['e1', 'e2'], ['e2']])
      })

      it(`gives ${who} members in order what one of them causes`, () => {
        const { audience, flush } = createHall()
        const before = createListener(isPatient)
        const causing = createListener(isPatient, ({ first: { seq } }) => {
          if (seq === 1) audience.offer(event('caused', 2))
        })
        const after = createListener(isPatient)
        enterAll(audience, before, causing, after)
        audience.offer(event('cause', 1))
        for (const _ of [1, 2]) flush()
        for (const { texts } of [before, causing, after]) expect(texts()).to.deep.equal(['cause', 'caused'])
      })
    }
  })

  it('gives each what came while it was there, in order and once, whoever comes, goes and asks when', () => {
    const step = fc.record({
      does: fc.oneof(
        { weight: 6, arbitrary: fc.constant('offer' as const) },
        { weight: 2, arbitrary: fc.constant('flush' as const) },
        { weight: 2, arbitrary: fc.constantFrom('enter' as const, 'leave' as const, 'ask' as const) },
      ),
      who: fc.nat(4),
      bytes: fc.nat(60),
      isWanted: fc.oneof({ weight: 5, arbitrary: fc.constant(true) }, { weight: 1, arbitrary: fc.constant(false) }),
      isStored: fc.boolean(),
    })
    fc.assert(
      fc.property(fc.array(step, { maxLength: 60 }), fc.nat(200), (steps, highWaterMarkBytes) => {
        const { audience, flush } = createHall(highWaterMarkBytes)
        const members = Array.from({ length: 5 }, (_, index) => createListener(index % 2 === 0))
        const isIn = members.map(() => false)
        const expected = members.map((): string[] => [])
        // What a patient member has not been given when it leaves goes with it.
        const open = members.map((): string[] => [])
        const settle = (index: number): void => {
          expected[index]?.push(...(open[index]?.splice(0) ?? []))
        }
        for (const [index, { does, who, bytes, isWanted, isStored }] of steps.entries()) {
          const member = members[who] ?? expect.fail()
          const text = `${index} `.padEnd(bytes, '.')
          if (does === 'offer') {
            audience.offer(event(text, isStored ? index + 1 : undefined, isWanted ? 'a.one' : 'b.one'))
            if (isWanted) for (const [one, list] of open.entries()) if (isIn[one] === true) list.push(text)
          }
          if (does === 'flush') flush()
          if (does === 'ask') member.catchUp()
          if (does === 'enter' && isIn[who] !== true) {
            member.enter(audience)
            isIn[who] = true
          }
          if (does === 'leave' && isIn[who] === true) {
            // As a connection that ends in order does.
            member.catchUp()
            settle(who)
            member.leave()
            isIn[who] = false
          }
          for (const [one, { isPatient, texts }] of members.entries()) {
            const all = [...(expected[one] ?? []), ...(open[one] ?? [])]
            expect(texts()).to.deep.equal(isPatient ? all.slice(0, texts().length) : all)
          }
          const unflushed = open.map((list, one) => {
            const given = (members[one]?.texts().length ?? 0) - (expected[one]?.length ?? 0)
            return list.slice(given).reduce((sum, left) => sum + Buffer.byteLength(left) + 2, 0)
          })
          for (const bytesLeft of unflushed) expect(bytesLeft).to.be.at.most(Math.max(0, highWaterMarkBytes - 1))
        }
        flush()
        for (const [one, { texts }] of members.entries()) {
          expect(texts()).to.deep.equal([...(expected[one] ?? []), ...(open[one] ?? [])])
        }
      }),
    )
  })

  describe('expects those who still see what came before', () => {
    it('and counts them, once each, and gives them nothing until they enter', () => {
      const { audience, flush, asked } = createHall()
      for (const isPatient of [true, false]) {
        const member = createListener(isPatient)
        const { size } = audience
        audience.expect(member)
        audience.expect(member)
        expect(audience.size).to.equal(size + 1)
        audience.offer(event('before', 1))
        flush()
        member.enter(audience)
        expect(audience.size, 'it is no second one').to.equal(size + 1)
        expect(member.parcels).to.deep.equal([])
        member.leave()
      }
      expect(asked.accepts, 'nothing is decided for nobody').to.equal(0)
    })

    it('also those who were in it: they get nothing more', () => {
      const { audience, flush } = createHall()
      for (const isPatient of [true, false]) {
        const member = createListener(isPatient)
        enterAll(audience, member)
        audience.expect(member)
        expect(audience.size).to.equal(1)
        audience.offer(event('after'))
        flush()
        expect(member.parcels).to.deep.equal([])
        member.leave()
      }
    })

    it('and forgets those who leave', () => {
      const { audience } = createHall()
      const member = createListener(true)
      audience.expect(member)
      audience.leave(member)
      expect(audience.size).to.equal(0)
    })

    it('and gives them, when they have entered, all that comes from then on', () => {
      const { audience, flush } = createHall()
      const [stays, comes] = [createListener(true), createListener(true)]
      enterAll(audience, stays)
      audience.expect(comes)
      audience.offer(event('e1', 1))
      comes.enter(audience)
      audience.offer(event('e2', 2))
      flush()
      expect([stays.texts(), comes.texts()]).to.deep.equal([['e1', 'e2'], ['e2']])
    })

    it('and does not fail them where an event cannot be had: they will ask for it again', () => {
      const { audience } = createHall()
      const [member, expected] = [createListener(false), createListener(false)]
      enterAll(audience, member)
      audience.expect(expected)
      audience.offer(brokenOutgoing(new Error('no frame')))
      expect([member.failures.length, expected.failures.length]).to.deep.equal([1, 0])
    })
  })

  it('begins at the begin of another life of the stream', () => {
    const { audience } = createHall()
    const member = createListener(false)
    enterAll(audience, member)
    audience.offer(event('7', 7))
    audience.restart()
    for (const seq of [1, 2, 2]) audience.offer(event(`new ${seq}`, seq))
    expect(member.texts()).to.deep.equal(['7', 'new 1', 'new 2'])
  })

  it('answers whether an event is for it as often as it is asked, whatever it was offered', () => {
    const { audience } = createHall()
    const member = createListener(false)
    enterAll(audience, member)
    audience.offer(event('7', 7))
    for (const _ of [1, 2]) expect(audience.admits(event('3', 3))).to.equal(true)
    expect(audience.admits(event('3', 3, 'b.one'))).to.equal(false)
    expect(audience.admits(outgoingEvent('a.one', 'x', { owner: 'bob' }))).to.equal(false)
    expect(audience.admits(outgoing({ event: eventOf('a.one'), label: 'shown to no client' }))).to.equal(false)
    expect(audience.admits(outgoing({ label: 'answer', frame: createFrame('x') }))).to.equal(true)
    audience.offer(event('8', 8))
    expect(member.texts(), 'and that is no offer').to.deep.equal(['7', '8'])
  })

  it('gives parcels that stay what they are, also for somebody who looks at them after the flush', () => {
    const { audience, flush } = createHall()
    const parcels: Parcel[] = []
    const begin = audience.last
    audience.enter({
      isPatient: true,
      catchUp: () => void parcels.push(audience.since(begin) ?? expect.fail()),
      fail: () => undefined,
    })
    for (const seq of [1, 2]) audience.offer(event(`e${seq}`, seq))
    flush()
    const [parcel] = parcels
    expect(parcel?.items().map(({ seq }) => seq)).to.deep.equal([1, 2])
    expect(textsIn(parcel?.wire ?? Buffer.alloc(0))).to.deep.equal(['e1', 'e2'])
  })

  it('keeps nothing of what has been handed on', async () => {
    const { audience, references } = flushedHall()
    await collectGarbage()
    expect(references.filter((reference) => reference.deref() !== undefined)).to.have.length(0)
    expect(audience.size).to.equal(2)
  })

  it('keeps nothing behind somebody who was given a part of it and left', async () => {
    const { audience, references } = leftHall()
    await collectGarbage()
    expect(references.filter((reference) => reference.deref() !== undefined)).to.have.length(0)
    expect(audience.size).to.equal(1)
  })
})

/** A member that keeps nothing of what it is given but how far it has come. */
function createForgetful(audience: Audience, isPatient: boolean): Member {
  let seen = audience.last
  return {
    isPatient,
    catchUp: () => {
      audience.since(seen)
      seen = audience.last
    },
    fail: () => undefined,
  }
}

/** In functions of their own, because an async one keeps its locals: halls, and weakly what was offered in them. */
function flushedHall() {
  const { audience, flush } = createHall()
  for (const isPatient of [true, false]) audience.enter(createForgetful(audience, isPatient))
  const references: WeakRef<Outgoing>[] = []
  for (let seq = 1; seq <= 4; seq += 1) {
    const one = event(`e${seq}`, seq)
    references.push(new WeakRef(one))
    audience.offer(one)
    flush()
  }
  return { audience, references }
}

function leftHall() {
  const { audience, flush } = createHall()
  const leaves = createForgetful(audience, true)
  audience.enter(leaves)
  audience.enter(createForgetful(audience, true))
  const references: WeakRef<Outgoing>[] = []
  for (let seq = 1; seq <= 3; seq += 1) {
    const one = event(`e${seq}`, seq)
    references.push(new WeakRef(one))
    audience.offer(one)
    if (seq !== 2) continue
    leaves.catchUp()
    audience.leave(leaves)
  }
  flush()
  return { audience, references }
}
