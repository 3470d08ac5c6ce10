import { expect } from 'chai'
import { randomUUID } from 'node:crypto'
import type { Planner, PlannerReply, PlanRequest } from '../../lib/chat/planner.ts'
import { basicTools, createEventBus, createGateway, createToolRegistry, createWorkflowEngine } from '../../lib/index.ts'
import { connectTestClient, createTestTime, type TestClient } from '../../lib/testing/index.ts'
import type { ClientSession } from '../../lib/gateway/client-session.ts'
import { createConversations } from '../../lib/gateway/conversations.ts'
import { createRecordingLogger } from '../support/recording-logger.ts'
import { useServers } from '../support/server.ts'

/** A gateway without sockets, in virtual time. */
function serve(planner?: Planner) {
  const time = createTestTime()
  const { scheduler } = time
  const { logger, lines } = createRecordingLogger()
  const bus = createEventBus({ scheduler })
  const tools = createToolRegistry(basicTools({ scheduler }))
  const engine = createWorkflowEngine({ bus, tools, scheduler })
  const gateway = createGateway({ bus, engine, scheduler, logger, ...(planner === undefined ? {} : { planner }) })
  return { time, gateway, lines, connect: () => connectTestClient(gateway) }
}

/** A planner that answers with `replies`, one after another, and keeps what it was asked. */
function scripted(...replies: readonly unknown[]) {
  const asked: PlanRequest[] = []
  const plan = (request: PlanRequest): PlannerReply => {
    asked.push(request)
    return (replies[asked.length - 1] ?? { _tag: 'Answer', content: 'no more' }) as PlannerReply
  }
  return { planner: { plan }, asked }
}

/** What the assistant said to `client`, but for "Processing: …". */
function said(client: TestClient): readonly (readonly [type: unknown, content: string])[] {
  return client
    .messages()
    .filter(({ type, payload }) => type === 'chatMessage' && payload['sender'] === 'assistant')
    .map(({ payload }) => [payload['type'], String(payload['content'])] as const)
    .filter(([, content]) => !content.startsWith('Processing: '))
}

describe('a conversation', () => {
  it('goes on where the rule planner asked: the next message answers', async () => {
    const { time, connect } = serve()
    const client = connect()
    client.send('CHAT_MESSAGE', { content: 'calculate' })
    client.send('CHAT_MESSAGE', { content: '2 + 3 * 4' })
    await time.advance(0)
    expect(said(client)).to.deep.equal([
      ['text', 'What shall I calculate? For example: calculate (2 + 3) * 4'],
      ['text', 'The result is 14.'],
    ])
  })

  it('gives a planner what its question left open, once, and not the next connection', async () => {
    const question = { _tag: 'Question', content: 'How many?', pending: { step: 1 } }
    const { planner, asked } = scripted(question, question)
    const { time, connect } = serve(planner)
    const client = connect()
    const other = connect()
    client.send('CHAT_MESSAGE', { content: 'a' })
    await time.advance(0)
    other.send('CHAT_MESSAGE', { content: 'b' })
    client.send('CHAT_MESSAGE', { content: 'c' })
    client.send('CHAT_MESSAGE', { content: 'd' })
    await time.advance(0)
    expect(asked.map(({ text, pending }) => [text, pending])).to.deep.equal([
      ['a', undefined],
      ['b', undefined],
      ['c', { step: 1 }],
      ['d', undefined],
    ])
    expect(said(client)[0]).to.deep.equal(['text', 'How many?'])
  })

  it('is gone with its connection where nobody said who they are', async () => {
    const { planner, asked } = scripted({ _tag: 'Question', content: 'How many?', pending: 1 })
    const { time, connect } = serve(planner)
    const first = connect()
    first.send('CHAT_MESSAGE', { content: 'a' })
    await time.advance(0)
    first.close(1000)
    await time.advance(0)
    connect().send('CHAT_MESSAGE', { content: 'b' })
    await time.advance(0)
    expect(asked.map(({ pending }) => pending)).to.deep.equal([undefined, undefined])
  })

  describe('of a client that says who it is', () => {
    const { serve: serveSockets } = useServers()

    it("goes on over another connection, and is nobody else's", async () => {
      const { planner, asked } = scripted({ _tag: 'Question', content: 'How many?', pending: { step: 1 } })
      const { connect } = await serveSockets({ gateway: { planner } })
      const say = async (client: string, content: string): Promise<void> => {
        const connection = await connect(`?client=${client}`)
        await connection.ask('CHAT_MESSAGE', { content })
        await connection.next(({ type, payload }) => type === 'chatMessage' && payload['sender'] === 'assistant')
        await connection.settle()
        await connection.close()
      }
      const [one, other] = [randomUUID(), randomUUID()]
      await say(one, 'a')
      await say(other, 'b')
      await say(one, 'c')
      await say(one, 'd')
      expect(asked.map(({ text, pending }) => [text, pending])).to.deep.equal([
        ['a', undefined],
        ['b', undefined],
        ['c', { step: 1 }],
        ['d', undefined],
      ])
    })

    it('is open still where the answer was given while the connection ended, or the planner failed', async () => {
      const asked: PlanRequest[] = []
      const waiting: ((reply: PlannerReply) => void)[] = []
      const plan: Planner['plan'] = (request) => {
        asked.push(request)
        if (asked.length === 1) return { _tag: 'Question', content: 'How many?', pending: { step: 1 } }
        if (asked.length === 3) throw new Error('once')
        return new Promise((resolve) => waiting.push(resolve))
      }
      const { connect } = await serveSockets({ gateway: { planner: { plan } } })
      const query = `?client=${randomUUID()}`
      const first = await connect(query)
      first.send('CHAT_MESSAGE', { content: 'a' })
      await first.next(({ payload }) => payload['content'] === 'How many?')
      first.send('CHAT_MESSAGE', { content: 'three' })
      await first.next(({ payload }) => payload['content'] === 'Processing: three')
      await first.close()
      const second = await connect(query)
      second.send('CHAT_MESSAGE', { content: 'three' })
      await second.next(({ payload }) => payload['type'] === 'error')
      second.send('CHAT_MESSAGE', { content: 'three' })
      await second.next(({ payload }) => payload['content'] === 'Processing: three')
      waiting.at(-1)?.({ _tag: 'Answer', content: 'thanks' })
      await second.next(({ payload }) => payload['content'] === 'thanks')
      expect(asked.slice(1).map(({ pending }) => pending)).to.deep.equal([{ step: 1 }, { step: 1 }, { step: 1 }])
      second.send('CHAT_MESSAGE', { content: 'and now?' })
      await second.next(({ payload }) => payload['content'] === 'Processing: and now?')
      expect(asked.at(-1)?.pending).to.equal(undefined)
    })

    const session = (client?: string, principal?: string): ClientSession =>
      ({ client, principal: principal === undefined ? undefined : { id: principal } }) as ClientSession

    it('is kept for ten minutes, and for its principal alone', async () => {
      const { scheduler, advance } = createTestTime()
      const conversations = createConversations(scheduler)
      conversations.keep(session('c', 'ann'), 1)
      conversations.keep(session('d', 'ann'), 2)
      expect(conversations.take(session('c', 'bob'))).to.equal(undefined)
      expect(conversations.take(session('c'))).to.equal(undefined)
      await advance(10 * 60_000)
      expect(conversations.take(session('c', 'ann'))).to.equal(1)
      expect(conversations.take(session('c', 'ann'))).to.equal(undefined)
      await advance(1)
      expect(conversations.take(session('d', 'ann'))).to.equal(undefined)
    })

    it('is kept for so many clients, the latest', () => {
      const conversations = createConversations(createTestTime().scheduler)
      for (let client = 0; client < 1_001; client++) conversations.keep(session(`c${client}`), client)
      expect(conversations.take(session('c0'))).to.equal(undefined)
      expect(conversations.take(session('c1'))).to.equal(1)
      expect(conversations.take(session('c1000'))).to.equal(1_000)
    })
  })

  const loop: unknown[] = []
  loop.push(loop)
  for (const [what, pending] of [
    ['is too large', 'x'.repeat(70_000)],
    ['is no JSON', loop],
  ] as const) {
    it(`asks nothing whose answer could not be understood, as what it leaves open ${what}`, async () => {
      const { planner, asked } = scripted({ _tag: 'Question', content: 'How many?', pending })
      const { time, connect, lines } = serve(planner)
      const client = connect()
      client.send('CHAT_MESSAGE', { content: 'a' })
      client.send('CHAT_MESSAGE', { content: 'b' })
      await time.advance(0)
      expect(asked[1]).to.not.have.property('pending')
      expect(said(client).map(([type]) => type)).to.deep.equal(['error', 'text'])
      expect(said(client)[0]?.[1]).to.match(/^That could not be planned \(error /)
      const why = 'what a Question of a planner leaves open is no JSON, or takes more than 64 KiB'
      const failed = lines.find(({ message }) => message === 'the planner failed')
      expect(failed?.fields).to.have.nested.property('err.message', why)
    })
  }
})

describe('a planner', () => {
  const throwing = {
    get content(): string {
      throw new Error('secret')
    },
  }
  const nonsense: Readonly<Record<string, unknown>> = {
    'a question without words': { _tag: 'Question' },
    'a getter that throws': Object.defineProperty({ _tag: 'Answer' }, 'content', {
      get: () => {
        throw new Error('secret')
      },
    }),
    'a promise that throws when it is asked': {
      // oxlint-disable-next-line unicorn/no-thenable -- what a planner may return
      get then(): never {
        throw new Error('secret')
      },
    },
    'a promise that looks like a list': Object.assign(['x', 'y'], {
      // oxlint-disable-next-line unicorn/no-thenable -- what a planner may return
      then: (resolve: (value: unknown) => void) => resolve(throwing),
    }),
    'a graph that throws when it is read': {
      _tag: 'Workflow',
      graph: {
        get nodes(): never {
          throw new Error('secret')
        },
      },
    },
    'a graph with a circle': {
      _tag: 'Workflow',
      graph: {
        nodes: ['a', 'b'].map((id) => ({ id, type: 'tool_call', tool: 'echo' })),
        edges: [
          { source: 'a', target: 'b' },
          { source: 'b', target: 'a' },
        ],
      },
    },
    'a graph of unknown tools': { _tag: 'Workflow', graph: { nodes: [{ id: 'a', type: 'tool_call', tool: 'rm' }] } },
    'a list': [],
    'a function': () => 'x',
  }
  for (const [what, reply] of Object.entries(nonsense)) {
    it(`that answers with ${what} ends in one message, of type error`, async () => {
      const { time, connect } = serve({ plan: () => reply as PlannerReply })
      const client = connect()
      client.send('CHAT_MESSAGE', { content: 'hello' })
      await time.advance(0)
      expect(said(client).map(([type]) => type)).to.deep.equal(['error'])
      expect(JSON.stringify(client.messages())).to.not.include('secret')
      client.send('PING')
      expect(client.types().at(-1)).to.equal('PONG')
    })
  }

  it('that hangs ends after 30 s in one message, of type error, and is told to stop', async () => {
    let given: AbortSignal | undefined
    const { time, connect } = serve({
      plan: (_, signal) => {
        given = signal
        return new Promise(() => undefined)
      },
    })
    const client = connect()
    client.send('CHAT_MESSAGE', { content: 'hello' })
    await time.advance(29_999)
    expect(said(client)).to.deep.equal([])
    expect(given?.aborted).to.equal(false)
    await time.advance(1)
    expect(said(client).map(([type]) => type)).to.deep.equal(['error'])
    expect(given?.aborted).to.equal(true)
    await time.advance(60_000)
    expect(said(client)).to.have.lengthOf(1)
  })

  it('that answers at great length is cut', async () => {
    const { time, connect } = serve({ plan: () => ({ _tag: 'Answer', content: 'x'.repeat(50_000_000) }) })
    const client = connect()
    client.send('CHAT_MESSAGE', { content: 'hello' })
    await time.advance(0)
    const [[type, content] = ['', '']] = said(client)
    expect(type).to.equal('text')
    expect(content).to.have.lengthOf(64 * 1024 + 1)
  })
})
