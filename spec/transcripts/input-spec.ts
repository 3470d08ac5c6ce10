import { randomUUID } from 'node:crypto'
import { expect } from 'chai'
import type { Client } from '../support/client.ts'
import { useServers } from '../support/server.ts'
import { told } from './told.ts'

const form = {
  type: 'object',
  properties: { name: { type: 'string', minLength: 1 }, count: { type: 'integer', minimum: 1 } },
  required: ['name'],
  additionalProperties: false,
}
const graph = {
  nodes: [
    { id: 'ask', type: 'input', prompt: 'Whom shall we greet?', form },
    { id: 'greet', type: 'tool_call', tool: 'echo', params: { text: 'hello ${ask.name}', whole: '${ask}' } },
  ],
  edges: [{ source: 'ask', target: 'greet' }],
}

async function asked(client: Client, executionId = 'e'): Promise<void> {
  client.send('EXECUTE_WORKFLOW', { executionId, workflowId: 'w', ...graph })
  await client.next('inputRequired')
}

describe('a workflow that asks a person', () => {
  const { serve } = useServers()

  it('waits, is answered, and hands the answer on to the nodes that refer to it', async () => {
    const { connect } = await serve()
    const client = await connect()
    client.send('EXECUTE_WORKFLOW', { executionId: 'e', workflowId: 'w', ...graph }, 'c1')
    const before = await client.until('inputRequired')
    expect(told(before)).to.deep.equal([
      'accepted',
      'workflowStart',
      'nodeStatusUpdate ask waiting',
      'workflowProgress ask started',
      'inputRequired',
    ])
    expect(before.at(-1)).to.include({ correlation_id: 'e', event: 'workflow.input_required' })
    expect(before.at(-1)?.payload).to.deep.equal({
      workflowId: 'w',
      executionId: 'e',
      nodeId: 'ask',
      prompt: 'Whom shall we greet?',
      form,
    })
    const value = { name: 'Ann', count: 2 }
    client.send('PROVIDE_INPUT', { executionId: 'e', nodeId: 'ask', value }, 'c2')
    const after = await client.until('workflowComplete')
    expect(told(after)).to.deep.equal([
      'accepted',
      'workflowProgress ask completed',
      'nodeStatusUpdate ask completed',
      'workflowProgress 50',
      'nodeStatusUpdate greet running',
      'workflowProgress greet started',
      'tool_result completed',
      'workflowProgress greet completed',
      'nodeStatusUpdate greet completed',
      'workflowProgress 100',
      'workflowComplete',
    ])
    expect(after[0]).to.include({ correlation_id: 'c2' })
    expect(after[0]?.payload).to.include({ executionId: 'e', workflowId: 'w' })
    expect(after.at(-1)?.payload['results']).to.deep.equal({
      ask: value,
      greet: { text: 'hello Ann', whole: value },
    })
  })

  it('refuses an answer that does not fit, with the details, and goes on waiting', async () => {
    const { connect } = await serve()
    const client = await connect()
    await asked(client)
    const value = { count: 0, mail: 'x' }
    const refused = await client.ask('PROVIDE_INPUT', { executionId: 'e', nodeId: 'ask', value })
    expect(refused.payload).to.include({ code: 'INVALID_PAYLOAD' })
    expect(refused.payload['details']).to.deep.equal([
      { path: 'value.name', expected: 'a value', actual: 'nothing' },
      { path: 'value.count', expected: 'at least 1', actual: '0' },
      { path: 'value.mail', expected: 'no field of this name', actual: '"x"' },
    ])
    const status = await client.ask('RUN_STATUS', { executionIds: ['e'] })
    expect(status.payload['runs']).to.have.nested.property('[0].nodes.ask', 'waiting')
    await client.ask('PROVIDE_INPUT', { executionId: 'e', nodeId: 'ask', value: { name: 'Bob' } })
    await client.next('workflowComplete')
  })

  it('is not waiting for other nodes, before, after, or in runs that nobody knows', async () => {
    const { connect } = await serve()
    const client = await connect()
    await asked(client)
    const code = async (executionId: string, nodeId: string): Promise<unknown> =>
      (await client.ask('PROVIDE_INPUT', { executionId, nodeId, value: { name: 'x' } })).payload['code']
    expect(await code('e', 'greet')).to.equal('NOT_WAITING')
    expect(await code('e', 'nobody')).to.equal('NOT_WAITING')
    expect(await code('other', 'ask')).to.equal('NOT_WAITING')
    expect(await code('e', 'ask')).to.equal(undefined)
    await client.next('workflowComplete')
    expect(await code('e', 'ask')).to.equal('NOT_WAITING')
    expect(await client.settle()).to.deep.equal([])
  })

  it('takes an answer once, however often it is sent with its id, and says the same again', async () => {
    const { connect } = await serve()
    const as = `?client=${randomUUID()}`
    const [one, other] = [await connect(as), await connect(as)]
    await asked(one)
    const payload = { executionId: 'e', nodeId: 'ask', value: { name: 'Ann' } }
    one.send('PROVIDE_INPUT', payload, 'same')
    await one.next('workflowComplete')
    other.send('PROVIDE_INPUT', payload, 'same')
    const again = await other.next(({ correlation_id }) => correlation_id === 'same')
    expect(again).to.include({ type: 'accepted' })
  })

  it('is answered by its own principal only, in scope own', async () => {
    const { connect } = await serve({
      gateway: {
        authenticate: ({ url = '' }) => ({ id: new URL(url, 'http://localhost').searchParams.get('as') ?? '' }),
      },
    })
    const [ann, bob] = [await connect('?as=ann'), await connect('?as=bob')]
    await asked(ann)
    const payload = { executionId: 'e', nodeId: 'ask', value: { name: 'x' } }
    expect((await bob.ask('PROVIDE_INPUT', payload)).payload).to.include({ code: 'FORBIDDEN' })
    const elsewhere = await connect('?as=ann')
    expect((await elsewhere.ask('PROVIDE_INPUT', payload)).type).to.equal('accepted')
    await ann.next('workflowComplete')
  })

  it('fails where nobody answers in time, says until when, and can be cancelled', async () => {
    const { connect } = await serve()
    const client = await connect()
    const before = Date.now()
    client.send('EXECUTE_WORKFLOW', { nodes: [{ id: 'a', type: 'input', prompt: '?', timeoutMs: 50 }] })
    const required = await client.next('inputRequired')
    const expiresAt = Date.parse(String(required.payload['expiresAt']))
    expect(expiresAt).to.be.within(before + 45, Date.now() + 60)
    const error = await client.next('workflowError')
    expect(error.payload).to.include({ nodeId: 'a', error: 'nobody provided the input within 50 ms', status: 'failed' })
    await asked(client, 'f')
    client.send('CANCEL_WORKFLOW', { executionId: 'f' })
    const frames = await client.until('workflowError')
    expect(told(frames)).to.deep.equal([
      'nodeStatusUpdate ask cancelled',
      'nodeStatusUpdate greet cancelled',
      'workflowError cancelled',
    ])
  })

  for (const [what, payload, path] of [
    ['no value', { executionId: 'e', nodeId: 'ask' }, 'value'],
    ['a value that is too large', { executionId: 'e', nodeId: 'ask', value: 'x'.repeat(65_536) }, 'value'],
    ['no node', { executionId: 'e', value: 1 }, 'nodeId'],
  ] as const) {
    it(`refuses ${what}`, async () => {
      const { connect } = await serve()
      const client = await connect()
      const error = await client.ask('PROVIDE_INPUT', payload)
      expect(error.payload).to.include({ code: 'INVALID_PAYLOAD' })
      expect(error.payload['details']).to.have.nested.property('[0].path', path)
    })
  }

  it('is refused before the start where its form has rules that nobody checks', async () => {
    const { connect } = await serve()
    const client = await connect()
    const nodes = [{ id: 'a', type: 'input', prompt: '?', form: { type: 'string', format: 'email' } }]
    const error = await client.ask('EXECUTE_WORKFLOW', { nodes })
    expect(error.payload).to.include({ code: 'INVALID_WORKFLOW' })
    expect(error.payload['details']).to.have.nested.property('[0].path', 'nodes[0].form.format')
  })
})
