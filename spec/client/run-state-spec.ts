import { expect } from 'chai'
import * as fc from 'fast-check'
import type { ServerFrame } from '../../lib/client/index.ts'
import { foldEntry, foldRun, newRun, type RunState } from '../../lib/client/run-state.ts'

const ids = { workflowId: 'W', executionId: 'E' }
const timestamp = '2026-01-01T00:00:01.000Z'

const frame = (type: string, payload: object = {}): ServerFrame =>
  ({ type, payload: { ...ids, timestamp, ...payload }, timestamp }) as unknown as ServerFrame

const nodeStatus = (nodeId: string, status: string, attempt = 1): ServerFrame =>
  frame('nodeStatusUpdate', { nodeId, status, attempt })

const task = (nodeId: string, status: string, progress: number): ServerFrame =>
  frame('workflowProgress', { nodeId, status, progress, message: `${nodeId} ${status}` })

/** A stage of a command that tells of a step, as its only one does. */
const stage = (name: string, details: object): ServerFrame =>
  frame('dslProgress', { stage: name, message: `a ${name}`, details: { nodeId: 'a', tool: 't', ...details } })

const done = (progress: number): ServerFrame => frame('workflowProgress', { status: 'running', progress, message: 'x' })

const result = (nodeId: string, value: unknown): ServerFrame =>
  frame('tool_result', { nodeId, toolName: 't', status: 'completed', result: value, error: null })

const nodeOf = (nodeId: string, progress: number): readonly ServerFrame[] => [
  nodeStatus(nodeId, 'running'),
  task(nodeId, 'started', 0),
  result(nodeId, nodeId),
  task(nodeId, 'completed', 100),
  nodeStatus(nodeId, 'completed'),
  done(progress),
]

const start = frame('workflowStart', { nodes: [{ id: 'a' }, { id: 'b' }], edges: [], startTime: 'then' })
const accepted = frame('accepted')

/** PROTOCOL section 11, transcript 2. */
const transcript = [
  accepted,
  start,
  ...nodeOf('a', 50),
  ...nodeOf('b', 100),
  frame('workflowComplete', { message: '', results: { a: 'a', b: 'b' } }),
]

const fold = (frames: readonly ServerFrame[], state: RunState = newRun('workflow', ['a', 'b'])): RunState =>
  frames.reduce(foldRun, state)

describe('the state of a run', () => {
  it('follows a workflow to its end', () => {
    const completed = { status: 'completed', attempt: 1, progress: 100 }
    expect(fold(transcript)).to.deep.equal({
      kind: 'workflow',
      status: 'completed',
      ...ids,
      progress: 100,
      nodes: {
        a: { ...completed, message: 'a completed', result: 'a' },
        b: { ...completed, message: 'b completed', result: 'b' },
      },
      message: 'x',
      messages: [],
      results: { a: 'a', b: 'b' },
      startedAt: 'then',
      finishedAt: timestamp,
    })
    expect(fold(transcript.slice(0, 2)).nodes).to.deep.equal({ a: { status: 'pending' }, b: { status: 'pending' } })
    expect(fold(transcript.slice(0, 3)).nodes['a']).to.deep.equal({ status: 'running', attempt: 1 })
    expect(fold(transcript.slice(0, 8))).to.include({ status: 'running', progress: 50 })
  })

  it('follows a failing node', () => {
    const state = fold([
      accepted,
      start,
      nodeStatus('a', 'running'),
      task('a', 'started', 0),
      frame('tool_result', { nodeId: 'a', toolName: 't', status: 'failed', result: null, error: 'broken' }),
      task('a', 'failed', 0),
      nodeStatus('a', 'retrying', 2),
      nodeStatus('a', 'failed', 2),
      frame('workflowError', { nodeId: 'a', error: 'broken', status: 'failed' }),
    ])
    expect(state).to.deep.include({ status: 'failed', error: { code: 'run_failed', message: 'broken', nodeId: 'a' } })
    expect(state.nodes['a']).to.deep.include({ status: 'failed', attempt: 2, error: 'broken' })
  })

  it('tells why a try failed until another goes on', () => {
    const failed = frame('tool_result', { nodeId: 'a', toolName: 't', status: 'failed', result: null, error: 'broken' })
    const frames = [start, nodeStatus('a', 'running'), failed, task('a', 'failed', 0), nodeStatus('a', 'retrying', 2)]
    for (let count = 3; count <= frames.length; count += 1) {
      expect(fold(frames.slice(0, count)).nodes['a']).to.deep.include({ error: 'broken' })
    }
    for (const status of ['running', 'completed']) {
      expect(fold([...frames, nodeStatus('a', status, 2)]).nodes['a']).not.to.have.property('error')
    }
  })

  it('follows a command to its result, good and bad', () => {
    const progress = frame('dslProgress', { stage: 'started', message: 'so', details: { progress: 10 } })
    const good = { success: true, command: 'CALL x', result: 1 }
    const run = fold([accepted, progress], newRun('dsl'))
    expect(run).to.include({ status: 'running', progress: 10, message: 'so' })
    expect(fold([frame('dslResult', good)], run)).to.deep.include({ status: 'completed', progress: 100 })
    const bad = { ...good, success: false, error: { code: 'DSL_SYNTAX', message: 'no', line: 1 } }
    expect(fold([frame('dslResult', bad)], run)).to.deep.include({
      status: 'failed',
      error: { code: 'DSL_SYNTAX', message: 'no' },
    })
  })

  describe('of a command of one step', () => {
    const begun = [accepted, stage('started', { attempt: 1, progress: 0 })]
    const half = stage('progress', { attempt: 1, progress: 50 })
    const again = stage('retrying', { tool: undefined, attempt: 2, error: 'boom' })
    const finished = stage('completed', { attempt: 2, progress: 100, result: 5 })
    const broken = stage('failed', { attempt: 2, progress: 0, error: 'boom' })
    const good = frame('dslResult', { success: true, command: 'CALL t', result: 5 })
    const bad = (code: string): ServerFrame =>
      frame('dslResult', { success: false, command: 'CALL t', result: null, error: { code, message: 'why' } })
    const command = (...frames: readonly ServerFrame[]): RunState => fold(frames, newRun('dsl'))
    const nodeAfter = (...frames: readonly ServerFrame[]) => command(...begun, ...frames).nodes['a']

    it('reads like that of a workflow while it runs', () => {
      expect(command(...begun).startedAt).to.equal(timestamp)
      expect(nodeAfter()).to.deep.equal({ status: 'running', attempt: 1, progress: 0, message: 'a started' })
      expect(nodeAfter(half)).to.deep.include({ status: 'running', progress: 50 })
      expect(nodeAfter(half, again)).to.deep.include({ status: 'retrying', attempt: 2, error: 'boom', progress: 50 })
      expect(nodeAfter(half, again, half))
        .to.deep.include({ status: 'running' })
        .and.not.to.have.property('error')
    })

    it('has its node and its results at its end', () => {
      const state = command(...begun, half, again, result('a', 5), finished, good)
      expect(state).to.deep.include({ status: 'completed', progress: 100, results: { a: 5 } })
      expect(state.nodes['a']).to.deep.include({ status: 'completed', attempt: 2, progress: 100, result: 5 })
      const silent = command(...begun, stage('completed', { attempt: 1, progress: 100 }), good)
      expect(silent.results).to.deep.equal({ a: null })
    })

    it('tells how its node ended otherwise', () => {
      const failed = command(...begun, broken, bad('TOOL_FAILED'))
      expect(failed).to.deep.include({ status: 'failed', error: { code: 'TOOL_FAILED', message: 'why' } })
      expect(failed.nodes['a']).to.deep.include({ status: 'failed', attempt: 2, error: 'boom' })
      const cancelled = { ...stage('failed', { attempt: 1, progress: 0 }), event: 'task.cancelled' }
      expect(nodeAfter(cancelled)).to.deep.include({ status: 'cancelled' })
    })

    it('ends its node with itself, where its end is all that is subscribed to', () => {
      expect(nodeAfter(good)).to.deep.include({ status: 'completed' })
      expect(nodeAfter(bad('CANCELLED')))
        .to.deep.include({ status: 'cancelled' })
        .and.not.to.have.property('error')
      expect(nodeAfter(bad('TOOL_FAILED'))).to.deep.include({ status: 'failed', error: 'why' })
      expect(command(accepted, result('a', 5), good)).to.deep.include({ results: { a: 5 } })
      expect(command(accepted, good).nodes).to.deep.equal({})
    })

    it('leaves the steps of a script to its workflow', () => {
      const two = fold([start, nodeStatus('a', 'running'), stage('started', { tool: undefined })], newRun('dsl'))
      expect(two.nodes['a']).to.deep.equal({ status: 'running', attempt: 1 })
      expect(fold([bad('TOOL_FAILED')], two).nodes).to.deep.equal(two.nodes)
    })

    it('is told in a chat too', () => {
      const state = fold([...begun, finished, good], newRun('chat'))
      expect(state).to.deep.include({ kind: 'chat', status: 'running', results: { a: 5 } })
      expect(state.nodes['a']).to.deep.include({ status: 'completed', result: 5 })
    })
  })

  describe('of a node that waits for a person', () => {
    const form = { type: 'string' }
    const asked = frame('inputRequired', { nodeId: 'a', prompt: 'Sure?', form, expiresAt: timestamp })
    const waiting = [nodeStatus('a', 'waiting'), task('a', 'started', 0)]

    it('has what it asks, in which form and until when', () => {
      expect(fold([frame('inputRequired', { nodeId: 'a', prompt: 'Sure?' })]).nodes['a']).to.deep.equal({
        status: 'waiting',
        message: 'Sure?',
      })
      const told = { status: 'waiting', attempt: 1, progress: 0, message: 'Sure?', form, expiresAt: timestamp }
      expect(fold([...waiting, asked]).nodes['a']).to.deep.equal(told)
    })

    it('waits from the first word on', () => {
      expect(fold(waiting).nodes['a']).to.deep.include({ status: 'waiting' })
    })

    it('asks for nothing any more once it was answered', () => {
      const answered = fold([...waiting, asked, task('a', 'completed', 100)]).nodes['a']
      expect(answered).to.deep.include({ status: 'completed' }).and.not.to.have.any.keys('form', 'expiresAt')
    })
  })

  it('takes what RUN_STATUS tells, and an unknown run as no news', () => {
    const state = fold([accepted])
    expect(foldEntry(state, { executionId: 'E', status: 'unknown', nodes: {} })).to.equal(state)
    const running = foldEntry(state, { executionId: 'E', status: 'running', nodes: { a: 'running' }, startedAt: 's' })
    expect(running).to.deep.include({ status: 'running', startedAt: 's' })
    expect(running.nodes['a']).to.deep.equal({ status: 'running' })
    const failed = foldEntry(running, { executionId: 'E', status: 'failed', nodes: { a: 'failed' }, error: 'no' })
    expect(failed).to.deep.include({ status: 'failed', error: { code: 'run_failed', message: 'no' } })
  })

  it('is never changed in place, nor after its end, whatever comes', () => {
    const others = [
      nodeStatus('__proto__', 'running'),
      stage('completed', { progress: 100 }),
      frame('inputRequired', { nodeId: 'a', prompt: 'Sure?', form: {} }),
      frame('dslResult', { success: true }),
      frame('new.type'),
    ]
    const some = fc.array(fc.constantFrom(...transcript, ...others))
    fc.assert(
      fc.property(some, (frames) => {
        let state = deepFreeze(newRun('workflow', ['a']))
        let ended: RunState | undefined
        for (const next of frames) {
          state = deepFreeze(foldRun(state, next))
          ended ??= state.status === 'completed' ? state : undefined
          if (ended !== undefined) expect(state).to.equal(ended)
          expect(state.progress).to.be.within(0, 100)
        }
      }),
    )
  })
})

function deepFreeze<Value>(value: Value): Value {
  if (typeof value !== 'object' || value === null || Object.isFrozen(value)) return value
  for (const inner of Object.values(value)) deepFreeze(inner)
  return Object.freeze(value)
}
