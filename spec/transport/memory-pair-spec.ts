import { expect } from 'chai'
import { createFrame } from '../../lib/transport/frame.ts'
import { createMemoryPair } from '../../lib/transport/memory-pair.ts'
import { keepsTheTransportContract, listenTo } from './transport-contract.ts'

describe('createMemoryPair', () => {
  keepsTheTransportContract(() => {
    const { transport, peer } = createMemoryPair()
    return Promise.resolve({
      transport,
      peer: { ...peer, received: () => peer.received },
      dispose: () => Promise.resolve(),
    })
  })

  it('does everything in the same turn', () => {
    const { transport, peer } = createMemoryPair()
    const { told, isDone } = listenTo(transport)
    transport.write(createFrame('down'))
    peer.send('up')
    transport.ping()
    transport.close(1_001, 'bye')
    expect(peer.received).to.deep.equal(['down'])
    expect(told).to.deep.equal([
      { _tag: 'Text', text: 'up', bytes: 2 },
      { _tag: 'SignOfLife' },
      { _tag: 'Closed', code: 1_001, reason: 'bye' },
    ])
    expect(isDone()).to.equal(true)
  })

  it('keeps what the peer did before anybody listened', () => {
    const { transport, peer } = createMemoryPair()
    peer.send('early')
    peer.close(1_000)
    expect(listenTo(transport).told).to.deep.equal([
      { _tag: 'Text', text: 'early', bytes: 5 },
      { _tag: 'Closed', code: 1_000, reason: '' },
    ])
  })

  it('counts pings, and lets the peer leave them unanswered', () => {
    const { transport, peer } = createMemoryPair()
    const { told } = listenTo(transport)
    peer.answerPings(false)
    transport.ping()
    expect([peer.pings(), told]).to.deep.equal([1, []])
    peer.answerPings(true)
    transport.ping()
    expect([peer.pings(), told]).to.deep.equal([2, [{ _tag: 'SignOfLife' }]])
  })

  it('lets the peer leave a close unanswered, until it closes itself or is cut', () => {
    for (const [end, code] of [
      ['close', 4_000],
      ['terminate', 1_006],
    ] as const) {
      const { transport, peer } = createMemoryPair()
      const { told, isDone } = listenTo(transport)
      peer.answerClose(false)
      transport.close(1_001, 'bye')
      transport.write(createFrame('late'))
      expect(peer.received).to.deep.equal([])
      expect([isDone(), peer.closed()]).to.deep.equal([false, { code: 1_001, reason: 'bye' }])
      if (end === 'close') peer.close(code)
      else transport.terminate()
      expect(told).to.deep.equal([{ _tag: 'Closed', code, reason: '' }])
    }
  })

  it('gives a stalled peer what was written meanwhile when it goes on, and not before', () => {
    const { transport, peer } = createMemoryPair()
    peer.stall()
    for (const text of ['a', 'b']) transport.write(createFrame(text))
    expect(peer.received).to.deep.equal([])
    peer.resume()
    expect(peer.received).to.deep.equal(['a', 'b'])
  })

  it('says nothing more of a peer that is gone', () => {
    const { transport, peer } = createMemoryPair()
    const { told } = listenTo(transport)
    peer.close(1_000)
    peer.send('late')
    peer.sendBinary()
    peer.close(1_001)
    transport.ping()
    transport.write(createFrame('late'))
    expect(told).to.deep.equal([{ _tag: 'Closed', code: 1_000, reason: '' }])
    expect(peer.received).to.deep.equal([])
  })
})
