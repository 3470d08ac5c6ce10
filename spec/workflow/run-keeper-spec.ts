import { expect } from 'chai'
import { createEventBus } from '../../lib/bus/event-bus.ts'
import { createTestTime } from '../../lib/testing/test-time.ts'
import { createRunBook } from '../../lib/workflow/run-book.ts'
import { createRunKeeper, type LiveRun, type OpenRun } from '../../lib/workflow/run-keeper.ts'
import { labelOf } from './labels.ts'
import { createRecordingLogger } from '../support/recording-logger.ts'

function aKeeper() {
  const time = createTestTime()
  const bus = createEventBus({ scheduler: time.scheduler })
  const book = createRunBook()
  const { logger, lines } = createRecordingLogger()
  const keeper = createRunKeeper(bus, book, time.scheduler, logger)
  const said: string[] = []
  bus.events$.subscribe((event) => said.push(labelOf(event)))
  let ends = 0
  keeper.ended$.subscribe(() => {
    ends += 1
  })
  const open = (executionId: string, fields: Partial<OpenRun> = {}): LiveRun =>
    keeper.open({
      executionId,
      workflowId: 'w',
      kind: 'workflow',
      owner: undefined,
      lastWords: (status, reason) =>
        status === 'cancelled'
          ? { type: 'workflow.cancelled', data: { workflowId: 'w', executionId, reason } }
          : { type: 'workflow.failed', data: { workflowId: 'w', executionId, error: reason } },
      ...fields,
    })
  return { bus, book, keeper, lines, said, open, ends: () => ends }
}

const completed = { type: 'workflow.completed', data: { workflowId: 'w', executionId: 'e' } } as const

describe('createRunKeeper', () => {
  it('writes every step of a run to the log at debug level', () => {
    const { keeper, lines, open } = aKeeper()
    const run = open('e')
    const data = { workflowId: 'w', executionId: 'e', nodeId: 'a', status: 'running', attempt: 1 } as const
    keeper.take(run, { type: 'workflow.node_status_update', data }, undefined)
    keeper.take(run, completed, undefined)
    const steps = lines.filter(({ level }) => level === 'debug').map(({ fields }) => fields)
    expect(steps).to.deep.equal([
      { executionId: 'e', eventType: 'workflow.node_status_update', nodeId: 'a', status: 'running' },
      { executionId: 'e', eventType: 'workflow.completed' },
    ])
  })

  it('ends a run at its terminal event: in the book, on the bus, for who counts', () => {
    const { keeper, book, said, open, ends } = aKeeper()
    const run = open('e')
    expect(keeper.count()).to.equal(1)
    keeper.take(run, { type: 'workflow.progress', data: { workflowId: 'w', executionId: 'e', progress: 1 } }, undefined)
    expect([keeper.isLive(run), ends()]).to.deep.equal([true, 0])
    keeper.take(run, completed, undefined)
    expect([keeper.isLive(run), keeper.count(), ends()]).to.deep.equal([false, 0, 1])
    expect(book.find({ executionId: 'e' })[0]?.entry.status).to.equal('completed')
    expect(said).to.deep.equal(['workflow.progress 1', 'workflow.completed'])
  })

  it('takes the end of its workflow for no end of a command', () => {
    const { keeper, open } = aKeeper()
    const run = open('e', { kind: 'command' })
    keeper.take(run, completed, undefined)
    expect(keeper.isLive(run)).to.equal(true)
    keeper.take(run, { type: 'dsl.command_completed', data: { success: true, command: 'x' } }, undefined)
    expect(keeper.isLive(run)).to.equal(false)
  })

  it('cancels what waits before what runs, and tells what runs the reason, late listeners too', () => {
    const { keeper, said, open } = aKeeper()
    const running = open('running')
    running.hasBegun = true
    open('waiting')
    keeper.cancel('all', 'enough')
    const heard: string[] = []
    running.cancel$.subscribe((reason) => heard.push(reason))
    expect(said).to.deep.equal(['workflow.cancelled'])
    expect(heard).to.deep.equal(['enough'])
    expect(keeper.isLive(running)).to.equal(true)
  })

  it('does not take a later run of the same id for the earlier one', () => {
    const { keeper, open } = aKeeper()
    const earlier = open('e')
    keeper.cancel({ executionId: 'e' }, 'enough')
    const later = open('e')
    expect([keeper.isLive(earlier), keeper.isLive(later)]).to.deep.equal([false, true])
  })

  it('goes on and logs where an event cannot be published', () => {
    const { keeper, lines, said, open } = aKeeper()
    const run = open('e')
    const message = 'x'.repeat(300_000)
    keeper.take(run, { type: 'task.progress', data: { progress: 1, message } }, undefined)
    keeper.take(run, completed, undefined)
    expect(said).to.deep.equal(['workflow.completed'])
    const line = lines.find(({ level }) => level === 'error')
    expect(line?.fields).to.include({ executionId: 'e', eventType: 'task.progress' })
  })

  it('ends a run that a fault has stopped once, whatever it had said', () => {
    const { keeper, said, open, ends } = aKeeper()
    const run = open('e')
    keeper.fail(run, new Error('/secret'))
    keeper.fail(run, new Error('again'))
    expect(said).to.deep.equal(['workflow.failed'])
    expect(ends()).to.equal(1)
  })

  it('goes on where the bus is closed', async () => {
    const { bus, keeper, open } = aKeeper()
    const run = open('e')
    bus.close()
    keeper.take(run, completed, undefined)
    await Promise.resolve()
    expect(keeper.isLive(run)).to.equal(false)
  })
})
