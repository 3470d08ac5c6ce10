import { expect } from 'chai'
import { VirtualAction, VirtualTimeScheduler } from 'rxjs'
import { createEventBus } from '../../lib/bus/event-bus.ts'
import { createGateway } from '../../lib/gateway/gateway.ts'
import { createMemoryPair } from '../../lib/transport/memory-pair.ts'
import type { Transport } from '../../lib/transport/transport.ts'
import { createHandScheduler } from '../support/hand-scheduler.ts'
import { createRecordingLogger } from '../support/recording-logger.ts'

describe('Session', () => {
  it('that ends with its change of subscription, because what came before is too much, leaves nothing behind', () => {
    const { scheduler } = createHandScheduler()
    const bus = createEventBus({ scheduler })
    const gateway = createGateway({
      bus,
      scheduler,
      defaultSubscription: ['log.entry'],
      queue: { maxMessages: 1 },
    })
    const { transport, peer } = createMemoryPair()
    const patient: Transport = { ...transport, writeJoined: () => undefined }
    gateway.accept(patient)
    peer.stall()
    for (const message of ['1', '2']) void bus.publish({ type: 'log.entry', data: { level: 'info', message } })
    peer.send(JSON.stringify({ type: 'SUBSCRIBE_EVENTS', payload: { event_types: ['ws.message_sent'] } }))
    expect(peer.closed()).to.include({ code: 4413 })

    const heard: string[] = []
    bus.events$.subscribe(({ type }) => heard.push(type))
    gateway.accept(createMemoryPair().transport)
    expect(heard, 'nobody has asked for ws.message_sent').to.deep.equal(['ws.client_connected'])
  })

  it('that ends in the middle of a replay is watched no longer', () => {
    const time = new VirtualTimeScheduler(VirtualAction, 60_000)
    const { logger, lines } = createRecordingLogger()
    const bus = createEventBus({ scheduler: time })
    const { epoch } = bus.head()
    const gateway = createGateway({ bus, scheduler: time, logger, queue: { stallTimeoutMs: 5_000 } })
    const { transport, peer } = createMemoryPair()
    // What shows whether it takes something: nothing.
    gateway.accept({ ...transport, progress: () => 0 })
    void bus.publish({ type: 'log.entry', data: { level: 'info', message: '1' } })
    peer.stall()
    peer.send(
      JSON.stringify({ type: 'SUBSCRIBE_EVENTS', payload: { event_types: ['log.entry'], since: `${epoch}:0` } }),
    )
    peer.close(1001)
    time.flush()
    expect(lines.filter(({ message }) => message.startsWith('a peer takes nothing'))).to.deep.equal([])
  })
})
