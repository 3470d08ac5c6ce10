import { expect } from 'chai'
import { createFrame } from '../../lib/transport/frame.ts'
import type { Incoming, Transport } from '../../lib/transport/transport.ts'
import { eventually } from './eventually.ts'

/** A transport and what its peer can do. */
export interface TransportBench {
  readonly transport: Transport
  readonly peer: {
    readonly send: (text: string) => void
    readonly sendBinary: () => void
    /** What arrived, in order. */
    readonly received: () => readonly string[]
    readonly close: (code: number, reason: string) => void
    /** How it was closed, once it was. */
    readonly closed: () => { readonly code: number; readonly reason: string } | undefined
    /** Stops reading, and goes on. */
    readonly stall: () => void
    readonly resume: () => void
  }
  readonly dispose: () => Promise<void>
}

/** All a transport tells of its peer: `done` when it has completed. */
export function listenTo(transport: Transport): { readonly told: readonly Incoming[]; readonly isDone: () => boolean } {
  const told: Incoming[] = []
  let isDone = false
  transport.incoming$.subscribe({
    next: (incoming) => told.push(incoming),
    complete: () => {
      isDone = true
    },
  })
  return { told, isDone: () => isDone }
}

/** The states `writable$` tells, the newest last. */
export function watchWritable(transport: Transport): readonly boolean[] {
  const states: boolean[] = []
  transport.writable$.subscribe((isWritable) => states.push(isWritable))
  return states
}

/** Writes to a peer that does not read until the transport says that it is full; answers to the texts. */
export function fill({ transport, peer }: TransportBench, bytesEach: number): readonly string[] {
  const states = watchWritable(transport)
  const texts: string[] = []
  peer.stall()
  while (states.at(-1) === true) {
    if (texts.length * bytesEach > 128 * 1024 * 1024) throw new Error('this transport is never full')
    const text = String(texts.length).padEnd(bytesEach, '.')
    texts.push(text)
    transport.write(createFrame(text))
  }
  return texts
}

const words = ['first', '', 'ünïcödé ✓ 😀', '{"type":"PING"}', 'x'.repeat(70_000), 'last']

/** What every form of `Transport` promises, as the specs of each. */
export function keepsTheTransportContract(open: () => Promise<TransportBench>): void {
  describe('keeps the contract of transports:', () => {
    let bench: TransportBench

    beforeEach(async () => {
      bench = await open()
    })
    afterEach(() => bench.dispose())

    it('tells of texts in order, with their size in bytes', async () => {
      const { told } = listenTo(bench.transport)
      for (const word of words) bench.peer.send(word)
      await eventually(() => told.length === words.length, 'the last text')
      const expected = words.map((text) => ({ _tag: 'Text', text, bytes: Buffer.byteLength(text) }))
      expect(told).to.deep.equal(expected)
    })

    it('tells of a binary frame, in its place', async () => {
      const { told } = listenTo(bench.transport)
      bench.peer.send('before')
      bench.peer.sendBinary()
      bench.peer.send('after')
      await eventually(() => told.length === 3, 'the last text')
      expect(told.map(({ _tag }) => _tag)).to.deep.equal(['Text', 'Binary', 'Text'])
    })

    it('writes frames in order', async () => {
      for (const word of words) bench.transport.write(createFrame(word))
      await eventually(() => bench.peer.received().length === words.length, 'the last frame')
      expect(bench.peer.received()).to.deep.equal(words)
    })

    it('writes one frame to as many peers as like', async () => {
      const other = await open()
      try {
        const frame = createFrame('shared')
        const before = Buffer.from(frame.wire)
        for (const { transport } of [bench, other, bench]) transport.write(frame)
        await eventually(() => bench.peer.received().length === 2 && other.peer.received().length === 1, 'the frame')
        expect([...bench.peer.received(), ...other.peer.received()]).to.deep.equal(['shared', 'shared', 'shared'])
        expect(frame.wire.equals(before)).to.equal(true)
      } finally {
        await other.dispose()
      }
    })

    it('hears the answer to a ping as a sign of life', async () => {
      const { told } = listenTo(bench.transport)
      bench.transport.ping()
      await eventually(() => told.length > 0, 'the answer')
      expect(told).to.deep.equal([{ _tag: 'SignOfLife' }])
    })

    it('says that it takes more when somebody asks, and nothing new where nothing changed', async () => {
      const states = watchWritable(bench.transport)
      expect(states).to.deep.equal([true])
      bench.transport.write(createFrame('small'))
      await eventually(() => bench.peer.received().length === 1, 'the frame')
      expect(states).to.deep.equal([true])
    })

    it('says that it is full for a peer that does not read, and that it takes more when the peer does; nothing is lost', async () => {
      const states = watchWritable(bench.transport)
      const texts = fill(bench, 256 * 1024)
      expect(states).to.deep.equal([true, false])
      expect(watchWritable(bench.transport)).to.deep.equal([false])
      bench.transport.write(createFrame('beyond'))
      bench.peer.resume()
      await eventually(() => bench.peer.received().length === texts.length + 1, 'all that was written')
      await eventually(() => states.at(-1) === true, 'that it takes more')
      expect(states).to.deep.equal([true, false, true])
      const hasArrived = [...texts, 'beyond'].map((text, index) => bench.peer.received()[index] === text)
      expect(hasArrived).not.to.include(false)
    })

    it('tells once how the peer closed, and is done', async () => {
      const { told, isDone } = listenTo(bench.transport)
      bench.peer.send('a')
      bench.peer.close(4_321, 'had enough ✓')
      await eventually(isDone, 'the end')
      expect(told).to.deep.equal([
        { _tag: 'Text', text: 'a', bytes: 1 },
        { _tag: 'Closed', code: 4_321, reason: 'had enough ✓' },
      ])
    })

    it('closes with a code and a reason, after the frames that were written before', async () => {
      const { told, isDone } = listenTo(bench.transport)
      for (const word of words) bench.transport.write(createFrame(word))
      bench.transport.close(4_408, 'heartbeat timeout')
      await eventually(isDone, 'the end')
      await eventually(() => bench.peer.closed() !== undefined, 'the close at the peer')
      expect(bench.peer.received()).to.deep.equal(words)
      expect(bench.peer.closed()).to.deep.equal({ code: 4_408, reason: 'heartbeat timeout' })
      expect(told.at(-1)).to.deep.equal({ _tag: 'Closed', code: 4_408, reason: 'heartbeat timeout' })
    })

    it('writes nothing after a close, and takes another one, a ping and a termination as nothing', async () => {
      const { told, isDone } = listenTo(bench.transport)
      bench.transport.close(1_000, 'first')
      const again = (): void => {
        bench.transport.write(createFrame('late'))
        bench.transport.close(1_001, 'second')
        bench.transport.ping()
      }
      expect(again).not.to.throw()
      await eventually(isDone, 'the end')
      expect(again).not.to.throw()
      expect(() => bench.transport.terminate()).not.to.throw()
      await eventually(() => bench.peer.closed() !== undefined, 'the close at the peer')
      expect(bench.peer.received()).to.deep.equal([])
      expect(bench.peer.closed()).to.deep.equal({ code: 1_000, reason: 'first' })
      expect(told.filter(({ _tag }) => _tag === 'Closed')).to.have.length(1)
    })

    it('ends at once when it is terminated, and tells so', async () => {
      const { told, isDone } = listenTo(bench.transport)
      bench.transport.terminate()
      await eventually(isDone, 'the end')
      await eventually(() => bench.peer.closed() !== undefined, 'the end at the peer')
      expect(told).to.deep.equal([{ _tag: 'Closed', code: 1_006, reason: '' }])
      expect(bench.peer.closed()).to.deep.equal({ code: 1_006, reason: '' })
    })

    it('ends at once when it is terminated within a close that is not answered', async () => {
      const { told, isDone } = listenTo(bench.transport)
      bench.peer.stall()
      bench.transport.close(1_000, 'bye')
      bench.transport.terminate()
      await eventually(isDone, 'the end')
      expect(told.filter(({ _tag }) => _tag === 'Closed')).to.have.length(1)
    })
  })
}
