import { expect } from 'chai'
import { Parcel } from '../../lib/connection/parcel.ts'
import type { Replay, ReplayPage, ReplaySource } from '../../lib/connection/replay.ts'
import { audienceOf, openConnection, outgoingAnswer, outgoingEvent } from './connection-fixture.ts'

const from = { epoch: 'e', seq: 0 }

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
    expect(connection.hold(from, source)).to.equal(true)
    expect([connection.replayPosition(), connection.isReplayHeld()]).to.deep.equal([from, false])
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
    connection.hold(from, source)
    connection.replay()
    run()
    expect(peer.received).to.deep.equal(['missed', 'caused'])
  })

  it('is given first what came before it was held, also where it takes that at a flush', () => {
    const audience = audienceOf()
    const { connection, peer } = openConnection({ audience })
    connection.offer(outgoingEvent('a.one', 'before'))
    connection.hold(from, createSource(() => shown('missed')).source)
    connection.offer(outgoingAnswer('answer'))
    expect(peer.received).to.deep.equal(['before', 'answer'])
    expect(audience.size).to.equal(1)
  })

  it('goes on with another audience in the middle of it, and enters that one', () => {
    const { connection, peer } = openConnection()
    const { source, run } = createSource(() => shown('missed'))
    connection.hold(from, source)
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
    connection.hold(from, first.source)
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
    connection.hold(from, source)
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
        const { source, run } = createSource(() => (isWaiting ? Promise.resolve(shown('missed')) : shown('missed')))
        connection.hold(from, source)
        connection.replay()
        if (isWaiting) run()
        connection[end]({ code: 1001, reason: 'bye' })
        run()
        await Promise.resolve()
        expect([peer.received, connection.audience().size]).to.deep.equal([[], 0])
        expect(connection.hold(from, source), 'nor held').to.equal(false)
        connection.goLive()
        expect(connection.audience().size).to.equal(0)
      }
    })
  }

  it('takes no more turns while its peer takes nothing', () => {
    const { connection, peer } = openConnection()
    const { source, booked } = createSource(() => shown('missed'))
    peer.stall()
    connection.hold(from, source)
    connection.replay()
    expect([connection.isReplayHeld(), booked()]).to.deep.equal([true, 0])
    peer.resume()
    expect([connection.isReplayHeld(), booked()]).to.deep.equal([false, 1])
  })
})
