import { expect } from 'chai'
import { OptionError } from '../../lib/base/options.ts'
import { createBusWorkQueue } from '../../lib/bus/bus-work-queue.ts'
import { createEventBus } from '../../lib/bus/event-bus.ts'
import { thrownBy } from '../base/thrown.ts'

function publishOrders(bus: ReturnType<typeof createEventBus>): void {
  void bus.publish({ type: 'workflow.requested', data: { workflowId: 'w', executionId: 'e', nodes: [], edges: [] } })
  void bus.publish({ type: 'workflow.started', data: { workflowId: 'w', executionId: 'e' } })
  void bus.publish({ type: 'dsl.command_received', data: { command: 'CALL x' } })
  void bus.publish({ type: 'workflow.input_provided', data: { executionId: 'e', nodeId: 'n', value: 1 } })
  void bus.publish({ type: 'workflow.cancel_requested', data: { executionId: 'e' } })
  void bus.publish({ type: 'workflow.cancelled', data: { workflowId: 'w', executionId: 'e' } })
}

describe('createBusWorkQueue', () => {
  it('hands over every order, in their order, and no fact', () => {
    const bus = createEventBus()
    const orders: string[] = []
    createBusWorkQueue(bus).take(({ type, seq }) => orders.push(`${seq} ${type}`))
    publishOrders(bus)
    expect(orders).to.deep.equal([
      '1 workflow.requested',
      '3 dsl.command_received',
      '4 workflow.input_provided',
      '5 workflow.cancel_requested',
    ])
  })

  it('hands over what comes from now on, until it is told to stop', () => {
    const bus = createEventBus()
    publishOrders(bus)
    const orders: string[] = []
    const stop = createBusWorkQueue(bus).take(({ type }) => orders.push(type))
    expect(orders).to.deep.equal([])
    stop()
    publishOrders(bus)
    expect(orders).to.deep.equal([])
    expect(bus.stats().active_handlers).to.equal(0)
  })

  it('lets one worker at a time take: two would do everything twice', () => {
    const bus = createEventBus()
    const stop = createBusWorkQueue(bus).take(() => undefined)
    const second = (): unknown => createBusWorkQueue(bus).take(() => undefined)
    expect(thrownBy(OptionError, second).message).to.match(
      /^createWorkflowEngine: option "bus" must be one whose orders/,
    )
    stop()
    expect(second()).to.be.a('function')
  })

  it('survives a worker that throws', () => {
    const bus = createEventBus()
    let calls = 0
    createBusWorkQueue(bus).take(() => {
      calls += 1
      throw new Error('tired')
    })
    publishOrders(bus)
    expect([calls, bus.stats().handler_errors]).to.deep.equal([4, 4])
  })
})
