import { expect } from 'chai'
import type { Frame } from '../support/frames.ts'
import { useServers } from '../support/server.ts'
import { eventually } from '../support/waiting.ts'

const call = (id: string, more: object = {}): object => ({ id, type: 'tool_call', tool: 'echo', ...more })
const hold = (id: string): object => call(id, { tool: 'hold' })
const edge = (source: string, target: string): object => ({ source, target })

describe('a run asked for over a socket', () => {
  const { serve } = useServers()

  const bad: readonly (readonly [string, object, RegExp])[] = [
    ['without nodes', { nodes: [] }, /node/i],
    ['with two nodes of one id', { nodes: [call('twin'), call('twin')] }, /twin/],
    ['with an edge to nowhere', { nodes: [call('a')], edges: [edge('a', 'nowhere')] }, /nowhere/],
    ['with an edge from nowhere', { nodes: [call('a')], edges: [edge('nowhere', 'a')] }, /nowhere/],
    ['with a node that waits for itself', { nodes: [call('selfish')], edges: [edge('selfish', 'selfish')] }, /selfish/],
    [
      'with a cycle, which is named',
      {
        nodes: [call('start'), call('one'), call('two'), call('three')],
        edges: [edge('start', 'one'), edge('one', 'two'), edge('two', 'three'), edge('three', 'one')],
      },
      /one.*two.*three.*one|two.*three.*one.*two|three.*one.*two.*three/,
    ],
    ['with an unknown tool', { nodes: [call('a', { tool: 'no_such_tool' })] }, /no_such_tool/],
    [
      'with params the tool does not take',
      { nodes: [call('a', { tool: 'write_file', params: { filename: 7, content: 'x' } })] },
      /filename/,
    ],
    ['with too many nodes', { nodes: Array.from({ length: 257 }, (_, index) => call(`n${index}`)) }, /256/],
    [
      'with too many edges',
      {
        nodes: Array.from({ length: 60 }, (_, index) => call(`n${index}`)),
        edges: Array.from({ length: 1_025 }, (_, index) => edge(`n${index % 30}`, `n${30 + (index % 29)}`)),
      },
      /1,?024/,
    ],
    ['with too many params', { nodes: [call('a', { params: { text: 'x'.repeat(131_073) } })] }, /131,?072|128 ?KiB/i],
  ]
  for (const [what, payload, named] of bad) {
    it(`${what} is refused with the details, and nothing runs`, async () => {
      const { connect, stats } = await serve()
      const client = await connect('?types=*')
      await client.ask('UNSUBSCRIBE_EVENTS', { event_types: ['ws.*'] })
      await client.settle()
      const error = await client.ask('EXECUTE_WORKFLOW', { workflowId: 'w', executionId: 'e', ...payload })
      expect(error.type).to.equal('error')
      expect(error.payload['code']).to.equal('INVALID_WORKFLOW')
      const details = error.payload['details'] as readonly object[]
      expect(details).to.be.an('array').with.length.of.at.least(1)
      for (const detail of details) expect(detail).to.have.all.keys('path', 'expected', 'actual')
      expect(JSON.stringify(details) + String(error.payload['message'])).to.match(named)
      expect(JSON.stringify(error).length).to.be.below(20_000)
      expect(await client.settle()).to.deep.equal([])
      expect((await stats()).workflow_engine).to.include({ total_executions: 0, running: 0 })
      // the id was not used up
      client.send('EXECUTE_WORKFLOW', { executionId: 'e', nodes: [call('a')] })
      await client.next('workflowComplete')
    })
  }

  for (const [what, payload, named] of [
    ['a node without an id', { nodes: [{ type: 'tool_call', tool: 'echo' }] }, /nodes.*0.*id/],
    ['a node of another type', { nodes: [{ id: 'a', type: 'shell', command: 'rm' }] }, /nodes.*0.*type/],
    ['a node without a tool', { nodes: [{ id: 'a', type: 'tool_call' }] }, /nodes.*0.*tool/],
    ['params that are no object', { nodes: [call('a', { params: 'x' })] }, /params/],
    ['a timeout that is none', { nodes: [call('a', { timeoutMs: -1 })] }, /timeoutMs/],
    ['an edge without a target', { nodes: [call('a')], edges: [{ source: 'a' }] }, /edges.*0.*target/],
    [
      'an edge with an unknown `when`',
      { nodes: [call('a'), call('b')], edges: [{ ...edge('a', 'b'), when: 'maybe' }] },
      /when/,
    ],
    ['an id that is empty', { workflowId: '', nodes: [call('a')] }, /workflowId/],
  ] as const) {
    it(`with ${what} is refused, saying where`, async () => {
      const { connect, stats } = await serve()
      const client = await connect()
      const error = await client.ask('EXECUTE_WORKFLOW', payload)
      expect(error.payload['code']).to.be.oneOf(['INVALID_PAYLOAD', 'INVALID_WORKFLOW'])
      expect(JSON.stringify(error.payload['details'])).to.match(named)
      expect(await client.settle()).to.deep.equal([])
      expect((await stats()).workflow_engine).to.include({ total_executions: 0 })
    })
  }

  it('with an id that is live or was used is refused', async () => {
    const server = await serve()
    const client = await server.connect()
    await client.ask('EXECUTE_WORKFLOW', { executionId: 'once', nodes: [hold('n')] })
    await eventually(() => expect(server.hold.calls).to.have.length(1))
    const live = await client.ask('EXECUTE_WORKFLOW', { executionId: 'once', nodes: [call('n')] })
    expect(live.payload).to.include({ code: 'INVALID_WORKFLOW' })
    expect(JSON.stringify(live.payload)).to.contain('once')
    server.hold.calls[0]?.succeed('done')
    await client.next('workflowComplete')
    const used = await client.ask('EXECUTE_WORKFLOW', { executionId: 'once', nodes: [call('n')] })
    expect(used.payload).to.include({ code: 'INVALID_WORKFLOW' })
    expect(await client.settle()).to.deep.equal([])
  })

  it('is refused with NO_EXECUTOR where no engine is attached, and the door works all the same', async () => {
    const { connect, bus, stats } = await serve({ engine: false })
    const client = await connect()
    for (const [type, payload] of [
      ['EXECUTE_WORKFLOW', { nodes: [call('a')] }],
      ['DSL_COMMAND', { command: 'CALL echo' }],
      ['CANCEL_WORKFLOW', { executionId: 'e' }],
    ] as const) {
      expect((await client.ask(type, payload)).payload, type).to.include({ code: 'NO_EXECUTOR' })
    }
    await bus.publish({ type: 'workflow.started', data: { workflowId: 'w', executionId: 'of the host' } })
    expect((await client.settle()).map(({ type }) => type)).to.deep.equal(['workflowStart'])
    expect((await stats()).workflow_engine).to.include({ total_executions: 0, running: 0 })
  })

  it('chat without an engine ends with one answer of the assistant or an error', async () => {
    const { connect } = await serve({ engine: false })
    const client = await connect()
    client.send('CHAT_MESSAGE', { content: 'Create a file called x.txt' }, 'c')
    const frames = (await client.settle()).filter(({ payload }) => !String(payload['content']).startsWith('Processing'))
    expect(frames).to.have.length(1)
    expect(frames[0]).to.include({ correlation_id: 'c' })
    expect(JSON.stringify(frames[0])).to.match(/NO_EXECUTOR|"type":"error"/)
  })

  describe('ends cancelled', () => {
    const cancelledOnce = async (frames: readonly Frame[], executionId: string): Promise<void> => {
      const ends = frames.filter(({ type }) => ['workflowError', 'workflowComplete'].includes(type))
      expect(ends).to.have.length(1)
      expect(ends[0]?.payload).to.include({ executionId, status: 'cancelled' })
    }

    it('when it is cancelled while it runs; its tool hears of it and what waits never starts', async () => {
      const server = await serve()
      const client = await server.connect()
      client.send('EXECUTE_WORKFLOW', { executionId: 'e', nodes: [hold('a'), call('b')], edges: [edge('a', 'b')] })
      await eventually(() => expect(server.hold.calls).to.have.length(1))
      client.send('CANCEL_WORKFLOW', { executionId: 'e', reason: 'changed my mind' })
      const frames = await client.until('workflowError')
      expect(server.hold.calls[0]?.context.signal.aborted).to.equal(true)
      await cancelledOnce([...frames, ...(await client.settle())], 'e')
      const updates = client.messages.filter(({ type }) => type === 'nodeStatusUpdate').map(({ payload }) => payload)
      expect(updates.map(({ nodeId, status }) => [nodeId, status])).to.deep.include(['a', 'cancelled'])
      expect(updates.map(({ nodeId, status }) => [nodeId, status])).to.not.deep.include(['b', 'running'])
      server.hold.calls[0]?.succeed('too late')
      expect(await client.settle()).to.deep.equal([])
    })

    it('by workflowId, all its live runs and no other', async () => {
      const server = await serve()
      const client = await server.connect('?types=workflow.cancelled,workflow.completed')
      for (const [workflowId, executionId] of [
        ['w', 'e1'],
        ['w', 'e2'],
        ['other', 'e3'],
      ]) {
        await client.ask('EXECUTE_WORKFLOW', { workflowId, executionId, nodes: [hold('n')] })
      }
      await eventually(() => expect(server.hold.calls).to.have.length(3))
      client.send('CANCEL_WORKFLOW', { workflowId: 'w' })
      const ended = [await client.next('workflowError'), await client.next('workflowError')]
      expect(ended.map(({ payload }) => payload['executionId'])).to.have.members(['e1', 'e2'])
      expect(await client.settle()).to.deep.equal([])
      server.hold.calls[2]?.succeed('fine')
      expect((await client.next('workflowComplete')).payload).to.include({ executionId: 'e3' })
    })

    it('before it begins: the id never starts', async () => {
      const { connect, hold: held } = await serve()
      const client = await connect()
      client.send('CANCEL_WORKFLOW', { executionId: 'never' })
      await client.settle()
      const answer = await client.ask('EXECUTE_WORKFLOW', { executionId: 'never', nodes: [hold('n')] })
      await client.settle()
      expect(held.calls).to.have.length(0)
      expect(client.messages.map(({ type }) => type)).to.not.include('workflowStart')
      if (answer.type === 'accepted') await cancelledOnce(client.messages, 'never')
      else expect(answer.payload).to.include({ code: 'INVALID_WORKFLOW' })
    })

    it('not once it has finished: then its state is told', async () => {
      const { connect } = await serve()
      const client = await connect()
      client.send('EXECUTE_WORKFLOW', {
        workflowId: 'w',
        executionId: 'e',
        nodes: [call('n', { params: { text: 'x' } })],
      })
      await client.next('workflowComplete')
      const status = await client.ask('CANCEL_WORKFLOW', { executionId: 'e' })
      expect(status.type).to.equal('runStatus')
      expect(status.payload['runs']).to.have.length(1)
      const [run] = status.payload['runs'] as readonly Record<string, unknown>[]
      expect(run).to.deep.include({
        executionId: 'e',
        workflowId: 'w',
        status: 'completed',
        nodes: { n: 'completed' },
        results: { n: { text: 'x' } },
      })
      expect(run?.['startedAt']).to.match(/Z$/)
      expect(run?.['finishedAt']).to.match(/Z$/)
      expect(run?.['startSeq']).to.be.a('number')
      expect(await client.settle()).to.deep.equal([])
    })

    it('also a DSL command', async () => {
      const server = await serve()
      const client = await server.connect()
      const { executionId } = (await client.ask('DSL_COMMAND', { command: 'CALL hold' })).payload
      await eventually(() => expect(server.hold.calls).to.have.length(1))
      client.send('CANCEL_WORKFLOW', { executionId })
      const result = await client.next('dslResult')
      expect(result.payload).to.include({ success: false, executionId })
      expect(result.payload['error']).to.include({ code: 'CANCELLED' })
      expect(server.hold.calls[0]?.context.signal.aborted).to.equal(true)
      expect(await client.settle()).to.deep.equal([])
    })
  })

  it('goes on when its client goes, and is seen by the others', async () => {
    const server = await serve()
    const watcher = await server.connect()
    const client = await server.connect()
    await client.ask('EXECUTE_WORKFLOW', { executionId: 'e', nodes: [hold('n')] })
    await eventually(() => expect(server.hold.calls).to.have.length(1))
    client.socket.terminate()
    await eventually(() => expect(server.gateway.connections()).to.have.length(1))
    expect(server.hold.calls[0]?.context.signal.aborted).to.equal(false)
    server.hold.calls[0]?.succeed('for whom it may concern')
    const complete = await watcher.next('workflowComplete')
    expect(complete.payload).to.deep.include({ executionId: 'e', results: { n: 'for whom it may concern' } })
    expect(complete.correlation_id).to.equal('e')
    expect(watcher.messages.map(({ type }) => type)).to.not.include('accepted')
  })

  it('of a multi-step script is told as a workflow and ends with its result', async () => {
    const { connect } = await serve()
    const client = await connect()
    const command = "CALL write_file one.txt '1'\nCALL write_file two.txt '2'"
    const { executionId } = (await client.ask('DSL_COMMAND', { command })).payload
    const frames = await client.until('dslResult')
    const types = frames.map(({ type }) => type)
    expect(types.filter((type) => type === 'workflowStart')).to.have.length(1)
    expect(types.filter((type) => type === 'workflowComplete')).to.have.length(1)
    expect(types.filter((type) => type === 'tool_result')).to.have.length(2)
    expect(frames.at(-1)?.payload).to.include({ success: true, executionId })
    for (const frame of frames) expect(frame.correlation_id).to.equal(executionId)
  })

  for (const [what, command, code] of [
    ['an unknown tool', 'CALL no_such_tool x', 'UNKNOWN_TOOL'],
    ['arguments the tool does not take', 'CALL write_file', 'INVALID_ARGUMENTS'],
    ['a tool that fails', 'CALL fail', 'TOOL_FAILED'],
    ['a path that leads out', "CALL write_file ../../etc/x 'y'", 'TOOL_FAILED'],
  ] as const) {
    it(`of a command with ${what} ends with one dslResult that says ${code}`, async () => {
      const { connect, root } = await serve()
      const client = await connect()
      await client.ask('DSL_COMMAND', { command })
      const result = await client.next('dslResult')
      expect(result.payload).to.include({ success: false })
      expect(result.payload['error']).to.include({ code })
      expect(JSON.stringify(client.messages)).to.not.contain(root)
      expect(await client.settle()).to.deep.equal([])
    })
  }

  it('by chat that cannot be understood is answered and runs nothing', async () => {
    const { connect, stats } = await serve()
    const client = await connect()
    client.send('CHAT_MESSAGE', { content: 'What is the meaning of life, the universe and everything?' }, 'c')
    const frames = await client.settle()
    expect(frames.length).to.be.within(1, 2)
    for (const frame of frames) expect(frame).to.include({ type: 'chatMessage', correlation_id: 'c' })
    expect(frames.at(-1)?.payload).to.include({ sender: 'assistant' })
    expect((await stats()).workflow_engine).to.include({ total_executions: 0 })
  })
})
