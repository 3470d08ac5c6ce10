import { expect } from 'chai'
import * as t from 'io-ts'
import { createEventBus, type EventBus } from '../../lib/bus/event-bus.ts'
import { Audience } from '../../lib/connection/audience.ts'
import { createSubscription } from '../../lib/connection/subscription.ts'
import { defineEvents } from '../../lib/event/definition.ts'
import type { Position } from '../../lib/event/event.ts'
import { createFanOut } from '../../lib/gateway/fan-out.ts'
import { createSlowLog, type SlowLogOptions } from '../support/slow-log.ts'

const events = defineEvents({ 'a.one': { data: t.UnknownRecord }, 'a.live': { data: t.UnknownRecord, stored: false } })

/** A fan-out over a log, with one who hears all of it, and what happened in the order in which it did. */
function createBench(log: SlowLogOptions = {}, ahead = 0) {
  const slow = createSlowLog({ appends: 'at once', ...log })
  const custom = createEventBus({ events, log: slow })
  const bus = custom as unknown as EventBus
  const publish = (type: 'a.one' | 'a.live' = 'a.one'): void => void custom.publish({ type, data: {} })
  for (let count = 0; count < ahead; count += 1) publish()
  const happened: string[] = []
  const at = ({ seq }: { readonly seq?: number }): string => String(seq ?? 'live')
  const fanOut = createFanOut(bus, {
    project: () => ({ type: 'told', payload: {} }),
    definitionOf: (type) => bus.definitionOf(type),
    onRestart: ({ epoch, seq }) => happened.push(`restart ${epoch}:${seq}`),
    onDelivered: (event) => happened.push(`delivered ${at(event as Partial<Position>)}`),
    onProjectionError: (error) => expect.fail(String(error)),
    onError: (error) => happened.push(`failed ${String(error)}`),
  })
  const audience = new Audience({
    subscription: createSubscription(['a.one', 'a.live'], undefined),
    isEntitled: () => true,
    flusher: { bookGathering: () => undefined },
    highWaterMarkBytes: 1_000,
  })
  audience.enter({
    isPatient: false,
    catchUp: () => happened.push(`offered ${audience.last.outgoing?.seq ?? 'live'} at ${fanOut.position().seq}`),
    fail: (error) => expect.fail(String(error)),
  })
  fanOut.topics.set(audience, { types: audience.subscription.types })
  return { slow, publish, fanOut, audience, happened }
}

describe('createFanOut', () => {
  it('stands at an event when all have been offered it, and not before', () => {
    const { publish, fanOut, happened } = createBench()
    publish()
    publish('a.live')
    publish()
    expect(happened).to.deep.equal([
      'offered 1 at 0',
      'delivered 1',
      'offered live at 1',
      'delivered live',
      'offered 2 at 1',
      'delivered 2',
    ])
    expect(fanOut.position()).to.deep.equal({ epoch: 'slow', seq: 2 })
  })

  it('stands at what nobody hears, too', () => {
    const { publish, fanOut, audience } = createBench()
    fanOut.topics.remove(audience)
    publish()
    expect(fanOut.position()).to.deep.equal({ epoch: 'slow', seq: 1 })
  })

  it('begins where the log stands, and offers nothing of what the log tells of late: it is no news to whoever comes', () => {
    const { slow, publish, fanOut, happened } = createBench({ deliveries: 'held' }, 2)
    expect(fanOut.position()).to.deep.equal({ epoch: 'slow', seq: 2 })
    publish()
    for (let count = 0; count < 3; count += 1) slow.deliver()
    expect(happened).to.deep.equal(['delivered 1', 'delivered 2', 'offered 3 at 2', 'delivered 3'])
  })

  it('tells of another life before its first event, and where that begins', () => {
    const { slow, publish, fanOut, audience, happened } = createBench()
    publish()
    slow.restart()
    expect(fanOut.position(), 'nobody has heard of it').to.deep.equal({ epoch: 'slow', seq: 1 })
    audience.restart()
    publish()
    publish()
    expect(happened.slice(2)).to.deep.equal([
      'restart slow-2:0',
      'offered 1 at 0',
      'delivered 1',
      'offered 2 at 1',
      'delivered 2',
    ])
  })
})
