import { expect } from 'chai'
import * as t from 'io-ts'
import { defineTool } from '../../lib/tools/define-tool.ts'
import { sensitive } from '../../lib/tools/sensitive.ts'
import { ToolError } from '../../lib/tools/tool.ts'
import { createBench } from './engine-fixture.ts'
import { chainOf, edge, inputNode, nodesNamed, toolNode } from './graphs.ts'

const add = defineTool({
  name: 'add',
  description: 'Adds.',
  params: t.type({ one: t.number, other: t.number }),
  run: ({ one, other }) => ({ sum: one + other, list: [one, other] }),
})
const failing = (id: string, params: Record<string, unknown>) => toolNode(id, { tool: 'add', params, retries: 5 })

describe('data between nodes', () => {
  it('flows by references, and is decoded by the tool that gets it', async () => {
    const bench = createBench({ more: [add] })
    bench.order({
      nodes: [
        toolNode('a', { tool: 'add', params: { one: 1, other: 2 } }),
        toolNode('b', { tool: 'add', params: { one: '${a.sum}', other: '${a.list.1}' } }),
        toolNode('c', { params: { text: '${a.sum} and ${b}', whole: '${b.list}' } }),
      ],
      edges: [edge('a', 'b'), edge('b', 'c')],
    })
    for (let turn = 0; turn < 5; turn++) await bench.time.advance(0)
    expect(bench.calls[0]?.params).to.deep.equal({ text: '3 and {"sum":5,"list":[3,2]}', whole: [3, 2] })
  })

  it('becomes text where the tool takes no other, as within other text; nothing does not', async () => {
    const note = defineTool({
      name: 'note',
      description: 'Takes a text and a number.',
      params: t.type({ text: t.string, count: t.number }),
      run: (params) => params,
    })
    const give = defineTool({ name: 'give', description: 'Gives all.', params: t.type({}), run: () => given })
    const given = { number: 5, list: [1, { a: 'b' }], yes: true, text: 'as it is', nothing: null }
    const notes = ['number', 'list', 'yes', 'text', 'nothing'].map((name) =>
      toolNode(name, { tool: 'note', params: { text: `\${a.${name}}`, count: '${a.number}' } }),
    )
    const bench = createBench({ more: [note, give] })
    bench.order({
      nodes: [toolNode('a', { tool: 'give', params: {} }), ...notes],
      edges: notes.map(({ id }) => edge('a', id)),
    })
    for (let turn = 0; turn < 5; turn++) await bench.time.advance(0)
    const told = bench.events.flatMap(({ type, data }) =>
      type === 'task.completed' && 'result' in data && data.result !== given ? [data.result] : [],
    )
    expect(told.slice(1)).to.deep.equal(['5', '[1,{"a":"b"}]', 'true', 'as it is'].map((text) => ({ text, count: 5 })))
    const failed = bench.events.find(({ type }) => type === 'task.failed')
    expect(failed?.data).to.have.property('error').that.contains('params.text: expected string, got null')
  })

  it('is a number within the words of a command, where the tool takes no text', async () => {
    const bench = createBench({ more: [add] })
    bench.command(
      '$a = CALL add --one 1 --other 2\nCALL add --one 1${a.sum} --other ${a.sum}\nCALL add --one x${a.sum} --other 1',
    )
    for (let turn = 0; turn < 5; turn++) await bench.time.advance(0)
    const last = bench.events.find(({ type }) => type === 'dsl.command_completed')
    expect(last?.data).to.have.deep.nested.property('result.step2', { sum: 16, list: [13, 3] })
    expect(last?.data).to.have.nested.property('error.message').that.contains('one: expected number, got "x3"')
  })

  it("is each try's own, to change as it likes, however the params were written", async () => {
    const seen: unknown[] = []
    const sort = defineTool({
      name: 'sort',
      description: 'Sorts in place, and fails at first.',
      params: t.type({ list: t.array(t.number) }),
      run: (params) => {
        seen.push([...params.list])
        params.list.sort((one, other) => one - other)
        params.list = [...params.list]
        if (seen.length === 1) throw new Error('once more')
        return params.list
      },
    })
    const bench = createBench({ more: [sort] })
    bench.order({
      nodes: [
        toolNode('a', { tool: 'sort', params: { list: [2, 1] }, retries: 1 }),
        toolNode('b', { tool: 'sort', params: { list: '${a}' } }),
      ],
      edges: [edge('a', 'b')],
    })
    for (let turn = 0; turn < 5; turn++) await bench.time.advance(1_000)
    expect(bench.run('e')?.entry).to.have.deep.property('results', { a: [1, 2], b: [1, 2] })
    expect(seen).to.deep.equal([
      [2, 1],
      [2, 1],
      [1, 2],
    ])
  })

  it('that is not there, or does not fit, fails the node for good, and says why', async () => {
    for (const [params, error] of [
      [{ one: 1, other: '${a.nope}' }, '${a.nope} has no value: there is no "nope" in that result'],
      [
        { one: 1, other: '${a.list}' },
        'the params do not fit with their references resolved: params.other: expected number, got a list of 2',
      ],
    ] as const) {
      const bench = createBench({ more: [add] })
      bench.order({
        nodes: [failing('a', { one: 1, other: 2 }), failing('b', params), toolNode('handler')],
        edges: [edge('a', 'b'), edge('b', 'handler', 'failure')],
      })
      for (let turn = 0; turn < 3; turn++) await bench.time.advance(0)
      expect(bench.labels()).to.include.members(['tool.failed b', 'task.failed b', 'node b failed'])
      const failed = bench.events.find(({ type }) => type === 'task.failed')
      expect(failed?.data).to.include({ nodeId: 'b', error, attempt: 1 })
      await bench.finish()
      expect(bench.run('e')?.entry.status).to.equal('completed')
    }
  })

  it('of a node that failed is how it failed, also where its results are a secret as a whole', async () => {
    const results = sensitive(t.type({ error: t.string }))
    const key = defineTool({ name: 'key', description: 'Gives a key.', params: t.type({}), results, run: () => fail() })
    const fail = (): never => {
      throw new ToolError('NO_KEY', 'there is none', { permanent: true })
    }
    const bench = createBench({ more: [key] })
    bench.order({
      nodes: [toolNode('a', { tool: 'key' }), toolNode('b', { params: { text: '${a.code}: ${a.error}' } })],
      edges: [edge('a', 'b', 'failure')],
    })
    for (let turn = 0; turn < 3; turn++) await bench.time.advance(0)
    expect(bench.calls[0]?.params).to.deep.equal({ text: 'NO_KEY: there is none' })
  })

  it('of a node that failed is how it failed, for those that go on after that', async () => {
    const bench = createBench({ more: [add] })
    bench.order({
      nodes: [toolNode('a'), toolNode('b', { params: { text: '${a.code}: ${a.error}' } })],
      edges: [edge('a', 'b', 'failure')],
    })
    bench.calls[0]?.fail(new ToolError('DISK_FULL', 'the disk is full', { permanent: true }))
    await bench.time.advance(0)
    expect(bench.calls[1]?.params).to.deep.equal({ text: 'DISK_FULL: the disk is full' })
  })

  for (const [reference, when, why] of [
    ['${a}', 'always', 'that node failed (there are "error" and "code")'],
    ['${a.text}', 'always', 'that node failed (there are "error" and "code")'],
    ['${a.error.x}', 'failure', 'that node failed (there are "error" and "code")'],
    ['${s.error}', 'always', 'that node has no result'],
  ] as const) {
    it(`of a node that failed is nothing else, and of one that was skipped nothing: ${reference}`, async () => {
      const bench = createBench({ more: [add] })
      bench.order({
        nodes: [toolNode('a'), toolNode('s'), toolNode('b', { params: { text: reference } })],
        edges: [edge('a', 's'), edge('a', 'b', when), edge('s', 'b', 'always')],
      })
      bench.calls[0]?.fail(new ToolError('X', 'no', { permanent: true }))
      await bench.time.advance(0)
      const error = `${reference} has no value: ${why}`
      const failed = bench.events.findLast(({ type }) => type === 'task.failed')
      expect(failed?.data).to.include({ nodeId: 'b', error, code: 'INVALID_ARGUMENTS' })
      expect(bench.run('e')?.entry).to.include({ status: 'failed', error })
    })
  }
})

describe('an input node', () => {
  const graph = { nodes: [inputNode('ask', { form: { type: 'integer' } }), toolNode('b')], edges: [edge('ask', 'b')] }
  const provide = (bench: ReturnType<typeof createBench>, value: unknown, nodeId = 'ask') =>
    void bench.bus.publish({ type: 'workflow.input_provided', data: { executionId: 'e', nodeId, value } })

  it('waits without keeping a place from tools', async () => {
    const bench = createBench({ maxParallelNodes: 1, maxParallelNodesTotal: 1 })
    bench.order({ nodes: [inputNode('ask'), inputNode('other'), toolNode('a')], edges: [] })
    expect(bench.run('e')?.entry.nodes).to.deep.equal({ ask: 'waiting', other: 'waiting', a: 'running' })
    expect(bench.engine.stats()).to.include({ running_nodes: 1 })
    await bench.finish()
    provide(bench, 'x')
    provide(bench, undefined, 'other')
    expect(bench.run('e')?.entry).to.deep.include({
      status: 'completed',
      results: { ask: 'x', other: null, a: 'result 1' },
    })
  })

  it('is not deceived by an order that a host publishes: a bad value, another node, twice', async () => {
    const bench = createBench()
    bench.order(graph)
    provide(bench, 'five')
    provide(bench, 5, 'b')
    expect(bench.run('e')?.entry.nodes).to.deep.equal({ ask: 'waiting', b: 'pending' })
    provide(bench, 5)
    provide(bench, 6)
    await bench.finish()
    expect(bench.run('e')?.entry.results).to.deep.equal({ ask: 5, b: 'result 1' })
    const warnings = bench.lines.filter(({ level }) => level === 'warn').map(({ fields }) => fields)
    expect(warnings).to.deep.equal([
      { executionId: 'e', nodeId: 'ask', why: 'InvalidValue' },
      { executionId: 'e', nodeId: 'b', why: 'NotWaiting' },
      { executionId: 'e', nodeId: 'ask', why: 'NotWaiting' },
    ])
  })

  it('may ask with what others gave, as text', async () => {
    const bench = createBench()
    const prompts = ['send ${a.to} ${a.sum}? ($${a})', '${a}', 'no reference', '${a.nothing}?']
    const asks = prompts.map((prompt, index) => inputNode(`ask${index}`, { prompt }))
    bench.order({ nodes: [toolNode('a'), ...asks], edges: asks.map(({ id }) => edge('a', id)) })
    bench.calls[0]?.succeed({ to: 'Ann', sum: 5 })
    await bench.time.advance(0)
    const asked = bench.events.flatMap(({ type, data }) =>
      type === 'workflow.input_required' && 'prompt' in data ? [data.prompt] : [],
    )
    expect(asked).to.deep.equal(['send Ann 5? (${a})', '{"to":"Ann","sum":5}', 'no reference'])
    expect(bench.run('e')?.entry).to.include({
      status: 'failed',
      error: '${a.nothing} has no value: there is no "nothing" in that result',
    })
    expect(bench.labels()).to.include.members(['node ask3 failed', 'node ask0 cancelled'])
  })

  it('fails at its own deadline, and is cancelled at the run’s', async () => {
    const bench = createBench({ runTimeoutMs: 1_000 })
    bench.order({
      nodes: [inputNode('ask', { timeoutMs: 100 }), inputNode('long')],
      edges: [edge('ask', 'long', 'failure')],
    })
    const required = bench.events.find(({ type }) => type === 'workflow.input_required')
    expect(required?.data).to.have.property('expiresAt')
    await bench.time.advance(100)
    expect(bench.run('e')?.entry.nodes).to.deep.equal({ ask: 'failed', long: 'waiting' })
    await bench.time.advance(900)
    expect(bench.run('e')?.entry).to.deep.include({
      status: 'timed_out',
      nodes: { ask: 'failed', long: 'cancelled' },
    })
  })

  it('leaves no clock behind when it was answered', async () => {
    const bench = createBench()
    bench.order({ nodes: [inputNode('ask', { timeoutMs: 100 })], edges: [] })
    provide(bench, 1)
    await bench.time.advance(1_000)
    expect(bench.labels().filter((label) => label.startsWith('node ask'))).to.deep.equal([
      'node ask waiting',
      'node ask completed',
    ])
  })

  it('may be answered by who hears that it asks', async () => {
    const bench = createBench()
    bench.bus.on('workflow.input_required', () => provide(bench, 1))
    bench.order({ nodes: [inputNode('ask', { timeoutMs: 100 }), toolNode('a')], edges: [] })
    expect(bench.run('e')?.entry.nodes).to.deep.equal({ ask: 'completed', a: 'running' })
    await bench.finish()
    expect(bench.run('e')?.entry).to.deep.include({ status: 'completed', results: { ask: 1, a: 'result 1' } })
  })

  it('stops waiting where the run fails elsewhere', async () => {
    const bench = createBench()
    bench.order({ nodes: [inputNode('ask'), toolNode('a')], edges: [] })
    bench.calls[0]?.fail(new Error('no'))
    await bench.time.advance(0)
    expect(bench.run('e')?.entry).to.deep.include({ status: 'failed', nodes: { ask: 'cancelled', a: 'failed' } })
  })
})

describe('results of many runs', () => {
  it('take so much together, and no more: what there is no room for is cut, and told so', async () => {
    const bench = createBench({ maxResultBytesTotal: 250_000, maxParallelNodes: 10 })
    const large = 'x'.repeat(100_000)
    const run = (executionId: string): void =>
      bench.order(
        {
          nodes: [toolNode('a'), toolNode('hold'), toolNode('c', { params: { text: '${a.text}' } })],
          edges: [edge('a', 'c'), edge('hold', 'c')],
        },
        { executionId },
      )
    for (const executionId of ['one', 'two', 'three']) run(executionId)
    for (const call of bench.calls.filter(({ context }) => context.nodeId === 'a')) call.succeed({ text: large })
    await bench.time.advance(0)
    const result = (executionId: string): unknown =>
      bench.events.find(
        ({ type, data, correlationId }) =>
          type === 'task.completed' && correlationId === executionId && 'nodeId' in data && data.nodeId === 'a',
      )?.data
    expect(result('two')).to.have.nested.property('result.text', large)
    expect(result('three')).to.have.nested.property('result.truncated', true)
    expect(JSON.stringify(result('three')).length).to.be.below(2_000)
    // what was cut is not taken for what was given
    for (const call of bench.calls.filter(({ context }) => context.nodeId === 'hold')) call.succeed('x')
    await bench.finish()
    expect(bench.run('one')?.entry.status).to.equal('completed')
    expect(bench.run('three')?.entry).to.include({
      status: 'failed',
      error: '${a.text} has no value: that result was cut for its length',
    })
    // the room of runs that have ended is free again
    run('four')
    bench.calls.at(-2)?.succeed({ text: large })
    await bench.time.advance(0)
    expect(result('four')).to.have.nested.property('result.text', large)
  })
})

describe('nodes of many runs', () => {
  it('share the places of the process in turns: many do not starve one', async () => {
    const bench = createBench({ maxParallelNodes: 256, maxParallelNodesTotal: 3 })
    bench.order({ nodes: nodesNamed(256), edges: [] }, { executionId: 'many' })
    bench.order({ nodes: [toolNode('only')], edges: [] }, { executionId: 'one' })
    bench.order(chainOf(nodesNamed(2)), { executionId: 'two' })
    expect(bench.calls).to.have.lengthOf(3)
    const running = (executionId: string): number =>
      Object.values(bench.run(executionId)?.entry.nodes ?? {}).filter((status) => status === 'running').length
    for (let ended = 0; ended < 3; ended++) {
      bench.calls[ended]?.succeed()
      await bench.time.advance(0)
      expect(running('many') + running('one') + running('two')).to.equal(3)
    }
    expect([running('one'), running('two')]).to.deep.equal([1, 1])
    expect(bench.engine.stats()).to.include({ running_nodes: 3 })
    await bench.finish()
    for (const id of ['many', 'one', 'two']) expect(bench.run(id)?.entry.status, id).to.equal('completed')
    expect(bench.engine.stats()).to.include({ running: 0, running_nodes: 0 })
  })

  it('get the places of tools that hang, at their deadline, and it is told', async () => {
    const bench = createBench({ maxParallelNodesTotal: 1, nodeTimeoutMs: 50, abortGraceMs: 100 })
    bench.order({ nodes: [toolNode('a')], edges: [] }, { executionId: 'hangs' })
    bench.order({ nodes: [toolNode('a')], edges: [] }, { executionId: 'waits' })
    await bench.time.advance(50)
    expect(bench.run('hangs')?.entry.status).to.equal('failed')
    expect(bench.calls).to.have.lengthOf(2)
    bench.calls[1]?.succeed('ok')
    await bench.time.advance(100)
    expect(bench.run('waits')?.entry.status).to.equal('completed')
    expect(bench.engine.stats()).to.include({ abandoned_calls: 1, running_nodes: 0 })
    const told = bench.lines.filter(({ message }) => message === 'a tool ignores its signal and is abandoned')
    expect(told.map(({ level, fields }) => [level, fields])).to.deep.equal([
      ['warn', { executionId: 'hangs', nodeId: 'a', tool: 'echo', attempt: 1, afterMs: 150 }],
    ])
    bench.calls[0]?.succeed('late')
    await bench.time.advance(0)
    expect(bench.run('hangs')?.entry.status).to.equal('failed')
  })

  it('give their places back when their run is cancelled', async () => {
    const bench = createBench({ maxParallelNodesTotal: 2 })
    bench.order({ nodes: nodesNamed(5), edges: [] }, { executionId: '1' })
    bench.order({ nodes: nodesNamed(5), edges: [] }, { executionId: '2' })
    bench.cancel({ executionId: '1' })
    expect(Object.values(bench.run('2')?.entry.nodes ?? {}).filter((status) => status === 'running')).to.have.lengthOf(
      2,
    )
    bench.cancel({ executionId: '2' })
    expect(bench.engine.stats()).to.include({ running: 0, running_nodes: 0 })
  })
})

describe('what a tool logs', () => {
  it('is a log entry of its run', async () => {
    const bench = createBench()
    bench.order({ nodes: [toolNode('a')], edges: [] }, { owner: 'ann' })
    bench.command('CALL echo x', { executionId: 'c' })
    for (const { context } of bench.calls) context.log('warn', 'slow disk')
    const entries = bench.events.filter(({ type }) => type === 'log.entry')
    expect(entries.map(({ data, correlationId, owner }) => ({ data, correlationId, owner }))).to.deep.equal([
      {
        data: { workflowId: 'w', executionId: 'e', nodeId: 'a', level: 'warn', message: 'slow disk', source: 'echo' },
        correlationId: 'e',
        owner: 'ann',
      },
      {
        data: { executionId: 'c', nodeId: 'step1', level: 'warn', message: 'slow disk', source: 'echo' },
        correlationId: 'c',
        owner: undefined,
      },
    ])
  })
})
