import { expect } from 'chai'
import * as t from 'io-ts'
import { EventRecord } from '../../lib/event/event-record.ts'
import { DateFromText, recordOf } from './events.ts'

const head = {
  id: 'i',
  type: 'test.event',
  timestamp: '2026-01-02T03:04:05.678Z',
  source: undefined,
  correlationId: undefined,
  tags: [],
  owner: undefined,
}

describe('EventRecord', () => {
  it('is decoded when somebody first asks, and only then', () => {
    let calls = 0
    const record = new EventRecord(head, '{"a":1}', 7, (value) => {
      calls += 1
      return value
    })
    expect(calls).to.equal(0)
    const { data } = record
    expect(data).to.deep.equal({ a: 1 })
    expect(record.data).to.equal(data)
    expect(calls).to.equal(1)
  })

  it('is decoded once even where there is nothing to it', () => {
    let calls = 0
    const record = new EventRecord(head, 'null', 4, () => {
      calls += 1
    })
    expect([record.data, record.data, calls]).to.deep.equal([undefined, undefined, 1])
  })

  it('shows data that nobody can change for others, however deep', () => {
    const record = recordOf({ list: [{ deep: { er: 1 } }], empty: {} }, { data: t.unknown })
    const data = record.data as { list: { deep: { er: number } }[]; empty: Record<string, unknown> }
    expect(() => Object.assign(data, { list: [] })).to.throw(TypeError)
    expect(() => data.list.push({ deep: { er: 2 } })).to.throw(TypeError)
    expect(() => Object.assign(data.list[0]?.deep ?? {}, { er: 2 })).to.throw(TypeError)
    expect(() => Object.assign(data.empty, { a: 1 })).to.throw(TypeError)
    expect(record.data).to.deep.equal({ list: [{ deep: { er: 1 } }], empty: {} })
  })

  it("leaves a codec's own objects as the codec made them", () => {
    const record = recordOf({ at: new Date(5) }, { data: t.type({ at: DateFromText }) })
    const { at } = record.data as { at: Date }
    expect(Object.isFrozen(record.data)).to.equal(true)
    expect(Object.isFrozen(at)).to.equal(false)
  })

  it('gets its position from the log that stores it', () => {
    const record = recordOf({}, { data: t.unknown })
    expect(record.storeAt({ epoch: 'x', seq: 3 })).to.equal(record)
    expect(record).to.include({ epoch: 'x', seq: 3 })
  })
})
