import { expect } from 'chai'
import fc from 'fast-check'
import { createEventBus, createGateway, type Gateway } from '../../lib/index.ts'
import { createOutgoingBudget } from '../../lib/gateway/outgoing-budget.ts'
import { connectTestClient } from '../../lib/testing/index.ts'

describe('createOutgoingBudget', () => {
  it('sheds the largest, and only when all together hold too much', () => {
    const shed: string[] = []
    const budget = createOutgoingBudget<string>(100, (holder) => shed.push(holder))
    budget.note('small', 20)
    budget.note('large', 60)
    budget.note('middle', 20)
    expect(shed).to.deep.equal([])
    budget.note('small', 21)
    expect(shed).to.deep.equal(['large'])
    budget.note('middle', 79)
    expect(shed).to.deep.equal(['large'])
  })

  it('never holds more than it may, whoever holds what', () => {
    const moves = fc.array(fc.tuple(fc.integer({ min: 0, max: 5 }), fc.integer({ min: 0, max: 150 })))
    fc.assert(
      fc.property(moves, (all) => {
        const held = new Map<number, number>()
        const budget = createOutgoingBudget<number>(100, (holder) => {
          const most = Math.max(...held.values())
          expect(held.get(holder)).to.equal(most)
          held.delete(holder)
          budget.note(holder, 0)
        })
        for (const [holder, bytes] of all) {
          held.set(holder, bytes)
          budget.note(holder, bytes)
          expect([...held.values()].reduce((sum, one) => sum + one, 0)).to.be.at.most(100)
        }
      }),
    )
  })
})

describe('all queues of a gateway together', () => {
  let gateway: Gateway | undefined

  // Also after a failure: an open gateway keeps the process alive.
  afterEach(() => gateway?.close({ timeoutMs: 10 }))

  it('keep to their budget: the slowest client is closed with 4413 and counted, the others go on', () => {
    const bus = createEventBus()
    const opened = createGateway({ bus, queue: { maxTotalBytes: 20_000 } })
    gateway = opened
    const [slowest, slow, healthy] = [connectTestClient(opened), connectTestClient(opened), connectTestClient(opened)]
    const publish = (): void => {
      void bus.publish({ type: 'task.progress', data: { progress: 1, message: 'x'.repeat(1_000) } })
    }
    slowest.stall()
    for (let index = 0; index < 5; index++) publish()
    slow.stall()
    for (let index = 0; index < 8; index++) publish()
    expect(slowest.closed()).to.deep.include({ code: 4413 })
    expect(slow.closed()).to.equal(undefined)
    slow.resume()
    publish()
    for (const client of [slow, healthy]) {
      const seqs = client.messages().flatMap(({ seq }) => (seq === undefined ? [] : [seq]))
      expect(seqs).to.deep.equal(Array.from({ length: 14 }, (_, index) => index + 1))
    }
    const { slow_consumers: slowConsumers, dropped, queued_bytes: queued } = opened.stats().websocket_manager
    expect({ slowConsumers, queued }).to.deep.equal({ slowConsumers: 1, queued: 0 })
    expect(dropped).to.be.greaterThan(8)
  })
})
