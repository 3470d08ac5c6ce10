import { expect } from 'chai'
import { resetReasons } from '../../lib/protocol/message-types.ts'
import { createScriptedClient, toldBy } from './scripted-server.ts'

const since = { epoch: 'e1', seq: 7 }
const client = '0b0f4a5e-7f35-4d24-9a4b-0123456789ab'
const progress = { nodeId: 'n', status: 'progress', progress: 40, message: '', timestamp: '' }

describe('the client, where it comes back,', () => {
  it('asks for what came after its position, under the id it had, and is live once it has it', async () => {
    const { messages, socket, states, reconnect, ...made } = createScriptedClient({ client })
    expect(socket().query.has('since')).to.equal(false)
    socket().welcome(4)
    socket().event('task.progress', 5, 'workflowProgress', progress)
    await reconnect()
    expect(socket().query.get('since')).to.equal('e1:5')
    expect(socket().query.get('client')).to.equal(client)
    socket().welcome(5)
    expect(states.at(-1)).to.deep.equal({ _tag: 'recovering' })
    socket().say('resumed', { epoch: 'e1', from: 5 })
    socket().event('task.progress', 6, 'workflowProgress', progress)
    socket().event('task.progress', 8, 'workflowProgress', progress)
    expect(states.at(-1)).to.deep.equal({ _tag: 'recovering' })
    socket().say('caughtUp', { epoch: 'e1', seq: 9 })
    expect(states.at(-1)).to.deep.equal({ _tag: 'live' })
    expect(made.client.position).to.deep.equal({ epoch: 'e1', seq: 9 })
    expect(messages.flatMap(({ seq }) => seq ?? [])).to.deep.equal([5, 6, 8])
  })

  it('continues from where another client was', () => {
    const made = createScriptedClient({ since, client })
    expect(made.socket().query.get('since')).to.equal('e1:7')
    expect(made.client.position).to.deep.equal(since)
    made.socket().welcome(7)
    expect(made.states.map(({ _tag }) => _tag)).to.deep.equal(['connecting', 'recovering'])
  })

  it('tries again from the same place where it is lost amid a replay', async () => {
    const { socket, reconnect, messages } = createScriptedClient({ since })
    socket().welcome(7)
    socket().say('resumed', { epoch: 'e1', from: 7 })
    socket().event('task.progress', 9, 'workflowProgress', progress)
    await reconnect()
    expect(socket().query.get('since')).to.equal('e1:9')
    socket().welcome(9)
    socket().say('resumed', { epoch: 'e1', from: 9 })
    socket().event('task.progress', 9, 'workflowProgress', progress)
    socket().event('task.progress', 10, 'workflowProgress', progress)
    expect(messages.flatMap(({ seq }) => seq ?? [])).to.deep.equal([9, 10])
  })

  it('hands on no event twice, and none out of order', () => {
    const { client: made, socket, messages } = createScriptedClient()
    socket().welcome(0)
    for (const seq of [1, 2, 2, 1, 5, 4, 6]) socket().event('task.progress', seq, 'workflowProgress', progress)
    expect(messages.flatMap(({ seq }) => seq ?? [])).to.deep.equal([1, 2, 5, 6])
    expect(made.position).to.deep.equal({ epoch: 'e1', seq: 6 })
  })

  it('hands on events that are not stored, which have no number', () => {
    const { socket, messages, client: made } = createScriptedClient()
    socket().welcome(3)
    socket().event('log.stream', undefined, 'workflowLog', {})
    socket().event('log.stream', undefined, 'workflowLog', {})
    expect(messages.filter(({ event }) => event === 'log.stream')).to.have.lengthOf(2)
    expect(made.position?.seq).to.equal(3)
  })

  it('is moved by heartbeat and subscribed, upwards, and not by gap', () => {
    const { socket, client: made } = createScriptedClient()
    socket().welcome(3)
    socket().say('heartbeat', { epoch: 'e1', seq: 5 })
    expect(made.position?.seq).to.equal(5)
    socket().say('subscribed', { event_types: [], filter: null, epoch: 'e1', seq: 7 })
    expect(made.position?.seq).to.equal(7)
    socket().say('heartbeat', { epoch: 'e1', seq: 6 })
    socket().say('gap', { fromSeq: 8, toSeq: 90, dropped: 3, conflated: 0 })
    expect(made.position?.seq).to.equal(7)
  })

  it('is not moved past a replay by what else is said during it', async () => {
    const { socket, reconnect, client: made, messages } = createScriptedClient()
    socket().welcome(3)
    await reconnect()
    socket().welcome(90)
    socket().say('subscribed', { event_types: [], filter: null, epoch: 'e1', seq: 90 })
    socket().say('heartbeat', { epoch: 'e1', seq: 90 })
    expect(made.position?.seq).to.equal(3)
    socket().event('task.progress', 4, 'workflowProgress', progress)
    expect(messages.at(-1)?.seq).to.equal(4)
  })

  for (const reason of resetReasons) {
    it(`goes on from where the server says, after reset ${reason}`, async () => {
      const { socket, reconnect, state, client: made, messages } = createScriptedClient()
      socket().welcome(50)
      await reconnect()
      socket().welcome(50)
      socket().say('reset', { reason, epoch: 'e2', seq: 2 })
      expect(state()).to.deep.equal({ _tag: 'live' })
      expect(made.position).to.deep.equal({ epoch: 'e2', seq: 2 })
      socket().event('task.progress', 3, 'workflowProgress', progress)
      expect(messages.at(-1)?.seq).to.equal(3)
      await reconnect()
      expect(socket().query.get('since')).to.equal('e2:3')
    })
  }

  describe('restores its subscription', () => {
    it('in the query, where that can say it', async () => {
      const filter = { workflow_ids: ['w1', 'w2'], execution_ids: ['x'] }
      const { socket, reconnect, client: made } = createScriptedClient({ types: ['workflow.*'], filter })
      expect(socket().query.get('types')).to.equal('workflow.*')
      expect(socket().query.getAll('workflow_id')).to.deep.equal(['w1', 'w2'])
      expect(socket().query.getAll('execution_id')).to.deep.equal(['x'])
      socket().welcome()
      const answer = toldBy(made.subscribe(['log.entry'], { mode: 'replace', filter: null }))
      const [sent] = socket().sentOf('SUBSCRIBE_EVENTS')
      expect(sent?.payload).to.deep.equal({ event_types: ['log.entry'], mode: 'replace', filter: null })
      const payload = { event_types: ['log.entry'], filter: null, epoch: 'e1', seq: 0 }
      socket().say('subscribed', payload, { correlation_id: sent?.id })
      expect(answer).to.deep.include({ values: [payload] })
      expect(answer.end()).to.equal('complete')
      await reconnect()
      expect(socket().query.get('types')).to.equal('log.entry')
      expect(socket().query.has('workflow_id')).to.equal(false)
      expect(socket().query.get('since')).to.equal('e1:0')
      socket().welcome()
      expect(socket().sent).to.deep.equal([])
    })

    it('to nothing, which is not the default', async () => {
      const { socket, reconnect, client: made } = createScriptedClient({ types: [] })
      expect(socket().query.get('types')).to.equal('')
      socket().welcome()
      toldBy(made.unsubscribe(['*']))
      socket().say('subscribed', { event_types: [], filter: null, epoch: 'e1', seq: 0 })
      await reconnect()
      expect(socket().query.get('types')).to.equal('')
    })

    for (const [what, filter] of [
      ['tags and sources', { sources: ['ci'], required_tags: ['a'], excluded_tags: ['b'], workflow_ids: ['w'] }],
      ['an empty list, which lets nothing pass', { workflow_ids: [] }],
      ['what is too long for a URL', { execution_ids: Array.from({ length: 40 }, (_, index) => `${client}-${index}`) }],
    ] as const) {
      it(`by a message before all others: ${what}`, async () => {
        const types = ['task.progress', 'workflow.completed']
        const given = { types, filter: filter as Record<string, string[]> }
        const { socket, reconnect, state, client: made, messages } = createScriptedClient(given)
        expect([...socket().query.keys()].sort()).to.deep.equal(['client', 'types'])
        expect(socket().query.get('types')).to.equal('')
        toldBy(made.ping())
        socket().welcome(5)
        const [first, second] = socket().sent
        expect(first?.type).to.equal('SUBSCRIBE_EVENTS')
        expect(first?.payload).to.deep.equal({ event_types: types, mode: 'replace', filter })
        expect(second?.type).to.equal('PING')
        expect(state()).to.deep.equal({ _tag: 'recovering' })
        const answer = { event_types: types, filter, epoch: 'e1', seq: 5 }
        socket().say('subscribed', answer, { correlation_id: first?.id })
        expect(state()).to.deep.equal({ _tag: 'live' })

        await reconnect()
        expect(socket().query.get('types')).to.equal('')
        expect(socket().query.has('since')).to.equal(false)
        socket().welcome(9)
        const [restore] = socket().sent
        expect(restore?.payload).to.deep.equal({ event_types: types, mode: 'replace', filter, since: 'e1:5' })
        socket().say('subscribed', { ...answer, seq: 9 }, { correlation_id: restore?.id })
        expect(state()).to.deep.equal({ _tag: 'recovering' })
        expect(made.position?.seq).to.equal(5)
        socket().say('resumed', { epoch: 'e1', from: 5 })
        socket().event('task.progress', 6, 'workflowProgress', progress)
        expect(messages.at(-1)?.seq).to.equal(6)
        socket().say('caughtUp', { epoch: 'e1', seq: 9 })
        expect(state()).to.deep.equal({ _tag: 'live' })
      })
    }

    it("adds its filter to the server's default, which it learns by that", async () => {
      const filter = { sources: ['ci'] }
      const { socket, reconnect, state } = createScriptedClient({ filter })
      expect([...socket().query.keys()]).to.deep.equal(['client'])
      socket().welcome(5)
      const [sent] = socket().sent
      expect(sent?.payload).to.deep.equal({ event_types: [], mode: 'add', filter })
      const answer = { event_types: ['task.progress'], filter, epoch: 'e1', seq: 5 }
      socket().say('subscribed', answer, { correlation_id: sent?.id })
      expect(state()).to.deep.equal({ _tag: 'live' })
      await reconnect()
      socket().welcome(5)
      const since5 = { event_types: ['task.progress'], mode: 'replace', filter, since: 'e1:5' }
      expect(socket().sent[0]?.payload).to.deep.equal(since5)
    })

    it('and closes where the server refuses it', async () => {
      const { socket, reconnect, state } = createScriptedClient({ types: ['mine.type'], filter: { sources: ['ci'] } })
      socket().welcome()
      await reconnect()
      socket().welcome()
      const more = { correlation_id: socket().sent[0]?.id }
      socket().say('error', { code: 'UNKNOWN_EVENT_TYPE', message: 'no', timestamp: '' }, more)
      expect(state()).to.deep.equal({ _tag: 'closed', code: 400, reason: 'UNKNOWN_EVENT_TYPE: no' })
    })
  })

  it('outlives whatever a server says', () => {
    const { socket, state, messages, client: made } = createScriptedClient()
    const run = toldBy(made.dsl('CALL x'))
    socket().open()
    socket().text('no JSON')
    socket().text('[]')
    socket().text('{"type":5}')
    socket().text('{"type":"x","payload":[]}')
    expect(messages).to.deep.equal([])
    socket().welcome(1)
    const [sent] = socket().sent
    socket().say('accepted', { executionId: 'E', epoch: 'e1', seq: 1 }, { correlation_id: sent?.id })
    const odd = {
      executionId: 'E',
      nodes: 5,
      results: 7,
      error: null,
      details: null,
      runs: 3,
      filter: 9,
      event_types: 1,
    }
    const types = ['workflowStart', 'nodeStatusUpdate', 'dslProgress', 'dslResult', 'runStatus', 'subscribed', 'gap']
    for (const type of [
      ...types,
      'reset',
      'caughtUp',
      'heartbeat',
      'error',
      'chatMessage',
      'tool_result',
      'constructor',
    ]) {
      socket().say(type, odd)
      socket().say(type, odd, { event: 'task.progress', seq: 'x', correlation_id: 5 })
    }
    socket().say('brand.new', { more: true }, { extra: 1 })
    expect(messages.at(-1)).to.deep.include({ type: 'brand.new', payload: { more: true }, extra: 1 })
    expect(state()).to.deep.equal({ _tag: 'live' })
    expect(made.position).to.deep.equal({ epoch: 'e1', seq: 1 })
    expect(run.end()).to.equal(undefined)
  })
})
