import { expect } from 'chai'
import type { Subscription } from 'rxjs'
import { createScriptedTool, type ScriptedToolOptions } from '../../lib/testing/scripted-tool.ts'
import { createTestTime } from '../../lib/testing/test-time.ts'
import { createToolRegistry } from '../../lib/tools/registry.ts'
import { ToolError } from '../../lib/tools/tool.ts'
import type { AbandonedCall, CallEvent, FaultyCall } from '../../lib/workflow/call-node.ts'
import type { Fault } from '../../lib/workflow/tool-result.ts'
import { callsWithin } from './calls.ts'
import { edge, planOf, toolNode } from './graphs.ts'

interface NodeOptions {
  readonly timeoutMs?: number
  readonly params?: Readonly<Record<string, string>>
  readonly answer?: ScriptedToolOptions['answer']
}

/** One node, and what a try of it says. */
function aNode({ timeoutMs, params = { text: 'hi' }, answer }: NodeOptions = {}) {
  const time = createTestTime()
  const { tool, calls } = createScriptedTool({ name: 'echo', ...(answer === undefined ? {} : { answer }) })
  const options = { params: { ...params }, ...(timeoutMs === undefined ? {} : { timeoutMs }) }
  const graph = { nodes: [toolNode('before'), toolNode('a', options)], edges: [edge('before', 'a')] }
  const node = planOf(graph, createToolRegistry([tool])).nodes.get('a')
  const abandoned: AbandonedCall[] = []
  const faults: [Fault, FaultyCall][] = []
  if (node?._tag !== 'Tool') throw new Error('no node')
  const said: (CallEvent | 'complete')[] = []
  const attempt$ = callsWithin(time.scheduler, abandoned, faults)(
    node,
    2,
    { executionId: 'e', owner: 'ann' },
    new Map(),
  )
  return {
    time,
    calls,
    said,
    abandoned,
    faults,
    attempt$,
    begin: (): Subscription =>
      attempt$.subscribe({ next: (event) => said.push(event), complete: () => said.push('complete') }),
  }
}

describe('createCallNode', () => {
  it('is cold: it calls the tool when somebody subscribes, with the decoded params and who is calling', () => {
    const { calls, begin } = aNode()
    expect(calls).to.be.empty
    begin().unsubscribe()
    expect(calls).to.have.lengthOf(1)
    expect(calls[0]?.params).to.deep.equal({ text: 'hi' })
    expect(calls[0]?.context).to.include({ executionId: 'e', nodeId: 'a', owner: 'ann', attempt: 2 })
    expect(calls[0]?.context.signal).to.be.instanceOf(AbortSignal)
  })

  it('tells the last progress before the end, also where that came too fast to be told at once', async () => {
    const { time, calls, said, begin } = aNode()
    begin()
    for (let percent = 0; percent <= 200; percent++) calls[0]?.context.progress(percent / 2)
    calls[0]?.succeed('ok')
    await time.advance(0)
    expect(said.slice(-3)).to.deep.equal([
      { _tag: 'Progress', percent: 100 },
      { _tag: 'Succeeded', result: 'ok', durationMs: 0 },
      'complete',
    ])
    expect(said).to.have.lengthOf(103)
  })

  it('tells a result and how long it took, then completes and leaves no timer behind', async () => {
    const { time, calls, said, begin } = aNode()
    begin()
    await time.advance(30)
    calls[0]?.succeed({ ok: true })
    await time.advance(0)
    const expected = [{ _tag: 'Succeeded', result: { ok: true }, durationMs: 30 }, 'complete']
    expect(said).to.deep.equal(expected)
    await time.advance(10_000)
    expect(said).to.deep.equal(expected)
  })

  it('does not abort the signal of a tool that has settled', async () => {
    const done = aNode()
    const failed = aNode()
    done.begin()
    failed.begin()
    done.calls[0]?.succeed(1)
    failed.calls[0]?.fail(new Error('no'))
    await done.time.advance(0)
    expect([done.said.length, failed.said.length]).to.deep.equal([2, 2])
    expect(done.calls[0]?.context.signal.aborted).to.equal(false)
    expect(failed.calls[0]?.context.signal.aborted).to.equal(false)
  })

  it('tells a failure as the tool means it', async () => {
    const { time, calls, said, begin } = aNode()
    begin()
    calls[0]?.fail(new ToolError('X', 'never', { permanent: true }))
    await time.advance(0)
    expect(said).to.deep.equal([
      { _tag: 'Failed', error: 'never', code: 'X', isPermanent: true, durationMs: 0 },
      'complete',
    ])
  })

  it('hands on what a tool did not foresee to whoever mends it, and nothing that it says itself', async () => {
    const call = { executionId: 'e', nodeId: 'a', tool: 'echo' }
    for (const [thrown, handed] of [
      [new TypeError('x is undefined'), [['x is undefined', call]]],
      ['no error', [['it threw what is no error', call]]],
      [new ToolError('X', 'no', { permanent: true }), []],
    ] as const) {
      const { time, calls, faults, begin } = aNode()
      begin()
      calls[0]?.fail(thrown)
      await time.advance(0)
      expect(faults.map(([{ message }, of]) => [message, of])).to.deep.equal(handed)
    }
  })

  it('takes a tool that throws, or settles, at once', async () => {
    const settled = aNode({ answer: () => 'now' })
    settled.begin()
    const thrown = aNode({
      answer: () => {
        throw new Error('now')
      },
    })
    thrown.begin()
    await settled.time.advance(0)
    expect(settled.said).to.deep.equal([{ _tag: 'Succeeded', result: 'now', durationMs: 0 }, 'complete'])
    expect(thrown.said).to.deep.equal([
      { _tag: 'Failed', error: 'now', code: 'TOOL_FAILED', isPermanent: false, durationMs: 0 },
      'complete',
    ])
  })

  it('fails for good where the result is no JSON', async () => {
    const { time, said, begin } = aNode({ answer: () => 1n })
    begin()
    await time.advance(0)
    const error = 'the result of the tool cannot be JSON'
    expect(said).to.deep.equal([
      { _tag: 'Failed', error, code: 'INVALID_RESULT', isPermanent: true, durationMs: 0 },
      'complete',
    ])
  })

  it('tells progress, also before the call has returned, within 0 to 100', async () => {
    const { time, calls, said, begin } = aNode({
      answer: (_params, { progress }) => {
        progress(10, 'begun')
        return new Promise(() => undefined)
      },
    })
    begin()
    for (const percent of [-5, 250, Number.NaN, Number.POSITIVE_INFINITY, 33.3]) calls[0]?.context.progress(percent)
    await time.advance(0)
    expect(said).to.deep.equal([
      { _tag: 'Progress', percent: 10, message: 'begun' },
      { _tag: 'Progress', percent: 0 },
      { _tag: 'Progress', percent: 100 },
      { _tag: 'Progress', percent: 0 },
      { _tag: 'Progress', percent: 0 },
      { _tag: 'Progress', percent: 33.3 },
    ])
  })

  it('hears no progress of a tool that has settled', async () => {
    const { time, calls, said, begin } = aNode()
    begin()
    calls[0]?.succeed(1)
    await time.advance(0)
    calls[0]?.context.progress(50)
    expect(said).to.have.lengthOf(2)
  })

  it('fails a tool that is late, aborts it, and may try again', async () => {
    const { time, calls, said, begin } = aNode({ timeoutMs: 40 })
    begin()
    await time.advance(39)
    expect(said).to.deep.equal([])
    await time.advance(1)
    const expected = [
      { _tag: 'Failed', error: 'timed out after 40 ms', code: 'TIMED_OUT', isPermanent: false, durationMs: 40 },
      'complete',
    ]
    expect(said).to.deep.equal(expected)
    expect(calls[0]?.context.signal.reason).to.include({ name: 'TimeoutError', message: 'timed out after 40 ms' })
    calls[0]?.succeed('late')
    await time.advance(0)
    expect(said).to.deep.equal(expected)
  })

  it('gives a node without a deadline the default one', async () => {
    const { time, said, begin } = aNode()
    begin()
    await time.advance(999)
    expect(said).to.deep.equal([])
    await time.advance(1)
    expect(said[0]).to.include({ error: 'timed out after 1000 ms' })
  })

  it('aborts the tool when it is unsubscribed, and ignores what comes then', async () => {
    const { time, calls, said, begin } = aNode()
    const subscription = begin()
    subscription.unsubscribe()
    expect(calls[0]?.context.signal.aborted).to.equal(true)
    expect(calls[0]?.context.signal.reason).to.include({ name: 'AbortError' })
    calls[0]?.context.progress(50)
    calls[0]?.fail(new Error('stopped'))
    await time.advance(5_000)
    expect(said).to.deep.equal([])
  })

  it('hands on what the tool logs', async () => {
    const { time, calls, said, begin } = aNode()
    begin()
    calls[0]?.context.log('warn', 'slow')
    calls[0]?.succeed(1)
    await time.advance(0)
    calls[0]?.context.log('warn', 'late')
    expect(said.slice(0, 1)).to.deep.equal([{ _tag: 'Log', level: 'warn', message: 'slow' }])
    expect(said).to.have.lengthOf(3)
  })

  it('fails for good, without a call, where the params cannot be made', async () => {
    const { said, calls, begin } = aNode({ params: { text: 'x ${before.y}' } })
    begin()
    const error = '${before.y} has no value: that node has no result'
    expect(said).to.deep.equal([
      { _tag: 'Failed', error, code: 'INVALID_ARGUMENTS', isPermanent: true, durationMs: 0 },
      'complete',
    ])
    expect(calls).to.be.empty
  })

  describe('a tool that ignores its signal', () => {
    it('is reported, once, a while after it was told to stop, by a deadline or by who left', async () => {
      const { time, abandoned, begin } = aNode({ timeoutMs: 40 })
      begin()
      await time.advance(1_039)
      expect(abandoned).to.deep.equal([])
      await time.advance(1)
      const call = { executionId: 'e', nodeId: 'a', tool: 'echo', attempt: 2, afterMs: 1_040 }
      expect(abandoned).to.deep.equal([call])
      const other = aNode()
      other.begin().unsubscribe()
      await other.time.advance(5_000)
      expect(other.abandoned).to.deep.equal([{ ...call, afterMs: 1_000 }])
    })

    it('is not reported where it stops in time, or had settled before', async () => {
      const { time, calls, abandoned, begin } = aNode()
      begin().unsubscribe()
      begin().unsubscribe()
      const done = begin()
      calls[0]?.fail(new Error('stopped'))
      calls[1]?.succeed('stopped')
      calls[2]?.succeed('done')
      await time.advance(0)
      done.unsubscribe()
      await time.advance(5_000)
      expect(abandoned).to.deep.equal([])
    })
  })

  it('gives each subscription a try and a signal of its own', () => {
    const { calls, begin } = aNode()
    const one = begin()
    const other = begin()
    one.unsubscribe()
    expect(calls.map(({ context }) => context.signal.aborted)).to.deep.equal([true, false])
    other.unsubscribe()
  })
})
