import { expect } from 'chai'
import * as fc from 'fast-check'
import type { Audience } from '../../lib/connection/audience.ts'
import type { QueueLimits } from '../../lib/connection/backlog.ts'
import type { Outgoing } from '../../lib/connection/outgoing.ts'
import { createSubscription } from '../../lib/connection/subscription.ts'
import type { OverflowPolicy } from '../../lib/operators/overflow-queue.ts'
import { createFrame } from '../../lib/transport/frame.ts'
import { textsIn } from '../support/wire-texts.ts'
import {
  audienceOf,
  eventOf,
  type Opened,
  openConnection,
  outgoing,
  outgoingAnswer,
  spiedPair,
} from './connection-fixture.ts'

type Limits = Partial<QueueLimits>

const bye = { code: 4_408, reason: 'heartbeat timeout' }

/** A stored event `e<seq>`, about `key`. */
function news(seq: number, key?: string): Outgoing {
  const event = eventOf('a.one')
  return outgoing({ event, seq, label: 'a.one', frame: createFrame(`e${seq}`), conflationKey: key })
}

/** An event without a position. */
function live(text: string): Outgoing {
  return outgoing({ event: eventOf('a.one'), label: 'a.one', frame: createFrame(text) })
}

/** A stored event that somebody may wait for. */
function terminal(seq: number): Outgoing {
  return outgoing({ event: eventOf('a.one'), seq, label: 'a.one', frame: createFrame(`T${seq}`), isProtected: true })
}

/** Memory that is given joined frames, as sockets are. */
function joiningPair(): ReturnType<typeof spiedPair> {
  return spiedPair((inner) => ({
    writeJoined: (wire) => {
      for (const text of textsIn(wire)) inner.write(createFrame(text))
    },
  }))
}

/** A connection with room for three, each frame that it gets in a word. */
function open(
  limits: Limits,
  isPatient = false,
  audience: Audience = audienceOf(),
): Opened & { words: () => readonly string[] } {
  const opened = openConnection({
    pair: isPatient ? joiningPair() : spiedPair(),
    audience,
    queue: { maxMessages: 3, maxBytes: 10_000, policy: 'dropOldest', ...limits },
  })
  return { ...opened, words: () => opened.peer.received.map(wordOf) }
}

/** A text as it is; a gap as its range and its counts. */
function wordOf(text: string): string {
  if (!text.startsWith('{')) return text
  const frame = JSON.parse(text) as { readonly type: string; readonly payload: Readonly<Record<string, unknown>> }
  expect(frame).to.have.all.keys('type', 'payload', 'id', 'timestamp')
  expect(frame.type).to.equal('gap')
  expect(frame.payload).to.have.all.keys('fromSeq', 'toSeq', 'dropped', 'conflated')
  const { fromSeq, toSeq, dropped, conflated } = frame.payload
  return `gap ${String(fromSeq)}-${String(toSeq)} d${String(dropped)} c${String(conflated)}`
}

function offerAll({ connection }: Opened, all: readonly Outgoing[]): void {
  for (const one of all) connection.offer(one)
}

describe('a connection whose peer does not read', () => {
  for (const isPatient of [false, true]) {
    describe(isPatient ? 'and that gets what a flush brings' : 'and that gets each event when it is there', () => {
      /** What a peer gets that reads again after all this was offered. */
      const after = (limits: Limits, all: readonly Outgoing[]): readonly string[] => {
        const opened = open(limits, isPatient)
        opened.peer.stall()
        offerAll(opened, all)
        opened.connection.audience().flush()
        opened.peer.resume()
        return opened.words()
      }

      it('is told what dropOldest took, before what is left', () => {
        const all = [1, 2, 3, 4, 5].map((seq) => news(seq))
        expect(after({ policy: 'dropOldest' }, all)).to.deep.equal(['gap 1-2 d2 c0', 'e3', 'e4', 'e5'])
      })

      it('is told what dropNewest took, after what was there before', () => {
        const all = [1, 2, 3, 4, 5].map((seq) => news(seq))
        expect(after({ policy: 'dropNewest' }, all)).to.deep.equal(['e1', 'e2', 'e3', 'gap 4-5 d2 c0'])
      })

      it('is told what conflate took, in its place', () => {
        const all = [news(1, 'k'), news(2), news(3, 'k'), news(4, 'k')]
        expect(after({ policy: 'conflate' }, all)).to.deep.equal(['gap 1-1 d0 c1', 'e2', 'gap 3-3 d0 c1', 'e4'])
      })

      it('is told what a function took; it is asked about what arrives', () => {
        const asked: (number | undefined)[] = []
        const policy = ({ seq }: Outgoing): OverflowPolicy => {
          asked.push(seq)
          return seq === 4 ? 'dropOldest' : 'dropNewest'
        }
        const all = [1, 2, 3, 4, 5].map((seq) => news(seq))
        expect(after({ policy }, all)).to.deep.equal(['gap 1-1 d1 c0', 'e2', 'e3', 'e4', 'gap 5-5 d1 c0'])
        expect(asked).to.deep.equal([4, 5])
      })

      it('never loses an answer or a terminal event, and is told of what made room on either side of them', () => {
        const all = [news(1), outgoingAnswer('answer'), news(2), terminal(3), news(4), news(5)]
        expect(after({ policy: 'dropOldest' }, all)).to.deep.equal([
          'gap 1-1 d1 c0',
          'answer',
          'gap 2-2 d1 c0',
          'T3',
          'gap 4-4 d1 c0',
          'e5',
        ])
      })

      it('is closed with 4413 where answers and terminal events alone are too many', () => {
        for (const policy of ['disconnect', 'dropOldest', 'dropNewest', 'conflate'] as const) {
          const opened = open({ policy }, isPatient)
          opened.peer.stall()
          offerAll(opened, [outgoingAnswer('1'), terminal(2), outgoingAnswer('3'), terminal(4)])
          opened.connection.audience().flush()
          expect(opened.peer.closed(), policy).to.deep.equal({ code: 4_413, reason: 'too slow' })
          expect(opened.ended[0], policy).to.include({ code: 4_413, sent: 0, dropped: 4, conflated: 0, queued: 0 })
        }
      })

      it('is told of lost events without a position by an empty range, which stands after the last it got', () => {
        const opened = open({ policy: 'dropNewest' }, isPatient)
        offerAll(opened, [news(7)])
        opened.connection.audience().flush()
        opened.peer.stall()
        offerAll(opened, [live('1'), live('2'), live('3'), live('lost'), live('lost too')])
        opened.connection.audience().flush()
        opened.peer.resume()
        expect(opened.words()).to.deep.equal(['e7', '1', '2', '3', 'gap 8-7 d2 c0'])
      })

      it('is told of them so also where it waits for what stands before them', () => {
        const opened = open({ policy: 'dropNewest' }, isPatient)
        opened.peer.stall()
        offerAll(opened, [news(7), news(8), news(9), live('lost')])
        opened.connection.audience().flush()
        opened.peer.resume()
        expect(opened.words()).to.deep.equal(['e7', 'e8', 'e9', 'gap 10-9 d1 c0'])
      })

      it('is told of them by a range that does not lie behind what a gap before it told', () => {
        const all = [news(5), outgoingAnswer('answer'), live('lost')]
        expect(after({ policy: 'dropNewest', maxMessages: 1 }, all)).to.deep.equal([
          'gap 5-5 d1 c0',
          'answer',
          'gap 6-5 d1 c0',
        ])
      })

      it('is told of those with and without a position together', () => {
        const all = [news(1), news(2), news(3), live('lost'), news(4), live('lost'), news(6), live('lost')]
        expect(after({ policy: 'dropNewest' }, all)).to.deep.equal(['e1', 'e2', 'e3', 'gap 4-6 d5 c0'])
      })

      it('is told once for each time it reads', () => {
        const opened = open({ policy: 'dropOldest', maxMessages: 1 }, isPatient)
        for (const seq of [1, 4, 7]) {
          opened.peer.stall()
          offerAll(opened, [news(seq), news(seq + 1), news(seq + 2)])
          opened.connection.audience().flush()
          opened.peer.resume()
        }
        expect(opened.words()).to.deep.equal(['gap 1-2 d2 c0', 'e3', 'gap 4-5 d2 c0', 'e6', 'gap 7-8 d2 c0', 'e9'])
      })

      it('is bounded in bytes, too', () => {
        const all = [news(1), news(2), news(3)]
        // Each is 4 bytes on the wire.
        expect(after({ policy: 'dropOldest', maxBytes: 8 }, all)).to.deep.equal(['gap 1-1 d1 c0', 'e2', 'e3'])
      })

      it('counts what it lost, by how; a gap is counted as sent', () => {
        const opened = open(
          { policy: ({ conflationKey }) => (conflationKey === undefined ? 'dropOldest' : 'conflate') },
          isPatient,
        )
        opened.peer.stall()
        offerAll(opened, [news(1), news(2, 'k'), news(3, 'k'), news(4, 'k')])
        opened.connection.audience().flush()
        expect(opened.connection.counts()).to.include({
          dropped: 0,
          conflated: 2,
          lost: 2,
          queued: 2,
          queuedBytes: 8,
          sent: 0,
        })
        offerAll(opened, [news(5), news(6)])
        opened.connection.audience().flush()
        expect(opened.connection.counts()).to.include({ dropped: 1, conflated: 2, lost: 3, queued: 3, queuedBytes: 12 })
        opened.peer.resume()
        expect(opened.words()).to.deep.equal(['gap 1-3 d1 c2', 'e4', 'e5', 'e6'])
        expect(opened.connection.counts()).to.include({
          dropped: 1,
          conflated: 2,
          lost: 3,
          queued: 0,
          queuedBytes: 0,
          sent: 4,
        })
        const bytes = opened.peer.received.reduce((sum, text) => sum + createFrame(text).wire.length, 0)
        expect(opened.connection.counts().sentBytes).to.equal(bytes)
      })

      it('counts at its end what waited as dropped, but not as lost to the policy', () => {
        const opened = open({ policy: 'dropOldest' }, isPatient)
        opened.peer.stall()
        offerAll(
          opened,
          [1, 2, 3, 4, 5].map((seq) => news(seq)),
        )
        opened.connection.audience().flush()
        opened.connection.end(bye)
        expect(opened.ended).to.have.length(1)
        expect(opened.ended[0]).to.include({ ...bye, sent: 0, dropped: 5, lost: 2, queued: 0 })
      })

      it('lets go of all that may be lost when it has to make room for others, and is told', () => {
        const opened = open({ policy: 'dropNewest' }, isPatient)
        opened.peer.stall()
        offerAll(opened, [news(1), outgoingAnswer('answer'), news(2)])
        opened.connection.audience().flush()
        opened.connection.shed()
        expect(opened.connection.counts()).to.include({ dropped: 2, queued: 1 })
        opened.peer.resume()
        expect(opened.words()).to.deep.equal(['gap 1-1 d1 c0', 'answer', 'gap 2-2 d1 c0'])
      })

      it('ends when it has to make room for others where nothing may be lost', () => {
        for (const [policy, one] of [
          ['disconnect', news(1)],
          ['dropOldest', outgoingAnswer('answer')],
        ] as const) {
          const opened = open({ policy }, isPatient)
          opened.peer.stall()
          offerAll(opened, [one])
          opened.connection.audience().flush()
          opened.connection.shed()
          expect(opened.peer.closed()).to.deep.equal({ code: 4_413, reason: 'too slow' })
          expect(opened.ended[0]).to.include({ dropped: 1, queued: 0 })
        }
      })

      it('is told all, whatever it was offered and whenever it reads: what it gets and the gaps are everything', () => {
        const step = fc.record({
          does: fc.oneof(
            { weight: 10, arbitrary: fc.constant('news' as const) },
            { weight: 3, arbitrary: fc.constantFrom('live' as const, 'answer' as const, 'terminal' as const) },
            { weight: 6, arbitrary: fc.constantFrom('stall' as const, 'resume' as const, 'flush' as const) },
          ),
          key: fc.constantFrom('k', 'l', undefined),
        })
        const policy = fc.constantFrom<OverflowPolicy>('disconnect', 'dropOldest', 'dropNewest', 'conflate')
        fc.assert(
          fc.property(
            fc.array(step, { maxLength: 60 }),
            policy,
            fc.integer({ min: 1, max: 6 }),
            (steps, named, maxMessages) => {
              const opened = open({ policy: named, maxMessages }, isPatient)
              const { connection, peer, ended } = opened
              const answers: string[] = []
              let offered = 0
              let seq = 0
              for (const [index, { does, key }] of steps.entries()) {
                // What is offered after the end was meant for nobody.
                if (ended.length > 0) break
                if (does === 'stall') peer.stall()
                if (does === 'resume') peer.resume()
                if (does === 'flush') connection.audience().flush()
                if (does === 'stall' || does === 'resume' || does === 'flush') continue
                offered += 1
                if (does === 'news') connection.offer(news((seq += 1), key))
                if (does === 'terminal') connection.offer(terminal((seq += 1)))
                if (does === 'live') connection.offer(live(`l${index}`))
                if (does === 'answer') {
                  answers.push(`a${index}`)
                  connection.offer(outgoingAnswer(`a${index}`))
                }
              }
              connection.audience().flush()
              peer.resume()
              const words = opened.words()
              const gaps = words.flatMap(
                (word) => /^gap (\d+)-(\d+) d(\d+) c(\d+)$/.exec(word)?.slice(1).map(Number) ?? [],
              )
              const gapCount = gaps.length / 4
              const { sent, dropped, conflated, lost } = connection.counts()
              expect(sent).to.equal(words.length)
              const told = sent - gapCount + dropped + conflated
              if (ended.length > 0) {
                expect(ended[0]).to.include({ code: 4_413 })
                // What came before an answer has ended it: then the answer came too late.
                expect(told).to.be.within(isPatient ? offered - 1 : offered, offered)
                return
              }
              expect(told).to.equal(offered)
              expect(words.filter((word) => word.startsWith('a'))).to.deep.equal(answers)
              expect(words.filter((word) => word.startsWith('T'))).to.have.length(
                steps.filter(({ does }) => does === 'terminal').length,
              )
              expect(gaps.reduce((sum, number, index) => (index % 4 > 1 ? sum + number : sum), 0)).to.equal(lost)
              // Each position once, in order, by its event or by a gap.
              let reached = 0
              for (const word of words) {
                const [, from = '', to = from] = /^gap (\d+)-(\d+)/.exec(word) ?? /^[eT](\d+)$/.exec(word) ?? []
                if (from === '') continue
                // An empty range has a place, too; whether it lies behind what a gap before it told is said elsewhere.
                if (Number(to) < Number(from)) expect(Number(to)).to.be.at.most(reached)
                else expect(Number(from)).to.equal(reached + 1)
                reached = Math.max(reached, Number(to))
              }
              expect(reached).to.equal(seq)
            },
          ),
        )
      })
    })
  }
})

describe('a connection that gets what a flush brings', () => {
  const booked = (subscription = createSubscription(['a.one', 'a.two'], undefined)): Audience =>
    audienceOf(subscription)

  it('gets an answer after the events that came before it, also before the flush', () => {
    const { connection, words } = open({}, true)
    connection.offer(news(1))
    expect(words()).to.deep.equal([])
    connection.offer(outgoingAnswer('answer'))
    connection.offer(news(2))
    connection.audience().flush()
    expect(words()).to.deep.equal(['e1', 'answer', 'e2'])
  })

  it('gets from the audience that it leaves what came before, first', () => {
    const { connection, words } = open({}, true)
    const [before, next] = [connection.audience(), booked()]
    next.offer(news(1))
    before.offer(news(2))
    connection.join(next)
    expect(words()).to.deep.equal(['e2'])
    before.offer(news(3))
    next.offer(news(4))
    for (const audience of [before, next]) audience.flush()
    expect(words()).to.deep.equal(['e2', 'e4'])
    expect([before.size, next.size, connection.audience() === next]).to.deep.equal([0, 1, true])
  })

  /** A connection whose audience gets one more event for each frame that it is sent, as often as that, where a host listens. */
  function echoing(times: number): Opened & { words: () => readonly string[] } {
    let seq = 1
    const opened = openConnection({
      pair: joiningPair(),
      host: {
        onSent: () => {
          if (seq <= times) opened.connection.audience().offer(news((seq += 1)))
        },
      },
    })
    return { ...opened, words: () => opened.peer.received.map(wordOf) }
  }

  it('gets from the audience that it leaves what handing that over causes too', () => {
    const { connection, words } = echoing(3)
    const [before, next] = [connection.audience(), booked()]
    before.offer(news(1))
    connection.join(next)
    expect(words()).to.deep.equal(['e1', 'e2', 'e3', 'e4'])
    expect([before.size, next.size]).to.deep.equal([0, 1])
  })

  it('ends where that has no end', () => {
    const { connection, ended } = echoing(1_000)
    const [before, next] = [connection.audience(), booked()]
    before.offer(news(1))
    connection.join(next)
    expect(ended[0]).to.include({ code: 1_011 })
    expect([before.size, next.size]).to.deep.equal([0, 0])
  })

  it('joins nobody after its end', () => {
    const { connection } = open({}, true)
    const next = booked()
    connection.end(bye)
    connection.join(next)
    expect(next.size).to.equal(0)
  })

  it('joins nobody where what came before is too much: it has ended', () => {
    const { connection, peer, ended } = open({ policy: 'disconnect', maxMessages: 1 }, true)
    const [before, next] = [connection.audience(), booked()]
    peer.stall()
    for (const seq of [1, 2]) before.offer(news(seq))
    connection.join(next)
    expect(ended[0]).to.include({ code: 4_413, dropped: 2 })
    expect([before.size, next.size]).to.deep.equal([0, 0])
  })

  it('is in no audience when its end is decided, however that comes', () => {
    const ways: Readonly<Record<string, (opened: Opened) => void>> = {
      end: ({ connection }) => connection.end(bye),
      finish: ({ connection }) => connection.finish(bye),
      'the close of the peer': ({ peer }) => peer.close(1_000),
      'a fault': ({ peer }) => peer.sendBinary(),
      'an overflow': (opened) => {
        opened.peer.stall()
        offerAll(opened, ['1', '2', '3', '4'].map(outgoingAnswer))
      },
    }
    for (const [way, then] of Object.entries(ways)) {
      const opened = open({}, true)
      expect(opened.connection.audience().size, way).to.equal(1)
      then(opened)
      expect(opened.ended, way).to.have.length(1)
      expect(opened.connection.audience().size, way).to.equal(0)
    }
  })

  it('has sent at its end what was pending in the audience where the peer reads', () => {
    const { connection, words, ended } = open({}, true)
    for (const seq of [1, 2]) connection.offer(news(seq))
    connection.end(bye)
    expect(words()).to.deep.equal(['e1', 'e2'])
    expect(ended[0]).to.include({ sent: 2, dropped: 0 })
  })

  it('has counted it as dropped where the peer does not, or is gone', () => {
    for (const [end, isGone] of [
      [({ connection }: Opened) => connection.end(bye), false],
      [({ peer }: Opened) => peer.close(1_000), true],
    ] as const) {
      const opened = open({}, true)
      if (!isGone) opened.peer.stall()
      for (const seq of [1, 2]) opened.connection.offer(news(seq))
      end(opened)
      expect(opened.ended[0]).to.include({ sent: 0, dropped: 2, lost: 0, queued: 0 })
    }
  })

  it('sends what was pending before it finishes', () => {
    const { connection, words, ended } = open({}, true)
    for (const seq of [1, 2]) connection.offer(news(seq))
    connection.finish(bye)
    expect(words()).to.deep.equal(['e1', 'e2'])
    expect(ended[0]).to.include({ ...bye, sent: 2, dropped: 0 })
  })

  it('tells no empty range that lies behind what it got, after it has joined others', () => {
    const { connection, peer, words } = open({ policy: 'dropNewest', maxMessages: 1 }, true)
    const next = booked()
    next.offer(news(3))
    connection.offer(news(9))
    connection.join(next)
    next.offer(live('1'))
    next.flush()
    peer.stall()
    for (const text of ['2', 'lost']) next.offer(live(text))
    next.flush()
    peer.resume()
    expect(words()).to.deep.equal(['e9', '1', '2', 'gap 10-9 d1 c0'])
  })

  it('gives a slow peer a parcel of its own and never delays another', () => {
    const audience = booked()
    const [slow, healthy] = [open({ policy: 'dropOldest' }, true, audience), open({}, true, audience)]
    slow.peer.stall()
    for (let seq = 1; seq <= 6; seq += 1) {
      audience.offer(news(seq))
      audience.flush()
      expect(healthy.words()).to.have.length(seq)
    }
    slow.peer.resume()
    expect(slow.words()).to.deep.equal(['gap 1-3 d3 c0', 'e4', 'e5', 'e6'])
  })
})
