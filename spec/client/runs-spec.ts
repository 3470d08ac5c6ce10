import { expect } from 'chai'
import type { Run } from '../../lib/client/index.ts'
import { createScriptedClient, type ScriptedSocket, toldBy } from './scripted-server.ts'

const graph = { nodes: [{ id: 'a', type: 'tool_call', tool: 'echo' }] } as const
const at = { timestamp: '2026-01-01T00:00:01.000Z' }
const ids = { workflowId: 'W', executionId: 'E' }

function accept(socket: ScriptedSocket, run: Run, executionId = 'E', workflowId: string | null = 'W'): void {
  const named = workflowId === null ? {} : { workflowId }
  socket.say('accepted', { executionId, ...named, epoch: 'e1', seq: 1 }, { correlation_id: run.id })
}

function complete(socket: ScriptedSocket, seq: number | undefined, executionId = 'E', more: object = {}): void {
  const payload = { ...ids, executionId, message: '', results: { a: 1 }, ...at }
  socket.say('workflowComplete', payload, { event: 'workflow.completed', seq, ...more })
}

function status(socket: ScriptedSocket, entry: object): void {
  const id = socket.sentOf('RUN_STATUS').at(-1)?.id
  socket.say('runStatus', { runs: [{ executionId: 'E', nodes: {}, ...entry }] }, { correlation_id: id })
}

/** A client with a run that was accepted on its first connection. */
function createAccepted() {
  const made = createScriptedClient()
  made.socket().welcome(1)
  const run = made.client.execute(graph)
  const told = toldBy(run)
  accept(made.socket(), run)
  return { ...made, run, told }
}

describe('the runs of a client', () => {
  it('are asked for once, at the call, however many listen and when', () => {
    const { client, socket } = createScriptedClient()
    socket().welcome()
    const run = client.execute(graph)
    expect(socket().sentOf('EXECUTE_WORKFLOW')).to.deep.equal([
      { type: 'EXECUTE_WORKFLOW', payload: graph, id: run.id },
    ])
    const [one, two] = [toldBy(run), toldBy(run)]
    accept(socket(), run)
    const late = toldBy(run)
    complete(socket(), 2)
    const after = toldBy(run)
    expect(socket().sent).to.have.lengthOf(1)
    expect(one.values.map((state) => state.status)).to.deep.equal(['sending', 'accepted', 'completed'])
    expect(two.values).to.deep.equal(one.values)
    expect(late.values.map((state) => state.status)).to.deep.equal(['accepted', 'completed'])
    expect(after.values).to.deep.equal([run.state])
    for (const told of [one, two, late, after]) expect(told.end()).to.equal('complete')
    expect(toldBy(run.executionId$).values).to.deep.equal(['E'])
  })

  it('do not hear of each other, two at once', () => {
    const { client, socket } = createScriptedClient()
    socket().welcome()
    const [one, two] = [client.execute(graph), client.execute(graph)]
    expect(one.id).to.not.equal(two.id)
    accept(socket(), two, 'E2')
    accept(socket(), one, 'E1')
    complete(socket(), 5, 'E2')
    expect([one.state.status, two.state.status]).to.deep.equal(['accepted', 'completed'])
    complete(socket(), 6, 'E1')
    expect(one.state.status).to.equal('completed')
  })

  it('error with the words of the server where they are refused, and nobody need listen', async () => {
    const { client, socket, time } = createScriptedClient()
    socket().welcome()
    const run = client.execute(graph)
    const details = [{ path: 'nodes[0]', expected: 'a tool', actual: 'none' }]
    const error = { code: 'INVALID_WORKFLOW', message: 'no', details, ...at }
    socket().say('error', error, { correlation_id: run.id })
    await time.advance(1)
    expect(toldBy(run).end()).to.deep.include({ code: 'INVALID_WORKFLOW', message: 'no', details })
    expect(run.state).to.deep.include({ status: 'failed', error: { code: 'INVALID_WORKFLOW', message: 'no', details } })
  })

  it('error where they cannot be written', () => {
    const { client } = createScriptedClient()
    const params = { big: 1n }
    expect(toldBy(client.execute({ nodes: [{ ...graph.nodes[0], params }] })).end()).to.include({
      code: 'INVALID_PAYLOAD',
    })
  })

  it('error also where they are taken back after they were accepted', () => {
    const { socket, run, told } = createAccepted()
    socket().say('error', { code: 'BUS_UNAVAILABLE', message: 'no', ...at }, { correlation_id: run.id })
    expect(told.end()).to.include({ code: 'BUS_UNAVAILABLE' })
  })

  for (const [named, code] of [
    ['failed', 'run_failed'],
    ['cancelled', 'run_cancelled'],
    ['timed_out', 'run_timed_out'],
    ['executor_lost', 'executor_lost'],
  ] as const) {
    it(`error with ${code} where they end as ${named}, after the last state`, () => {
      const { socket, told } = createAccepted()
      const payload = { ...ids, error: 'why', status: named, nodeId: 'a', ...at }
      socket().say('workflowError', payload, { event: 'workflow.failed', seq: 2 })
      expect(told.values.at(-1)).to.deep.include({ status: named, error: { code, message: 'why', nodeId: 'a' } })
      expect(told.end()).to.include({ name: 'ClientError', code, message: 'why' })
    })
  }

  it('go on where somebody stops listening', () => {
    const { client, socket } = createScriptedClient()
    socket().welcome()
    const run = client.execute(graph)
    run.subscribe().unsubscribe()
    accept(socket(), run)
    expect(socket().sent).to.have.lengthOf(1)
    complete(socket(), 2)
    expect(run.state.status).to.equal('completed')
  })

  it('wait for a link, in their order, and are sent again under their id until they are accepted', async () => {
    const { client, socket, reconnect } = createScriptedClient()
    const [one, two] = [client.execute(graph), client.dsl('CALL x')]
    expect(socket().sent).to.deep.equal([])
    socket().open()
    expect(socket().sent).to.deep.equal([])
    socket().welcome(1)
    const sent = [one.id, two.id]
    expect(socket().sent.map(({ id }) => id)).to.deep.equal(sent)
    await reconnect()
    socket().welcome(1)
    expect(socket().sent.map(({ id }) => id)).to.deep.equal(sent)
    accept(socket(), one)
    await reconnect()
    socket().welcome(1)
    expect(socket().sent.map(({ id }) => id)).to.deep.equal([two.id])
  })

  it('are not given to a link that is gone', async () => {
    const { client, sockets, socket, time } = createScriptedClient()
    socket().welcome(1)
    socket().end(1006)
    const run = client.execute(graph)
    expect(sockets[0]?.sent).to.deep.equal([])
    await time.advance(750)
    socket().welcome(1)
    expect(socket().sent.map(({ id }) => id)).to.deep.equal([run.id])
  })

  it('error with queue_full where too many wait', () => {
    const { client, socket } = createScriptedClient({ maxQueued: 2 })
    const runs = [client.execute(graph), client.execute(graph), client.execute(graph)]
    expect(toldBy(runs[2] as Run).end()).to.include({ code: 'queue_full' })
    expect(toldBy(client.ping()).end()).to.include({ code: 'queue_full' })
    socket().welcome()
    expect(socket().sent).to.have.lengthOf(2)
    client.execute(graph)
    expect(socket().sent).to.have.lengthOf(3)
  })

  it('are sent again when the server says, where there were too many; five times', async () => {
    const { client, socket, time } = createScriptedClient()
    socket().welcome()
    const run = client.execute(graph)
    const told = toldBy(run)
    const refuse = (): void =>
      socket().say(
        'error',
        { code: 'RATE_LIMITED', message: 'slow', retryAfterMs: 300, ...at },
        { correlation_id: run.id },
      )
    for (let sent = 1; sent <= 5; sent += 1) {
      refuse()
      await time.advance(299)
      expect(socket().sent).to.have.lengthOf(sent)
      await time.advance(1)
      expect(socket().sent).to.have.lengthOf(sent + 1)
    }
    expect(new Set(socket().sent.map(({ id }) => id))).to.deep.equal(new Set([run.id]))
    expect(told.end()).to.equal(undefined)
    refuse()
    expect(told.end()).to.include({ code: 'RATE_LIMITED' })
  })

  it('end with what came before they were accepted, as a replay may bring it', async () => {
    const { client, socket, reconnect } = createScriptedClient()
    socket().welcome(1)
    const run = client.execute(graph)
    const told = toldBy(run)
    await reconnect()
    socket().welcome(1)
    socket().say('resumed', { epoch: 'e1', from: 1 })
    const node = { ...ids, nodeId: 'a', status: 'completed', attempt: 1, ...at }
    socket().event('workflow.node_status_update', 2, 'nodeStatusUpdate', node)
    complete(socket(), 3)
    socket().say('caughtUp', { epoch: 'e1', seq: 3 })
    expect(run.state.status).to.equal('sending')
    accept(socket(), run)
    expect(told.end()).to.equal('complete')
    expect(run.state.nodes['a']).to.deep.include({ status: 'completed', attempt: 1 })
  })

  it('end with the terminal frame that answers a command sent again, also one that has passed as an event', async () => {
    for (const more of [{ seq: undefined, event: undefined }, { seq: 1 }]) {
      const { client, socket, reconnect } = createScriptedClient()
      socket().welcome(1)
      const run = client.execute(graph)
      await reconnect()
      socket().welcome(1)
      accept(socket(), run)
      complete(socket(), undefined, 'E', { correlation_id: run.id, ...more })
      expect(run.state).to.deep.include({ status: 'completed', results: { a: 1 } })
    }
  })

  it('are not ended by a task of theirs, as the literal projection tells it', () => {
    const { socket, told } = createAccepted()
    const task = { ...ids, nodeId: 'a', message: '', results: {}, ...at }
    socket().event('task.completed', 2, 'workflowComplete', task)
    expect(told.end()).to.equal(undefined)
  })

  it('are asked for after each reconnect, and go on with the nodes that are told', async () => {
    const { socket, reconnect, told, run } = createAccepted()
    await reconnect()
    socket().welcome(1)
    expect(socket().sent).to.deep.equal([])
    socket().say('resumed', { epoch: 'e1', from: 1 })
    socket().say('caughtUp', { epoch: 'e1', seq: 1 })
    expect(socket().sent.map(({ type, payload }) => [type, payload])).to.deep.equal([
      ['RUN_STATUS', { executionIds: ['E'] }],
    ])
    status(socket(), { status: 'running', nodes: { a: 'running' } })
    expect(run.state).to.deep.include({ status: 'running', nodes: { a: { status: 'running' } } })
    complete(socket(), 2)
    expect(told.end()).to.equal('complete')
  })

  for (const [named, code] of [
    ['completed', 'complete'],
    ['failed', 'run_failed'],
    ['cancelled', 'run_cancelled'],
    ['timed_out', 'run_timed_out'],
  ] as const) {
    it(`end as they are told to have ended, after a reset: ${named}`, async () => {
      const { socket, reconnect, told, run } = createAccepted()
      await reconnect()
      socket().welcome(1)
      socket().say('reset', { reason: 'too_old', epoch: 'e1', seq: 900 })
      const results = named === 'completed' ? { results: { a: 1 } } : { error: 'why' }
      status(socket(), { status: named, nodes: { a: 'completed' }, ...results })
      expect(run.state.status).to.equal(named)
      if (named === 'completed') expect(run.state).to.deep.include({ results: { a: 1 }, progress: 100 })
      if (code === 'complete') expect(told.end()).to.equal(code)
      else expect(told.end()).to.include({ code, message: 'why' })
    })
  }

  for (const reason of ['epoch_changed', 'too_old', 'ahead', 'mismatch']) {
    it(`end with run_lost where nobody knows them after reset ${reason}`, async () => {
      const { socket, reconnect, told } = createAccepted()
      await reconnect()
      socket().welcome(1)
      socket().say('reset', { reason, epoch: reason === 'epoch_changed' ? 'e2' : 'e1', seq: 0 })
      status(socket(), { status: 'unknown' })
      expect(told.values.at(-1)).to.include({ status: 'lost' })
      expect(told.end()).to.include({ code: 'run_lost' })
    })
  }

  it('end with run_lost where nobody knows them after a reset, also those that were accepted just before', async () => {
    const { socket, told, time } = createAccepted()
    socket().end(1006)
    await time.advance(750)
    socket().welcome(1)
    socket().say('reset', { reason: 'too_old', epoch: 'e1', seq: 0 })
    status(socket(), { status: 'unknown' })
    expect(told.end()).to.include({ code: 'run_lost' })
  })

  it('end with run_lost where nobody runs anything any more', async () => {
    const { socket, reconnect, told } = createAccepted()
    await reconnect()
    socket().welcome(1)
    socket().say('reset', { reason: 'epoch_changed', epoch: 'e2', seq: 0 })
    const more = { correlation_id: socket().sentOf('RUN_STATUS')[0]?.id }
    socket().say('error', { code: 'NO_EXECUTOR', message: 'nobody', ...at }, more)
    expect(told.end()).to.include({ code: 'run_lost' })
  })

  it('are not lost by a question that overtook them: unknown just after they were accepted is asked again', async () => {
    const { socket, told, time } = createAccepted()
    socket().say('gap', { fromSeq: 2, toSeq: 3, dropped: 1, conflated: 0 })
    await time.advance(1_000)
    for (let asked = 1; asked <= 5; asked += 1) {
      expect(socket().sentOf('RUN_STATUS')).to.have.lengthOf(asked)
      status(socket(), { status: 'unknown' })
      expect(told.end()).to.equal(undefined)
      await time.advance(2_000)
    }
    status(socket(), { status: 'unknown' })
    expect(told.end()).to.include({ code: 'run_lost' })
  })

  it('are answered once, also where the answer to that was lost', async () => {
    const { client, socket, reconnect } = createAccepted()
    const input = { executionId: 'E', nodeId: 'a', value: 1 }
    const told = toldBy(client.provideInput(input))
    const [first] = socket().sentOf('PROVIDE_INPUT')
    expect(first?.payload).to.deep.equal(input)
    await reconnect()
    socket().welcome(1)
    expect(socket().sentOf('PROVIDE_INPUT')).to.deep.equal([first])
    const taken = { executionId: 'E', epoch: 'e1', seq: 1 }
    socket().say('accepted', taken, { correlation_id: first?.id })
    expect(told).to.deep.include({ values: [taken] })
    expect(told.end()).to.equal('complete')
  })

  it('are asked for once where many gaps come', async () => {
    const { socket, time } = createAccepted()
    for (let gaps = 0; gaps < 5; gaps += 1) {
      socket().say('gap', { fromSeq: 2, toSeq: 3, dropped: 1, conflated: 0 })
      await time.advance(100)
    }
    await time.advance(1_000)
    expect(socket().sentOf('RUN_STATUS')).to.have.lengthOf(1)
  })

  it('are asked for where nothing is heard of them: their events may not be subscribed to', async () => {
    const { socket, told, time } = createAccepted()
    await time.advance(29_000)
    expect(socket().sentOf('RUN_STATUS')).to.have.lengthOf(0)
    await time.advance(1_000)
    expect(socket().sentOf('RUN_STATUS')).to.have.lengthOf(1)
    status(socket(), { status: 'completed', results: { a: 1 } })
    expect(told.end()).to.equal('complete')
    socket().say('heartbeat', { epoch: 'e1', seq: 1 })
    await time.advance(60_000)
    expect(socket().sentOf('RUN_STATUS')).to.have.lengthOf(1)
  })

  it('are asked for by fifties', async () => {
    const { client, socket, reconnect } = createScriptedClient()
    socket().welcome(1)
    for (let started = 0; started < 51; started += 1) accept(socket(), client.execute(graph), `E${started}`)
    await reconnect()
    socket().welcome(1)
    socket().say('caughtUp', { epoch: 'e1', seq: 1 })
    const counts = socket().sent.map(({ payload }) => (payload['executionIds'] as readonly string[]).length)
    expect(counts).to.deep.equal([50, 1])
  })

  describe('are cancelled', () => {
    it('at once where they were never sent', () => {
      const { client, socket } = createScriptedClient()
      const run = client.execute(graph)
      const told = toldBy(run)
      run.cancel('enough')
      expect(told.end()).to.include({ code: 'run_cancelled', message: 'enough' })
      socket().welcome()
      expect(socket().sent).to.deep.equal([])
      run.cancel()
    })

    it('by the server, once it has said their id, and end when it tells so', () => {
      const { client, socket } = createScriptedClient()
      socket().welcome()
      const run = client.execute(graph)
      const told = toldBy(run)
      run.cancel('enough')
      expect(socket().sentOf('CANCEL_WORKFLOW')).to.deep.equal([])
      accept(socket(), run)
      const [cancel] = socket().sentOf('CANCEL_WORKFLOW')
      expect(cancel?.payload).to.deep.equal({ executionId: 'E', reason: 'enough' })
      expect(told.end()).to.equal(undefined)
      const payload = { ...ids, error: 'enough', status: 'cancelled', ...at }
      socket().event('workflow.cancelled', 2, 'workflowError', payload)
      expect(told.end()).to.include({ code: 'run_cancelled' })
    })

    it('with an answer only the PONG behind it gives, and again after a reconnect where that did not come', async () => {
      const { client, socket, reconnect } = createScriptedClient()
      socket().welcome(1)
      const answer = toldBy(client.cancel({ workflowId: 'W' }, 'enough'))
      await reconnect()
      socket().welcome(1)
      expect(socket().sentOf('CANCEL_WORKFLOW')).to.have.lengthOf(1)
      expect(answer.end()).to.equal(undefined)
      socket().say('PONG', at, { correlation_id: socket().sentOf('PING').at(-1)?.id })
      expect(answer).to.deep.include({ values: [[]] })
      expect(answer.end()).to.equal('complete')
      await reconnect()
      socket().welcome(1)
      expect(socket().sentOf('CANCEL_WORKFLOW')).to.have.lengthOf(0)
    })

    it('later, where the server takes no more now', async () => {
      const { client, socket, time } = createScriptedClient()
      socket().welcome(1)
      const answer = toldBy(client.cancel('E'))
      const id = socket().sentOf('CANCEL_WORKFLOW')[0]?.id
      socket().say('error', { code: 'RATE_LIMITED', message: 'slow', retryAfterMs: 10, ...at }, { correlation_id: id })
      socket().say('PONG', at, { correlation_id: socket().sentOf('PING')[0]?.id })
      expect(answer.end()).to.equal(undefined)
      await time.advance(10)
      expect(socket().sentOf('CANCEL_WORKFLOW')).to.have.lengthOf(2)
      const runs = [{ executionId: 'E', status: 'completed', nodes: {} }]
      socket().say('runStatus', { runs }, { correlation_id: id })
      expect(answer).to.deep.include({ values: [runs] })
    })
  })

  describe('of chat', () => {
    const say = (socket: ScriptedSocket, run: Run, content: string, type = 'text'): void =>
      socket.say('chatMessage', { content, sender: 'assistant', type }, { correlation_id: run.id })

    it('complete with the outcome, which is not the echo', () => {
      const { client, socket } = createScriptedClient()
      socket().welcome()
      const run = client.chat('do it')
      const told = toldBy(run)
      say(socket(), run, 'Processing: do it')
      accept(socket(), run, 'E', null)
      expect(run.state.messages).to.deep.equal([])
      say(socket(), run, 'Done.')
      expect(told.end()).to.equal('complete')
      expect(run.state.messages).to.deep.equal([{ content: 'Done.', sender: 'assistant', type: 'text' }])
    })

    it('complete with an answer that needed no run, and with one that is an error', () => {
      const { client, socket } = createScriptedClient()
      socket().welcome()
      const [good, bad] = [client.chat('hi'), client.chat('ho')]
      say(socket(), good, 'Hello.')
      say(socket(), bad, 'What?', 'error')
      expect(toldBy(good).end()).to.equal('complete')
      expect(toldBy(bad).end()).to.equal('complete')
      expect([good.state.status, bad.state.status]).to.deep.equal(['completed', 'failed'])
    })

    it('complete with the end of their run, where the outcome was told to a socket that is gone', async () => {
      const { client, socket, reconnect, time } = createScriptedClient()
      socket().welcome(1)
      const run = client.chat('do it')
      const told = toldBy(run)
      accept(socket(), run, 'E', null)
      await reconnect()
      socket().welcome(1)
      const result = { success: true, command: 'CALL x', result: 1, executionId: 'E' }
      socket().event('dsl.command_completed', 2, 'dslResult', result)
      expect(told.end()).to.equal(undefined)
      await time.advance(1_000)
      expect(told.end()).to.equal('complete')
      expect(run.state).to.deep.include({ kind: 'chat', status: 'completed', messages: [] })
      expect(run.state.dslResult?.result).to.equal(1)
    })
  })

  it('of a command complete with its result, and a script only after its workflow', () => {
    const { client, socket } = createScriptedClient()
    socket().welcome()
    const run = client.dsl('CALL x')
    const told = toldBy(run)
    accept(socket(), run, 'E', null)
    complete(socket(), 2)
    expect(told.end()).to.equal(undefined)
    const error = { code: 'CANCELLED', message: 'the command was cancelled' }
    const result = { success: false, command: 'CALL x', result: null, error, executionId: 'E' }
    socket().event('dsl.command_completed', 3, 'dslResult', result)
    expect(told.end()).to.equal('complete')
    expect(run.state).to.deep.include({ status: 'cancelled', error })
  })
})
