import { expect } from 'chai'
import type { Planner } from '../../lib/chat/planner.ts'
import { eventually } from '../support/waiting.ts'
import { right } from 'fp-ts/lib/Either.js'
import * as t from 'io-ts'
import { NEVER } from 'rxjs'
import {
  createEventBus,
  createGateway,
  defaultProjection,
  defineEvents,
  defineMessage,
  literalProjection,
  serverMessage,
} from '../../lib/index.ts'
import { connectTestClient, createTestTime } from '../../lib/testing/index.ts'
import { useServers } from '../support/server.ts'

const SECRET = 'the password is hunter2'

describe('code of the host', () => {
  const { serve } = useServers()

  describe('in a handler of a client message', () => {
    const handlers = {
      GREET: defineMessage(t.type({ name: t.string }), ({ name }, { reply, connectionId, messageId }) => {
        reply({ type: 'greeting', payload: { text: `hello ${name}`, connectionId, messageId } })
        reply({ type: 'greeting', payload: { text: 'again' } })
      }),
      THROW: defineMessage(t.type({}), () => {
        throw new Error(SECRET)
      }),
      REJECT: defineMessage(t.type({}), () => Promise.reject(new Error(SECRET))),
      SLOW: defineMessage(t.type({}), async (_payload, { reply }) => {
        await Promise.resolve()
        reply({ type: 'later', payload: {} })
      }),
      WHO: defineMessage(t.type({}), (_payload, { principal, reply }) =>
        reply({ type: 'you', payload: { id: principal?.id } }),
      ),
    }

    it('gets the decoded payload and answers the client that asked, and no other', async () => {
      const { connect } = await serve({ gateway: { handlers } })
      const [client, other] = [await connect(), await connect()]
      client.send('GREET', { name: 'Ada' }, 'g1')
      const [first, second] = [await client.next(), await client.next()]
      expect(first).to.include({ type: 'greeting', correlation_id: 'g1' })
      expect(first.payload).to.deep.equal({ text: 'hello Ada', connectionId: client.connectionId, messageId: 'g1' })
      expect(second).to.include({ type: 'greeting', correlation_id: 'g1' })
      expect(await client.ask('SLOW')).to.include({ type: 'later' })
      expect(await other.settle()).to.deep.equal([])
    })

    it('never sees a payload that its codec does not take', async () => {
      const { connect } = await serve({ gateway: { handlers } })
      const client = await connect()
      const error = await client.ask('GREET', { name: 7 })
      expect(error.payload).to.include({ code: 'INVALID_PAYLOAD' })
      expect(JSON.stringify(error.payload['details'])).to.contain('name')
    })

    it('knows who asks', async () => {
      const { connect } = await serve({ gateway: { handlers, authenticate: () => ({ id: 'ada' }) } })
      expect((await (await connect()).ask('WHO')).payload).to.deep.equal({ id: 'ada' })
    })

    for (const type of ['THROW', 'REJECT']) {
      it(`that fails (${type}) is answered with an error whose id the log holds too, and nothing of it leaks`, async () => {
        const { connect, logs } = await serve({ gateway: { handlers } })
        const client = await connect()
        client.send(type, {}, 't1')
        const error = await client.next('error')
        expect(error.correlation_id).to.equal('t1')
        expect(error.payload).to.include({ code: 'WEBSOCKET_ERROR' })
        expect(JSON.stringify(error)).to.not.contain('hunter2')
        const line = logs.find(({ level, fields }) => level === 'error' && Object.values(fields).some(isSecret))
        expect(line, 'a line in the log').to.not.equal(undefined)
        expect(line?.fields).to.include({ correlationId: 't1', connectionId: client.connectionId })
        client.send(type)
        const anonymous = await client.next('error')
        expect(anonymous.correlation_id).to.match(/^[0-9a-f-]{36}$/)
        expect(logs.filter(({ fields }) => 'correlationId' in fields).map(({ fields }) => fields)).to.satisfy(
          (all: readonly { correlationId?: unknown }[]) => all.at(-1)?.correlationId === anonymous.correlation_id,
        )
        expect(await client.ask('PING')).to.include({ type: 'PONG' })
        expect(await client.ask('GREET', { name: 'Bob' })).to.include({ type: 'greeting' })
      })
    }

    it('under the name of a built-in message is refused at the start', async () => {
      for (const type of ['PING', 'DSL_COMMAND', 'ping', 'Heartbeat', '']) {
        let error: unknown
        await serve({ gateway: { handlers: { [type]: handlers.GREET } } }).catch((thrown: unknown) => (error = thrown))
        expect(String(error)).to.contain(`handlers["${type}"]`)
      }
    })
  })

  describe('in the projection', () => {
    const events = defineEvents({
      'order.placed': { data: t.type({ orderId: t.string }) },
      'order.tick': { data: t.type({ n: t.number }), stored: false },
    })

    it('makes what it likes of events, also of the host’s own', async () => {
      const { connect, bus } = await serve({
        events,
        gateway: {
          projection: (event) =>
            event.type === 'order.placed'
              ? { type: 'orderPlaced', payload: { id: event.data.orderId } }
              : event.type === 'order.tick'
                ? null
                : defaultProjection(event),
        },
      })
      const client = await connect('?types=order.*,workflow.started')
      await bus.publish({ type: 'order.placed', data: { orderId: 'o1' } })
      await bus.publish({ type: 'order.tick', data: { n: 1 } })
      await bus.publish({ type: 'workflow.started', data: { workflowId: 'w', executionId: 'e' } })
      const [placed, started, ...rest] = await client.settle()
      expect(placed).to.include({ type: 'orderPlaced', event: 'order.placed', seq: 1 })
      expect(placed?.payload).to.deep.equal({ id: 'o1' })
      expect(started).to.include({ type: 'workflowStart', seq: 2 })
      expect(rest).to.deep.equal([])
    })

    it('is not needed for the host’s own events: they come as eventStream', async () => {
      const { connect, bus } = await serve({ events })
      const client = await connect('?types=')
      const { payload } = await client.ask('SUBSCRIBE_EVENTS', { event_types: ['ORDER_PLACED', 'order.tick'] })
      expect(payload['event_types']).to.deep.equal(['order.placed', 'order.tick'])
      await bus.publish({ type: 'order.placed', data: { orderId: 'o1' }, source: 'shop', tags: ['eu'] })
      await bus.publish({ type: 'order.tick', data: { n: 1 } })
      const [placed, tick] = await client.settle()
      expect(placed).to.include({ type: 'eventStream', event: 'order.placed', seq: 1 })
      expect(placed?.payload).to.deep.equal({ data: { orderId: 'o1' }, source: 'shop', tags: ['eu'] })
      expect(tick).to.include({ type: 'eventStream', event: 'order.tick' }).and.not.have.property('seq')
    })

    for (const [what, made] of [
      ['no message', 5],
      ['a message without a type', { payload: {} }],
      ['a message whose payload is none', { type: 'told', payload: 'x' }],
      ['nothing', undefined],
    ] as const) {
      it(`that makes ${what} falls back to eventStream too`, async () => {
        const { connect, bus, logs } = await serve({ gateway: { projection: () => made as never } })
        const client = await connect()
        await bus.publish({ type: 'workflow.started', data: { workflowId: 'w', executionId: 'e' } })
        const [started] = await client.settle()
        expect(started).to.include({ type: 'eventStream', event: 'workflow.started' })
        expect(logs.map(({ message }) => message)).to.include('the projection failed')
      })
    }

    it('that throws falls back to eventStream, once counted for all connections', async () => {
      const { connect, bus, stats, logs } = await serve({
        gateway: {
          projection: (event) => {
            if (event.type === 'workflow.started') throw new Error(SECRET)
            return defaultProjection(event)
          },
        },
      })
      const clients = [await connect(), await connect()]
      const before = (await stats()).websocket_manager
      await bus.publish({ type: 'workflow.started', data: { workflowId: 'w', executionId: 'e' } })
      await bus.publish({ type: 'workflow.completed', data: { workflowId: 'w', executionId: 'e' } })
      for (const client of clients) {
        const [started, completed] = await client.settle()
        expect(started).to.include({ type: 'eventStream', event: 'workflow.started' })
        expect(started?.payload).to.deep.include({ data: { workflowId: 'w', executionId: 'e' } })
        expect(JSON.stringify(started)).to.not.contain('hunter2')
        expect(completed).to.include({ type: 'workflowComplete' })
      }
      const after = (await stats()).websocket_manager
      expect(Number(after['total_errors']) - Number(before['total_errors'])).to.equal(1)
      expect(after['errors']).to.equal(before['errors'])
      expect(logs.some(({ fields }) => Object.values(fields).some(isSecret))).to.equal(true)
    })

    it('may be the source’s literal table', async () => {
      const { connect, bus } = await serve({ gateway: { projection: literalProjection } })
      const client = await connect()
      const data = { nodeId: 'n', workflowId: 'w', executionId: 'e', origin: 'workflow' } as const
      await bus.publish({ type: 'task.started', data })
      await bus.publish({ type: 'task.progress', data: { ...data, progress: 40 } })
      await bus.publish({ type: 'task.completed', data })
      await bus.publish({ type: 'task.failed', data: { ...data, error: 'x' } })
      const frames = await client.settle()
      expect(frames.map(({ type }) => type)).to.deep.equal([
        'workflowStart',
        'workflowProgress',
        'workflowComplete',
        'workflowError',
      ])
      expect(frames[1]?.payload).to.include({ workflowId: 'w', executionId: 'e', nodeId: 'n', progress: 40 })
      expect(frames[2]?.payload).to.deep.include({ results: { n: null } })
      expect(frames[3]?.payload).to.include({ workflowId: 'w', nodeId: 'n', error: 'x', status: 'failed' })
    })

    it('by default tells a task outside any run as the source does, in a run as progress, in a command as dslProgress', async () => {
      const { connect, bus } = await serve()
      const client = await connect()
      const run = { nodeId: 'n', workflowId: 'w', executionId: 'e' }
      await bus.publish({ type: 'task.started', data: { nodeId: 'n' } })
      await bus.publish({ type: 'task.started', data: { ...run, origin: 'workflow' } })
      await bus.publish({ type: 'task.started', data: { executionId: 'e', origin: 'dsl' } })
      await bus.publish({ type: 'p2p.tool_response', data: { toolName: 'x', status: 'failed', error: 'no' } })
      const frames = await client.settle()
      expect(frames.map(({ type }) => type)).to.deep.equal([
        'workflowStart',
        'workflowProgress',
        'dslProgress',
        'tool_result',
      ])
      expect(frames[3]?.payload).to.include({ toolName: 'x', status: 'failed', error: 'no' })
    })

    it('that makes what JSON cannot hold harms nobody', async () => {
      const { connect, bus } = await serve({
        gateway: {
          projection: (event) =>
            event.type === 'workflow.started' ? { type: 'odd', payload: { n: 1n } } : defaultProjection(event),
        },
      })
      const client = await connect()
      await bus.publish({ type: 'workflow.started', data: { workflowId: 'w', executionId: 'e' } })
      await bus.publish({ type: 'workflow.completed', data: { workflowId: 'w', executionId: 'e' } })
      expect((await client.settle()).map(({ type }) => type)).to.deep.equal(['eventStream', 'workflowComplete'])
    })
  })

  describe('in a planner', () => {
    const replies: readonly (readonly [string, () => unknown])[] = [
      [
        'throws',
        () => {
          throw new Error(SECRET)
        },
      ],
      ['rejects', () => Promise.reject(new Error(SECRET))],
      ['answers null', () => null],
      ['answers undefined', () => Promise.resolve()],
      ['answers a command that is none', () => ({ _tag: 'Command', command: 5 })],
      ['answers a command that is left out', () => ({ _tag: 'Command' })],
      ['answers what JSON cannot hold', () => ({ _tag: 'Answer', content: 10n })],
      ['answers nothing', () => ({ _tag: 'Answer', content: ' \n' })],
      ['asks nothing', () => ({ _tag: 'Question', content: '', pending: {} })],
      ['answers a kind of its own', () => ({ _tag: 'Dance' })],
      ['answers a graph that is none', () => ({ _tag: 'Workflow', graph: 'a' })],
    ]
    for (const [what, plan] of replies) {
      it(`that ${what} ends that chat message in one error, and nothing else`, async () => {
        const { connect } = await serve({ gateway: { planner: { plan: plan as never } } })
        const client = await connect()
        client.send('CHAT_MESSAGE', { content: 'hello' }, 'h')
        expect((await client.next('chatMessage')).payload['content']).to.equal('Processing: hello')
        const outcome = await client.next('chatMessage')
        expect(outcome.payload).to.include({ sender: 'assistant', type: 'error' })
        expect(outcome.correlation_id).to.equal('h')
        expect(JSON.stringify(outcome)).to.not.contain(SECRET)
        expect(await client.ask('PING')).to.include({ type: 'PONG' })
      })
    }

    it('that throws when its signal is aborted harms nobody', async () => {
      const asked: AbortSignal[] = []
      const plan: Planner['plan'] = (_, signal) => {
        asked.push(signal)
        signal.addEventListener('abort', () => {
          throw new Error(SECRET)
        })
        return new Promise(() => undefined)
      }
      const { connect, logs } = await serve({ gateway: { planner: { plan } } })
      const client = await connect()
      client.send('CHAT_MESSAGE', { content: 'hello' })
      await client.next('chatMessage')
      await client.close()
      await eventually(() => {
        expect(asked[0]?.aborted).to.equal(true)
        expect(logs.map(({ message }) => message)).to.include("a listener of a planner's signal failed")
      })
    })

    it('may plan a graph, which is validated and run like any other', async () => {
      const nodes = [{ id: 'a', type: 'tool_call', tool: 'echo', params: { text: 'x' } }]
      const planner = { plan: () => ({ _tag: 'Workflow', graph: { nodes } }) as const }
      const { connect } = await serve({ gateway: { planner } })
      const client = await connect()
      client.send('CHAT_MESSAGE', { content: 'do it' }, 'h')
      await client.next('workflowComplete')
      const outcome = await client.next('chatMessage')
      expect(outcome.payload).to.include({ sender: 'assistant', type: 'text' })
    })
  })

  it('in a codec of a client message that throws is answered with an error, and the connection goes on', async () => {
    const broken = new t.Type<string>(
      'broken',
      t.string.is,
      () => {
        throw new Error(SECRET)
      },
      t.identity,
    )
    const { connect } = await serve({ gateway: { handlers: { BROKEN: defineMessage(broken, () => undefined) } } })
    const client = await connect()
    const error = await client.ask('BROKEN')
    expect(error.payload).to.include({ code: 'WEBSOCKET_ERROR' })
    expect(JSON.stringify(error)).to.not.contain(SECRET)
    expect(await client.ask('PING')).to.include({ type: 'PONG' })
  })

  it('in an executor that never says it is done does not keep the gateway from closing', async () => {
    const executor = {
      tools: () => [],
      isTaking: () => true,
      validate: () => right(undefined),
      runs: () => [],
      stats: () => ({
        total_executions: 0,
        successful_executions: 0,
        failed_executions: 0,
        retried_executions: 0,
        running: 0,
        average_execution_time: 0,
      }),
      drain: () => NEVER,
    }
    const time = createTestTime()
    const gateway = createGateway({ bus: createEventBus(), engine: executor, scheduler: time.scheduler })
    const client = connectTestClient(gateway)
    const closing = gateway.close({ timeoutMs: 1_000 })
    await time.advance(1_100)
    await closing
    expect(client.closed()).to.include({ code: 1001 })
  })

  it('in a logger that throws disturbs nothing', async () => {
    const fail = (): never => {
      throw new Error(SECRET)
    }
    const { connect } = await serve({ gateway: { logger: { debug: fail, info: fail, warn: fail, error: fail } } })
    const client = await connect()
    expect(await client.ask('PING')).to.include({ type: 'PONG' })
  })

  it('in a handler of the bus that throws harms no client', async () => {
    const { connect, bus, stats } = await serve()
    bus.on('workflow.*', () => {
      throw new Error(SECRET)
    })
    const client = await connect()
    await bus.publish({ type: 'workflow.started', data: { workflowId: 'w', executionId: 'e' } })
    expect((await client.settle()).map(({ type }) => type)).to.deep.equal(['workflowStart'])
    expect((await stats()).event_bus).to.include({ handler_errors: 1 })
  })

  it('may broadcast while a run is told, without breaking its order', async () => {
    const { connect, bus, gateway } = await serve()
    const client = await connect()
    bus.on('workflow.started', () => {
      gateway.broadcast(serverMessage('chatMessage', { content: 'it begins', sender: 'host', type: 'text' }))
    })
    client.send('EXECUTE_WORKFLOW', { nodes: [{ id: 'n', type: 'tool_call', tool: 'echo' }] })
    const frames = await client.until('workflowComplete')
    expect(frames[0]).to.include({ type: 'accepted' })
    expect(frames.filter(({ type }) => type === 'chatMessage')).to.have.length(1)
  })
})

function isSecret(value: unknown): boolean {
  return `${String(value)}${value instanceof Error ? value.stack : ''}`.includes('hunter2')
}
