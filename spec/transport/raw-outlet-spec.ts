import { expect } from 'chai'
import * as fc from 'fast-check'
import { Duplex } from 'node:stream'
import type { WebSocket } from 'ws'
import type { Flushable } from '../../lib/transport/flusher.ts'
import { createFrame } from '../../lib/transport/frame.ts'
import { RawOutlet } from '../../lib/transport/raw-outlet.ts'
import { textsIn } from '../support/wire-texts.ts'

/**
 * A socket over a kernel that takes only what a spec lets it take. One call of the kernel's is one entry of `calls`, and the next
 * comes when all of it was taken: as Node's own sockets do it, whose handle says how much is left.
 */
function createSlowSocket() {
  const calls: Buffer[] = []
  const handle = { bytesWritten: 0, writeQueueSize: 0 }
  let done: (() => void) | undefined
  const call = (buffer: Buffer, whenTaken: () => void): void => {
    calls.push(buffer)
    handle.bytesWritten += buffer.length
    handle.writeQueueSize = buffer.length
    done = whenTaken
  }
  const socket = new Duplex({
    read: () => undefined,
    write: (chunk: Buffer, _encoding, whenTaken) => call(chunk, whenTaken),
    writev: (chunks, whenTaken) => call(Buffer.concat(chunks.map(({ chunk }) => chunk as Buffer)), whenTaken),
    writableHighWaterMark: 16 * 1024,
  })
  Object.assign(socket, { _handle: handle })
  return {
    socket,
    calls,
    /** How much of the call it is at is left. */
    left: () => handle.writeQueueSize,
    /** The kernel takes so much of that. */
    take: (bytes = Number.POSITIVE_INFINITY) => {
      const whenTaken = done
      if (whenTaken === undefined) return
      handle.writeQueueSize = Math.max(0, handle.writeQueueSize - bytes)
      if (handle.writeQueueSize > 0) return
      done = undefined
      whenTaken()
    },
  }
}

function createBench(highWaterMarkBytes = 1_000, lowWaterMarkBytes = 250) {
  const slow = createSlowSocket()
  const state = { readyState: 1, OPEN: 1 }
  let booked: Flushable[] = []
  let bookings = 0
  const flusher = {
    bookGathering: () => expect.fail('an outlet collects for nobody else'),
    bookWriting: (writer: Flushable) => {
      bookings += 1
      booked.push(writer)
    },
  }
  const marks = { highWaterMarkBytes, lowWaterMarkBytes }
  const outlet = new RawOutlet(state as unknown as WebSocket, slow.socket, marks, flusher)
  const states: boolean[] = []
  outlet.writable$.subscribe((isWritable) => states.push(isWritable))
  return {
    ...slow,
    outlet,
    states,
    bookings: () => bookings,
    texts: () => textsIn(Buffer.concat(slow.calls)),
    write: (...texts: readonly string[]) => {
      for (const text of texts) outlet.write(createFrame(text))
    },
    /** As the flusher does it. */
    flush: () => {
      const due = booked
      booked = []
      for (const writer of due) writer.flush()
    },
    /** The peer has begun to close, or we have. */
    beginClose: () => {
      state.readyState = 2
    },
  }
}

/** A text whose frame has so many bytes. */
const sized = (bytes: number): string => 'x'.repeat(bytes < 128 ? bytes - 2 : bytes - 4)

describe('RawOutlet', () => {
  it('writes nothing before the flush, then all that was collected in one call, in order', () => {
    const { write, flush, calls, texts, bookings } = createBench()
    write('one', 'two', 'three')
    expect([calls.length, bookings()]).to.deep.equal([0, 1])
    flush()
    expect(calls).to.have.length(1)
    expect(texts()).to.deep.equal(['one', 'two', 'three'])
  })

  it('hands on the very bytes of a frame that is alone', () => {
    const { outlet, flush, calls } = createBench()
    const frame = createFrame('shared')
    outlet.write(frame)
    flush()
    expect(calls[0]).to.equal(frame.wire)
  })

  it('holds nothing back with the handshake but what is less than the high-water mark', () => {
    const { write, flush, calls, socket } = createBench()
    socket.cork()
    write(sized(400))
    flush()
    expect(calls).to.have.length(0)
    write(sized(600), sized(600))
    expect(calls).to.have.length(1)
  })

  it('books once for each flush, and none where nothing came', () => {
    const { write, flush, take, bookings, calls } = createBench()
    for (const round of [1, 2, 3]) {
      write('a', 'b')
      expect(bookings()).to.equal(round)
      flush()
      take()
    }
    flush()
    expect([bookings(), calls.length]).to.deep.equal([3, 3])
  })

  it('takes joined frames and single ones, in the order in which they come', () => {
    const { outlet, write, flush, texts, calls } = createBench()
    write('one')
    outlet.writeJoined(Buffer.concat(['two', 'three'].map((text) => createFrame(text).wire)))
    write('four')
    flush()
    expect(calls).to.have.length(1)
    expect(texts()).to.deep.equal(['one', 'two', 'three', 'four'])
  })

  it('writes early what has collected up to the high-water mark, and the rest with the flush', () => {
    const { write, flush, take, calls, texts } = createBench(1_000)
    write(sized(600))
    expect(calls).to.have.length(0)
    write(sized(400))
    expect(calls.map(({ length }) => length)).to.deep.equal([1_000])
    take()
    write('rest')
    expect(calls).to.have.length(1)
    flush()
    expect(texts().at(-1)).to.equal('rest')
    expect(calls).to.have.length(2)
  })

  it('is writable through a burst of any length to a socket that takes it', () => {
    const { write, take, states } = createBench(1_000)
    for (let index = 0; index < 100; index += 1) {
      write(sized(600), sized(400))
      take()
    }
    expect(states).to.deep.equal([true])
  })

  it('is full when the socket holds more than the high-water mark, and free at the low one', () => {
    const { write, flush, take, states } = createBench(1_000, 250)
    write(sized(700))
    flush()
    expect(states).to.deep.equal([true])
    write(sized(301))
    flush()
    expect(states).to.deep.equal([true, false])
    // Then the socket holds 301, and then nothing.
    take()
    expect(states).to.deep.equal([true, false])
    take()
    expect(states).to.deep.equal([true, false, true])
  })

  it('is free as soon as the socket holds no more than the low-water mark, not only when it holds nothing', () => {
    const { write, flush, take, states, left } = createBench(1_000, 250)
    write(sized(1_100))
    write(sized(200))
    flush()
    expect([states, left()]).to.deep.equal([[true, false], 1_100])
    take()
    expect([states, left()]).to.deep.equal([[true, false, true], 200])
  })

  it('does not write what came when a close has begun, and never complains', () => {
    const { write, flush, calls, beginClose, states } = createBench(1_000)
    write('before')
    beginClose()
    write('after')
    flush()
    write(sized(1_500))
    flush()
    expect(calls).to.have.length(0)
    expect(states).to.deep.equal([true])
  })

  it('hands on at once what it has collected when a close asks for it, and no more with the flush that was booked', () => {
    const { outlet, write, flush, beginClose, texts } = createBench()
    write('last words')
    outlet.flush()
    beginClose()
    expect(texts()).to.deep.equal(['last words'])
    flush()
    expect(texts()).to.deep.equal(['last words'])
  })

  it('books again after an early flush of that kind', () => {
    const { outlet, write, flush, take, texts } = createBench()
    write('one')
    outlet.flush()
    take()
    write('two')
    flush()
    expect(texts()).to.deep.equal(['one', 'two'])
  })

  it('keeps what its own change of state brings about in order', () => {
    const { outlet, write, flush, take, texts, states } = createBench(1_000, 250)
    let isLetGo = false
    outlet.writable$.subscribe((isWritable) => {
      if (isLetGo || !isWritable || states.length === 1) return
      isLetGo = true
      // As a queue does that is let go: more than the mark, within the change.
      write(`b${sized(1_000)}`, 'c')
    })
    write(`a${sized(1_500)}`)
    flush()
    take()
    take()
    flush()
    take()
    expect(texts().map((text) => text.charAt(0))).to.deep.equal(['a', 'b', 'c'])
  })

  it('writes everything in order and in no more calls than flushes and marks make, whatever comes when', () => {
    const step = fc.oneof(
      {
        weight: 6,
        arbitrary: fc.record({ does: fc.constant('write' as const), bytes: fc.integer({ min: 6, max: 400 }) }),
      },
      { weight: 3, arbitrary: fc.record({ does: fc.constant('flush' as const), bytes: fc.constant(0) }) },
      {
        weight: 4,
        arbitrary: fc.record({ does: fc.constant('take' as const), bytes: fc.integer({ min: 1, max: 500 }) }),
      },
    )
    fc.assert(
      fc.property(fc.array(step, { maxLength: 60 }), fc.nat(600), fc.nat(600), (steps, one, other) => {
        const [low = 0, high = 0] = [one, other].sort((a, b) => a - b)
        const { write, flush, take, texts, states, socket, calls } = createBench(high, low)
        const written: string[] = []
        let flushes = 0
        let bytesWritten = 0
        for (const [index, { does, bytes }] of steps.entries()) {
          if (does === 'take') take(bytes)
          if (does === 'flush') {
            flushes += 1
            flush()
          }
          if (does === 'write') {
            const text = `${index}.`.padEnd(bytes - (bytes < 128 ? 2 : 4), 'x')
            written.push(text)
            write(text)
            bytesWritten += createFrame(text).wire.length
          }
          expect(texts()).to.deep.equal(written.slice(0, texts().length))
          // Free at the latest when nothing is held; that it may be free before is said above.
          if (socket.writableLength > high) expect(states.at(-1)).to.equal(false)
          if (socket.writableLength === 0) expect(states.at(-1)).to.equal(true)
        }
        flush()
        for (let index = 0; index < steps.length + 2; index += 1) take()
        expect(texts()).to.deep.equal(written)
        expect(states.at(-1)).to.equal(true)
        const early = high === 0 ? written.length : Math.floor(bytesWritten / high)
        expect(calls.length).to.be.at.most(flushes + 1 + early)
      }),
    )
  })

  describe('progress', () => {
    it('grows with each byte that the kernel takes of the write it is at', () => {
      const { outlet, write, flush, take } = createBench()
      write(sized(900))
      flush()
      let before = outlet.progress()
      for (let index = 0; index < 8; index += 1) {
        take(100)
        expect(outlet.progress()).to.be.greaterThan(before)
        before = outlet.progress()
      }
    })

    it('does not grow by what is written and not taken', () => {
      const { outlet, write, flush } = createBench()
      const before = outlet.progress()
      for (let index = 0; index < 5; index += 1) {
        write(sized(300))
        flush()
        expect(outlet.progress()).to.be.at.most(before)
      }
    })

    it('grows also where one write ends and a larger one begins', () => {
      const { outlet, write, flush, take } = createBench()
      write(sized(10))
      flush()
      write(sized(900))
      flush()
      const before = outlet.progress()
      take()
      expect(outlet.progress()).to.be.greaterThan(before)
      const between = outlet.progress()
      take(100)
      expect(outlet.progress()).to.be.greaterThan(between)
    })

    it('goes beyond all it was whenever the kernel takes something, and else does not, whatever is written meanwhile', () => {
      const step = fc.record({ does: fc.constantFrom('write', 'take'), bytes: fc.integer({ min: 6, max: 300 }) })
      fc.assert(
        fc.property(fc.array(step, { maxLength: 40 }), (steps) => {
          const { outlet, write, flush, take, left } = createBench()
          let most = outlet.progress()
          for (const { does, bytes } of steps) {
            if (does === 'write') {
              write(sized(bytes))
              flush()
              expect(outlet.progress()).to.be.at.most(most)
            } else if (left() > 0) {
              take(bytes)
              expect(outlet.progress()).to.be.greaterThan(most)
            }
            most = Math.max(most, outlet.progress())
          }
        }),
      )
    })

    it('is known also of a socket without a handle: then a write counts when all of it was taken', () => {
      const { outlet, socket, write, flush, take } = createBench()
      Object.assign(socket, { _handle: null })
      write(sized(900))
      flush()
      const before = outlet.progress()
      take()
      expect(outlet.progress()).to.be.greaterThan(before)
    })
  })
})
