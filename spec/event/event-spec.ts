import { expect } from 'chai'
import { isStored, runIdsOf } from '../../lib/event/event.ts'
import { eventOf } from './events.ts'

describe('isStored', () => {
  it('tells an event that has its position from one that has none', () => {
    expect(isStored(eventOf('task.started', {}))).to.equal(true)
    expect(isStored(eventOf('log.stream', { level: 'info', message: 'm' }))).to.equal(false)
    expect(isStored({ id: 'i', type: 't', data: {}, timestamp: '', tags: [] })).to.equal(false)
  })
})

describe('runIdsOf', () => {
  it('reads the run from the data, where it is text', () => {
    expect(runIdsOf(eventOf('task.started', { workflowId: 'w', executionId: 'e' }))).to.deep.equal({
      workflowId: 'w',
      executionId: 'e',
    })
    expect(runIdsOf(eventOf('task.started', {}))).to.deep.equal({ workflowId: undefined, executionId: undefined })
  })
})
