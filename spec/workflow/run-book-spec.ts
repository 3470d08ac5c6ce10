import { expect } from 'chai'
import { createRunBook, type Outcome, type RunBook, type RunRecord } from '../../lib/workflow/run-book.ts'
import { initialSnapshot, type NodeState, type Snapshot } from '../../lib/workflow/snapshot.ts'
import { nodesNamed, planOf } from './graphs.ts'

const plan = planOf({ nodes: nodesNamed(1), edges: [] })

function record(executionId: string, fields: Partial<RunRecord> = {}): RunRecord {
  return {
    executionId,
    workflowId: 'w',
    kind: 'workflow',
    owner: undefined,
    startedAt: '2026-01-01T00:00:00.000Z',
    beganAtMs: 0,
    startSeq: 3,
    snapshot: undefined,
    ...fields,
  }
}

function snapshotOf(nodes: Readonly<Record<string, NodeState>>): Snapshot {
  return { ...initialSnapshot(plan), nodes: new Map(Object.entries(nodes)) }
}

const finishedAt = '2026-01-01T00:00:01.000Z'

/** A run from its beginning to its end. */
function live(book: RunBook, run: RunRecord, outcome: Outcome = { status: 'completed' }, nowMs = 10): void {
  book.open(run)
  book.close(run, outcome, finishedAt, nowMs)
}

describe('createRunBook', () => {
  it('knows a live run with its nodes, owner and position', () => {
    const book = createRunBook()
    const snapshot = snapshotOf({
      a: { status: 'completed', attempt: 1, result: 1 },
      b: { status: 'running', attempt: 1 },
    })
    book.open(record('e', { owner: 'ann', snapshot }))
    expect(book.find({ executionId: 'e' })).to.deep.equal([
      {
        entry: {
          executionId: 'e',
          workflowId: 'w',
          status: 'running',
          nodes: { a: 'completed', b: 'running' },
          startedAt: '2026-01-01T00:00:00.000Z',
          startSeq: 3,
        },
        ordinal: 1,
        isLive: true,
        owner: 'ann',
      },
    ])
    expect(book.isLive('e')).to.equal(true)
    expect(book.isUsed('e')).to.equal(true)
    expect(book.live().map(({ executionId }) => executionId)).to.deep.equal(['e'])
  })

  it('knows a run that has ended, with its results, error and owner', () => {
    const book = createRunBook()
    const snapshot = snapshotOf({
      a: { status: 'completed', attempt: 1, result: { x: 1 } },
      b: { status: 'failed', attempt: 1, failure: { error: 'no', code: 'E' } },
    })
    live(book, record('e', { owner: 'ann', snapshot }), { status: 'failed', error: 'no' })
    expect(book.find({ executionId: 'e' })).to.deep.equal([
      {
        entry: {
          executionId: 'e',
          workflowId: 'w',
          status: 'failed',
          nodes: { a: 'completed', b: 'failed' },
          startedAt: '2026-01-01T00:00:00.000Z',
          startSeq: 3,
          results: { a: { x: 1 } },
          error: 'no',
          finishedAt,
        },
        ordinal: 1,
        isLive: false,
        owner: 'ann',
      },
    ])
    expect(book.isLive('e')).to.equal(false)
    expect(book.isUsed('e')).to.equal(true)
    expect(book.live()).to.be.empty
  })

  it('notes the position of a first event that becomes known after the end', () => {
    const book = createRunBook()
    const run = record('e', { startSeq: 0 })
    book.open(run)
    book.noteStart(run, 0)
    book.close(run, { status: 'cancelled' }, finishedAt, 1)
    book.noteStart(run, 7)
    expect(book.find({ executionId: 'e' })[0]?.entry).to.include({ startSeq: 7, status: 'cancelled' })
  })

  it('finds the runs of a workflow, live ones and those that have ended', () => {
    const book = createRunBook()
    live(book, record('old'))
    live(book, record('other', { workflowId: 'v' }))
    book.open(record('new'))
    book.open(record('newer', { workflowId: 'v' }))
    expect(book.find({ workflowId: 'w' }).map(({ entry }) => entry.executionId)).to.deep.equal(['new', 'old'])
    expect(book.find({ workflowId: 'x' })).to.be.empty
    expect(book.find({ executionId: 'x' })).to.be.empty
  })

  it('remembers the last 1,000 that ended, and no more', () => {
    const book = createRunBook()
    for (let index = 0; index < 1_001; index++) live(book, record(`e${index}`))
    expect(book.find({ workflowId: 'w' })).to.have.lengthOf(1_000)
    expect(book.isUsed('e0')).to.equal(false)
    expect(book.isUsed('e1')).to.equal(true)
    expect(book.stats().total_executions).to.equal(1_001)
  })

  it('forgets no live run, however many end', () => {
    const book = createRunBook()
    book.open(record('alive'))
    for (let index = 0; index < 1_100; index++) live(book, record(`e${index}`))
    expect(book.isLive('alive')).to.equal(true)
  })

  it('keeps at most 64 KiB of results, each cut by itself', () => {
    const book = createRunBook()
    const snapshot = snapshotOf({
      big: { status: 'completed', attempt: 1, result: 'x'.repeat(200_000) },
      small: { status: 'completed', attempt: 1, result: { value: 1 } },
    })
    live(book, record('e', { snapshot }))
    const { results } = book.find({ executionId: 'e' })[0]?.entry ?? {}
    expect(results?.['small']).to.deep.equal({ value: 1 })
    expect(results?.['big']).to.match(/^x+… \[truncated: 200002 bytes in all\]$/)
    expect(Buffer.byteLength(JSON.stringify(results))).to.be.at.most(64 * 1_024)
  })

  it('keeps at most 64 KiB of results of very many nodes', () => {
    const book = createRunBook()
    const many = Object.fromEntries(
      Array.from({ length: 256 }, (_, index) => [
        `n${index}`,
        { status: 'completed', attempt: 1, result: 'x'.repeat(2_000) } as const,
      ]),
    )
    live(book, record('e', { snapshot: snapshotOf(many) }))
    const { results } = book.find({ executionId: 'e' })[0]?.entry ?? {}
    expect(Object.keys(results ?? {})).to.have.length(256)
    expect(results?.['n255']).to.match(/truncated: 2002 bytes in all/)
    expect(Buffer.byteLength(JSON.stringify(results))).to.be.at.most(64 * 1_024)
  })

  it('forbids an id to its owner alone, or where nobody in particular forbids it, to all', () => {
    const book = createRunBook()
    book.forbid('of-bob', 'no', 0, 'bob')
    expect(book.forbidden('of-bob', 1, 'bob')).to.equal('no')
    expect(book.forbidden('of-bob', 1, 'alice')).to.equal(undefined)
    book.forbid('of-all', 'never', 0)
    expect(book.forbidden('of-all', 1, 'alice')).to.equal('never')
  })

  it('takes an end once', () => {
    const book = createRunBook()
    const run = record('e')
    live(book, run)
    book.close(run, { status: 'failed' }, finishedAt, 99)
    expect(book.find({ executionId: 'e' })[0]?.entry.status).to.equal('completed')
    expect(book.stats()).to.include({ total_executions: 1, successful_executions: 1, failed_executions: 0 })
  })

  describe('ids that must not begin', () => {
    it('are remembered with the reason for ten minutes', () => {
      const book = createRunBook()
      book.forbid('e', 'changed my mind', 1_000)
      expect(book.forbidden('e', 1_000 + 600_000)).to.equal('changed my mind')
      expect(book.forbidden('e', 1_000 + 600_001)).to.equal(undefined)
      expect(book.forbidden('other', 1_000)).to.equal(undefined)
    })

    it('are remembered from the last time they were forbidden', () => {
      const book = createRunBook()
      book.forbid('e', 'first', 0)
      book.forbid('e', 'second', 500_000)
      expect(book.forbidden('e', 900_000)).to.equal('second')
    })

    it('are 10,000 at most, the oldest forgotten first', () => {
      const book = createRunBook()
      for (let index = 0; index < 10_001; index++) book.forbid(`e${index}`, 'no', 0)
      expect(book.forbidden('e0', 1)).to.equal(undefined)
      expect(book.forbidden('e1', 1)).to.equal('no')
      book.forbid('e1', 'still no', 1)
      book.forbid('one more', 'no', 1)
      expect(book.forbidden('e1', 1)).to.equal('still no')
      expect(book.forbidden('e2', 1)).to.equal(undefined)
    })

    it('are not used ones', () => {
      const book = createRunBook()
      book.forbid('e', 'no', 0)
      expect(book.isUsed('e')).to.equal(false)
    })
  })

  it('counts runs by how they ended, those with a second try, and the mean time', () => {
    const book = createRunBook()
    expect(book.stats()).to.deep.equal({
      total_executions: 0,
      successful_executions: 0,
      failed_executions: 0,
      retried_executions: 0,
      running: 0,
      average_execution_time: 0,
    })
    const retried = snapshotOf({ a: { status: 'completed', attempt: 2 }, b: { status: 'completed', attempt: 1 } })
    live(book, record('a', { snapshot: retried, beganAtMs: 100 }), { status: 'completed' }, 200)
    live(book, record('b', { beganAtMs: 100 }), { status: 'failed' }, 151)
    live(book, record('c', { beganAtMs: 100 }), { status: 'timed_out' }, 100)
    live(book, record('d', { beganAtMs: 100 }), { status: 'cancelled' }, 100)
    book.open(record('e'))
    expect(book.stats()).to.deep.equal({
      total_executions: 5,
      successful_executions: 1,
      failed_executions: 3,
      retried_executions: 1,
      running: 1,
      average_execution_time: 38,
    })
  })
})
