import { expect } from 'chai'
import * as fc from 'fast-check'
import { take } from 'rxjs'
import { Gate } from '../../lib/transport/gate.ts'

/** A gate at a socket that holds what a spec says, and the states it told. */
function createBench(highWaterMarkBytes = 100, lowWaterMarkBytes = 20) {
  let held = 0
  const gate = new Gate({ highWaterMarkBytes, lowWaterMarkBytes }, () => held)
  const states: boolean[] = []
  const subscription = gate.isOpen$.subscribe((isOpen) => states.push(isOpen))
  return {
    gate,
    states,
    subscription,
    hold: (bytes: number) => {
      held = bytes
      gate.look()
    },
  }
}

describe('Gate', () => {
  it('is open at first, and says so on subscription', () => {
    const { gate, states } = createBench()
    expect(states).to.deep.equal([true])
    gate.look()
    expect(states).to.deep.equal([true])
  })

  it('closes above the high-water mark, not at it', () => {
    const { states, hold } = createBench()
    hold(100)
    expect(states).to.deep.equal([true])
    hold(101)
    expect(states).to.deep.equal([true, false])
  })

  it('opens again at the low-water mark, not above it', () => {
    const { states, hold } = createBench()
    for (const bytes of [200, 100, 21]) hold(bytes)
    expect(states).to.deep.equal([true, false])
    hold(20)
    expect(states).to.deep.equal([true, false, true])
  })

  it('closes and opens at one mark where both are the same, 0 too', () => {
    const { states, hold } = createBench(0, 0)
    for (const bytes of [0, 1, 1, 0, 0, 5, 0]) hold(bytes)
    expect(states).to.deep.equal([true, false, true, false, true])
  })

  it('tells a latecomer the state, and each only changes', () => {
    const { gate, states, hold } = createBench()
    hold(101)
    const late: boolean[] = []
    gate.isOpen$.subscribe((isOpen) => late.push(isOpen))
    hold(102)
    hold(0)
    expect(late).to.deep.equal([false, true])
    expect(states).to.deep.equal([true, false, true])
  })

  it('tells nobody who has left, and others all the same', () => {
    const { gate, states, subscription, hold } = createBench()
    const others: boolean[] = []
    gate.isOpen$.pipe(take(1)).subscribe((isOpen) => others.push(isOpen))
    gate.isOpen$.subscribe((isOpen) => others.push(isOpen))
    subscription.unsubscribe()
    hold(101)
    expect(states).to.deep.equal([true])
    expect(others).to.deep.equal([true, true, false])
  })

  it('looks only when it is told to', () => {
    let looks = 0
    const gate = new Gate({ highWaterMarkBytes: 10, lowWaterMarkBytes: 5 }, () => {
      looks += 1
      return 0
    })
    gate.isOpen$.subscribe()
    gate.isOpen$.subscribe()
    expect(looks).to.equal(0)
    gate.look()
    expect(looks).to.equal(1)
  })

  it('takes what its change brings about for what it is: one that is filled again by whom it told', () => {
    let held = 101
    const gate = new Gate({ highWaterMarkBytes: 100, lowWaterMarkBytes: 20 }, () => held)
    const states: boolean[] = []
    gate.isOpen$.subscribe((isOpen) => {
      states.push(isOpen)
      if (!isOpen || states.length === 1 || states.length > 4) return
      held = 101
      gate.look()
    })
    gate.look()
    held = 0
    gate.look()
    expect(states).to.deep.equal([true, false, true, false])
  })

  it('leaves nobody with what was so before: not those either who hear of it after the one that filled it', () => {
    let held = 101
    const gate = new Gate({ highWaterMarkBytes: 100, lowWaterMarkBytes: 20 }, () => held)
    const first: boolean[] = []
    const second: boolean[] = []
    gate.isOpen$.subscribe((isOpen) => {
      first.push(isOpen)
      if (!isOpen || first.length !== 3) return
      held = 101
      gate.look()
    })
    gate.isOpen$.subscribe((isOpen) => second.push(isOpen))
    gate.look()
    held = 0
    gate.look()
    expect(first).to.deep.equal([true, false, true, false])
    expect(second.at(-1)).to.equal(false)
    held = 0
    gate.look()
    expect([first.at(-1), second.at(-1)]).to.deep.equal([true, true])
  })

  it('is shut from above the high mark until at or below the low one, whatever is held when', () => {
    const marks = fc.tuple(fc.nat(20), fc.nat(20)).map(([one, other]) => [Math.max(one, other), Math.min(one, other)])
    fc.assert(
      fc.property(marks, fc.array(fc.nat(25)), ([high = 0, low = 0], holdings) => {
        const { states, hold } = createBench(high, low)
        const expected = [true]
        for (const [index, held] of holdings.entries()) {
          hold(held)
          // Shut where it was once beyond the high mark and not at the low one since.
          const lastBeyond = holdings.slice(0, index + 1).findLastIndex((bytes) => bytes > high)
          const lastFree = holdings.slice(0, index + 1).findLastIndex((bytes) => bytes <= low)
          const isOpen = lastBeyond === -1 || lastFree > lastBeyond
          if (expected.at(-1) !== isOpen) expected.push(isOpen)
          expect(states).to.deep.equal(expected)
        }
      }),
    )
  })
})
