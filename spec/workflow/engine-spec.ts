import { expect } from 'chai'
import * as t from 'io-ts'
import { Subject } from 'rxjs'
import { OptionError } from '../../lib/base/options.ts'
import { createEventBus } from '../../lib/bus/event-bus.ts'
import type { Order } from '../../lib/bus/work-queue.ts'
import type { NoCustomEvents } from '../../lib/event/catalogue.ts'
import type { Graph } from '../../lib/event/graph.ts'
import { createScriptedTool } from '../../lib/testing/scripted-tool.ts'
import { defineTool } from '../../lib/tools/define-tool.ts'
import { ToolError } from '../../lib/tools/tool.ts'
import { toolSchema } from '../../lib/tools/tool-schema.ts'
import { createWorkflowEngine, type WorkflowEngineOptions } from '../../lib/workflow/engine.ts'
import { type Bench, createBench, oneNode } from './engine-fixture.ts'
import { chainOf, echoTools, edge, nodesNamed, toolNode } from './graphs.ts'
import { lifeOf } from './labels.ts'

const twoNodes = chainOf(['a', 'b'].map((id) => toolNode(id)))

/** The last events of a run that its book and its followers must agree on. */
const terminal = new Set(['workflow.completed', 'workflow.failed', 'workflow.cancelled', 'dsl.command_completed'])

function endsOf({ labels }: Bench, executionId = 'e'): readonly string[] {
  return labels(executionId).filter((label) => terminal.has(label.split(' ')[0] ?? ''))
}

const adder = defineTool({
  name: 'add',
  description: 'Adds.',
  params: t.type({ one: t.number, other: t.number }),
  run: ({ one, other }) => one + other,
})

describe('createWorkflowEngine', () => {
  describe('publishes', () => {
    it('exactly what transcript 2 says, once, in order', async () => {
      const bench = createBench()
      bench.order(twoNodes)
      await bench.finish()
      expect(bench.labels()).to.deep.equal([
        'workflow.started',
        ...lifeOf('a', 50),
        ...lifeOf('b', 100),
        'workflow.completed',
      ])
      expect(bench.events.at(-1)?.data).to.deep.include({
        workflowId: 'w',
        executionId: 'e',
        results: { a: 'result 1', b: 'result 2' },
        message: '2 of 2 nodes completed',
      })
    })

    it('exactly what transcript 3 says of a node that fails', async () => {
      const bench = createBench()
      bench.order(oneNode)
      bench.calls[0]?.fail(new ToolError('X', 'no such file', { permanent: true }))
      await bench.time.advance(0)
      expect(bench.labels()).to.deep.equal([
        'workflow.started',
        'node a running',
        'task.started a',
        'tool.failed a',
        'task.failed a',
        'node a failed',
        'workflow.progress 100',
        'workflow.failed a failed',
      ])
      expect(bench.events.at(-1)?.data).to.include({ nodeId: 'a', error: 'no such file', status: 'failed' })
    })

    it('the code of a failure with each event that tells of it', async () => {
      const bench = createBench()
      bench.order(oneNode)
      bench.calls[0]?.fail(new ToolError('NO_FILE', 'no such file', { permanent: true }))
      await bench.time.advance(0)
      const told = bench.events.filter(({ data }) => 'error' in data)
      expect(told.map(({ type, data }) => [type, 'code' in data && data.code])).to.deep.equal([
        ['tool.failed', 'NO_FILE'],
        ['task.failed', 'NO_FILE'],
        ['workflow.node_status_update', 'NO_FILE'],
        ['workflow.failed', 'NO_FILE'],
      ])
    })

    it('to the log, with what was thrown, that a tool threw what it did not foresee', async () => {
      const bench = createBench()
      bench.order(oneNode)
      const bug = new TypeError('x is undefined')
      bench.calls[0]?.fail(bug)
      await bench.time.advance(0)
      const line = bench.lines.find(({ message }) => message === 'a tool threw what is no ToolError')
      expect(line).to.deep.include({ level: 'warn' })
      expect(line?.fields).to.include({ executionId: 'e', nodeId: 'a', tool: 'echo' })
      expect(line?.fields['err']).to.include({ name: 'TypeError', message: 'x is undefined', stack: bug.stack })
    })

    it('every event with the execution as correlation, its source, its owner and where it came from', async () => {
      const bench = createBench()
      bench.order(oneNode, { owner: 'ann', origin: 'chat' })
      expect(bench.calls[0]?.context.owner).to.equal('ann')
      bench.calls[0]?.context.progress(10)
      await bench.finish()
      const said = bench.events.slice(1)
      expect(said).to.have.lengthOf(9)
      for (const event of said) {
        expect(event).to.include({ correlationId: 'e', source: 'node_executor', owner: 'ann' })
        expect(event.data).to.include({ executionId: 'e', workflowId: 'w' })
        if (event.type !== 'workflow.progress') expect(event.data).to.include({ origin: 'chat' })
      }
    })

    it('no owner where the order has none, and workflow as the origin', async () => {
      const bench = createBench()
      bench.order(oneNode)
      await bench.finish()
      for (const event of bench.events.slice(1)) expect(event.owner).to.equal(undefined)
      expect(bench.events.find(({ type }) => type === 'task.started')?.data).to.include({ origin: 'workflow' })
    })

    it('the graph as it was ordered, with the start', () => {
      const bench = createBench()
      const graph: Graph = {
        nodes: [toolNode('a', { params: { text: 'x' }, name: 'first' }), toolNode('b')],
        edges: [edge('a', 'b', 'always')],
      }
      bench.order(graph)
      expect(bench.events[1]?.data).to.deep.include({ nodes: graph.nodes, edges: graph.edges })
    })

    it('each retry as retrying with the number of the try', async () => {
      const flaky = createScriptedTool({ name: 'flaky', idempotent: true })
      const bench = createBench({ more: [flaky.tool] })
      bench.order({ nodes: [toolNode('a', { tool: 'flaky' })], edges: [] })
      flaky.calls[0]?.fail(new Error('busy'))
      await bench.time.advance(749)
      expect(flaky.calls).to.have.lengthOf(1)
      await bench.time.advance(1)
      expect(flaky.calls).to.have.lengthOf(2)
      flaky.calls[1]?.succeed('ok')
      await bench.time.advance(0)
      expect(bench.labels()).to.deep.equal([
        'workflow.started',
        'node a running',
        'task.started a',
        'node a retrying',
        'node a running',
        'tool.executed a',
        'task.completed a',
        'node a completed',
        'workflow.progress 100',
        'workflow.completed',
      ])
      const retrying = bench.events.find(({ data }) => 'status' in data && data.status === 'retrying')
      expect(retrying?.data).to.include({ attempt: 2, error: 'busy' })
      expect(bench.engine.stats().retried_executions).to.equal(1)
    })

    it('the end before anybody who hears of it can find the run live', async () => {
      const bench = createBench()
      const found: unknown[] = []
      bench.bus.on('workflow.completed', () => found.push([bench.run('e')?.isLive, bench.engine.stats().running]))
      bench.order(oneNode)
      await bench.finish()
      expect(found).to.deep.equal([[false, 0]])
    })

    it('transcript 4 for a command of one step', async () => {
      const bench = createBench()
      bench.command('CALL echo hi')
      await bench.finish()
      expect(bench.labels()).to.deep.equal([
        'dsl.command_progress parsing',
        'task.started step1',
        'tool.executed step1',
        'task.completed step1',
        'dsl.command_completed',
      ])
      expect(bench.events.at(-1)?.data).to.deep.include({ success: true, result: 'result 1', origin: 'dsl' })
    })

    it('transcript 5 for a text that is no command', () => {
      const bench = createBench()
      bench.command("CALL echo 'a")
      expect(bench.labels()).to.deep.equal(['dsl.command_progress parsing', 'dsl.command_completed'])
      expect(bench.run('e')?.entry).to.include({ status: 'failed' })
    })
  })

  it('takes deadlines and the number of parallel nodes as options', async () => {
    const bench = createBench({ maxParallelNodes: 2, nodeTimeoutMs: 10, runTimeoutMs: 15 })
    bench.order({ nodes: nodesNamed(3, { retries: 9 }), edges: [] })
    expect(bench.calls).to.have.lengthOf(2)
    await bench.time.advance(10)
    expect(bench.labels()).to.include('node n0 retrying')
    await bench.time.advance(5)
    expect(bench.labels().at(-1)).to.equal('workflow.failed timed_out')
    expect(bench.run('e')?.entry).to.include({ status: 'timed_out', error: 'the run timed out' })
  })

  it('runs five nodes of a run at a time, each for 300 s, a run for 1,800 s, where nothing else is said', async () => {
    const bench = createBench()
    bench.order({ nodes: nodesNamed(6, { retries: 100 }), edges: [] })
    expect(bench.calls).to.have.lengthOf(5)
    await bench.time.advance(299_999)
    expect(bench.labels()).not.to.include('node n0 retrying')
    await bench.time.advance(1)
    expect(bench.labels()).to.include('node n0 retrying')
    await bench.time.advance(1_499_999)
    expect(endsOf(bench)).to.deep.equal([])
    await bench.time.advance(1)
    expect(endsOf(bench)).to.deep.equal(['workflow.failed timed_out'])
  })

  it('hears of work, and runs nothing for a workflow.started that a host publishes', async () => {
    const bench = createBench()
    const { nodes, edges } = oneNode
    await bench.bus.publish({
      type: 'workflow.started',
      data: { workflowId: 'w', executionId: 'e', nodes: [...nodes], edges: [...edges] },
    })
    expect(bench.calls).to.be.empty
    expect(bench.run('e')).to.equal(undefined)
    expect(bench.events).to.have.lengthOf(1)
  })

  it('tells what its tools are', () => {
    const [echo, add, ...others] = createBench({ more: [adder] }).engine.tools()
    expect(echo).to.include({ name: 'echo', description: 'does what a test tells it to (echo)' })
    expect(add).to.deep.include({ name: 'add', description: 'Adds.', schema: toolSchema(adder) })
    expect(add?.schema).to.have.deep.property('required', ['one', 'other'])
    expect(others).to.deep.equal([])
  })

  describe('lanes', () => {
    it('run the commands of one lane one after the other, in their order', async () => {
      const bench = createBench()
      for (const id of ['1', '2', '3']) bench.command(`CALL echo ${id}`, { executionId: id, lane: 'x' })
      expect(bench.calls).to.have.lengthOf(1)
      expect(bench.labels('2')).to.deep.equal([])
      bench.calls[0]?.fail(new Error('no'))
      await bench.time.advance(0)
      expect(bench.calls.map(({ params }) => params['text'])).to.deep.equal(['1', '2'])
      await bench.finish()
      const ends = bench.events.filter(({ type }) => type === 'dsl.command_completed')
      expect(ends.map(({ correlationId }) => correlationId)).to.deep.equal(['1', '2', '3'])
      expect(bench.calls.map(({ params }) => params['text'])).to.deep.equal(['1', '2', '3'])
    })

    it('do not wait for each other, nor do commands without a lane', () => {
      const bench = createBench()
      bench.command('CALL echo 1', { executionId: '1', lane: 'x' })
      bench.command('CALL echo 2', { executionId: '2', lane: 'y' })
      bench.command('CALL echo 3', { executionId: '3' })
      bench.command('CALL echo 4', { executionId: '4' })
      expect(bench.calls.map(({ params }) => params['text'])).to.deep.equal(['1', '2', '3', '4'])
    })

    it('go on after a command that was cancelled while it waited, which says its end at once', async () => {
      const bench = createBench()
      for (const id of ['1', '2', '3']) bench.command(`CALL echo ${id}`, { executionId: id, lane: 'x' })
      bench.cancel({ executionId: '2', reason: 'not that one' })
      expect(bench.labels('2')).to.deep.equal(['dsl.command_completed'])
      expect(bench.events.at(-1)?.data).to.deep.include({
        success: false,
        command: 'CALL echo 2',
        error: { code: 'CANCELLED', message: 'not that one' },
      })
      await bench.finish()
      expect(bench.calls.map(({ params }) => params['text'])).to.deep.equal(['1', '3'])
      expect(bench.labels('2')).to.deep.equal(['dsl.command_completed'])
    })

    it('go on after a command that was cancelled while it ran', async () => {
      const bench = createBench()
      for (const id of ['1', '2']) bench.command(`CALL echo ${id}`, { executionId: id, lane: 'x' })
      bench.cancel({ executionId: '1' })
      expect(endsOf(bench, '1')).to.deep.equal(['dsl.command_completed'])
      expect(bench.calls).to.have.lengthOf(2)
      await bench.finish()
      expect(bench.run('2')?.entry.status).to.equal('completed')
    })
  })

  describe('ids', () => {
    it('takes the id of the order for a command that names none', async () => {
      const bench = createBench()
      await bench.bus.publish({ type: 'dsl.command_received', id: 'order-1', data: { command: 'CALL echo x' } })
      await bench.finish()
      expect(bench.labels('order-1').at(-1)).to.equal('dsl.command_completed')
    })

    it('refuses the id of a live run and of one that has ended, and ignores an order for it', async () => {
      const bench = createBench()
      const request = { workflowId: 'w', executionId: 'e', graph: oneNode }
      expect(bench.engine.validate(request)._tag).to.equal('Right')
      bench.order(oneNode)
      const refused = {
        _tag: 'Left',
        left: [{ path: 'executionId', expected: 'an id that no run has or had', actual: 'e' }],
      }
      expect(bench.engine.validate(request)).to.deep.equal(refused)
      bench.order(oneNode)
      bench.command('CALL echo x')
      expect(bench.calls).to.have.lengthOf(1)
      await bench.finish()
      expect(bench.engine.validate(request)).to.deep.equal(refused)
      bench.order(oneNode)
      expect(bench.calls).to.have.lengthOf(1)
      expect(endsOf(bench)).to.deep.equal(['workflow.completed'])
      expect(bench.lines.filter(({ level }) => level === 'warn')).to.deep.equal(
        Array.from({ length: 3 }, () => ({
          level: 'warn',
          message: 'an order with the id of another run is ignored',
          fields: { executionId: 'e' },
        })),
      )
    })
  })

  describe('validate', () => {
    it('lists what is wrong with a graph', () => {
      const graph: Graph = { nodes: [toolNode('a', { tool: 'rm' })], edges: [edge('a', 'ghost')] }
      const found = createBench().engine.validate({ workflowId: 'w', executionId: 'e', graph })
      if (found._tag === 'Right') throw new Error('it is valid')
      expect(found.left.map(({ path }) => path)).to.deep.equal(['nodes[0].tool', 'edges[0].target'])
    })

    it('starts nothing', () => {
      const bench = createBench()
      bench.engine.validate({ workflowId: 'w', executionId: 'e', graph: oneNode })
      expect([bench.calls.length, bench.events.length]).to.deep.equal([0, 0])
      expect(bench.run('e')).to.equal(undefined)
    })
  })

  it('ends an invalid order, which only a host can publish, in one workflow.failed', () => {
    const bench = createBench()
    const graph = { nodes: [toolNode('a'), toolNode('b', { tool: 'rm' })], edges: [edge('a', 'a')] }
    bench.order(graph, { owner: 'ann', origin: 'chat' })
    expect(bench.labels()).to.deep.equal(['workflow.failed failed'])
    const last = bench.events.at(-1)
    expect(last).to.include({ owner: 'ann', source: 'node_executor' })
    expect(last?.data).to.deep.equal({
      workflowId: 'w',
      executionId: 'e',
      error: 'the workflow is invalid: nodes[1].tool: expected one of echo; edges: expected no cycle',
      status: 'failed',
      origin: 'chat',
    })
    expect(bench.calls).to.be.empty
    expect(bench.run('e')).to.deep.include({ isLive: false, owner: 'ann' })
    expect(bench.run('e')?.entry.status).to.equal('failed')
  })

  it('ends a run that a fault has stopped, telling the client an id and the log the rest', () => {
    const failing = createScriptedTool({ name: 'echo' })
    const fault = new Error('/secret/place')
    const bench = createBench({
      tools: {
        get: () => failing.tool,
        list: () => [failing.tool],
        prepare: () => ({
          _tag: 'Right',
          right: {
            tool: failing.tool,
            params: {},
            run: () => {
              throw fault
            },
          },
        }),
      },
    })
    bench.order(oneNode)
    expect(endsOf(bench)).to.deep.equal(['workflow.failed failed'])
    expect(bench.events.at(-1)?.data)
      .to.have.property('error')
      .that.matches(/^internal error [0-9a-f-]{36}$/)
    expect(bench.lines.find(({ level }) => level === 'error')?.fields).to.include({ err: fault, executionId: 'e' })
    expect(bench.engine.stats().running).to.equal(0)
  })

  describe('cancelling', () => {
    it('ends a live run, aborts its tools and ignores what they say then', async () => {
      const bench = createBench()
      bench.order(twoNodes)
      bench.cancel({ executionId: 'e', reason: 'enough' })
      const told = [
        'workflow.started',
        'node a running',
        'task.started a',
        'task.cancelled a',
        'node a cancelled',
        'node b cancelled',
        'workflow.cancelled',
      ]
      expect(bench.labels()).to.deep.equal(told)
      expect(bench.calls[0]?.context.signal.aborted).to.equal(true)
      await bench.finish()
      expect(bench.labels()).to.deep.equal(told)
      expect(bench.run('e')?.entry).to.deep.include({
        status: 'cancelled',
        error: 'enough',
        nodes: { a: 'cancelled', b: 'cancelled' },
        results: {},
      })
      const last = bench.events.find(({ type }) => type === 'workflow.cancelled')
      expect(last?.data).to.include({ reason: 'enough' })
    })

    it('ends a command with dsl.command_completed', () => {
      const bench = createBench()
      bench.command('CALL echo x')
      bench.cancel({ executionId: 'e' })
      expect(endsOf(bench)).to.deep.equal(['dsl.command_completed'])
      expect(bench.run('e')?.entry.status).to.equal('cancelled')
    })

    it('by workflow ends all its live runs and no other', async () => {
      const bench = createBench()
      bench.order(oneNode, { executionId: 'done' })
      await bench.finish()
      bench.order(oneNode, { executionId: '1' })
      bench.order(oneNode, { executionId: '2' })
      bench.order(oneNode, { executionId: '3', workflowId: 'other' })
      bench.cancel({ workflowId: 'w' })
      expect(['done', '1', '2', '3'].map((id) => bench.run(id)?.entry.status)).to.deep.equal([
        'completed',
        'cancelled',
        'cancelled',
        'running',
      ])
    })

    it('by workflowId reaches a script under the name that its WORKFLOW gives', () => {
      const bench = createBench()
      bench.command('WORKFLOW deploy\nCALL echo hi\nEND_WORKFLOW')
      expect(bench.run('e')?.entry).to.include({ workflowId: 'deploy', status: 'running' })
      bench.cancel({ workflowId: 'deploy' })
      expect(bench.run('e')?.entry.status).to.equal('cancelled')
      expect(bench.labels().slice(-2)).to.deep.equal(['workflow.cancelled', 'dsl.command_completed'])
    })

    it('before the order keeps the id from ever beginning: it gets one workflow.cancelled', () => {
      const bench = createBench()
      bench.cancel({ executionId: 'e', reason: 'changed my mind' })
      expect(bench.labels()).to.deep.equal([])
      bench.order(oneNode, { owner: 'ann' })
      bench.order(oneNode)
      expect(bench.calls).to.be.empty
      expect(bench.labels()).to.deep.equal(['workflow.cancelled'])
      const last = bench.events.find(({ type }) => type === 'workflow.cancelled')
      expect(last).to.include({ owner: 'ann' })
      expect(last?.data).to.include({ workflowId: 'w', executionId: 'e', reason: 'changed my mind' })
      expect(bench.run('e')?.entry.status).to.equal('cancelled')
    })

    it('before the order of a command gives it one dsl.command_completed', () => {
      const bench = createBench()
      bench.cancel({ executionId: 'e' })
      bench.command('CALL echo x')
      expect(bench.labels()).to.deep.equal(['dsl.command_completed'])
      expect(bench.calls).to.be.empty
    })

    it('before the order is remembered for ten minutes', async () => {
      const bench = createBench()
      bench.cancel({ executionId: 'e' })
      bench.cancel({ executionId: 'f' })
      await bench.time.advance(600_000)
      bench.order(oneNode, { executionId: 'e' })
      await bench.time.advance(1)
      bench.order(oneNode, { executionId: 'f' })
      expect([bench.run('e')?.entry.status, bench.run('f')?.entry.status]).to.deep.equal(['cancelled', 'running'])
    })

    it('after the end changes nothing', async () => {
      const bench = createBench()
      bench.order(oneNode)
      await bench.finish()
      const count = bench.events.length
      bench.cancel({ executionId: 'e' })
      expect(bench.events).to.have.lengthOf(count + 1)
      expect(bench.run('e')?.entry.status).to.equal('completed')
    })

    it('after the end leaves nothing behind that would stop a later run of that id', async () => {
      const bench = createBench()
      bench.order(oneNode)
      await bench.finish()
      bench.cancel({ executionId: 'e' })
      for (let index = 0; index < 1_000; index++) bench.command('no command', { executionId: `c${index}` })
      bench.order(oneNode)
      expect(bench.run('e')?.entry.status).to.equal('running')
    })

    it('twice ends once', () => {
      const bench = createBench()
      bench.order(oneNode)
      bench.cancel({ executionId: 'e' })
      bench.cancel({ executionId: 'e' })
      expect(endsOf(bench)).to.deep.equal(['workflow.cancelled'])
    })

    it('is not lost where somebody cancels a command on hearing its first word', async () => {
      const bench = createBench()
      bench.bus.on('dsl.command_progress', ({ correlationId }) => {
        if (correlationId === '2') bench.cancel({ executionId: '2' })
      })
      bench.command('CALL echo 1', { executionId: '1', lane: 'x' })
      bench.command('CALL echo 2', { executionId: '2', lane: 'x' })
      await bench.finish()
      expect(bench.labels('2')).to.deep.equal(['dsl.command_progress parsing', 'dsl.command_completed'])
      expect(bench.calls).to.have.lengthOf(1)
      expect(bench.run('2')?.entry.status).to.equal('cancelled')
    })

    it('is logged: what, by what, after how long', async () => {
      const bench = createBench()
      bench.order(oneNode, { executionId: 'live' })
      bench.command('CALL echo 1', { executionId: 'first', lane: 'x' })
      bench.command('CALL echo 2', { executionId: 'waits', lane: 'x' })
      bench.cancel({ executionId: 'early', reason: 'r3' })
      await bench.time.advance(40)
      bench.cancel({ executionId: 'live', reason: 'r1' })
      bench.cancel({ executionId: 'waits', reason: 'r2' })
      bench.order(oneNode, { executionId: 'early' })
      bench.order(oneNode, { executionId: 'closed' })
      await bench.time.advance(5)
      bench.engine.close()
      const cancelled = bench.lines.filter(({ message }) => message.includes('cancelled'))
      expect(cancelled.map(({ level, message, fields }) => [level, message, fields])).to.deep.equal([
        ['info', 'a run is cancelled', { executionId: 'live', reason: 'r1', afterMs: 40 }],
        ['info', 'a node was cancelled', { executionId: 'live', nodeId: 'a', reason: 'r1', afterMs: 40 }],
        ['info', 'a run is cancelled', { executionId: 'waits', reason: 'r2', afterMs: 40 }],
        ['info', 'a run is cancelled', { executionId: 'early', reason: 'r3', afterMs: 0 }],
        ['info', 'a run is cancelled', { executionId: 'first', reason: 'the engine was closed', afterMs: 45 }],
        [
          'info',
          'a node was cancelled',
          { executionId: 'first', nodeId: 'step1', reason: 'the engine was closed', afterMs: 45 },
        ],
        ['info', 'a run is cancelled', { executionId: 'closed', reason: 'the engine was closed', afterMs: 5 }],
        [
          'info',
          'a node was cancelled',
          { executionId: 'closed', nodeId: 'a', reason: 'the engine was closed', afterMs: 5 },
        ],
      ])
    })
  })

  describe('drain', () => {
    function drained({ engine }: Bench, timeoutMs: number): string[] {
      const seen: string[] = []
      engine.drain(timeoutMs).subscribe({ next: () => seen.push('drained'), complete: () => seen.push('complete') })
      return seen
    }

    it('is over at once where nothing runs', () => {
      expect(drained(createBench(), 1_000)).to.deep.equal(['drained', 'complete'])
    })

    it('lets the runs end, those too that wait for their lane', async () => {
      const bench = createBench()
      bench.order(oneNode, { executionId: '1' })
      bench.command('CALL echo x', { executionId: '2', lane: 'x' })
      bench.command('CALL echo y', { executionId: '3', lane: 'x' })
      const seen = drained(bench, 1_000)
      bench.calls[0]?.succeed()
      await bench.time.advance(0)
      expect(seen).to.deep.equal([])
      await bench.finish()
      expect(seen).to.deep.equal(['drained', 'complete'])
      expect(['1', '2', '3'].map((id) => bench.run(id)?.entry.status)).to.deep.equal(Array(3).fill('completed'))
    })

    it('cancels what still runs at the deadline', async () => {
      const bench = createBench()
      bench.order(oneNode)
      const seen = drained(bench, 1_000)
      await bench.time.advance(999)
      expect(seen).to.deep.equal([])
      await bench.time.advance(1)
      expect(seen).to.deep.equal(['drained', 'complete'])
      expect(endsOf(bench)).to.deep.equal(['workflow.cancelled'])
      expect(bench.events.at(-1)?.data).to.include({ reason: 'the server is shutting down' })
    })

    it('begins nothing at the deadline that waited for its lane', async () => {
      const bench = createBench()
      bench.command('CALL echo x', { executionId: '1', lane: 'x' })
      bench.command('CALL echo y', { executionId: '2', lane: 'x' })
      drained(bench, 1_000)
      await bench.time.advance(1_000)
      expect(bench.calls).to.have.lengthOf(1)
      expect(bench.labels('2')).to.deep.equal(['dsl.command_completed'])
    })

    it('takes no more orders: validate refuses, and one that comes all the same ends cancelled', () => {
      const bench = createBench()
      bench.order(oneNode)
      drained(bench, 1_000)
      const refused = bench.engine.validate({ workflowId: 'w', executionId: 'late', graph: oneNode })
      expect(refused).to.deep.equal({
        _tag: 'Left',
        left: [{ path: '', expected: 'an engine that takes work', actual: 'one that is shutting down' }],
      })
      bench.order(oneNode, { executionId: 'late' })
      bench.command('CALL echo x', { executionId: 'later' })
      expect(bench.labels('late')).to.deep.equal(['workflow.cancelled'])
      expect(bench.labels('later')).to.deep.equal(['dsl.command_completed'])
      expect(bench.calls).to.have.lengthOf(1)
    })

    it('takes no more orders from the call on, also where nobody has subscribed yet', async () => {
      const bench = createBench()
      bench.order(oneNode)
      const drain$ = bench.engine.drain(1_000)
      bench.order(oneNode, { executionId: 'late' })
      expect(bench.labels('late')).to.deep.equal(['workflow.cancelled'])
      await bench.finish()
      let isDrained = false
      drain$.subscribe(() => {
        isDrained = true
      })
      expect(isDrained).to.equal(true)
    })
  })

  describe('close', () => {
    it('cancels what runs and what waits, and hears no more orders', async () => {
      const bench = createBench()
      bench.order(oneNode, { executionId: '1' })
      bench.command('CALL echo x', { executionId: '2', lane: 'x' })
      bench.command('CALL echo y', { executionId: '3', lane: 'x' })
      bench.engine.close()
      expect(endsOf(bench, '1')).to.deep.equal(['workflow.cancelled'])
      expect(endsOf(bench, '2')).to.deep.equal(['dsl.command_completed'])
      expect(endsOf(bench, '3')).to.deep.equal(['dsl.command_completed'])
      expect(bench.calls.map(({ context }) => context.signal.aborted)).to.deep.equal([true, true])
      bench.order(oneNode, { executionId: '4' })
      await bench.finish()
      expect(bench.labels('4')).to.deep.equal([])
      expect(bench.engine.stats()).to.include({ running: 0, total_executions: 3 })
      expect(bench.bus.stats().active_handlers).to.equal(0)
      expect(bench.engine.validate({ workflowId: 'w', executionId: '5', graph: oneNode })._tag).to.equal('Left')
    })

    it('may be called twice', () => {
      const bench = createBench()
      bench.order(oneNode)
      bench.engine.close()
      bench.engine.close()
      expect(endsOf(bench)).to.deep.equal(['workflow.cancelled'])
    })

    it('ends the run in whose midst it is called', async () => {
      const bench = createBench()
      bench.bus.on('task.completed', () => bench.engine.close())
      bench.order(twoNodes)
      bench.command('CALL echo x', { executionId: 'c' })
      await bench.finish()
      expect(endsOf(bench)).to.deep.equal(['workflow.cancelled'])
      expect(endsOf(bench, 'c')).to.deep.equal(['dsl.command_completed'])
      expect(bench.engine.stats().running).to.equal(0)
    })
  })

  describe('runs', () => {
    it('tells of a live run: statuses, owner, where its events begin', async () => {
      const bench = createBench()
      bench.order(twoNodes, { owner: 'ann' })
      bench.calls[0]?.succeed()
      await bench.time.advance(0)
      const run = bench.run('e')
      expect(run).to.include({ isLive: true, owner: 'ann' })
      expect(run?.entry).to.deep.include({
        executionId: 'e',
        workflowId: 'w',
        status: 'running',
        nodes: { a: 'completed', b: 'running' },
        startSeq: 2,
      })
      expect(Date.parse(run?.entry.startedAt ?? '')).to.be.a('number').that.is.not.NaN
      expect(run?.entry).not.to.have.any.keys('results', 'finishedAt', 'error')
    })

    it('tells of a run that has ended: results, when, how', async () => {
      const bench = createBench()
      bench.order(twoNodes)
      await bench.finish()
      const entry = bench.run('e')?.entry
      expect(bench.run('e')?.isLive).to.equal(false)
      expect(entry).to.deep.include({
        status: 'completed',
        nodes: { a: 'completed', b: 'completed' },
        results: { a: 'result 1', b: 'result 2' },
        startSeq: 2,
      })
      expect(entry).to.have.property('finishedAt')
    })

    it('tells of nodes as their events do, at each of them', async () => {
      const bench = createBench()
      const seen: unknown[] = []
      bench.bus.on('workflow.node_status_update', ({ data }) => {
        seen.push([data.nodeId, data.status, bench.run('e')?.entry.nodes[data.nodeId]])
      })
      bench.order({ nodes: [toolNode('a'), toolNode('b')], edges: [edge('a', 'b', 'failure')] })
      await bench.finish()
      expect(seen).to.deep.equal([
        ['a', 'running', 'running'],
        ['a', 'completed', 'completed'],
        ['b', 'skipped', 'skipped'],
      ])
    })

    it('tells where the events of a run begin that ended with its first one', async () => {
      const bench = createBench()
      bench.command('no command')
      bench.cancel({ executionId: 'f' })
      bench.order(oneNode, { executionId: 'f' })
      await bench.time.advance(0)
      expect(bench.run('e')?.entry.startSeq).to.equal(2)
      expect(bench.run('f')?.entry.startSeq).to.equal(6)
    })

    it('tells of commands, by the step', async () => {
      const bench = createBench()
      bench.command('CALL echo x')
      expect(bench.run('e')?.entry).to.deep.include({ status: 'running', nodes: { step1: 'running' }, workflowId: 'e' })
      await bench.finish()
      expect(bench.run('e')?.entry).to.deep.include({ status: 'completed', results: { step1: 'result 1' } })
    })

    it('tells that the time of a command was up', async () => {
      const bench = createBench({ runTimeoutMs: 20 })
      bench.command('CALL echo x')
      await bench.time.advance(20)
      expect(bench.run('e')?.entry).to.include({ status: 'timed_out', error: 'the command timed out' })
    })

    it('tells of all runs of a workflow, and of nobody else’s', () => {
      const bench = createBench()
      bench.order(oneNode, { executionId: '1' })
      bench.order(oneNode, { executionId: '2', workflowId: 'v' })
      bench.order(oneNode, { executionId: '3' })
      const found = bench.engine.runs({ workflowId: 'w' }).map(({ entry }) => entry.executionId)
      expect(found).to.deep.equal(['1', '3'])
      expect(bench.engine.runs({ executionId: 'nobody' })).to.deep.equal([])
    })
  })

  it('counts what it ran', async () => {
    const bench = createBench()
    bench.order(oneNode, { executionId: '1' })
    bench.order(oneNode, { executionId: '2' })
    bench.order(oneNode, { executionId: '3' })
    bench.command('CALL echo x', { executionId: '4' })
    await bench.time.advance(100)
    bench.calls[0]?.succeed()
    bench.calls[1]?.fail(new ToolError('X', 'no', { permanent: true }))
    bench.cancel({ executionId: '3' })
    await bench.time.advance(0)
    expect(bench.engine.stats()).to.deep.equal({
      total_executions: 4,
      successful_executions: 1,
      failed_executions: 2,
      retried_executions: 0,
      running: 1,
      average_execution_time: 100,
      abandoned_calls: 0,
      running_nodes: 1,
    })
  })

  it('counts a command whose tool was tried again', async () => {
    const flaky = createScriptedTool({ name: 'flaky', idempotent: true })
    const bench = createBench({ more: [flaky.tool] })
    bench.command('CALL flaky')
    flaky.calls[0]?.fail(new Error('busy'))
    await bench.time.advance(750)
    flaky.calls[1]?.succeed()
    await bench.time.advance(0)
    expect(bench.engine.stats()).to.include({ successful_executions: 1, retried_executions: 1 })
  })

  it('takes its orders from another queue where it is given one', async () => {
    const orders$ = new Subject<Order>()
    const bench = createBench({
      workQueue: {
        take: (worker) => {
          const subscription = orders$.subscribe(worker)
          return () => subscription.unsubscribe()
        },
      },
    })
    bench.order(oneNode)
    expect(bench.calls).to.be.empty
    const [order] = bench.events
    if (order?.type !== 'workflow.requested') throw new Error('no order')
    orders$.next(order)
    await bench.finish()
    expect(endsOf(bench)).to.deep.equal(['workflow.completed'])
    bench.engine.close()
    expect(orders$.observed).to.equal(false)
  })

  it('does nothing with an input that nobody waits for', async () => {
    const bench = createBench()
    bench.order(oneNode)
    await bench.bus.publish({ type: 'workflow.input_provided', data: { executionId: 'e', nodeId: 'a', value: 1 } })
    await bench.finish()
    expect(endsOf(bench)).to.deep.equal(['workflow.completed'])
  })

  describe('names a bad option', () => {
    const bus = createEventBus()
    const good = { bus, tools: echoTools }
    const bad: readonly (readonly [option: string, options: object])[] = [
      ['bus', { tools: echoTools }],
      ['tools', { bus }],
      ['bus', { ...good, bus: {} }],
      ['tools', { ...good, tools: [] }],
      ['maxParallelNodes', { ...good, maxParallelNodes: 0 }],
      ['maxParallelNodes', { ...good, maxParallelNodes: 1.5 }],
      ['nodeTimeoutMs', { ...good, nodeTimeoutMs: 0 }],
      ['nodeTimeoutMs', { ...good, nodeTimeoutMs: 2 ** 31 }],
      ['runTimeoutMs', { ...good, runTimeoutMs: '1s' }],
      ['workQueue', { ...good, workQueue: {} }],
      ['scheduler', { ...good, scheduler: { now: () => 0 } }],
      ['random', { ...good, random: 0.5 }],
      ['logger', { ...good, logger: { info: () => undefined } }],
      ['maxParalelNodes', { ...good, maxParalelNodes: 5 }],
    ]
    for (const [option, options] of bad) {
      const given = Object.entries(options).find(([name]) => name === option)?.[1] as unknown
      it(`${option}: ${given === undefined ? 'missing' : JSON.stringify(given)}`, () => {
        const make = () => createWorkflowEngine(options as WorkflowEngineOptions<NoCustomEvents>)
        expect(make).to.throw(OptionError, 'createWorkflowEngine').with.property('option', option)
      })
    }
  })
})
