import { expect } from 'chai'
import { from, toArray, filter, firstValueFrom } from 'rxjs'
import { type EventFilter, fromEventFilter } from '../../lib/event/filter.ts'
import { eventOf } from './events.ts'

const head = { source: 'ci', tags: ['a', 'b'] }
const full = eventOf('task.started', { workflowId: 'w1', executionId: 'e1' }, head)
/** Has none of the fields that a filter may ask for. */
const bare = eventOf('task.started', {})

const matches = (event: typeof full, wanted: EventFilter): boolean => fromEventFilter(wanted)(event)

describe('fromEventFilter', () => {
  it('an empty filter lets everything pass', () => {
    expect([matches(full, {}), matches(bare, {})]).to.deep.equal([true, true])
  })

  const fields: readonly (readonly [keyof EventFilter, string])[] = [
    ['types', 'task.started'],
    ['workflowIds', 'w1'],
    ['executionIds', 'e1'],
    ['sources', 'ci'],
  ]
  for (const [field, value] of fields) {
    it(`${field}: any entry of the list matches, and an empty list matches nothing`, () => {
      expect(matches(full, { [field]: [value] })).to.equal(true)
      expect(matches(full, { [field]: ['other', value] })).to.equal(true)
      expect(matches(full, { [field]: ['other'] })).to.equal(false)
      expect(matches(full, { [field]: [value.slice(0, -1)] })).to.equal(false)
      expect(matches(full, { [field]: [] })).to.equal(false)
    })
  }

  it('types may be patterns', () => {
    for (const pattern of ['*', 'task.*']) expect(matches(full, { types: ['tool.*', pattern] })).to.equal(true)
    expect(matches(full, { types: ['tool.*', 'workflow.*'] })).to.equal(false)
  })

  it('an event without the field does not match a list about it', () => {
    for (const field of ['workflowIds', 'executionIds', 'sources']) {
      expect(matches(bare, { [field]: ['w1', 'undefined', ''] }), field).to.equal(false)
    }
    expect(matches(bare, { requiredTags: ['a'] })).to.equal(false)
  })

  it('takes no run id from data that is none', () => {
    for (const data of ['text', { executionId: 7 }, { executionId: ['e1'] }, { other: 'e1' }, null]) {
      const event = { id: 'i', type: 'order.placed', data, timestamp: '', tags: [] }
      expect(fromEventFilter({ executionIds: ['e1', '7'] })(event)).to.equal(false)
    }
  })

  it('of tags, all required ones and none of the excluded ones', () => {
    expect(matches(full, { requiredTags: ['a'] })).to.equal(true)
    expect(matches(full, { requiredTags: ['b', 'a'] })).to.equal(true)
    expect(matches(full, { requiredTags: ['a', 'c'] })).to.equal(false)
    expect(matches(full, { excludedTags: ['c'] })).to.equal(true)
    expect(matches(full, { excludedTags: ['c', 'a'] })).to.equal(false)
    expect(matches(full, { requiredTags: ['a'], excludedTags: ['b'] })).to.equal(false)
    expect(matches(bare, { excludedTags: ['a'] })).to.equal(true)
    expect(matches(bare, { requiredTags: [], excludedTags: [] })).to.equal(true)
  })

  it('all lists that are given must match: one that does not is enough to refuse', () => {
    const all: EventFilter = {
      types: ['task.*'],
      workflowIds: ['w1'],
      executionIds: ['e1'],
      sources: ['ci'],
      requiredTags: ['a'],
      excludedTags: ['c'],
    }
    expect(matches(full, all)).to.equal(true)
    for (const field of Object.keys(all)) {
      const broken = { ...all, [field]: [field === 'excludedTags' ? 'a' : 'other'] }
      expect(matches(full, broken), field).to.equal(false)
    }
  })

  it("is a predicate for RxJS's filter", async () => {
    const seen$ = from([full, bare]).pipe(filter(fromEventFilter({ sources: ['ci'] })), toArray())
    expect(await firstValueFrom(seen$)).to.deep.equal([full])
  })
})
