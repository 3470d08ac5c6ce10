import { expect } from 'chai'
import * as fc from 'fast-check'
import type { Client } from '../support/client.ts'
import { type TestServer, useServers } from '../support/server.ts'

type Shot = (client: Client) => void

const clientTypes = [
  'DSL_COMMAND',
  'EXECUTE_WORKFLOW',
  'CHAT_MESSAGE',
  'SUBSCRIBE_EVENTS',
  'UNSUBSCRIBE_EVENTS',
  'PING',
  'CANCEL_WORKFLOW',
  'RUN_STATUS',
  'PROVIDE_INPUT',
  '__proto__',
]
const keys = [
  'command',
  'nodes',
  'edges',
  'workflow',
  'content',
  'event_types',
  'filter',
  'executionId',
  '__proto__',
  'x',
]
const payload = fc.dictionary(fc.constantFrom(...keys), fc.jsonValue({ maxDepth: 4 }), { maxKeys: 4 })
const message = fc.record(
  { type: fc.constantFrom(...clientTypes), payload, id: fc.jsonValue() },
  { requiredKeys: ['type'] },
)
const textShot =
  (content: string): Shot =>
  ({ socket }) =>
    socket.send(content)

/** What a client with bad intentions, or bad code, may send: mostly messages that look almost right. */
const shot: fc.Arbitrary<Shot> = fc.oneof(
  { arbitrary: message.map((value) => textShot(JSON.stringify(value))), weight: 20 },
  { arbitrary: fc.jsonValue().map((value) => textShot(JSON.stringify(value))), weight: 2 },
  { arbitrary: fc.string({ unit: 'binary' }).map(textShot), weight: 1 },
  {
    arbitrary: fc.string().map((command) => textShot(JSON.stringify({ type: 'DSL_COMMAND', payload: { command } }))),
    weight: 5,
  },
  { arbitrary: fc.constant<Shot>(({ socket }) => socket.send('x', { fin: false })), weight: 1 },
  {
    arbitrary: fc.uint8Array().map<Shot>(
      (bytes) =>
        ({ socket }) =>
          socket.send(bytes, { binary: false }),
    ),
    weight: 1,
  },
  {
    arbitrary: fc.uint8Array().map<Shot>(
      (bytes) =>
        ({ socket }) =>
          socket.send(bytes, { binary: true }),
    ),
    weight: 1,
  },
  {
    arbitrary: fc.uint8Array({ maxLength: 125 }).map<Shot>(
      (bytes) =>
        ({ socket }) =>
          socket.ping(bytes),
    ),
    weight: 2,
  },
  { arbitrary: fc.constant<Shot>(({ socket }) => socket.terminate()), weight: 1 },
)

describe('a hostile client', () => {
  const { serve } = useServers()

  /** Fires all shots, coming back whenever it is thrown out. */
  const attack = async (
    { connect }: TestServer,
    shots: readonly Shot[],
    between: () => Promise<unknown>,
  ): Promise<void> => {
    let client = await connect()
    for (const [index, fire] of shots.entries()) {
      if (client.socket.readyState !== client.socket.OPEN) client = await connect()
      try {
        fire(client)
      } catch {
        // a socket that is closing takes no more
      }
      if (index % 10 === 0) await between()
    }
    client.socket.terminate()
  }

  it('that sends 500 random frames never disturbs what another client gets', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(shot, { minLength: 500, maxLength: 500, size: 'max' }), async (shots) => {
        const server = await serve({ gateway: { rateLimits: false } })
        const healthy = await server.connect('?types=log.entry')
        let published = 0
        await attack(server, shots, async () => {
          await server.bus.publish({
            type: 'log.entry',
            data: { level: 'info', message: `mine ${published++}` },
            tags: ['t'],
          })
          await healthy.ask('PING')
        })
        const logs = (await healthy.settle()).map(({ payload: { message: told } }) => told)
        expect(logs).to.deep.equal(Array.from({ length: published }, (_, index) => `mine ${index}`))
        expect(healthy.messages.every(({ type }) => type !== 'error')).to.equal(true)
        expect(healthy.socket.readyState).to.equal(healthy.socket.OPEN)
        const { executionId } = (
          await healthy.ask('EXECUTE_WORKFLOW', {
            nodes: [{ id: 'n', type: 'tool_call', tool: 'echo' }],
          })
        ).payload
        await healthy.ask('SUBSCRIBE_EVENTS', { event_types: ['workflow.completed'] })
        expect(executionId).to.be.a('string')
      }),
      { numRuns: 1, endOnFailure: true },
    )
  })

  it('polluting prototypes in any field changes nothing for anybody', async () => {
    const { connect } = await serve()
    const client = await connect()
    for (const text of [
      '{"type":"SUBSCRIBE_EVENTS","payload":{"event_types":[],"filter":{"__proto__":{"polluted":1}}}}',
      '{"type":"PING","payload":{"constructor":{"prototype":{"polluted":1}}}}',
      '{"type":"EXECUTE_WORKFLOW","payload":{"nodes":[{"id":"n","type":"tool_call","tool":"echo","params":{"__proto__":{"polluted":1}}}]}}',
    ]) {
      client.sendText(text)
      expect((await client.next()).payload).to.include({ code: 'INVALID_JSON' })
    }
    expect(({} as { polluted?: unknown }).polluted).to.equal(undefined)
    for (const id of ['__proto__', 'constructor', 'toString']) {
      client.send('EXECUTE_WORKFLOW', {
        executionId: id,
        workflowId: id,
        nodes: [{ id: 'hasOwnProperty', type: 'tool_call', tool: 'echo' }],
      })
      expect((await client.next('workflowComplete')).payload).to.include({ executionId: id, workflowId: id })
    }
  })
})
