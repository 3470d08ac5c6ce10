import { expect } from 'chai'
import * as fc from 'fast-check'
import type { Frame } from '../../../examples/client/frame.ts'
import { cancelling, newRun, withFrame } from '../../../examples/client/run-view.ts'
import { accepted, answer, event, start, status, task, viewOf, viewsOf } from './frames.ts'

const node = { id: 'a', tool: 'a_file', status: 'pending', progress: 0, attempt: 1, remark: '' }

describe('the view of a run', () => {
  describe('follows its nodes:', () => {
    it('all of them wait when it starts', () => {
      expect(viewOf('workflow', accepted, start('a', 'b')).nodes).to.deep.equal([
        node,
        { ...node, id: 'b', tool: 'b_file' },
      ])
    })

    it('a node of no tool is called by its type', () => {
      const asking = event('workflowStart', { nodes: [{ id: 'q', type: 'input' }] })
      expect(viewOf('workflow', accepted, asking).nodes).to.deep.equal([{ ...node, id: 'q', tool: 'input' }])
    })

    it('one runs, gets on, and is done', () => {
      const frames = [
        status('a', 'running'),
        task('a', 'started', 0),
        task('a', 'progress', 40, 'half way'),
        task('a', 'completed', 100),
        status('a', 'completed'),
      ]
      const views = viewsOf('workflow', accepted, start('a'), ...frames).slice(2)
      expect(views.map(({ nodes }) => nodes)).to.deep.equal([
        [{ ...node, status: 'running' }],
        [{ ...node, status: 'running' }],
        [{ ...node, status: 'running', progress: 40, remark: 'half way' }],
        [{ ...node, status: 'completed', progress: 100 }],
        [{ ...node, status: 'completed', progress: 100 }],
      ])
    })

    it('one fails, is tried again, and fails for good', () => {
      const frames = [
        status('a', 'retrying', { attempt: 2, error: 'busy' }),
        status('a', 'running', { attempt: 2 }),
        { ...task('a', 'failed', 0, 'gone'), payload: { ...task('a', 'failed', 0, 'gone').payload, attempt: 2 } },
        status('a', 'failed', { attempt: 2, error: 'gone' }),
      ]
      const views = viewsOf('workflow', accepted, start('a'), ...frames).slice(2)
      expect(views.map(({ nodes }) => nodes)).to.deep.equal([
        [{ ...node, status: 'retrying', attempt: 2, remark: 'busy' }],
        [{ ...node, status: 'running', attempt: 2 }],
        [{ ...node, status: 'failed', attempt: 2, remark: 'gone' }],
        [{ ...node, status: 'failed', attempt: 2, remark: 'gone' }],
      ])
    })

    it('one waits for a person', () => {
      const waiting = event('inputRequired', { nodeId: 'a', prompt: 'Go on?' })
      expect(viewOf('workflow', accepted, start('a'), waiting).nodes).to.deep.equal([
        { ...node, status: 'waiting', remark: 'Go on?' },
      ])
    })

    it('the step of a command appears when it starts', () => {
      const progress = (stage: string, details: object): Frame =>
        event('dslProgress', { stage, message: `write_file ${stage}`, details })
      const of = { nodeId: 'step1', tool: 'write_file', attempt: 1 }
      const views = viewsOf(
        'dsl',
        accepted,
        progress('parsing', {}),
        progress('started', { ...of, progress: 0 }),
        progress('completed', { ...of, progress: 100 }),
      )
      const step = { ...node, id: 'step1', tool: 'write_file' }
      expect(views.slice(1).map(({ nodes }) => nodes)).to.deep.equal([
        [],
        [{ ...step, status: 'running' }],
        [{ ...step, status: 'completed', progress: 100 }],
      ])
    })

    it('the progress of the whole run is no node', () => {
      const whole = event('workflowProgress', { status: 'running', progress: 50, message: '1 of 2 nodes done' })
      expect(viewOf('workflow', accepted, start('a'), whole).nodes).to.deep.equal([node])
    })
  })

  describe('ends', () => {
    it('with the results of a workflow', () => {
      const complete = event('workflowComplete', { message: '1 of 1 nodes completed', results: { a: 1 }, duration: 7 })
      expect(viewOf('workflow', accepted, complete).outcome).to.deep.equal({
        isSuccess: true,
        headline: '1 of 1 nodes completed in 7 ms',
        details: [['a', 1]],
      })
    })

    for (const [name, payload, headline] of [
      ['a failed workflow', { nodeId: 'a', error: 'gone', status: 'failed' }, 'failed at a: gone'],
      ['a cancelled workflow', { error: 'enough', status: 'cancelled' }, 'cancelled: enough'],
      ['one that took too long', { error: 'the run timed out', status: 'timed_out' }, 'timed_out: the run timed out'],
    ] as const) {
      it(`with the reason of ${name}`, () => {
        const { outcome } = viewOf('workflow', accepted, event('workflowError', payload))
        expect(outcome).to.deep.equal({ isSuccess: false, headline, details: [] })
      })
    }

    it('with the result of a command', () => {
      const { outcome } = viewOf('dsl', accepted, event('dslResult', { success: true, result: [1], processTime: 2 }))
      expect(outcome).to.deep.equal({ isSuccess: true, headline: 'completed in 2 ms', details: [['result', [1]]] })
    })

    it('with the picture of a syntax error', () => {
      const error = { code: 'DSL_SYNTAX', message: 'unclosed quote', line: 1, column: 2, caret: "a'\n ^" }
      const { outcome } = viewOf('dsl', accepted, event('dslResult', { success: false, result: null, error }))
      expect(outcome).to.deep.equal({
        isSuccess: false,
        headline: 'failed: unclosed quote (DSL_SYNTAX)',
        caret: "a'\n ^",
        details: [],
      })
    })

    it('with the answer of a chat that is not the first "Processing"', () => {
      const say = (content: string, type = 'text'): Frame =>
        answer('chatMessage', { content, sender: 'assistant', type })
      const [processing, answered] = viewsOf('chat', say('Processing: hi'), say('Wrote it.\n'))
      expect(processing).to.include({ outcome: undefined }).and.to.have.deep.property('news', ['Processing: hi'])
      expect(answered?.outcome).to.deep.equal({ isSuccess: true, headline: 'Wrote it.', details: [] })
      expect(answered?.news).to.deep.equal([])
      expect(viewOf('chat', say('That did not work', 'error')).outcome).to.include({ isSuccess: false })
    })

    it('when the command is refused, with every detail', () => {
      const details = [{ path: 'nodes[0].tool', expected: 'one of x', actual: '"y"' }]
      const error = answer('error', { code: 'INVALID_WORKFLOW', message: 'the workflow cannot run', details })
      expect(viewOf('workflow', error).outcome).to.deep.equal({
        isSuccess: false,
        headline: 'refused: the workflow cannot run (INVALID_WORKFLOW)',
        details: [['nodes[0].tool', 'expected one of x, got "y"']],
      })
    })

    it('when a request to cancel finds it over or unknown, but not while it is running', () => {
      const runs = (state: string): Frame => answerToCancel({ runs: [{ executionId: 'E', status: state, nodes: {} }] })
      const answerToCancel = (payload: object): Frame => ({
        type: 'runStatus',
        payload: { ...payload },
        correlation_id: 'c2',
      })
      expect(viewOf('workflow', accepted, runs('unknown')).outcome).to.include({ isSuccess: false })
      expect(viewOf('workflow', accepted, runs('completed')).outcome).to.include({ isSuccess: true })
      expect(viewOf('workflow', accepted, runs('running')).outcome).to.equal(undefined)
      expect(viewOf('workflow', accepted, answerToCancel({ runs: [] })).outcome).to.equal(undefined)
    })
  })

  it('does not end with the parts of a command or chat that end by themselves', () => {
    const parts = [event('workflowComplete', { results: {} }), event('workflowError', { error: 'x' })]
    expect(viewOf('dsl', accepted, ...parts).outcome).to.equal(undefined)
    const result = event('dslResult', { success: true, result: 1 })
    expect(viewOf('chat', accepted, ...parts, result).outcome).to.equal(undefined)
    expect(viewOf('workflow', accepted, result).outcome).to.equal(undefined)
  })

  it('knows nothing of other runs, also before it knows its own', () => {
    const others: readonly Frame[] = [
      { type: 'workflowStart', payload: { executionId: 'F', nodes: [{ id: 'x', tool: 't' }] }, correlation_id: 'F' },
      { type: 'nodeStatusUpdate', payload: { executionId: 'F', nodeId: 'x', status: 'running' }, correlation_id: 'F' },
      { type: 'workflowComplete', payload: { executionId: 'F', results: {} }, correlation_id: 'F' },
      { type: 'workflowError', payload: { error: 'of a task in no run' } },
      { type: 'accepted', payload: { executionId: 'F' }, correlation_id: 'c9' },
      { type: 'chatMessage', payload: { content: 'Connected', sender: 'system', type: 'system' } },
    ]
    const before = newRun('workflow', 'c1')
    expect(others.reduce(withFrame, before)).to.deep.equal(before)
    const after = withFrame(before, accepted)
    expect(others.reduce(withFrame, after)).to.deep.equal(after)
  })

  it('tells news once: a log line, an objection, that it is being cancelled', () => {
    const log = event('workflowLog', { level: 'warn', message: 'disk is full', source: null })
    const ofRun: Frame = {
      type: 'workflowLog',
      payload: { level: 'info', message: 'by correlation' },
      correlation_id: 'E',
    }
    const objection: Frame = {
      type: 'error',
      payload: { code: 'FORBIDDEN', message: 'not yours' },
      correlation_id: 'c2',
    }
    const heartbeat: Frame = { type: 'heartbeat', payload: {} }
    const views = viewsOf('workflow', accepted, log, ofRun, heartbeat, objection)
    expect(views.map(({ news }) => news)).to.deep.equal([
      [],
      ['warn: disk is full'],
      ['info: by correlation'],
      [],
      ['the server objects: not yours'],
    ])
    const cancelled = cancelling(viewOf('workflow', accepted, start('a')))
    expect(cancelled.news).to.have.lengthOf(1)
    expect(withFrame(cancelled, heartbeat).news).to.deep.equal([])
  })

  it('takes whatever a server may send, and never changes a view it gave', () => {
    const types = ['accepted', 'error', 'chatMessage', 'workflowStart', 'nodeStatusUpdate', 'workflowProgress']
    const more = ['dslProgress', 'inputRequired', 'workflowLog', 'workflowComplete', 'workflowError', 'dslResult']
    const keys = [
      'executionId',
      'nodeId',
      'nodes',
      'status',
      'progress',
      'details',
      'error',
      'runs',
      'content',
      'stage',
    ]
    const value = fc.oneof(fc.constantFrom('E', 'a', 'running', 'progress'), fc.jsonValue({ maxDepth: 2 }))
    const frame = fc.record({
      type: fc.constantFrom(...types, ...more, 'runStatus', '__proto__'),
      payload: fc.dictionary(fc.constantFrom(...keys), value),
      correlation_id: fc.constantFrom('c1', 'E', undefined, 7),
    })
    fc.assert(
      fc.property(fc.constantFrom('workflow', 'dsl', 'chat'), fc.array(frame), (kind, frames) => {
        const views = viewsOf(kind, accepted, ...frames)
        const kept = structuredClone(views)
        viewsOf(kind, accepted, ...frames)
        expect(views).to.deep.equal(kept)
        for (const { nodes } of views) {
          expect(new Set(nodes.map(({ id }) => id)).size).to.equal(nodes.length)
          expect(nodes.every(({ progress, status: name }) => typeof progress === 'number' && typeof name === 'string'))
            .to.be.true
        }
      }),
    )
  })
})
