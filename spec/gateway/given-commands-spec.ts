import { randomUUID } from 'node:crypto'
import { expect } from 'chai'
import { NEVER, type Observable, Subject } from 'rxjs'
import type { ClientSession } from '../../lib/gateway/client-session.ts'
import { createGivenCommands, type Given, type GivenCommand } from '../../lib/gateway/given-commands.ts'
import type { TerminalEvent } from '../../lib/gateway/outcomes.ts'
import { serverMessage } from '../../lib/protocol/server-payloads.ts'
import type { Planner } from '../../lib/index.ts'
import { createTestTime } from '../../lib/testing/index.ts'
import type { Client } from '../support/client.ts'
import type { Frame } from '../support/frames.ts'
import { useServers } from '../support/server.ts'
import { createDeferred, eventually } from '../support/waiting.ts'

const typesOf = (frames: readonly Frame[]): readonly string[] => frames.map(({ type }) => type)

/** What was answered to the message `id`: events of the run are not. */
const answersTo = (id: string, { messages }: Client): readonly Frame[] =>
  messages.filter(({ correlation_id, event }) => correlation_id === id && event === undefined)

describe('a command that is given again with its id', () => {
  const { serve } = useServers()
  const write = { command: "CALL write_file a.txt 'once'" }

  it('runs once, and is answered as it was, with its end', async () => {
    const { connect, stats } = await serve()
    const client = await connect()
    client.send('DSL_COMMAND', write, 'c')
    const first = await client.until('dslResult')
    client.send('DSL_COMMAND', write, 'c')
    const again = await client.until('dslResult')
    expect(typesOf(again)).to.deep.equal(['accepted', 'dslResult'])
    expect(again[0]?.payload).to.deep.equal(first[0]?.payload)
    expect(again[1]?.payload).to.deep.equal(first.at(-1)?.payload)
    expect(again[1]).to.include({ correlation_id: 'c' }).and.to.not.have.any.keys('seq', 'event')
    expect((await stats()).workflow_engine['total_executions']).to.equal(1)
  })

  it('on another connection of its client gets its answers there, also while it runs', async () => {
    const { connect, hold, stats } = await serve()
    const as = `?client=${randomUUID()}`
    const graph = { nodes: [{ id: 'a', type: 'tool_call', tool: 'hold' }] }
    const first = await connect(as)
    first.send('EXECUTE_WORKFLOW', graph, 'c')
    const accepted = await first.next('accepted')
    await eventually(() => expect(hold.calls).to.have.length(1))
    first.socket.terminate()
    const second = await connect(as)
    second.send('EXECUTE_WORKFLOW', graph, 'c')
    expect((await second.next('accepted')).payload).to.deep.equal(accepted.payload)
    hold.calls[0]?.succeed('done')
    expect((await second.next('workflowComplete')).payload).to.deep.include({ results: { a: 'done' } })
    second.send('EXECUTE_WORKFLOW', graph, 'c')
    await second.next('workflowComplete')
    expect(typesOf(answersTo('c', second))).to.deep.equal(['accepted', 'accepted', 'workflowComplete'])
    expect((await stats()).workflow_engine['total_executions']).to.equal(1)
  })

  it('by another client, or on another connection without one, is another command', async () => {
    const { connect, stats } = await serve()
    for (const query of ['', '', `?client=${randomUUID()}`, `?client=${randomUUID()}`]) {
      const client = await connect(query)
      client.send('DSL_COMMAND', write, 'c')
      await client.next('dslResult')
    }
    expect((await stats()).workflow_engine['total_executions']).to.equal(4)
  })

  it('by another principal who knows the id of the client is another command', async () => {
    const { connect, stats } = await serve({
      gateway: { authenticate: ({ headers }) => ({ id: String(headers['x-as']) }) },
    })
    const query = `?client=${randomUUID()}`
    for (const as of ['ann', 'bob']) {
      const client = await connect(query, { headers: { 'x-as': as } })
      client.send('DSL_COMMAND', write, 'c')
      expect((await client.next('dslResult')).event).to.equal('dsl.command_completed')
    }
    expect((await stats()).workflow_engine['total_executions']).to.equal(2)
  })

  it('but is another command, is refused: nothing runs', async () => {
    const { connect, stats } = await serve()
    const client = await connect()
    client.send('DSL_COMMAND', write, 'c')
    await client.next('dslResult')
    for (const [type, payload] of [
      ['DSL_COMMAND', { command: "CALL write_file a.txt 'twice'" }],
      ['CHAT_MESSAGE', { content: 'list files' }],
    ] as const) {
      client.send(type, payload, 'c')
      const error = await client.next('error')
      expect(error).to.include({ correlation_id: 'c' })
      expect(error.payload).to.include({ code: 'INVALID_PAYLOAD' })
      expect(error.payload['details']).to.have.nested.property('[0].path', 'id')
    }
    expect((await stats()).workflow_engine['total_executions']).to.equal(1)
  })

  it('after it was refused is tried again', async () => {
    const { connect } = await serve()
    const client = await connect()
    const wrong = { nodes: [{ id: 'a', type: 'tool_call', tool: 'nobody' }] }
    for (let round = 0; round < 2; round += 1) {
      client.send('EXECUTE_WORKFLOW', wrong, 'c')
      expect((await client.next('error')).payload).to.include({ code: 'INVALID_WORKFLOW' })
    }
    client.send('EXECUTE_WORKFLOW', { nodes: [{ id: 'a', type: 'tool_call', tool: 'echo' }] }, 'c')
    await client.next('workflowComplete')
  })

  it('as chat is planned once, and says all it said', async () => {
    const { connect, stats } = await serve()
    const client = await connect(`?client=${randomUUID()}`)
    const ask = { content: "create a file a.txt with 'x'" }
    client.send('CHAT_MESSAGE', ask, 'c')
    const isOutcome = ({ type, payload }: Frame): boolean => type === 'chatMessage' && 'metadata' in payload
    await client.next(isOutcome)
    const first = answersTo('c', client).map(({ type, payload }) => ({ type, payload }))
    client.send('CHAT_MESSAGE', ask, 'c')
    await client.next(isOutcome)
    const all = answersTo('c', client).map(({ type, payload }) => ({ type, payload }))
    expect(first.map(({ type }) => type)).to.deep.equal(['chatMessage', 'accepted', 'chatMessage'])
    expect(all).to.deep.equal([...first, ...first])
    expect((await stats()).workflow_engine['total_executions']).to.equal(1)
  })

  it('as chat whose sender left while it was planned is planned again', async () => {
    const asked: AbortSignal[] = []
    const reply = createDeferred<{ readonly _tag: 'Answer'; readonly content: string }>()
    const planner: Planner = {
      plan: (_request, signal) => {
        asked.push(signal)
        return reply.promise
      },
    }
    const { connect } = await serve({ gateway: { planner } })
    const as = `?client=${randomUUID()}`
    const first = await connect(as)
    first.send('CHAT_MESSAGE', { content: 'hello' }, 'c')
    await first.next('chatMessage')
    await first.close()
    const second = await connect(as)
    await second.settle()
    second.send('CHAT_MESSAGE', { content: 'hello' }, 'c')
    await second.next('chatMessage')
    // And one that comes again while it is planned hears the end of it.
    const third = await connect(as)
    third.send('CHAT_MESSAGE', { content: 'hello' }, 'c')
    await third.next('chatMessage')
    await second.close()
    reply.resolve({ _tag: 'Answer', content: 'good day' })
    expect((await third.next('chatMessage')).payload).to.include({ content: 'good day' })
    expect(asked.map(({ aborted }) => aborted)).to.deep.equal([true, true])
    expect(asked).to.have.length(2)
  })
})

describe('createGivenCommands', () => {
  const time = createTestTime()
  const completed = (size = 0): TerminalEvent =>
    ({ type: 'workflow.completed', data: { results: { a: 'x'.repeat(size) } } }) as unknown as TerminalEvent
  const sessionOf = (id: string, ended$: Observable<void> = NEVER) => {
    const answered: string[] = []
    const session = {
      connection: { id },
      principal: undefined,
      client: undefined,
      ended$,
      answer: ({ type }: { type: string }) => void answered.push(type),
    } as unknown as ClientSession
    return { session, answered }
  }
  const commandOf = (given: Given): GivenCommand => {
    if (given._tag !== 'New') throw new Error(given._tag)
    return given.command
  }
  const create = () =>
    createGivenCommands({ toMessage: () => serverMessage('PONG', { timestamp: '' }), scheduler: time.scheduler })

  it('remembers one for ten minutes after its end, however long it took', async () => {
    const given = create()
    const { session } = sessionOf('c1')
    const command = commandOf(given.take(session, 'c', 'DSL_COMMAND', {}))
    await time.advance(30 * 60_000)
    expect(given.take(session, 'c', 'DSL_COMMAND', {})).to.include({ _tag: 'Repeated' })
    command.end(completed())
    await time.advance(10 * 60_000)
    expect(given.take(session, 'c', 'DSL_COMMAND', {})).to.include({ _tag: 'Repeated' })
    await time.advance(1)
    expect(given.take(session, 'c', 'DSL_COMMAND', {})).to.include({ _tag: 'New' })
  })

  it('remembers no more than 10,000, nor more than 16 MiB of last words, the oldest end forgotten first', () => {
    const given = create()
    const { session } = sessionOf('c1')
    const run = (id: string, size = 0): void =>
      commandOf(given.take(session, id, 'DSL_COMMAND', {})).end(completed(size))
    const knows = (id: string): boolean => given.take(session, id, 'DSL_COMMAND', {})._tag === 'Repeated'
    for (let count = 0; count < 10_001; count += 1) run(`c${count}`)
    expect([knows('c1'), knows('c10000')]).to.deep.equal([true, true])
    run('large', 15 * 1024 * 1024)
    run('larger', 2 * 1024 * 1024)
    expect([knows('large'), knows('larger')]).to.deep.equal([false, true])
  })

  it('forgets what was not taken', () => {
    const given = create()
    const { session } = sessionOf('c1')
    for (const end of [false, true]) {
      const command = commandOf(given.take(session, 'c', 'DSL_COMMAND', {}))
      if (end) command.end()
      command.forget()
    }
    expect(given.take(session, 'c', 'DSL_COMMAND', {})).to.include({ _tag: 'New' })
  })

  it('does not remember one without an id', () => {
    const given = create()
    const { session, answered } = sessionOf('c1')
    for (let round = 0; round < 2; round += 1) {
      const command = commandOf(given.take(session, undefined, 'DSL_COMMAND', {}))
      command.answer(serverMessage('accepted', { executionId: 'e', epoch: 'e', seq: 1 }))
      command.end()
      command.forget()
    }
    expect(answered).to.deep.equal(['accepted', 'accepted'])
  })

  it('is abandoned when the connection has ended on which it was given last', () => {
    const given = create()
    const [ended1$, ended2$] = [new Subject<void>(), new Subject<void>()]
    const command = commandOf(given.take({ ...sessionOf('c1', ended1$).session, client: 'k' }, 'c', 'CHAT_MESSAGE', {}))
    let abandoned = 0
    command.abandoned$.subscribe(() => (abandoned += 1))
    given.take({ ...sessionOf('c2', ended2$).session, client: 'k' }, 'c', 'CHAT_MESSAGE', {})
    ended1$.next()
    expect(abandoned).to.equal(0)
    ended2$.next()
    expect(abandoned).to.equal(1)
  })
})
