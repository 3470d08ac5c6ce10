import { expect } from 'chai'
import type { Frame } from '../support/frames.ts'
import { useServers } from '../support/server.ts'
import { eventually } from '../support/waiting.ts'
import { told } from './told.ts'

const call = (id: string, tool: string, params: object = {}): object => ({ id, type: 'tool_call', tool, params })

/** Where in `frames` a node was told to have the status. */
function positionOf(frames: readonly Frame[], nodeId: string, status: string): number {
  return frames.findIndex(
    ({ type, payload }) => type === 'nodeStatusUpdate' && payload['nodeId'] === nodeId && payload['status'] === status,
  )
}

describe('a workflow over a socket', () => {
  const { serve } = useServers()

  it('of eight nodes in diamonds runs each node once, after all it waits for, and tells how far it is', async () => {
    const { connect } = await serve()
    const client = await connect()
    const edges = ['ab', 'ac', 'ad', 'be', 'ce', 'cf', 'df', 'eg', 'fg', 'gh'].map(([source, target]) => ({
      source,
      target,
    }))
    const nodes = 'abcdefgh'.split('').map((id) => call(id, 'echo', { text: `from ${id}` }))
    client.send('EXECUTE_WORKFLOW', { workflowId: 'diamond', nodes, edges })
    const frames = await client.until('workflowComplete')

    const types = [...new Set(frames.map(({ type }) => type))]
    const counts = Object.fromEntries(types.map((type) => [type, frames.filter((frame) => frame.type === type).length]))
    expect(counts).to.deep.equal({
      accepted: 1,
      workflowStart: 1,
      nodeStatusUpdate: 16,
      workflowProgress: 24,
      tool_result: 8,
      workflowComplete: 1,
    })
    for (const { source = '', target = '' } of edges) {
      const ended = positionOf(frames, source, 'completed')
      expect(ended, `${source} before ${target}`).to.be.within(0, positionOf(frames, target, 'running'))
    }
    const progress = frames
      .filter(({ type, payload }) => type === 'workflowProgress' && payload['nodeId'] === undefined)
      .map(({ payload }) => Number(payload['progress']))
    expect(progress).to.have.length(8)
    for (const [index, percent] of progress.entries()) expect(percent).to.be.closeTo((index + 1) * 12.5, 0.51)
    const results = Object.fromEntries('abcdefgh'.split('').map((id) => [id, { text: `from ${id}` }]))
    expect(frames.at(-1)?.payload['results']).to.deep.equal(results)
    const seqs = frames.slice(1).map(({ seq = 0 }) => seq)
    expect(seqs).to.deep.equal([...seqs].sort((one, other) => one - other))
  })

  it('runs independent nodes side by side, as many as it may', async () => {
    const { connect, hold } = await serve({ engine: { maxParallelNodes: 3 } })
    const client = await connect()
    const nodes = 'abcde'.split('').map((id) => call(id, 'hold'))
    client.send('EXECUTE_WORKFLOW', { nodes })
    await eventually(() => expect(hold.calls).to.have.length(3))
    expect(await client.settle()).to.satisfy((frames: readonly Frame[]) => positionOf(frames, 'd', 'running') === -1)
    hold.calls[0]?.succeed('done')
    await eventually(() => expect(hold.calls).to.have.length(4))
    hold.calls[3]?.succeed('done')
    await eventually(() => expect(hold.calls).to.have.length(5))
    for (const { succeed } of hold.calls) succeed('done')
    const complete = await client.next('workflowComplete')
    expect(Object.keys(complete.payload['results'] as object).sort()).to.deep.equal('abcde'.split(''))
  })

  it('goes on along the failure edge of a node that fails, and skips what its success would have led to', async () => {
    const { connect } = await serve()
    const client = await connect()
    client.send('EXECUTE_WORKFLOW', {
      nodes: [call('n', 'fail'), call('rescue', 'echo', { text: 'saved' }), call('happy', 'echo'), call('log', 'echo')],
      edges: [
        { from: 'n', to: 'rescue', when: 'failure' },
        { source: 'n', target: 'happy' },
        { source: 'rescue', target: 'log', when: 'always' },
      ],
    })
    const frames = await client.until('workflowComplete')
    const order = told(frames)
    expect(order).to.include.members([
      'nodeStatusUpdate n failed',
      'nodeStatusUpdate happy skipped',
      'nodeStatusUpdate rescue completed',
      'nodeStatusUpdate log completed',
    ])
    expect(order).to.not.include('nodeStatusUpdate happy running')
    expect(order.indexOf('nodeStatusUpdate n failed')).to.be.below(order.indexOf('nodeStatusUpdate rescue running'))
    expect(frames.at(-1)?.payload['results']).to.deep.include({ rescue: { text: 'saved' } })
    expect(await client.settle()).to.deep.equal([])
  })

  it('without a failure edge fails only after the nodes beside the failed one have ended', async () => {
    const { connect, hold } = await serve()
    const client = await connect()
    client.send('EXECUTE_WORKFLOW', {
      nodes: [call('slow', 'hold'), call('n', 'fail'), call('after', 'echo')],
      edges: [{ source: 'n', target: 'after' }],
    })
    const before = await client.until(
      ({ type, payload }) => type === 'nodeStatusUpdate' && payload['status'] === 'failed',
    )
    const meanwhile = await client.settle()
    expect([...before, ...meanwhile].map(({ type }) => type)).to.not.include('workflowError')
    hold.calls[0]?.succeed('late')
    const frames = await client.until('workflowError')
    expect(told(frames)).to.include('nodeStatusUpdate slow completed')
    expect(told(frames).at(-1)).to.equal('workflowError n failed')
    expect(positionOf(client.messages, 'after', 'running')).to.equal(-1)
    expect(await client.settle()).to.deep.equal([])
  })

  it('tells the progress that a tool reports, and the attempts of a node that is tried again', async () => {
    const { connect, hold } = await serve({ engine: { random: () => 0 } })
    const client = await connect()
    client.send('EXECUTE_WORKFLOW', { nodes: [{ ...call('n', 'hold'), retries: 1 }] })
    await eventually(() => expect(hold.calls).to.have.length(1))
    hold.calls[0]?.context.progress(40, 'nearly half')
    const progress = await client.next(({ event }) => event === 'task.progress')
    expect(progress).to.include({ type: 'workflowProgress' })
    expect(progress.payload).to.include({ nodeId: 'n', progress: 40, message: 'nearly half' })
    hold.calls[0]?.fail(new Error('secret path /etc/passwd'))
    const retrying = await client.next(({ payload }) => payload['status'] === 'retrying')
    expect(retrying).to.include({ type: 'nodeStatusUpdate' })
    await eventually(() => expect(hold.calls).to.have.length(2))
    hold.calls[1]?.succeed('ok')
    const complete = await client.next('workflowComplete')
    expect(complete.payload['results']).to.deep.equal({ n: 'ok' })
    const last = client.messages.findLast(({ type }) => type === 'nodeStatusUpdate')
    expect(last?.payload).to.include({ status: 'completed', attempt: 2 })
  })

  it('takes the graph wrapped in `workflow`, which wins over what stands beside it', async () => {
    const { connect } = await serve()
    const client = await connect()
    const accepted = await client.ask('EXECUTE_WORKFLOW', {
      workflowId: 'outer',
      nodes: [call('x', 'fail')],
      workflow: { id: 'inner', nodes: [call('y', 'echo', { text: 'hi' })], edges: [] },
    })
    expect(accepted.payload).to.include({ workflowId: 'inner' })
    const complete = await client.next('workflowComplete')
    expect(complete.payload).to.deep.include({ workflowId: 'inner', results: { y: { text: 'hi' } } })
  })

  it('keeps the executionId that the client chose', async () => {
    const { connect } = await serve()
    const client = await connect()
    const accepted = await client.ask('EXECUTE_WORKFLOW', { executionId: 'mine-1', nodes: [call('x', 'echo')] })
    expect(accepted.payload).to.include({ executionId: 'mine-1' })
    expect(await client.next('workflowComplete')).to.include({ correlation_id: 'mine-1' })
  })
})
