import { expect } from 'chai'
import { once } from 'node:events'
import { setTimeout as sleep } from 'node:timers/promises'
import { ToolSignal } from '../../lib/workflow/tool-signal.ts'

function listen() {
  const faults: unknown[] = []
  return { faults, ...pair(new ToolSignal((error) => faults.push(error))) }
}

function pair(stop: ToolSignal) {
  return { stop, signal: stop.signal }
}

describe("a tool's signal", () => {
  it('is aborted once, with its reason, also for who looks later', () => {
    const stop = new ToolSignal(() => undefined)
    expect(stop.isAborted).to.equal(false)
    stop.abort('first')
    stop.abort('second')
    expect([stop.isAborted, stop.signal.aborted, stop.signal.reason]).to.deep.equal([true, true, 'first'])
    expect(stop.signal).to.equal(stop.signal)
  })

  it('keeps what its listeners throw, and tells all of them', async () => {
    const { stop, signal, faults } = listen()
    const told: string[] = []
    const fail = (name: string) => () => {
      told.push(name)
      throw new Error(name)
    }
    signal.addEventListener('abort', fail('function'))
    signal.addEventListener('abort', { handleEvent: fail('object') })
    const later: () => unknown = () => Promise.reject(new Error('later'))
    signal.addEventListener('abort', later)
    Object.assign(signal, { onabort: fail('property') })
    signal.addEventListener('abort', () => told.push('good'))
    stop.abort('enough')
    await sleep(1)
    expect(told).to.have.members(['function', 'object', 'property', 'good'])
    expect(faults.map((error) => (error as Error).message)).to.have.members(['function', 'object', 'property', 'later'])
  })

  it('can be listened to and left, as any other', () => {
    const { stop, signal } = listen()
    const told: unknown[] = []
    const listener = function (this: unknown, event: Event): void {
      told.push([this === signal, event.type])
    }
    signal.addEventListener('abort', listener)
    signal.addEventListener('abort', listener)
    const left = (): void => void told.push('left')
    signal.addEventListener('abort', left, { once: true })
    signal.removeEventListener('abort', left)
    const never = (): void => undefined
    signal.removeEventListener('abort', never)
    Object.assign(signal, { onabort: left })
    expect(signal.onabort).to.equal(left)
    Object.assign(signal, { onabort: null })
    stop.abort('x')
    expect(told).to.deep.equal([[true, 'abort']])
  })

  it('is taken by what takes signals', async () => {
    const { stop, signal, faults } = listen()
    const any = AbortSignal.any([signal, AbortSignal.timeout(60_000)])
    const waits = [
      sleep(60_000, undefined, { signal }),
      once(new EventTarget(), 'x', { signal }),
      fetch('data:,x', { signal: any }),
    ]
    stop.abort(new Error('enough'))
    const ends = await Promise.allSettled(waits.slice(0, 2))
    expect(ends.map(({ status }) => status)).to.deep.equal(['rejected', 'rejected'])
    await Promise.allSettled(waits)
    expect(any.aborted).to.equal(true)
    expect(() => signal.throwIfAborted()).to.throw('enough')
    expect(faults).to.deep.equal([])
  })
})
