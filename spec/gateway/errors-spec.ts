import { expect } from 'chai'
import type { Client } from '../support/client.ts'
import { useServers } from '../support/server.ts'

const LEAK = /\n\s*at |node_modules|\/lib\/|\.ts\b|SyntaxError|Unexpected token/

/** A text that JSON takes and that is nested `depth` deep. */
const nested = (depth: number): string => `{"type":"PING","payload":{"x":${'['.repeat(depth)}${']'.repeat(depth)}}}`

describe('an error', () => {
  const { serve } = useServers()

  const table: readonly (readonly [string, string, readonly (string | object)[]])[] = [
    [
      'INVALID_JSON',
      'not JSON, too deep, or with a poisonous key',
      [
        'hello',
        '',
        '{"type":"PING"',
        '{type:"PING"}',
        nested(40),
        nested(100_000),
        '{"type":"PING","payload":{"__proto__":{"admin":true}}}',
        '{"type":"PING","payload":{"a":[{"constructor":1}]}}',
        '{"prototype":1,"type":"PING"}',
      ],
    ],
    [
      'INVALID_MESSAGE',
      'JSON that is no message',
      [
        '[]',
        'null',
        '42',
        '"PING"',
        '{}',
        '{"payload":{}}',
        '{"type":1}',
        '{"type":"PING","payload":[]}',
        '{"type":"PING","payload":null}',
        '{"type":"PING","payload":"x"}',
      ],
    ],
    [
      'UNKNOWN_TYPE',
      'a type that is not offered',
      [
        { type: 'NOPE' },
        { type: 'dsl_command', payload: { command: 'CALL echo' } },
        { type: 'Execute_Workflow' },
        { type: 'toString' },
        { type: 'hasOwnProperty' },
        { type: 'AUTHENTICATE', payload: { token: 't' } },
      ],
    ],
    [
      'INVALID_PAYLOAD',
      'a payload that does not decode',
      [
        { type: 'DSL_COMMAND' },
        { type: 'DSL_COMMAND', payload: { command: '' } },
        { type: 'DSL_COMMAND', payload: { command: 'x'.repeat(16_385) } },
        { type: 'DSL_COMMAND', payload: { command: ['CALL echo'] } },
        { type: 'EXECUTE_WORKFLOW', payload: {} },
        { type: 'EXECUTE_WORKFLOW', payload: { nodes: {} } },
        { type: 'CHAT_MESSAGE', payload: { content: 7 } },
        { type: 'SUBSCRIBE_EVENTS', payload: { event_types: null } },
        { type: 'UNSUBSCRIBE_EVENTS', payload: {} },
        { type: 'CANCEL_WORKFLOW', payload: {} },
        { type: 'RUN_STATUS', payload: { executionIds: [] } },
        { type: 'RUN_STATUS', payload: { executionIds: Array.from({ length: 51 }, () => 'e') } },
        { type: 'PROVIDE_INPUT', payload: {} },
        { type: 'LIST_RUNS', payload: { status: 'asleep' } },
        { type: 'LIST_RUNS', payload: { limit: 0 } },
        { type: 'LIST_RUNS', payload: { before: 'yesterday' } },
        { type: 'SUBSCRIBE_EVENTS', payload: { event_types: [], since: 'x' } },
        { type: 'PING', payload: { filler: 'x'.repeat(4_096) } },
      ],
    ],
  ]
  for (const [code, what, inputs] of table) {
    it(`${code} answers ${what}, and the connection goes on`, async () => {
      const { connect } = await serve()
      let client: Client = await connect()
      for (const input of inputs) {
        const shown = JSON.stringify(input).slice(0, 80)
        if (typeof input === 'string') client.sendText(input)
        else client.sendText(JSON.stringify({ ...input, id: 'm' }))
        const error = await client.next()
        expect(error.type, shown).to.equal('error')
        expect(error.payload, shown).to.include({ code })
        expect(error.payload['message'], shown).to.be.a('string').and.not.equal('')
        expect(error.payload['timestamp']).to.match(/Z$/)
        expect(JSON.stringify(error), shown).to.not.match(LEAK)
        if (typeof input === 'object') expect(error.correlation_id, shown).to.equal('m')
        expect(await client.ask('PING'), shown).to.include({ type: 'PONG' })
        if (client.messages.length > 14) client = await connect()
      }
    })
  }

  it('about a payload says where, what was expected and what came', async () => {
    const { connect } = await serve()
    const client = await connect()
    const error = await client.ask('SUBSCRIBE_EVENTS', { event_types: ['log.entry', 7] })
    const details = error.payload['details'] as readonly Record<string, string>[]
    expect(details).to.have.length(1)
    expect(details[0]).to.have.all.keys('path', 'expected', 'actual')
    expect(details[0]?.['path']).to.match(/event_types.*1/)
    expect(details[0]?.['expected']).to.contain('string')
    expect(details[0]?.['actual']).to.contain('7')
  })

  it('about a text of many megabytes does not repeat it', async () => {
    const { connect } = await serve()
    const client = await connect()
    client.send('DSL_COMMAND', { command: 'x'.repeat(500_000) })
    const error = await client.next('error')
    expect(JSON.stringify(error).length).to.be.below(4_000)
  })

  it('answers a message whose id is none', async () => {
    const { connect } = await serve()
    const client = await connect()
    for (const id of [7, 'x'.repeat(129), {}, null]) {
      client.sendText(JSON.stringify({ type: 'PING', id }))
      const frame = await client.next()
      expect(frame.payload, JSON.stringify(id)?.slice(0, 20)).to.include({ code: 'INVALID_MESSAGE' })
    }
    client.sendText(JSON.stringify({ type: 'PING', id: 'x'.repeat(128), timestamp: 'whenever', extra: true }))
    expect(await client.next()).to.include({ type: 'PONG', correlation_id: 'x'.repeat(128) })
  })

  it('is counted, and a connection with more than ten malformed messages is closed with 4400', async () => {
    const { connect, stats } = await serve()
    const client = await connect()
    const healthy = await connect()
    for (let count = 1; count <= 10; count++) {
      client.sendText(count % 2 === 0 ? 'not json' : '[]')
      expect((await client.next()).type).to.equal('error')
    }
    expect(await client.ask('PING')).to.include({ type: 'PONG' })
    client.send('NOPE')
    client.send('DSL_COMMAND')
    expect((await client.settle()).map(({ payload }) => payload['code'])).to.deep.equal([
      'UNKNOWN_TYPE',
      'INVALID_PAYLOAD',
    ])
    client.sendText('not json')
    expect(await client.closed()).to.include({ code: 4400 })
    const { websocket_manager: manager } = await stats()
    expect(manager.closed).to.deep.equal({ 4400: 1 })
    expect(manager['total_errors']).to.be.at.least(11)
    expect(await healthy.ask('PING')).to.include({ type: 'PONG' })
  })

  for (const [what, code, offend] of [
    ['a binary frame', 1003, (client: Client) => client.socket.send(Buffer.from('{"type":"PING"}'), { binary: true })],
    ['bad UTF-8', 1007, (client: Client) => client.socket.send(Buffer.from([0x22, 0xff, 0xfe]), { binary: false })],
    ['a message that is too big', 1009, (client: Client) => client.send('PING', { filler: 'x'.repeat(1_048_577) })],
    [
      'too many fragments',
      1008,
      (client: Client) => {
        for (let part = 0; part < 1_100; part++) client.socket.send(' ', { fin: part === 1_099 })
      },
    ],
  ] as const) {
    it(`closes the connection with ${code} after ${what}, and no other`, async () => {
      const { connect, stats } = await serve()
      const healthy = await connect()
      const client = await connect()
      offend(client)
      expect(await client.closed()).to.include({ code })
      expect(await healthy.ask('PING')).to.include({ type: 'PONG' })
      expect((await stats()).websocket_manager.closed).to.deep.equal({ [code]: 1 })
    })
  }

  it('takes a message of exactly the size and number of fragments that are allowed', async () => {
    const { connect } = await serve()
    const client = await connect()
    const frame = JSON.stringify({ type: 'NOPE', payload: { filler: '' } })
    client.sendText(frame.replace('""', `"${'x'.repeat(1_048_576 - frame.length)}"`))
    expect((await client.next()).payload).to.include({ code: 'UNKNOWN_TYPE' })
    const text = JSON.stringify({ type: 'PING', payload: { n: 1 } })
    for (const [index, character] of text.split('').entries()) {
      client.socket.send(character, { fin: index === text.length - 1 })
    }
    expect(await client.next()).to.include({ type: 'PONG' })
  })

  it('closes the connection over a smaller limit of the host’s', async () => {
    const { connect } = await serve({ gateway: { maxPayloadBytes: 500 } })
    const client = await connect()
    client.send('PING', { filler: 'x'.repeat(300) })
    expect(await client.next()).to.include({ type: 'PONG' })
    client.send('PING', { filler: 'x'.repeat(500) })
    expect(await client.closed()).to.include({ code: 1009 })
  })
})
