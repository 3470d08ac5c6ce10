import { expect } from 'chai'
import { filter, firstValueFrom, lastValueFrom, type Observable } from 'rxjs'
import { WebSocket } from 'ws'
import { type Client, connect, type Run, type RunState } from '../../lib/client/index.ts'
import { type ServeOptions, useServers } from '../support/server.ts'
import { eventually, inTime } from '../support/waiting.ts'
import { createScriptedClient, type ScriptedSocket, toldBy } from './scripted-server.ts'

const at = { timestamp: '2026-01-01T00:00:01.000Z' }
const ids = { workflowId: 'W', executionId: 'E' }

describe('a run that is looked up', () => {
  const { serve, defer } = useServers()

  /** A page, and the same after it was loaded anew. */
  const serveTwo = async (options: ServeOptions = {}) => {
    const server = await serve(options)
    const load = (query = ''): Client => {
      const client = connect(server.door(query), { webSocket: WebSocket })
      defer(() => client.close())
      return client
    }
    return { ...server, load }
  }
  const until = (run: Observable<RunState>, is: (state: RunState) => boolean): Promise<RunState> =>
    inTime(firstValueFrom(run.pipe(filter(is))), 'the state')
  const errorOf = (run: Run): Promise<unknown> =>
    inTime(
      lastValueFrom(run).catch((caught: unknown) => caught),
      'the end',
    )

  it('is as it would be had one followed it from the start, and goes on', async () => {
    const { load, hold, gateway } = await serveTwo()
    const before = load()
    const nodes = [
      { id: 'a', type: 'tool_call', tool: 'echo', params: { text: 'hi' } },
      { id: 'b', type: 'tool_call', tool: 'hold' },
    ] as const
    const first = before.execute({ nodes, edges: [{ source: 'a', target: 'b' }] })
    await until(first, (state) => state.nodes['b']?.message === 'hold started')
    before.close()
    const after = load('?types=workflow.*,task.*,tool.*')
    const run = after.run(first.state.executionId ?? '')
    const { nodes: _nodes, ...told } = await until(run, ({ nodes: { a } }) => a?.result !== undefined)
    expect(told).to.deep.include({
      kind: 'workflow',
      status: 'running',
      progress: 50,
      executionId: run.state.executionId,
    })
    expect(run.state.nodes).to.deep.equal(first.state.nodes)
    hold.calls[0]?.succeed('done')
    const end = await inTime(lastValueFrom(run), 'the end')
    expect(end).to.deep.include({ status: 'completed', results: { a: { text: 'hi' }, b: 'done' } })
    // The connection over which the past was read is gone.
    await eventually(() => expect(gateway.connections()).to.have.lengthOf(1))
  })

  it('asks what a person was asked before, and takes the answer', async () => {
    const { load } = await serveTwo()
    const before = load()
    const form = { type: 'boolean' } as const
    const first = before.execute({ nodes: [{ id: 'ask', type: 'input', prompt: 'Sure?', form }] })
    await until(first, ({ nodes }) => nodes['ask']?.form !== undefined)
    before.close()
    const after = load()
    const executionId = first.state.executionId ?? ''
    const run = after.run(executionId)
    const { nodes } = await until(run, ({ nodes: { ask } }) => ask?.form !== undefined)
    expect(nodes['ask']).to.deep.include({ status: 'waiting', message: 'Sure?', form })
    after.provideInput({ executionId, nodeId: 'ask', value: true }).subscribe()
    expect(await inTime(lastValueFrom(run), 'the end')).to.deep.include({ results: { ask: true } })
  })

  it('is a command where it was begun as one, and errors as a workflow does where it fails', async () => {
    const { load, hold } = await serveTwo()
    const before = load()
    const good = before.dsl('CALL hold')
    await until(good, ({ nodes }) => nodes['step1']?.status === 'running')
    const after = load()
    const [run, same] = [after.run(good.state.executionId ?? ''), before.run(good.state.executionId ?? '')]
    expect(same.id).to.equal(good.id)
    await until(run, ({ kind }) => kind === 'dsl')
    expect(run.state.nodes).to.deep.equal(good.state.nodes)
    hold.calls[0]?.fail(new Error('broken'))
    expect((await inTime(lastValueFrom(good), 'the end')).status).to.equal('failed')
    for (const found of [run, same]) {
      expect(await errorOf(found)).to.deep.include({ code: 'run_failed', message: 'broken' })
      expect(found.state.error?.code).to.equal('TOOL_FAILED')
    }
  })

  it('has its end where it is over, and is unknown where there is none', async () => {
    const { load } = await serveTwo()
    const client = load()
    const good = await inTime(lastValueFrom(client.dsl('CALL echo hi')), 'the command')
    const found = await inTime(lastValueFrom(client.run(good.executionId ?? '')), 'the run')
    expect(found).to.deep.include({ status: 'completed', progress: 100, results: { step1: { text: 'hi' } } })
    const script = await inTime(lastValueFrom(client.dsl('CALL echo hi\nCALL fail')), 'the script')
    const bad = client.run(script.executionId ?? '')
    expect(await errorOf(bad)).to.include({ code: 'run_failed', message: 'this tool always fails' })
    expect(bad.state.nodes).to.deep.equal({
      step1: { status: 'completed', result: { text: 'hi' } },
      step2: { status: 'failed' },
    })
    const none = client.run('none')
    expect(await errorOf(none)).to.include({ code: 'run_unknown' })
    expect(none.state.status).to.equal('lost')
    expect(await errorOf(client.run(''))).to.include({ code: 'INVALID_PAYLOAD' })
  })

  it('is what is known of it where the history has left it behind', async () => {
    const { load, hold, bus } = await serveTwo({ history: { maxEvents: 2 } })
    const before = load()
    const first = before.execute({ nodes: [{ id: 'a', type: 'tool_call', tool: 'hold' }] })
    await until(first, ({ nodes }) => nodes['a']?.message === 'hold started')
    for (const progress of [1, 2]) await bus.publish({ type: 'task.progress', data: { progress } })
    const run = load().run(first.state.executionId ?? '')
    expect(await until(run, ({ status }) => status === 'running')).to.deep.include({
      nodes: { a: { status: 'running' } },
    })
    hold.calls[0]?.succeed('done')
    expect(await inTime(lastValueFrom(run), 'the end')).to.deep.include({ results: { a: 'done' } })
  })

  it('is cancelled like others', async () => {
    const { load } = await serveTwo()
    const first = load().execute({ nodes: [{ id: 'a', type: 'tool_call', tool: 'hold' }] })
    const executionId = await inTime(firstValueFrom(first.executionId$), 'the id')
    const run = load().run(executionId)
    run.cancel('enough')
    expect(await errorOf(run)).to.include({ code: 'run_cancelled', message: 'enough' })
  })
})

describe('a run that is looked up, in virtual time,', () => {
  const answer = (socket: ScriptedSocket, entry: object, asked = 0): void => {
    const { id } = socket.sentOf('RUN_STATUS')[asked] ?? {}
    const told = { executionId: 'E', workflowId: 'W', nodes: {}, status: 'running', ...entry }
    socket.say('runStatus', { runs: [told] }, { correlation_id: id })
  }
  const node = (socket: ScriptedSocket, seq: number, nodeId: string, status: string): void =>
    socket.event('workflow.node_status_update', seq, 'nodeStatusUpdate', { ...ids, nodeId, status, attempt: 1, ...at })
  const end = (socket: ScriptedSocket, seq: number): void =>
    socket.event('workflow.completed', seq, 'workflowComplete', { ...ids, message: '', results: { a: 1 }, ...at })

  /** A client that has found a run which is going on, and the socket over which it reads the past. */
  const createFound = (...given: Parameters<typeof createScriptedClient>) => {
    const made = createScriptedClient(...given)
    const main = made.socket()
    main.welcome(20)
    const run = made.client.run('E')
    const told = toldBy(run)
    answer(main, { nodes: { a: 'completed', b: 'running' }, startSeq: 7 })
    return { ...made, main, run, told, past: made.socket() }
  }

  it('is asked for once there is a link, and by another that comes before the answer', async () => {
    const { client, socket, reconnect } = createScriptedClient()
    const told = toldBy(client.run('E'))
    expect(told.values).to.deep.include.members([{ ...told.values[0], status: 'sending', executionId: 'E' }])
    await reconnect()
    socket().welcome(1)
    const [first, ...more] = socket().sentOf('RUN_STATUS')
    expect(first?.payload).to.deep.equal({ executionIds: ['E'] })
    expect(more).to.deep.equal([])
    await reconnect()
    socket().welcome(1)
    socket().say('resumed', { epoch: 'e1', from: 1 })
    socket().say('caughtUp', { epoch: 'e1', seq: 1 })
    expect(socket().sentOf('RUN_STATUS')).to.deep.equal([first])
    answer(socket(), { status: 'completed', results: { a: 1 }, nodes: { a: 'completed' } })
    expect(told.end()).to.equal('complete')
  })

  it('reads what was said of it alone, from its first event, with the credentials of the client', () => {
    const { past, main } = createFound({ query: { token: 't' } }, '?types=x&execution_id=F&more=1')
    expect(past).not.to.equal(main)
    const { query } = past
    expect(query.get('since')).to.equal('e1:6')
    expect(query.getAll('execution_id')).to.deep.equal(['E'])
    expect(query.getAll('types').map((list) => list.split(','))[0]).to.include.members(['task.*', 'workflow.started'])
    expect(query.get('more')).to.equal('1')
    expect(query.get('token')).to.equal('t')
    expect(query.get('client')).not.to.equal(main.query.get('client'))
  })

  it('says the rest in a message where an address cannot say it all', () => {
    const { past } = createFound({ query: { token: 't'.repeat(1_500) } })
    expect(past.query.get('types')).to.equal('')
    past.welcome(6)
    const [subscribe] = past.sentOf('SUBSCRIBE_EVENTS')
    expect(subscribe?.payload).to.deep.include({ filter: { execution_ids: ['E'] }, since: 'e1:6', mode: 'replace' })
    past.say('subscribed', { event_types: [], filter: null, epoch: 'e1', seq: 6 })
    expect(past.sent).to.have.lengthOf(1)
  })

  it('does not wait for a past that is refused', () => {
    const { past } = createFound({ query: { token: 't'.repeat(1_500) } })
    past.welcome(6)
    past.say('error', { code: 'TOO_MANY_SUBSCRIPTIONS', message: 'no', ...at })
    expect(past.closedWith()).to.deep.equal({ code: 1000, reason: '' })
  })

  it('tells the past and what came since, each once and in order', () => {
    const { past, main, run, told } = createFound()
    expect(run.state.nodes).to.deep.equal({ a: { status: 'completed' }, b: { status: 'running' } })
    expect(run.state.progress).to.equal(50)
    node(main, 21, 'b', 'retrying')
    node(main, 25, 'c', 'running')
    expect(run.state.nodes['c']?.status).to.equal('running')
    past.welcome(6)
    past.say('resumed', { epoch: 'e1', from: 6 })
    const started = { ...ids, nodes: [{ id: 'a' }, { id: 'b' }, { id: 'c' }, { id: 'd' }], edges: [], metadata: {} }
    past.event('workflow.started', 7, 'workflowStart', { ...started, startTime: 'then' })
    node(past, 21, 'b', 'retrying')
    node(past, 22, 'b', 'completed')
    node(past, 24, 'c', 'retrying')
    expect(run.state.startedAt).to.equal(undefined)
    past.say('caughtUp', { epoch: 'e1', seq: 24 })
    expect(run.state.startedAt).to.equal('then')
    expect(Object.entries(run.state.nodes).map(([id, { status }]) => [id, status])).to.deep.equal([
      ['a', 'completed'],
      ['b', 'completed'],
      ['c', 'running'],
      ['d', 'pending'],
    ])
    expect(past.closedWith()).to.deep.equal({ code: 1000, reason: '' })
    end(main, 26)
    expect(told.end()).to.equal('complete')
  })

  it('is not set back by a connection that is behind what was read', async () => {
    const { past, main, run, reconnect } = createFound()
    past.welcome(6)
    for (const [index, status] of ['running', 'retrying', 'completed'].entries()) node(past, 21 + index, 'b', status)
    past.say('caughtUp', { epoch: 'e1', seq: 23 })
    node(main, 21, 'b', 'running')
    expect(run.state.nodes['b']?.status).to.equal('completed')
    main.end(1006)
    const back = await reconnect()
    back.welcome(1, 'e2')
    back.say('reset', { reason: 'epoch_changed', epoch: 'e2', seq: 0 })
    node(back, 1, 'b', 'retrying')
    expect(run.state.nodes['b']?.status).to.equal('retrying')
  })

  it('goes on where the question for it is refused for now after another has found it', async () => {
    const { client, socket, time } = createScriptedClient()
    socket().welcome(1)
    const told = toldBy(client.run('E'))
    const slow = { code: 'RATE_LIMITED', message: 'slow', retryAfterMs: 10, ...at }
    const refuse = (): void => {
      const [asked] = socket().sentOf('RUN_STATUS').slice(-1)
      socket().say('error', slow, { correlation_id: asked?.id })
    }
    refuse()
    socket().say(
      'runStatus',
      { runs: [{ executionId: 'E', status: 'running', nodes: {} }] },
      { correlation_id: 'other' },
    )
    await time.advance(10)
    refuse()
    expect(told.end()).to.equal(undefined)
    expect(told.values.at(-1)).to.include({ status: 'running' })
  })

  it('goes on without its past where that cannot be had', async () => {
    for (const refuse of [
      (past: ScriptedSocket) => past.end(1006),
      (past: ScriptedSocket) => {
        past.welcome(20)
        past.say('reset', { reason: 'too_old', epoch: 'e1', seq: 20 })
      },
      (past: ScriptedSocket) => past.welcome(6),
    ]) {
      const { past, main, run, told, time, sockets } = createFound()
      refuse(past)
      node(main, 21, 'b', 'completed')
      await time.advance(10_000)
      expect(told.end()).to.equal(undefined)
      past.say('caughtUp', { epoch: 'e1', seq: 20 })
      expect(run.state.nodes['b']?.status).to.equal('completed')
      end(main, 22)
      expect(told.end()).to.equal('complete')
      expect(sockets).to.have.lengthOf(2)
    }
  })

  it('waits 10 s for its past, and no longer', async () => {
    const { past, time } = createFound()
    past.welcome(6)
    await time.advance(9_999)
    expect(past.closedWith()).to.equal(undefined)
    await time.advance(1)
    expect(past.closedWith()).to.deep.equal({ code: 1000, reason: '' })
  })

  it('is cancelled once there is a link, also before it was found', () => {
    const { client, socket } = createScriptedClient()
    const run = client.run('E')
    const told = toldBy(run)
    run.cancel('enough')
    expect(told.end()).to.equal(undefined)
    socket().welcome(1)
    expect(socket().sentOf('CANCEL_WORKFLOW')[0]?.payload).to.deep.equal({ executionId: 'E', reason: 'enough' })
    answer(socket(), { status: 'cancelled', error: 'enough' })
    expect(told.end()).to.include({ code: 'run_cancelled', message: 'enough' })
  })

  it('is not found by what answers another command about it', () => {
    const { client, socket } = createScriptedClient()
    socket().welcome(1)
    const told = toldBy(client.run('E'))
    client.provideInput({ executionId: 'E', nodeId: 'a', value: 1 })
    const { id } = socket().sentOf('PROVIDE_INPUT')[0] ?? {}
    socket().say('accepted', { ...ids, epoch: 'e1', seq: 1 }, { correlation_id: id })
    answer(socket(), { status: 'unknown' })
    expect(told.end()).to.include({ code: 'run_unknown' })
  })

  it('reads the past of several one after the other, and of none that is over', () => {
    const { client, sockets, main, past } = createFound()
    const two = ['E2', 'E3'].map((executionId) => client.run(executionId))
    for (const [index, run] of two.entries()) {
      answer(main, { executionId: run.state.executionId, startSeq: 9 + index }, index + 1)
    }
    expect(sockets).to.have.lengthOf(2)
    const over = { ...ids, executionId: 'E2', message: '', results: {}, ...at }
    main.event('workflow.completed', 30, 'workflowComplete', over)
    past.end(1006)
    expect(sockets).to.have.lengthOf(3)
    expect(sockets[2]?.query.get('since')).to.equal('e1:9')
    client.close()
    expect(sockets[2]?.closedWith()?.code).to.equal(1000)
  })

  it('is lost like any other where the server forgets it, and ends with the client', async () => {
    const { run, told, reconnect, past, sockets } = createFound()
    past.end(1006)
    const [main] = sockets
    main?.end(1006)
    await reconnect().catch(() => undefined)
    const back = sockets.at(-1)
    back?.welcome(1, 'e2')
    back?.say('reset', { reason: 'epoch_changed', epoch: 'e2', seq: 0 })
    if (back !== undefined) answer(back, { status: 'unknown' })
    expect(told.end()).to.include({ code: 'run_lost' })
    expect(run.state.status).to.equal('lost')
    const { client, told: other } = createFound()
    client.close()
    expect(other.end()).to.include({ code: 'closed' })
  })

  it('is the one that was asked for under that id, also before it was accepted', () => {
    const { client, socket } = createScriptedClient()
    socket().welcome(1)
    const run = client.execute({ nodes: [{ id: 'a', type: 'tool_call', tool: 'echo' }], executionId: 'E' })
    const found = client.run('E')
    const told = toldBy(found)
    socket().say('accepted', { ...ids, epoch: 'e1', seq: 1 }, { correlation_id: run.id })
    answer(socket(), { startSeq: 2 })
    node(socket(), 2, 'a', 'running')
    expect(found.state).to.equal(run.state)
    const failed = { ...ids, error: 'why', status: 'failed', ...at }
    socket().event('workflow.failed', 3, 'workflowError', failed)
    expect(told.end()).to.include({ code: 'run_failed' })
  })

  it('is not ended by the workflow of a script, before the command is', () => {
    const { past, main, run, told } = createFound()
    past.welcome(6)
    const stage = { stage: 'parsing', message: '', details: {}, executionId: 'E' }
    past.event('dsl.command_progress', 7, 'dslProgress', stage)
    past.say('caughtUp', { epoch: 'e1', seq: 20 })
    end(main, 21)
    expect([run.state.kind, told.end()]).to.deep.equal(['dsl', undefined])
    const result = { success: true, command: 'x', result: 1, executionId: 'E' }
    main.event('dsl.command_completed', 22, 'dslResult', result)
    expect(told.end()).to.equal('complete')
  })
})
