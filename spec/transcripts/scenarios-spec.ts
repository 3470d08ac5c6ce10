import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect } from 'chai'
import { useServers } from '../support/server.ts'
import { told } from './told.ts'

// The scenarios of `docs/protocol.md`'s source, which tolerates silence and prints instead of failing, in strict form.

describe('the scenarios of the source', () => {
  const { serve } = useServers()

  for (const path of ['/ws/events', '/ws/workflow']) {
    describe(`at ${path}`, () => {
      it('DSL streaming: several frames with type and payload, then one result', async () => {
        const server = await serve()
        const client = await server.connect('', {}, path)
        client.send('DSL_COMMAND', { command: "CALL write_file websocket_test.txt 'WebSocket DSL test'" })
        const frames = await client.until('dslResult')
        expect(frames.length).to.be.within(3, 10)
        expect(frames.at(-1)?.payload).to.include({ success: true })
        expect(await readFile(join(server.root, 'websocket_test.txt'), 'utf8')).to.equal('WebSocket DSL test')
      })

      it('workflow execution: the node of the source writes its file and the run completes', async () => {
        const server = await serve()
        const client = await server.connect('', {}, path)
        const node = (id: string, filename: string): object => ({
          id,
          type: 'tool_call',
          tool: 'write_file',
          params: { filename, content: 'Workflow via WebSocket' },
        })
        const nodes = [node('node1', 'workflow_test.txt'), node('node2', 'second.txt')]
        const edges = [{ source: 'node1', target: 'node2' }]
        client.send('EXECUTE_WORKFLOW', { workflowId: 'ws-workflow-123', nodes, edges })
        const types = new Set((await client.until('workflowComplete')).map(({ type }) => type))
        expect([...types]).to.have.members([
          'accepted',
          'workflowStart',
          'nodeStatusUpdate',
          'workflowProgress',
          'tool_result',
          'workflowComplete',
        ])
        for (const name of ['workflow_test.txt', 'second.txt']) {
          expect(await readFile(join(server.root, name), 'utf8')).to.equal('Workflow via WebSocket')
        }
      })

      it('chat: an assistant answers within eight frames', async () => {
        const server = await serve()
        const client = await server.connect('', {}, path)
        const content = "Create a file called chat_test.txt with content 'Hello from chat'"
        client.send('CHAT_MESSAGE', { content, sender: 'user' })
        const results = await client.until('dslResult')
        const answer = await client.next()
        expect(results.length).to.be.at.most(7)
        expect(answer).to.include({ type: 'chatMessage' })
        expect(answer.payload).to.include({ sender: 'assistant' })
        expect(await readFile(join(server.root, 'chat_test.txt'), 'utf8')).to.equal('Hello from chat')
      })

      it('heartbeat: each of five is answered, in order', async () => {
        const server = await serve()
        const client = await server.connect('', {}, path)
        for (let sequence = 0; sequence < 5; sequence++) {
          client.send('heartbeat', { sequence, timestamp: 12_345.5 + sequence }, `beat-${sequence}`)
          const pong = await client.next()
          expect(pong).to.include({ type: 'PONG', correlation_id: `beat-${sequence}` })
          expect(pong.payload).to.include({ sequence, clientTimestamp: 12_345.5 + sequence })
          expect(pong.payload['timestamp']).to.match(/Z$/)
        }
        for (const type of ['ping', 'Ping', 'HEARTBEAT', 'HeartBeat']) {
          expect(await client.ask(type, { connection_id: 1 })).to.include({ type: 'PONG' })
        }
      })

      for (const count of [3, 50]) {
        it(`${count} connections at once: each gets its own answer and every run's events`, async () => {
          const server = await serve()
          const clients = await Promise.all(Array.from({ length: count }, () => server.connect('', {}, path)))
          expect(new Set(clients.map(({ connectionId }) => connectionId))).to.have.length(count)
          const pongs = await Promise.all(clients.map((client, index) => client.ask('ping', { connection_id: index })))
          expect(pongs.map(({ payload }) => payload['connection_id'])).to.deep.equal([...clients.keys()])
          clients[0]?.send('DSL_COMMAND', { command: 'CALL echo hello' })
          const results = await Promise.all(clients.map((client) => client.next('dslResult')))
          expect(new Set(results.map((frame) => JSON.stringify(frame))), 'the same bytes for all').to.have.length(1)
          expect(server.gateway.connections()).to.have.length(count)
        })
      }

      it('error handling: what is malformed or unknown is answered and the connection goes on', async () => {
        const server = await serve()
        const client = await server.connect('', {}, path)
        client.sendText('{"type": "invalid", "malformed": json}')
        expect((await client.next()).payload).to.include({ code: 'INVALID_JSON' })
        expect((await client.ask('NONEXISTENT_MESSAGE_TYPE', { test: 1 })).payload).to.include({ code: 'UNKNOWN_TYPE' })
        expect(await client.ask('PING')).to.include({ type: 'PONG' })
      })

      it('a message of 22 kB arrives whole, as a workflow and as chat', async () => {
        const server = await serve()
        const client = await server.connect('', {}, path)
        const content = 'Large message content. '.repeat(1_000)
        const params = { filename: 'large.txt', content }
        client.send('EXECUTE_WORKFLOW', { nodes: [{ id: 'n', type: 'tool_call', tool: 'write_file', params }] })
        await client.next('workflowComplete')
        expect(await readFile(join(server.root, 'large.txt'), 'utf8')).to.equal(content)

        client.send('CHAT_MESSAGE', { content: `Create a file called chat.txt with content '${content}'` }, 'big')
        const processing = await client.next('chatMessage')
        expect(processing.payload['content']).to.match(/^Processing: /)
        const outcome = await client.next('chatMessage')
        expect(outcome).to.include({ correlation_id: 'big' })
        expect(outcome.payload, String(outcome.payload['content']).slice(0, 200)).to.include({
          sender: 'assistant',
          type: 'text',
        })
        expect(await readFile(join(server.root, 'chat.txt'), 'utf8')).to.equal(content)
        expect(await client.ask('PING')).to.include({ type: 'PONG' })
      })

      it('five quick DSL commands are answered in the order they were sent', async () => {
        const server = await serve()
        const client = await server.connect('', {}, path)
        const ids = Array.from({ length: 5 }, (_, index) => `quick-${index}`)
        for (const id of ids) client.send('DSL_COMMAND', { command: `CALL write_file ${id}.txt '${id}'` }, id)
        const frames = []
        for (const _ of ids) frames.push(...(await client.until('dslResult')))
        const accepted = frames.filter(({ type }) => type === 'accepted')
        expect(accepted.map(({ correlation_id }) => correlation_id)).to.deep.equal(ids)
        const results = frames.filter(({ type }) => type === 'dslResult')
        expect(results.map(({ correlation_id }) => correlation_id)).to.deep.equal(
          accepted.map(({ payload }) => payload['executionId']),
        )
        for (const { payload } of accepted) {
          const own = frames.filter(({ correlation_id }) => correlation_id === payload['executionId'])
          expect(told(own)).to.deep.equal([
            'dslProgress parsing',
            'dslProgress started',
            'tool_result completed',
            'dslProgress completed',
            'dslResult true',
          ])
        }
        for (const id of ids) expect(await readFile(join(server.root, `${id}.txt`), 'utf8')).to.equal(id)
      })
    })
  }
})
