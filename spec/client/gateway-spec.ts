import { expect } from 'chai'
import { filter, firstValueFrom, lastValueFrom, toArray } from 'rxjs'
import { WebSocket } from 'ws'
import { type Client, ClientError, connect, type ConnectOptions } from '../../lib/client/index.ts'
import { useServers } from '../support/server.ts'
import { inTime } from '../support/waiting.ts'

// Against the real gateway, over real sockets. What needs no server is specified in virtual time.

const echo = { id: 'a', type: 'tool_call', tool: 'echo', params: { text: 'hi' } } as const
const hold = { id: 'a', type: 'tool_call', tool: 'hold' } as const

describe('the client, with the gateway', () => {
  const { serve, defer } = useServers()

  const connectTo = (url: string, options: ConnectOptions = {}): Client => {
    const client = connect(url, { webSocket: WebSocket, ...options })
    defer(() => client.close())
    return client
  }
  const isLive = (client: Client): Promise<unknown> =>
    inTime(firstValueFrom(client.state$.pipe(filter(({ _tag }) => _tag === 'live'))), 'live')

  it('runs a workflow, and folds what is told of it', async () => {
    const { door } = await serve()
    const client = connectTo(door())
    const run = client.execute({
      nodes: [echo, { ...echo, id: 'b' }],
      edges: [{ source: 'a', target: 'b' }],
    })
    const states = await inTime(lastValueFrom(run.pipe(toArray())), 'the end of the run')
    const last = states.at(-1)
    expect(states[0]).to.deep.include({
      status: 'sending',
      nodes: { a: { status: 'pending' }, b: { status: 'pending' } },
    })
    expect(states.map(({ status }) => status).filter((status, index, all) => status !== all[index - 1])).to.deep.equal([
      'sending',
      'accepted',
      'running',
      'completed',
    ])
    expect(last).to.deep.include({ progress: 100, results: { a: { text: 'hi' }, b: { text: 'hi' } } })
    expect(last?.nodes['b']).to.deep.include({ status: 'completed', attempt: 1, result: { text: 'hi' } })
    expect(await firstValueFrom(run)).to.equal(last)
    expect(client.position?.seq).to.be.greaterThan(10)
  })

  it('tells how a run failed', async () => {
    const { door } = await serve()
    const run = connectTo(door()).execute({ nodes: [{ ...echo, tool: 'fail', params: {} }] })
    const error: unknown = await inTime(
      lastValueFrom(run).catch((caught: unknown) => caught),
      'the end',
    )
    expect(error).to.be.instanceOf(ClientError).and.to.include({ code: 'run_failed' })
    expect(run.state).to.deep.include({ status: 'failed' })
    expect(run.state.nodes['a']).to.deep.include({ status: 'failed' })
    expect(run.state.error?.nodeId).to.equal('a')
  })

  it('tells why a workflow was refused', async () => {
    const { door } = await serve()
    const run = connectTo(door()).execute({ nodes: [{ ...echo, tool: 'nothing' }] })
    const error: unknown = await inTime(
      lastValueFrom(run).catch((caught: unknown) => caught),
      'the end',
    )
    expect(error).to.be.instanceOf(ClientError).and.to.include({ code: 'INVALID_WORKFLOW' })
    expect((error as ClientError).details).to.have.lengthOf(1)
  })

  it('runs a command, a script and a command that is none', async () => {
    const { door } = await serve()
    const client = connectTo(door())
    const one = await inTime(lastValueFrom(client.dsl("CALL write_file a.txt 'x'")), 'the command')
    expect(one).to.deep.include({ status: 'completed', progress: 100 })
    expect(one.dslResult).to.deep.include({ success: true })
    const script = await inTime(lastValueFrom(client.dsl('CALL echo a\nCALL echo b')), 'the script')
    expect(script.nodes).to.have.all.keys('step1', 'step2')
    expect(script.dslResult).to.deep.include({ success: true })
    const bad = await inTime(lastValueFrom(client.dsl("CALL write_file 'a")), 'the bad command')
    expect(bad).to.deep.include({ status: 'failed' })
    expect(bad.error?.code).to.equal('DSL_SYNTAX')
  })

  it('tells of the one step of a command as of a node of a workflow', async () => {
    const { door } = await serve()
    const client = connectTo(door())
    const good = await inTime(lastValueFrom(client.dsl('$x = CALL echo hi')), 'the command')
    expect(good).to.deep.include({ status: 'completed', results: { x: { text: 'hi' } } })
    expect(good.nodes['x']).to.deep.include({ status: 'completed', attempt: 1, result: { text: 'hi' } })
    const bad = await inTime(lastValueFrom(client.dsl('CALL fail')), 'the bad command')
    expect(bad.nodes['step1']).to.deep.include({ status: 'failed', error: 'this tool always fails' })
    const held = client.dsl('CALL hold')
    await inTime(firstValueFrom(held.pipe(filter(({ nodes }) => nodes['step1']?.status === 'running'))), 'the step')
    held.cancel('enough')
    const cancelled = await inTime(lastValueFrom(held), 'the cancelled command')
    expect(cancelled.nodes['step1']).to.deep.include({ status: 'cancelled' })
    const said = await inTime(lastValueFrom(client.chat("create a file called a.txt with content 'hi'")), 'the chat')
    expect(said.nodes['step1']).to.deep.include({ status: 'completed', attempt: 1 })
    expect(said.results).to.have.all.keys('step1')
  })

  it('chats', async () => {
    const { door } = await serve()
    const client = connectTo(door())
    const good = await inTime(lastValueFrom(client.chat("create a file called a.txt with content 'hi'")), 'the outcome')
    expect(good).to.deep.include({ status: 'completed' })
    expect(good.messages.map(({ content }) => content)).to.deep.equal(['Wrote a.txt (2 bytes).'])
    const bad = await inTime(lastValueFrom(client.chat('read none.txt')), 'the bad outcome')
    expect(bad.status).to.equal('failed')
    expect(bad.messages).to.have.lengthOf(1)
  })

  it('cancels a run', async () => {
    const { door } = await serve()
    const client = connectTo(door())
    const run = client.execute({ nodes: [hold] })
    await inTime(firstValueFrom(run.pipe(filter(({ nodes }) => nodes['a']?.status === 'running'))), 'the run')
    run.cancel('enough')
    const error: unknown = await inTime(
      lastValueFrom(run).catch((caught: unknown) => caught),
      'the end',
    )
    expect(error).to.include({ code: 'run_cancelled' })
    const { executionId = '' } = run.state
    expect(await inTime(lastValueFrom(client.cancel(executionId)), 'the answer')).to.deep.include.members([])
    expect((await inTime(lastValueFrom(client.runStatus([executionId])), 'the status'))[0]).to.include({
      status: 'cancelled',
    })
  })

  it('answers a node that waits for a person', async () => {
    const { door } = await serve()
    const client = connectTo(door())
    const form = { type: 'object', properties: { ok: { type: 'boolean' } }, required: ['ok'] } as const
    const run = client.execute({ nodes: [{ id: 'ask', type: 'input', prompt: 'Sure?', form, timeoutMs: 60_000 }] })
    const asked = run.pipe(filter(({ nodes }) => nodes['ask']?.form !== undefined))
    const { nodes, executionId = '' } = await inTime(firstValueFrom(asked), 'the question')
    expect(nodes['ask']).to.deep.include({ status: 'waiting', message: 'Sure?', form })
    expect(Date.parse(nodes['ask']?.expiresAt ?? '')).to.be.within(Date.now(), Date.now() + 60_000)
    const answer = (value: unknown, nodeId = 'ask'): Promise<unknown> =>
      inTime(
        lastValueFrom(client.provideInput({ executionId, nodeId, value })).catch((caught: unknown) => caught),
        'the answer to the answer',
      )
    const misfit = await answer({ ok: 'yes' })
    expect(misfit).to.be.instanceOf(ClientError).and.to.include({ code: 'INVALID_PAYLOAD' })
    expect((misfit as ClientError).details).to.have.lengthOf(1)
    expect(await answer({ ok: true }, 'none')).to.include({ code: 'NOT_WAITING' })
    expect(await answer({ ok: true })).to.include({ executionId })
    const end = await inTime(lastValueFrom(run), 'the end of the run')
    expect(end).to.deep.include({ status: 'completed', results: { ask: { ok: true } } })
    expect(end.nodes['ask']).not.to.have.any.keys('form', 'expiresAt')
  })

  it('says that live runs were told to end, where their ends are not subscribed to', async () => {
    const { door } = await serve()
    const client = connectTo(door(), { types: [] })
    const run = client.execute({ nodes: [hold], workflowId: 'w' })
    await inTime(firstValueFrom(run.executionId$), 'the id')
    expect(await inTime(lastValueFrom(client.cancel({ workflowId: 'w' })), 'the answer')).to.deep.equal([])
  })

  it('subscribes, unsubscribes, lists runs and pings', async () => {
    const { door, bus } = await serve()
    const client = connectTo(door(), { types: [] })
    const { event_types: types } = await inTime(
      lastValueFrom(client.subscribe(['TASK_PROGRESS', 'log.*'])),
      'subscribed',
    )
    expect(types).to.deep.equal(['log.entry', 'log.stream', 'task.progress'])
    const first = firstValueFrom(client.events('TASK_*').pipe(filter(() => true)), { defaultValue: undefined })
    const progress = firstValueFrom(client.events('task.*'))
    await bus.publish({ type: 'task.progress', data: { nodeId: 'n', progress: 40 } })
    expect((await inTime(progress, 'the event')).payload).to.deep.include({ progress: 40 })
    const left = await inTime(lastValueFrom(client.unsubscribe(['log.*'])), 'unsubscribed')
    expect(left.event_types).to.deep.equal(['task.progress'])
    expect((await inTime(lastValueFrom(client.listRuns()), 'the list')).runs).to.deep.equal([])
    expect(await inTime(lastValueFrom(client.ping({ sequence: 3 })), 'the pong')).to.deep.include({ sequence: 3 })
    client.close()
    expect(await first).to.equal(undefined)
  })

  it('closes the connection, and tells everybody', async () => {
    const { door, stats } = await serve()
    const client = connectTo(door())
    await isLive(client)
    const states = lastValueFrom(client.state$)
    client.close()
    expect(await states).to.deep.equal({ _tag: 'closed', code: 1000, reason: 'closed by the client' })
    let active = 1
    while (active > 0) active = (await stats()).websocket_manager['active_connections'] ?? 0
    expect((await stats()).websocket_manager.closed).to.deep.equal({ '1000': 1 })
  })

  it('learns from the door why it is refused', async () => {
    const { door } = await serve({ gateway: { authenticate: () => null } })
    const client = connectTo(door(), { backoff: { minMs: 1, maxMs: 2 } })
    const last = await inTime(lastValueFrom(client.state$), 'closed')
    expect(last).to.include({ _tag: 'closed', code: 401 })
  })

  it('comes back after the link was cut', async () => {
    const { door, server } = await serve()
    const cut = new Set<() => void>()
    server.on('upgrade', (_request, socket) => cut.add(() => socket.destroy()))
    const client = connectTo(door('?types=workflow.*'), { backoff: { minMs: 1, maxMs: 2 } })
    await isLive(client)
    const again = firstValueFrom(client.state$.pipe(filter(({ _tag }) => _tag === 'waiting')))
    for (const end of cut) end()
    expect(await inTime(again, 'waiting')).to.include({ attempt: 1 })
  })
})
