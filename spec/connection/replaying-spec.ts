import { expect } from 'chai'
import { createFrame } from '../../lib/transport/frame.ts'
import { Parcel } from '../../lib/connection/parcel.ts'
import type { Replay, ReplayPage, ReplaySource } from '../../lib/connection/replay.ts'
import { textsIn } from '../support/wire-texts.ts'
import {
  audienceOf,
  brokenOutgoing,
  openConnection,
  outgoingAnswer,
  outgoingEvent,
  spiedPair,
} from './connection-fixture.ts'

const place = { epoch: 'e', seq: 0 }

/** A source of one page, which is the last, and of the turns it has booked. */
function createSource(page: () => ReplayPage | Promise<ReplayPage>) {
  const booked: Replay[] = []
  const source: ReplaySource = {
    page,
    isHead: () => true,
    book: (replay) => void booked.push(replay),
    await: () => expect.fail('it waits'),
  }
  return { source, run: () => booked.splice(0).forEach((replay) => replay.turn()), booked: () => booked.length }
}

/** A peer that is written to joined, and so takes what is new at a flush. */
function patientPair(): ReturnType<typeof spiedPair> {
  return spiedPair((inner) => ({
    writeJoined: (wire) => {
      for (const text of textsIn(wire)) inner.write(createFrame(text))
    },
  }))
}

const shown = (text: string): ReplayPage => ({
  _tag: 'Page',
  parcel: Parcel.of(outgoingEvent('a.one', text)),
  toSeq: 7,
})

describe('a connection that is shown what it missed', () => {
  it('sees nothing of what is new until it has caught up, and then all of it', () => {
    const caughtUp: unknown[] = []
    const { connection, peer } = openConnection({ host: { onCaughtUp: (position) => caughtUp.push(position) } })
    const { source, run } = createSource(() => shown('missed'))
    connection.offer(outgoingEvent('a.one', 'before'))
    expect(connection.replayPosition()).to.equal(undefined)
    expect(connection.hold(place, source)).to.equal(true)
    expect([connection.replayPosition(), connection.isReplayHeld()]).to.deep.equal([place, false])
    connection.offer(outgoingEvent('a.one', 'meanwhile'))
    connection.offer(outgoingAnswer('answer'))
    connection.replay()
    expect(connection.isReplayHeld()).to.equal(false)
    run()
    expect([caughtUp, connection.replayPosition()]).to.deep.equal([[{ epoch: 'e', seq: 7 }], undefined])
    connection.offer(outgoingEvent('a.one', 'after'))
    expect(peer.received).to.deep.equal(['before', 'answer', 'missed', 'after'])
  })

  it('misses nothing that is caused by telling it that it has caught up', () => {
    const { connection, peer } = openConnection({
      host: { onCaughtUp: () => connection.offer(outgoingEvent('a.one', 'caused')) },
    })
    const { source, run } = createSource(() => shown('missed'))
    connection.hold(place, source)
    connection.replay()
    run()
    expect(peer.received).to.deep.equal(['missed', 'caused'])
  })

  it('is given first what came before it was held, also where it takes that at a flush', () => {
    const { connection, peer } = openConnection({ pair: patientPair() })
    connection.offer(outgoingEvent('a.one', 'before'))
    connection.hold(place, createSource(() => shown('missed')).source)
    connection.audience().flush()
    connection.offer(outgoingAnswer('answer'))
    expect(peer.received).to.deep.equal(['before', 'answer'])
    expect(connection.audience().size).to.equal(1)
  })

  it('sees nothing of what others in its audience get meanwhile, and is not failed by it', () => {
    for (const pair of [spiedPair(), patientPair()]) {
      const audience = audienceOf()
      const { connection, peer, ended } = openConnection({ audience, pair })
      const other = openConnection({ audience, pair: patientPair() })
      connection.hold(place, createSource(() => shown('missed')).source)
      audience.offer(outgoingEvent('a.one', 'meanwhile'))
      connection.offer(outgoingAnswer('answer'))
      audience.flush()
      audience.offer(brokenOutgoing(new Error('no frame')))
      expect([peer.received, ended]).to.deep.equal([['answer'], []])
      expect([other.peer.received, other.ended.length]).to.deep.equal([['meanwhile'], 1])
    }
  })

  it('goes on with another audience in the middle of it, and enters that one', () => {
    const { connection, peer } = openConnection()
    const { source, run } = createSource(() => shown('missed'))
    connection.hold(place, source)
    const [before, other] = [connection.audience(), audienceOf()]
    connection.join(other)
    other.offer(outgoingEvent('a.one', 'meanwhile'))
    expect([before.size, other.size]).to.deep.equal([0, 1])
    connection.replay()
    run()
    other.offer(outgoingEvent('a.one', 'after'))
    expect(peer.received).to.deep.equal(['missed', 'after'])
  })

  it('is replayed to once, from where it was held last', () => {
    const { connection, peer } = openConnection()
    const [first, second] = [createSource(() => shown('first')), createSource(() => shown('second'))]
    connection.hold(place, first.source)
    connection.replay()
    connection.hold({ epoch: 'e', seq: 3 }, second.source)
    connection.replay()
    expect(connection.replayPosition()).to.deep.equal({ epoch: 'e', seq: 3 })
    first.run()
    second.run()
    expect(peer.received).to.deep.equal(['second'])
  })

  it('goes live when it is told to, without the rest', () => {
    const { connection, peer } = openConnection()
    const { source, run } = createSource(() => shown('missed'))
    connection.hold(place, source)
    connection.replay()
    connection.goLive()
    run()
    connection.offer(outgoingEvent('a.one', 'after'))
    connection.goLive()
    connection.offer(outgoingEvent('a.one', 'and on'))
    expect([peer.received, connection.replayPosition()]).to.deep.equal([['after', 'and on'], undefined])
  })

  for (const [how, end] of [
    ['ends', 'end'],
    ['is to finish', 'finish'],
  ] as const) {
    it(`is shown no more when it ${how}`, async () => {
      for (const isWaiting of [false, true]) {
        const { connection, peer } = openConnection()
        let reads = 0
        const { source, run } = createSource(() => {
          reads += 1
          return isWaiting ? Promise.resolve(shown('missed')) : shown('missed')
        })
        connection.hold(place, source)
        connection.replay()
        if (isWaiting) run()
        const before = reads
        connection[end]({ code: 1001, reason: 'bye' })
        run()
        await Promise.resolve()
        expect([peer.received, connection.audience().size, reads]).to.deep.equal([[], 0, before])
        expect(connection.hold(place, source), 'nor held').to.equal(false)
        connection.goLive()
        expect(connection.audience().size).to.equal(0)
      }
    })
  }

  it('is shown no more while it takes its time to finish', () => {
    const { connection, peer, ended } = openConnection()
    let reads = 0
    const { source, run } = createSource(() => {
      reads += 1
      return shown('missed')
    })
    connection.hold(place, source)
    connection.replay()
    peer.stall()
    connection.offer(outgoingAnswer('last'))
    connection.finish({ code: 1001, reason: 'bye' })
    expect(ended).to.deep.equal([])
    run()
    peer.resume()
    run()
    expect([peer.received, reads, ended.length]).to.deep.equal([['last'], 0, 1])
  })

  it('takes no more turns while its peer takes nothing', () => {
    const { connection, peer } = openConnection()
    const { source, booked } = createSource(() => shown('missed'))
    peer.stall()
    connection.hold(place, source)
    connection.replay()
    expect([connection.isReplayHeld(), booked()]).to.deep.equal([true, 0])
    peer.resume()
    expect([connection.isReplayHeld(), booked()]).to.deep.equal([false, 1])
  })
})
