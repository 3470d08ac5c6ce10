import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect } from 'chai'
import type { Client } from '../support/client.ts'
import type { Frame } from '../support/frames.ts'
import { useServers } from '../support/server.ts'
import { told } from './told.ts'

const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/

/** Frames of a run: all of `executionId`, all events with a position. */
function expectEventFrames(frames: readonly Frame[], executionId: unknown): void {
  for (const frame of frames) {
    expect(frame.correlation_id, frame.type).to.equal(executionId)
    expect(frame.event, frame.type).to.be.a('string')
    expect(frame.seq, frame.type).to.be.a('number')
    expect(frame.payload['executionId'], frame.type).to.equal(executionId)
  }
}

describe('the transcripts of the protocol', () => {
  const { serve } = useServers()

  for (const path of ['/ws/events', '/ws/workflow']) {
    describe(`at ${path}`, () => {
      const begin = async (): Promise<{ client: Client; root: string; epoch: string }> => {
        const server = await serve()
        const client = await server.connect('', {}, path)
        return { client, root: server.root, epoch: server.bus.stats().epoch }
      }

      it('1: a connection begins with the welcome', async () => {
        const { client, epoch } = await begin()
        const { welcome } = client
        expect(client.messages).to.have.length(1)
        expect(welcome.type).to.equal('chatMessage')
        expect(welcome).to.not.have.any.keys('event', 'seq', 'correlation_id')
        expect(welcome.payload).to.deep.equal({
          content: 'Connected to Praxis Agent',
          sender: 'system',
          type: 'system',
          metadata: {
            connectionId: client.connectionId,
            epoch,
            seq: 0,
            protocol: 'praxis.v1',
            heartbeatIntervalMs: 30_000,
            maxPayloadBytes: 1_048_576,
          },
        })
        expect(client.connectionId).to.match(UUID)
      })

      it('2: a workflow of two nodes is told node by node, in order, and its files are written', async () => {
        const { client, root, epoch } = await begin()
        const nodes = [
          { id: 'a', type: 'tool_call', tool: 'write_file', params: { filename: 'a.txt', content: 'first ✓' } },
          { id: 'b', type: 'tool_call', tool: 'write_file', params: { filename: 'b.txt', content: 'second' } },
        ]
        client.send('EXECUTE_WORKFLOW', { workflowId: 'w1', nodes, edges: [{ source: 'a', target: 'b' }] }, 'c1')
        const frames = await client.until('workflowComplete')

        expect(told(frames)).to.deep.equal([
          'accepted',
          'workflowStart',
          'nodeStatusUpdate a running',
          'workflowProgress a started',
          'tool_result completed',
          'workflowProgress a completed',
          'nodeStatusUpdate a completed',
          'workflowProgress 50',
          'nodeStatusUpdate b running',
          'workflowProgress b started',
          'tool_result completed',
          'workflowProgress b completed',
          'nodeStatusUpdate b completed',
          'workflowProgress 100',
          'workflowComplete',
        ])
        expect(frames.map(({ event }) => event)).to.deep.equal([
          undefined,
          'workflow.started',
          'workflow.node_status_update',
          'task.started',
          'tool.executed',
          'task.completed',
          'workflow.node_status_update',
          'workflow.progress',
          'workflow.node_status_update',
          'task.started',
          'tool.executed',
          'task.completed',
          'workflow.node_status_update',
          'workflow.progress',
          'workflow.completed',
        ])

        const [accepted, start] = frames
        const executionId = accepted?.payload['executionId']
        expect(accepted).to.include({ correlation_id: 'c1' }).and.not.have.any.keys('event', 'seq')
        expect(executionId).to.be.a('string').and.not.equal('')
        expect(accepted?.payload).to.include({ workflowId: 'w1', epoch }).and.have.property('seq').that.is.a('number')
        expectEventFrames(frames.slice(1), executionId)

        const run = { workflowId: 'w1', executionId }
        expect(start?.payload).to.deep.include({ ...run, metadata: {}, edges: [{ source: 'a', target: 'b' }] })
        expect(start?.payload['nodes']).to.have.length(2)
        expect(start?.payload['nodes']).to.have.nested.property('[0].id', 'a')
        expect(start?.payload['startTime']).to.match(/Z$/)
        const writtenA = { path: 'a.txt', bytesWritten: 9 }
        const writtenB = { path: 'b.txt', bytesWritten: 6 }
        expect(frames[2]?.payload).to.include({ ...run, nodeId: 'a', status: 'running', attempt: 1 })
        expect(frames[3]?.payload).to.include({ ...run, nodeId: 'a', status: 'started' })
        expect(frames[3]?.payload).to.include.keys('progress', 'message', 'timestamp')
        expect(frames[4]?.payload).to.deep.include({
          toolName: 'write_file',
          status: 'completed',
          result: writtenA,
          error: null,
          executionId,
          nodeId: 'a',
        })
        expect(frames[10]?.payload).to.include({ toolName: 'write_file', status: 'completed', nodeId: 'b' })
        expect(frames[7]?.payload)
          .to.include({ ...run, progress: 50 })
          .and.not.have.property('nodeId')
        expect(frames[13]?.payload)
          .to.include({ ...run, progress: 100 })
          .and.not.have.property('nodeId')
        const complete = frames.at(-1)?.payload
        expect(complete).to.deep.include({ ...run, results: { a: writtenA, b: writtenB } })
        expect(complete?.['message']).to.be.a('string')
        expect(complete?.['duration']).to.be.a('number')

        expect(await readFile(join(root, 'a.txt'), 'utf8')).to.equal('first ✓')
        expect(await readFile(join(root, 'b.txt'), 'utf8')).to.equal('second')
        expect(await client.settle(), 'nothing after the terminal frame').to.deep.equal([])
      })

      it('3: a node that fails ends the run with an error that names it', async () => {
        const { client } = await begin()
        client.send('EXECUTE_WORKFLOW', { workflowId: 'w1', nodes: [{ id: 'n', type: 'tool_call', tool: 'fail' }] })
        const frames = await client.until('workflowError')

        expect(told(frames)).to.deep.equal([
          'accepted',
          'workflowStart',
          'nodeStatusUpdate n running',
          'workflowProgress n started',
          'tool_result failed',
          'workflowProgress n failed',
          'nodeStatusUpdate n failed',
          'workflowProgress 100',
          'workflowError n failed',
        ])
        const executionId = frames[0]?.payload['executionId']
        expectEventFrames(frames.slice(1), executionId)
        expect(frames[4]?.payload).to.deep.include({ toolName: 'fail', status: 'failed', result: null, nodeId: 'n' })
        expect(frames[4]?.payload['error']).to.contain('this tool always fails')
        expect(frames[6]?.payload['error']).to.contain('this tool always fails')
        expect(frames.at(-1)?.payload).to.include({ workflowId: 'w1', executionId, nodeId: 'n', status: 'failed' })
        expect(frames.at(-1)?.payload['error']).to.contain('this tool always fails')
        expect(await client.settle()).to.deep.equal([])
      })

      it('4: a DSL command is told step by step and ends with its result', async () => {
        const { client, root } = await begin()
        client.send('DSL_COMMAND', { command: "CALL write_file a.txt 'x'" }, 'c2')
        const frames = await client.until('dslResult')

        expect(told(frames)).to.deep.equal([
          'accepted',
          'dslProgress parsing',
          'dslProgress started',
          'tool_result completed',
          'dslProgress completed',
          'dslResult true',
        ])
        expect(frames.map(({ event }) => event)).to.deep.equal([
          undefined,
          'dsl.command_progress',
          'task.started',
          'tool.executed',
          'task.completed',
          'dsl.command_completed',
        ])
        const executionId = frames[0]?.payload['executionId']
        expect(frames[0]?.correlation_id).to.equal('c2')
        expectEventFrames(frames.slice(1), executionId)
        for (const frame of frames.filter(({ type }) => type === 'dslProgress')) {
          expect(frame.payload).to.have.all.keys('stage', 'message', 'executionId', 'details')
        }
        const result = frames.at(-1)?.payload
        expect(result).to.deep.include({
          success: true,
          command: "CALL write_file a.txt 'x'",
          result: { path: 'a.txt', bytesWritten: 1 },
          executionId,
          matchedAgents: [],
          requiredMCPTools: [],
          workflowSuggestion: {},
        })
        expect(result).to.not.have.any.keys('error', 'sender')
        expect(result?.['processTime']).to.be.a('number').and.at.least(0)
        expect(await readFile(join(root, 'a.txt'), 'utf8')).to.equal('x')
        expect(await client.settle()).to.deep.equal([])
      })

      it('5: a DSL command with a syntax error ends with a result that points at it', async () => {
        const { client } = await begin()
        client.send('DSL_COMMAND', { command: "CALL write_file 'a" })
        const frames = await client.until('dslResult')
        expect(told(frames)).to.deep.equal(['accepted', 'dslProgress parsing', 'dslResult false'])
        expectEventFrames(frames.slice(1), frames[0]?.payload['executionId'])
        const error = frames.at(-1)?.payload['error'] as Record<string, unknown>
        expect(error).to.include({ code: 'DSL_SYNTAX', line: 1 })
        expect(error['column']).to.be.a('number').and.at.least(17)
        expect(error['message']).to.be.a('string').and.not.equal('')
        expect(await client.settle()).to.deep.equal([])
      })

      it('6: a chat message is answered by the assistant, whose command is told like any other', async () => {
        const { client, root } = await begin()
        const content = "Create a file called chat_test.txt with content 'Hello from chat'"
        client.send('CHAT_MESSAGE', { content, sender: 'user' }, 'c3')
        const frames = [...(await client.until('chatMessage')), ...(await client.until('chatMessage'))]

        expect(told(frames)).to.deep.equal([
          'chatMessage assistant text',
          'accepted',
          'dslProgress parsing',
          'dslProgress started',
          'tool_result completed',
          'dslProgress completed',
          'dslResult true',
          'chatMessage assistant text',
        ])
        const [processing, accepted] = frames
        const executionId = accepted?.payload['executionId']
        expect(processing?.payload['content']).to.match(/^Processing: /)
        for (const answer of [processing, accepted, frames.at(-1)]) {
          expect(answer).to.include({ correlation_id: 'c3' }).and.not.have.any.keys('event', 'seq')
        }
        expectEventFrames(frames.slice(2, -1), executionId)
        expect(frames[4]?.payload).to.include({ toolName: 'write_file', sender: 'assistant' })
        expect(frames[6]?.payload).to.include({ success: true, sender: 'assistant' })
        expect(frames.at(-1)?.payload).to.deep.include({ sender: 'assistant', type: 'text' })
        expect(frames.at(-1)?.payload['content']).to.contain('chat_test.txt')
        expect(frames.at(-1)?.payload['metadata']).to.include({ executionId })
        expect(await readFile(join(root, 'chat_test.txt'), 'utf8')).to.equal('Hello from chat')
        expect(await client.settle()).to.deep.equal([])
      })

      it('7: a ping is echoed; an unknown type and what is not JSON are answered with errors', async () => {
        const { client } = await begin()
        client.send('PING', { sequence: 3 }, 'p1')
        const pong = await client.next()
        expect(pong).to.include({ type: 'PONG', correlation_id: 'p1' })
        expect(pong.payload).to.have.all.keys('sequence', 'timestamp').and.include({ sequence: 3 })
        expect(pong.payload['timestamp']).to.match(/^\d{4}-.*Z$/)

        client.send('NONEXISTENT_MESSAGE_TYPE', { test: 'invalid message type' }, 'u1')
        const unknown = await client.next()
        expect(unknown).to.include({ type: 'error', correlation_id: 'u1' })
        expect(unknown.payload).to.include({ code: 'UNKNOWN_TYPE' }).and.include.keys('message', 'timestamp')

        client.sendText('{"type": "invalid", "malformed": json}')
        const malformed = await client.next()
        expect(malformed.type).to.equal('error')
        expect(malformed).to.not.have.property('correlation_id')
        expect(malformed.payload).to.include({ code: 'INVALID_JSON' }).and.include.keys('message', 'timestamp')
      })
    })
  }
})
