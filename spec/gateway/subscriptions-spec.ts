import { expect } from 'chai'
import { defaultSubscription } from '../../lib/index.ts'
import type { Client } from '../support/client.ts'
import type { Frame } from '../support/frames.ts'
import { useServers } from '../support/server.ts'

const sorted = (types: Iterable<string>): readonly string[] => [...new Set(types)].sort()
const typesOf = ({ payload }: Frame): unknown => payload['event_types']
const events = (frames: readonly Frame[]): readonly unknown[] => frames.map(({ event }) => event)

describe('a subscription', () => {
  const { serve } = useServers()

  it('is added to by default, and answered with all that is heard, and the position', async () => {
    const { connect, bus } = await serve()
    await bus.publish({ type: 'agent.started', data: {} })
    const client = await connect()
    const subscribed = await client.ask('SUBSCRIBE_EVENTS', {
      event_types: ['log.entry', 'AGENT_STARTED', 'log.entry'],
    })
    expect(subscribed.type).to.equal('subscribed')
    expect(subscribed).to.not.have.any.keys('event', 'seq')
    expect(subscribed.payload).to.deep.equal({
      event_types: sorted([...defaultSubscription, 'log.entry', 'agent.started']),
      filter: null,
      epoch: bus.stats().epoch,
      seq: 1,
    })
  })

  it('is replaced where asked', async () => {
    const { connect, bus } = await serve()
    const client = await connect()
    const subscribed = await client.ask('SUBSCRIBE_EVENTS', { event_types: ['tool.*'], mode: 'replace' })
    expect(typesOf(subscribed)).to.deep.equal(['tool.completed', 'tool.executed', 'tool.failed', 'tool.starting'])
    await bus.publish({ type: 'workflow.started', data: { workflowId: 'w', executionId: 'e' } })
    await bus.publish({ type: 'tool.executed', data: { toolName: 'x' } })
    expect(events(await client.settle())).to.deep.equal(['tool.executed'])
  })

  it('is taken from, the defaults included', async () => {
    const { connect, bus } = await serve()
    const client = await connect()
    const subscribed = await client.ask('UNSUBSCRIBE_EVENTS', {
      event_types: ['workflow.*', 'TASK_STARTED', 'log.entry'],
    })
    expect(subscribed.type).to.equal('subscribed')
    expect(typesOf(subscribed)).to.deep.equal(
      sorted(defaultSubscription.filter((type) => !type.startsWith('workflow.') && type !== 'task.started')),
    )
    await bus.publish({ type: 'workflow.started', data: { workflowId: 'w', executionId: 'e' } })
    await bus.publish({ type: 'task.completed', data: {} })
    expect(events(await client.settle())).to.deep.equal(['task.completed'])
  })

  it('that is empty hears nothing, never everything', async () => {
    const { connect, bus } = await serve()
    const clients = [await connect('?types='), await connect(), await connect()]
    await clients[1]?.ask('SUBSCRIBE_EVENTS', { event_types: [], mode: 'replace' })
    await clients[2]?.ask('UNSUBSCRIBE_EVENTS', { event_types: ['*'] })
    await bus.publish({ type: 'workflow.started', data: { workflowId: 'w', executionId: 'e' } })
    for (const client of clients) expect(await client.settle()).to.deep.equal([])
  })

  for (const type of ['SUBSCRIBE_EVENTS', 'UNSUBSCRIBE_EVENTS']) {
    it(`is not changed by ${type} with entries that name nothing known, all of which are listed`, async () => {
      const { connect } = await serve()
      const client = await connect()
      const unknown = ['no.such', 'Workflow.Started', 'WORKFLOW_START', 'work*', 'nothing.*', '', '**']
      const error = await client.ask(type, { event_types: ['log.entry', ...unknown], filter: { sources: ['x'] } })
      expect(error.type).to.equal('error')
      expect(error.payload).to.include({ code: 'UNKNOWN_EVENT_TYPE' })
      const listed = JSON.stringify(error.payload['details'])
      for (const entry of unknown) expect(listed).to.contain(JSON.stringify(JSON.stringify(entry)).slice(1, -1))
      expect(listed).to.not.contain('log.entry')
      const { payload } = await client.ask('SUBSCRIBE_EVENTS', { event_types: [] })
      expect(payload).to.deep.include({ event_types: sorted(defaultSubscription), filter: null })
    })

    it(`is not changed by ${type} with more than 128 entries`, async () => {
      const { connect } = await serve()
      const client = await connect()
      const entries = (count: number): object => ({ event_types: Array.from({ length: count }, () => 'log.entry') })
      expect((await client.ask(type, entries(129))).payload).to.include({ code: 'TOO_MANY_SUBSCRIPTIONS' })
      expect(typesOf(await client.ask('SUBSCRIBE_EVENTS', { event_types: [] }))).to.deep.equal(
        sorted(defaultSubscription),
      )
      expect(await client.ask(type, entries(128))).to.include({ type: 'subscribed' })
    })
  }

  it('refuses `since`, a mode and a filter that are none, and leaves everything as it was', async () => {
    const { connect } = await serve()
    const client = await connect()
    for (const wrong of [
      { since: 'epoch' },
      { mode: 'toggle' },
      { filter: 'all' },
      { filter: { workflow_ids: 'w' } },
      { filter: { sources: [1] } },
      { event_types: 'workflow.*' },
      { event_types: [1] },
    ]) {
      const error = await client.ask('SUBSCRIBE_EVENTS', { event_types: ['log.entry'], ...wrong })
      expect(error.payload, JSON.stringify(wrong)).to.include({ code: 'INVALID_PAYLOAD' })
      expect(error.payload['details'], JSON.stringify(wrong)).to.be.an('array').with.length.of.at.least(1)
    }
    expect(typesOf(await client.ask('SUBSCRIBE_EVENTS', { event_types: [] }))).to.deep.equal(
      sorted(defaultSubscription),
    )
  })

  it('takes effect exactly where its answer stands', async () => {
    const { connect, bus } = await serve()
    const client = await connect('?types=')
    const publish = (id: string): void => {
      void bus.publish({ type: 'log.entry', data: { level: 'info', message: id } })
    }
    // The bus publishes in the turn in which the client's message is taken, before and after it.
    const order: string[] = []
    bus.on('ws.message_received', ({ data }) => {
      order.push(data.messageType)
      publish(`during ${data.messageType}`)
    })
    publish('before')
    client.send('SUBSCRIBE_EVENTS', { event_types: ['log.entry'] }, 's')
    client.send('PING', {}, 'p')
    client.send('UNSUBSCRIBE_EVENTS', { event_types: ['log.entry'] }, 'u')
    client.send('PING', {}, 'q')
    const frames = await client.until(({ correlation_id }) => correlation_id === 'q')
    const between = frames.findIndex(({ correlation_id }) => correlation_id === 's')
    const end = frames.findIndex(({ correlation_id }) => correlation_id === 'u')
    const logs = frames.flatMap(({ type }, index) => (type === 'workflowLog' ? [index] : []))
    expect(logs.every((index) => index > between && index < end)).to.equal(true)
    expect(frames.filter(({ type }) => type === 'workflowLog').map(({ payload }) => payload['message'])).to.include(
      'during PING',
    )
    expect(frames.filter(({ type }) => type === 'workflowLog').map(({ payload }) => payload['message'])).to.not.include(
      'before',
    )
    expect(order).to.deep.equal(['SUBSCRIBE_EVENTS', 'PING', 'UNSUBSCRIBE_EVENTS', 'PING'])
    for (const { type, payload, seq } of frames) if (type === 'workflowLog') expect(payload && seq).to.be.a('number')
    const position = Number(frames[between]?.payload['seq'])
    for (const index of logs) expect(frames[index]?.seq).to.be.above(position)
    expect(Number(frames[end]?.payload['seq'])).to.be.at.least(Number(frames[logs.at(-1) ?? 0]?.seq))
  })

  describe('with a filter', () => {
    const started = (workflowId: string, executionId: string, more: object = {}) =>
      ({ type: 'workflow.started', data: { workflowId, executionId }, ...more }) as const

    it('sets it, keeps it where it is absent, and clears it with null', async () => {
      const { connect, bus } = await serve()
      const client = await connect('?types=workflow.started')
      const filter = { workflow_ids: ['w1'] }
      const set = await client.ask('SUBSCRIBE_EVENTS', { event_types: [], filter })
      expect(set.payload).to.deep.include({ event_types: ['workflow.started'], filter })
      const kept = await client.ask('SUBSCRIBE_EVENTS', { event_types: ['workflow.failed'] })
      expect(kept.payload).to.deep.include({ filter })
      const stillKept = await client.ask('UNSUBSCRIBE_EVENTS', { event_types: ['workflow.failed'] })
      expect(stillKept.payload).to.deep.include({ filter })
      const replaced = await client.ask('SUBSCRIBE_EVENTS', { event_types: ['workflow.started'], mode: 'replace' })
      expect(replaced.payload).to.deep.include({ filter })
      await bus.publish(started('w2', 'hidden'))
      await bus.publish(started('w1', 'shown'))
      const cleared = await client.ask('SUBSCRIBE_EVENTS', { event_types: [], filter: null })
      expect(cleared.payload).to.deep.include({ filter: null })
      await bus.publish(started('w2', 'shown too'))
      const shown = await client.settle()
      expect(shown.map(({ payload }) => payload['executionId'])).to.deep.equal(['shown', 'shown too'])
    })

    const filters: readonly (readonly [string, object, readonly string[]])[] = [
      ['workflow_ids, any of them', { workflow_ids: ['w1', 'w9'] }, ['e1', 'e2']],
      ['execution_ids', { execution_ids: ['e2', 'e3'] }, ['e2', 'e3']],
      ['sources', { sources: ['ci'] }, ['e1', 'e3']],
      ['required_tags, all of them', { required_tags: ['a', 'b'] }, ['e2']],
      ['excluded_tags, none of them', { excluded_tags: ['b'] }, ['e1', 'e4']],
      ['several fields, all of which must match', { workflow_ids: ['w1'], sources: ['ci'] }, ['e1']],
      ['required and excluded tags', { required_tags: ['a'], excluded_tags: ['b'] }, ['e1']],
      ['an empty list, which nothing matches', { execution_ids: [] }, []],
      ['no fields', {}, ['e1', 'e2', 'e3', 'e4']],
    ]
    for (const [what, filter, expected] of filters) {
      it(`of ${what}`, async () => {
        const { connect, bus } = await serve()
        const client = await connect('?types=workflow.started')
        const subscribed = await client.ask('SUBSCRIBE_EVENTS', { event_types: [], filter })
        expect(subscribed.payload).to.deep.include({ filter })
        await bus.publish(started('w1', 'e1', { source: 'ci', tags: ['a'] }))
        await bus.publish(started('w1', 'e2', { tags: ['a', 'b'] }))
        await bus.publish(started('w2', 'e3', { source: 'ci', tags: ['b'] }))
        await bus.publish(started('w2', 'e4', { source: 'other' }))
        const shown = await client.settle()
        expect(shown.map(({ payload }) => payload['executionId'])).to.deep.equal(expected)
      })
    }

    it('does not show events that lack a field it names', async () => {
      const { connect, bus } = await serve()
      const client = await connect('?types=log.entry&execution_id=e')
      await bus.publish({ type: 'log.entry', data: { level: 'info', message: 'of no run' } })
      await bus.publish({ type: 'log.entry', data: { level: 'info', message: 'of the run', executionId: 'e' } })
      expect((await client.settle()).map(({ payload }) => payload['message'])).to.deep.equal(['of the run'])
    })
  })

  describe('to what is not stored', () => {
    it('brings events without a position', async () => {
      const { connect, bus } = await serve()
      const client = await connect('?types=log.stream,system.shutdown,log.entry')
      await bus.publish({ type: 'log.stream', data: { level: 'debug', message: 'a line', source: 'job' } })
      await bus.publish({ type: 'system.shutdown', data: { reason: 'soon' } })
      await bus.publish({ type: 'log.entry', data: { level: 'info', message: 'kept' } })
      const [line, shutdown, entry] = await client.settle()
      expect(line).to.include({ type: 'workflowLog', event: 'log.stream' }).and.not.have.property('seq')
      expect(line?.payload).to.deep.equal({ level: 'debug', message: 'a line', source: 'job' })
      expect(shutdown).to.include({ type: 'eventStream', event: 'system.shutdown' }).and.not.have.property('seq')
      expect(shutdown?.payload).to.deep.include({ data: { reason: 'soon' } })
      expect(entry).to.include({ type: 'workflowLog', event: 'log.entry', seq: 1 })
    })

    it('of messages sent and received tells each once, and does not tell of its own telling', async () => {
      const { connect } = await serve()
      const client = await connect('?types=')
      const watcher = await connect('?types=ws.message_sent,ws.message_received')
      await client.ask('PING', { n: 1 })
      const settled: Frame[] = []
      for (let round = 0; round < 5; round++) settled.push(...(await watcher.settle()))
      const told = settled
        .filter(({ payload }) => connectionOf(payload) === client.connectionId)
        .map(({ event, payload }) => [event, (payload['data'] as { messageType?: unknown }).messageType])
      expect(told).to.have.deep.members([
        ['ws.message_received', 'PING'],
        ['ws.message_sent', 'PONG'],
      ])
      // of itself: five pings and their answers, at most, and the welcome
      expect(settled.length).to.be.at.most(2 + 2 * 5 + 1)
      expect(settled.every(({ seq }) => seq === undefined)).to.equal(true)
      for (const { payload } of settled) {
        expect((payload['data'] as { messageType?: unknown }).messageType).to.not.equal('eventStream')
      }
    })
  })

  it('of one connection is nobody else’s', async () => {
    const { connect, bus } = await serve()
    const [one, other]: readonly Client[] = [await connect(), await connect()]
    await one?.ask('SUBSCRIBE_EVENTS', { event_types: ['log.entry'], filter: { sources: ['x'] } })
    await bus.publish({ type: 'workflow.started', data: { workflowId: 'w', executionId: 'e' }, source: 'y' })
    await bus.publish({ type: 'log.entry', data: { level: 'info', message: 'm' }, source: 'x' })
    expect(events((await one?.settle()) ?? [])).to.deep.equal(['log.entry'])
    expect(events((await other?.settle()) ?? [])).to.deep.equal(['workflow.started'])
  })
})

function connectionOf(payload: Frame['payload']): unknown {
  return (payload['data'] as { connectionId?: unknown }).connectionId
}
