import { expect } from 'chai'
import { NEVER, of, Subject } from 'rxjs'
import { silentLogger } from '../../lib/base/logger.ts'
import { parseDsl } from '../../lib/dsl/parse.ts'
import { builtInEvents } from '../../lib/event/catalogue.ts'
import { createScriptedTool } from '../../lib/testing/scripted-tool.ts'
import { createTestTime } from '../../lib/testing/test-time.ts'
import { createToolRegistry } from '../../lib/tools/registry.ts'
import { ToolError } from '../../lib/tools/tool.ts'
import { type CommandOrder, type CommandRunDeps, createCommandRun } from '../../lib/workflow/command-run.ts'
import type { RunEvent } from '../../lib/workflow/run-event.ts'
import { alone, callsWithin } from './calls.ts'
import { labelOf, lifeOf } from './labels.ts'

function aCommand(command: string, deps: Partial<CommandRunDeps> = {}, origin: CommandOrder['origin'] = 'dsl') {
  const time = createTestTime()
  const write = createScriptedTool({ name: 'write', positional: ['filename', 'content'] })
  const cancel$ = new Subject<string>()
  const said: RunEvent[] = []
  let isComplete = false
  const run$ = createCommandRun(
    { command, script: parseDsl(command), shown: command, executionId: 'e', origin },
    {
      tools: createToolRegistry([write.tool]),
      conceal: (graph) => graph,
      maxParallelNodes: 5,
      callNode: callsWithin(time.scheduler),
      runTimeoutMs: 60_000,
      scheduler: time.scheduler,
      random: () => 0,
      cancel$,
      logger: silentLogger,
      ...alone(),
      ...deps,
    },
  )
  const begin = () =>
    run$.subscribe({
      next: ({ event }) => {
        if (event === undefined) return
        expect(builtInEvents[event.type].data.is(event.data), `the data of ${event.type}`).to.equal(true)
        said.push(event)
      },
      complete: () => {
        isComplete = true
      },
    })
  const subscription = begin()
  return {
    time,
    calls: write.calls,
    cancel$,
    said,
    begin,
    subscription,
    labels: () => said.map(labelOf),
    last: () => said.at(-1)?.data,
    isComplete: () => isComplete,
  }
}

/** What a step that succeeds says, and what the command says of it. */
function toldOf(nodeId: string, progress: number): readonly string[] {
  const stages: Readonly<Record<string, string>> = { 'task.started': 'started', 'task.completed': 'completed' }
  return lifeOf(nodeId, progress).flatMap((label) => {
    const stage = stages[label.split(' ')[0] ?? '']
    return stage === undefined ? [label] : [label, `dsl.command_progress ${stage}`]
  })
}

function originOf(data: object): unknown {
  return 'origin' in data ? data.origin : undefined
}

describe('createCommandRun', () => {
  describe('of one step', () => {
    it('says what transcript 4 says: dsl, task and tool, nothing of a workflow', async () => {
      const { time, calls, said, labels, isComplete } = aCommand("CALL write a.txt 'x'")
      await time.advance(5)
      calls[0]?.context.progress(50, 'half')
      calls[0]?.succeed({ bytes: 1 })
      await time.advance(0)
      expect(labels()).to.deep.equal([
        'dsl.command_progress parsing',
        'task.started step1',
        'task.progress step1 50',
        'tool.executed step1',
        'task.completed step1',
        'dsl.command_completed',
      ])
      expect(isComplete()).to.equal(true)
      expect(calls[0]?.params).to.deep.equal({ filename: 'a.txt', content: 'x' })
      for (const { data } of said) expect(data).to.include({ executionId: 'e', origin: 'dsl' })
      for (const { data } of said) expect(data).not.to.have.property('workflowId')
      expect(said.at(-1)?.data).to.deep.equal({
        success: true,
        command: "CALL write a.txt 'x'",
        executionId: 'e',
        origin: 'dsl',
        result: { bytes: 1 },
        processTime: 5,
        tool: 'write',
      })
    })

    it('hands on that a chat asked for it', async () => {
      const { time, calls, said } = aCommand('CALL write a b', {}, 'chat')
      calls[0]?.succeed()
      await time.advance(0)
      for (const { data } of said) expect(data).to.include({ origin: 'chat' })
    })

    it('gives null where the tool gave nothing', async () => {
      const { time, calls, last } = aCommand('CALL write a b')
      calls[0]?.succeed()
      await time.advance(0)
      expect(last()).to.deep.include({ success: true, result: null })
    })

    it('ends with TOOL_FAILED and the words of the tool', async () => {
      const { time, calls, labels, last } = aCommand('CALL write a b')
      calls[0]?.fail(new ToolError('X', 'the disk is full', { permanent: true }))
      await time.advance(0)
      expect(labels()).to.deep.equal([
        'dsl.command_progress parsing',
        'task.started step1',
        'tool.failed step1',
        'task.failed step1',
        'dsl.command_completed',
      ])
      expect(last()).to.deep.include({
        success: false,
        result: null,
        error: { code: 'TOOL_FAILED', message: 'the disk is full' },
      })
    })

    it('retries an idempotent tool without a word of a workflow', async () => {
      const { tool, calls } = createScriptedTool({ name: 'read', idempotent: true })
      const { time, labels, said } = aCommand('CALL read', { tools: createToolRegistry([tool]) })
      calls[0]?.fail(new Error('busy'))
      await time.advance(750)
      calls[1]?.succeed('ok')
      await time.advance(0)
      expect(labels()).to.deep.equal([
        'dsl.command_progress parsing',
        'task.started step1',
        'dsl.command_progress retrying',
        'tool.executed step1',
        'task.completed step1',
        'dsl.command_completed',
      ])
      expect(said.find(({ data }) => 'stage' in data && data.stage === 'retrying')?.data).to.deep.equal({
        stage: 'retrying',
        message: 'try 2 follows',
        executionId: 'e',
        origin: 'dsl',
        details: { nodeId: 'step1', attempt: 2, error: 'busy', code: 'TOOL_FAILED' },
      })
    })

    it('ends with CANCELLED when it is cancelled, and aborts the tool', () => {
      const { calls, cancel$, labels, last, isComplete } = aCommand('CALL write a b')
      cancel$.next('enough')
      expect(calls[0]?.context.signal.aborted).to.equal(true)
      expect(labels()).to.deep.equal([
        'dsl.command_progress parsing',
        'task.started step1',
        'task.cancelled step1',
        'dsl.command_completed',
      ])
      expect(last()).to.deep.include({
        success: false,
        error: { code: 'CANCELLED', message: 'enough' },
      })
      expect(isComplete()).to.equal(true)
    })

    it('starts nothing when it is cancelled before it could', () => {
      const { calls, labels } = aCommand('CALL write a b', { cancel$: of('enough') })
      expect(calls).to.be.empty
      expect(labels()).to.deep.equal(['dsl.command_progress parsing', 'dsl.command_completed'])
    })

    it('ends with TOOL_FAILED when its time is up', async () => {
      const { time, last } = aCommand('CALL write a b', { runTimeoutMs: 30 })
      await time.advance(30)
      expect(last()).to.deep.include({
        success: false,
        error: { code: 'TOOL_FAILED', message: 'the command timed out' },
        processTime: 30,
      })
    })

    it('aborts the tool without a word when it is unsubscribed', async () => {
      const { time, calls, labels, subscription } = aCommand('CALL write a b')
      subscription.unsubscribe()
      expect(calls[0]?.context.signal.aborted).to.equal(true)
      await time.advance(100_000)
      expect(labels()).to.deep.equal(['dsl.command_progress parsing', 'task.started step1'])
    })

    it('measures each subscription from its own beginning', async () => {
      const { time, said, begin } = aCommand('CALL nothing')
      await time.advance(5_000)
      begin()
      expect(said.at(-1)?.data).to.include({ processTime: 0 })
    })
  })

  describe('of a text that is no command', () => {
    it('says what transcript 5 says', () => {
      const { labels, last, isComplete } = aCommand("CALL write 'a")
      expect(labels()).to.deep.equal(['dsl.command_progress parsing', 'dsl.command_completed'])
      expect(last()).to.deep.include({ success: false, command: "CALL write 'a", executionId: 'e', result: null })
      const error = (last() as { readonly error: unknown }).error
      expect(error).to.include({ code: 'DSL_SYNTAX', line: 1, column: 12 })
      expect(error).to.have.property('caret').that.includes('^')
      expect(isComplete()).to.equal(true)
    })

    const wrong: readonly (readonly [string, object, stages: readonly string[]])[] = [
      [
        'CALL write a b\nCALL rm',
        { code: 'UNKNOWN_TOOL', line: 2, column: 6, caret: 'CALL rm\n     ^' },
        ['parsing', 'validating'],
      ],
      [
        'CALL write a b c',
        { code: 'INVALID_ARGUMENTS', line: 1, column: 16, caret: 'CALL write a b c\n               ^' },
        ['parsing'],
      ],
    ]
    for (const [text, error, stages] of wrong) {
      it(`runs nothing of ${JSON.stringify(text)}`, () => {
        const { calls, labels, last } = aCommand(text)
        const told = stages.map((stage) => `dsl.command_progress ${stage}`)
        expect(labels()).to.deep.equal([...told, 'dsl.command_completed'])
        expect((last() as { readonly error: unknown }).error).to.include(error)
        expect(calls).to.be.empty
      })
    }

    it('refuses a script of more steps than a graph may have nodes', () => {
      const { calls, last } = aCommand('CALL write a b\n'.repeat(257))
      const message = 'too many steps: expected at most 256 calls'
      expect(last()).to.deep.include({
        success: false,
        error: { code: 'DSL_SYNTAX', message, line: 257, column: 1, caret: 'CALL write a b\n^' },
      })
      expect(calls).to.be.empty
    })
  })

  describe('of several steps', () => {
    const script = 'CALL write a 1\nCALL write b 2'

    it('runs as a workflow too, and ends with its end and then one dsl.command_completed', async () => {
      const { time, calls, said, labels, last, isComplete } = aCommand(script)
      calls[0]?.succeed('first')
      await time.advance(0)
      calls[1]?.succeed('second')
      await time.advance(0)
      expect(labels()).to.deep.equal([
        'dsl.command_progress parsing',
        'dsl.command_progress validating',
        'dsl.command_progress executing',
        'workflow.started',
        ...toldOf('step1', 50),
        ...toldOf('step2', 100),
        'workflow.completed',
        'dsl.command_completed',
      ])
      expect(last()).to.deep.include({ success: true, result: { step1: 'first', step2: 'second' } })
      expect(last()).not.to.have.property('tool')
      expect(isComplete()).to.equal(true)
      const origins = said.filter(({ type }) => !type.startsWith('dsl.')).map(({ data }) => originOf(data))
      // `workflow.progress` has no origin: it is about no task.
      expect(new Set(origins)).to.deep.equal(new Set(['workflow', undefined]))
      const ids = said.filter(({ type }) => type.startsWith('workflow.')).map(({ data }) => data)
      for (const data of ids) expect(data).to.include({ workflowId: 'e', executionId: 'e' })
    })

    it('tells of each step which it is, and of one that fails', async () => {
      const { time, calls, said } = aCommand(script)
      calls[0]?.succeed('first')
      await time.advance(0)
      calls[1]?.fail(new Error('no'))
      await time.advance(0)
      const told = said.flatMap(({ type, data }) => (type === 'dsl.command_progress' ? [data] : []))
      expect(told.slice(3)).to.deep.equal(
        [
          ['step1', 'started'],
          ['step1', 'completed'],
          ['step2', 'started'],
          ['step2', 'failed'],
        ].map(([nodeId, stage]) => ({
          stage,
          message: `${nodeId} ${stage}`,
          executionId: 'e',
          origin: 'dsl',
          details: { nodeId },
        })),
      )
    })

    it('is what WORKFLOW makes of a single call too, under the name that it gives', async () => {
      const { time, calls, said, last } = aCommand('WORKFLOW deploy\nCALL write a 1\nEND_WORKFLOW')
      calls[0]?.succeed('first')
      await time.advance(0)
      const ids = said.filter(({ type }) => type.startsWith('workflow.')).map(({ data }) => data)
      expect(ids).to.have.length.above(3)
      for (const data of ids) expect(data).to.include({ workflowId: 'deploy', executionId: 'e' })
      expect(last()).to.deep.include({ success: true, result: { step1: 'first' } })
    })

    it('is not what a single call is, whatever is said of it', async () => {
      const { time, calls, labels } = aCommand('AGENT ann\nTASK save\nRETRY 2\n$x = CALL write a 1 TIMEOUT 1')
      calls[0]?.succeed('first')
      await time.advance(0)
      expect(labels()).to.deep.equal([
        'dsl.command_progress parsing',
        'task.started x',
        'tool.executed x',
        'task.completed x',
        'dsl.command_completed',
      ])
    })

    it('stays a chat where a chat asked for it', async () => {
      const { time, calls, said } = aCommand(script, {}, 'chat')
      calls[0]?.succeed()
      await time.advance(0)
      calls[1]?.succeed()
      await time.advance(0)
      const origins = said.filter(({ type }) => type !== 'workflow.progress').map(({ data }) => originOf(data))
      expect(new Set(origins)).to.deep.equal(new Set(['chat']))
    })

    it('stops at the first step that fails', async () => {
      const { time, calls, labels, last } = aCommand(script)
      calls[0]?.fail(new Error('no'))
      await time.advance(0)
      expect(labels().slice(-4)).to.deep.equal([
        'node step2 skipped',
        'workflow.progress 100',
        'workflow.failed step1 failed',
        'dsl.command_completed',
      ])
      expect(last()).to.deep.include({ success: false, result: {} })
      expect((last() as { readonly error: unknown }).error).to.include({
        code: 'TOOL_FAILED',
        message: 'no',
        line: 1,
        column: 1,
      })
      expect(calls).to.have.lengthOf(1)
    })

    it('does not take a part of a result for missing that was cut', async () => {
      for (const [line, error] of [
        [
          'IF $a.after == 7',
          'the condition of the node failed: ${a.after} is not known: the result of a was cut for its length',
        ],
        ['CALL write b ${a.after}', '${a.after} has no value: that result was cut for its length'],
      ] as const) {
        const isIf = line.startsWith('IF')
        const { time, calls, last } = aCommand(`$a = CALL write a 1\n${line}${isIf ? '\nCALL write b 2\nENDIF' : ''}`)
        calls[0]?.succeed({ list: 'x'.repeat(300_000), after: 7 })
        await time.advance(0)
        expect(last()).to.include({ success: false })
        expect((last() as { readonly error: unknown }).error).to.include({ code: 'TOOL_FAILED', message: error })
        expect(calls).to.have.lengthOf(1)
      }
    })

    it('may ask whether a result that was cut is there, and not what is in it', async () => {
      for (const [condition, isKnown] of [
        ['$a', true],
        ['$a != null && !($a == null)', true],
        ["$a == 'x'", false],
        ["'${a}' != null", false],
      ] as const) {
        const { time, calls, last } = aCommand(`$a = CALL write a 1\nIF ${condition}\nCALL write b 2\nENDIF`)
        calls[0]?.succeed('x'.repeat(300_000))
        await time.advance(0)
        expect(calls.length, condition).to.equal(isKnown ? 2 : 1)
        if (!isKnown) {
          const { message } = (last() as { readonly error: { readonly message: string } }).error
          expect(message).to.contain('the result of a was cut for its length')
        }
      }
    })

    it('says which step failed, and what those before it gave', async () => {
      const { time, calls, last } = aCommand('$a = CALL write a 1\nIF 1 == 1\n  CALL write b 2\nENDIF')
      calls[0]?.succeed('done')
      await time.advance(0)
      calls[1]?.fail(new Error('the disk is full'))
      await time.advance(0)
      expect(last()).to.deep.include({ success: false, result: { a: 'done' } })
      expect((last() as { readonly error: unknown }).error).to.deep.equal({
        code: 'TOOL_FAILED',
        message: 'the disk is full',
        line: 3,
        column: 3,
        caret: '  CALL write b 2\n  ^',
      })
    })

    it('says of a cancellation first the workflow, then the command', () => {
      const { cancel$, labels, last } = aCommand(script)
      cancel$.next('enough')
      expect(labels().slice(-2)).to.deep.equal(['workflow.cancelled', 'dsl.command_completed'])
      expect(last()).to.have.nested.property('error.code', 'CANCELLED')
    })
  })

  it('is cold', () => {
    const { tool, calls } = createScriptedTool({ name: 'read' })
    const time = createTestTime()
    createCommandRun(
      { command: 'CALL read', script: parseDsl('CALL read'), shown: 'CALL read', executionId: 'e', origin: 'dsl' },
      {
        tools: createToolRegistry([tool]),
        conceal: (graph) => graph,
        maxParallelNodes: 1,
        callNode: callsWithin(time.scheduler),
        runTimeoutMs: 1_000,
        scheduler: time.scheduler,
        random: () => 0,
        cancel$: NEVER,
        logger: silentLogger,
        ...alone(),
      },
    )
    expect(calls).to.be.empty
  })
})
