import { expect } from 'chai'
import * as fc from 'fast-check'
import { foldEntry, foldRun, newRun, type RunState, type ServerFrame } from '../../lib/client/index.ts'

const ids = { workflowId: 'W', executionId: 'E' }
const timestamp = '2026-01-01T00:00:01.000Z'

const frame = (type: string, payload: object = {}): ServerFrame =>
  ({ type, payload: { ...ids, timestamp, ...payload }, timestamp }) as unknown as ServerFrame

const nodeStatus = (nodeId: string, status: string, attempt = 1): ServerFrame =>
  frame('nodeStatusUpdate', { nodeId, status, attempt })

const task = (nodeId: string, status: string, progress: number): ServerFrame =>
  frame('workflowProgress', { nodeId, status, progress, message: `${nodeId} ${status}` })

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

  it('shows a node that waits for a person', () => {
    const state = fold([frame('inputRequired', { nodeId: 'a', prompt: 'Sure?' })])
    expect(state.nodes['a']).to.deep.equal({ status: 'waiting', message: 'Sure?' })
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
    const some = fc.array(fc.constantFrom(...transcript, nodeStatus('__proto__', 'running'), frame('new.type')))
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
