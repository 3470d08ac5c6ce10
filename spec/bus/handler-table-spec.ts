import { expect } from 'chai'
import * as t from 'io-ts'
import { createHandlerTable } from '../../lib/bus/handler-table.ts'
import { recordOf } from '../event/events.ts'

const event = recordOf({}, { data: t.unknown }, { type: 'a.b' })

describe('createHandlerTable', () => {
  it('counts a handler once, however many types it hears and however often it is removed', () => {
    const table = createHandlerTable(() => undefined)
    const remove = table.add(['a.b', 'a.c'], () => undefined)
    table.add(['a.b'], () => undefined)
    expect(table.size()).to.equal(2)
    remove()
    remove()
    expect(table.size()).to.equal(1)
    expect([table.has('a.b'), table.has('a.c')]).to.deep.equal([true, false])
  })

  it('counts none after clear, also when one of them is removed later', () => {
    const table = createHandlerTable(() => undefined)
    const remove = table.add(['a.b'], () => expect.fail('called'))
    table.clear()
    remove()
    table.begin()
    table.call(event)
    expect([table.size(), table.has('a.b')]).to.deep.equal([0, false])
  })

  it('hands errors over with the event', () => {
    const errors: unknown[] = []
    const table = createHandlerTable((error, of) => errors.push([error, of.type]))
    const error = new Error('mine')
    table.add(['a.b'], () => {
      throw error
    })
    table.begin()
    table.call(event)
    expect(errors).to.deep.equal([[error, 'a.b']])
  })

  it('a type whose handlers all left in a delivery, and which gets another, does not call that one', () => {
    const table = createHandlerTable(() => expect.fail('an error'))
    let calls = 0
    const remove = table.add(['a.b'], () => {
      remove()
      table.add(['a.b'], () => (calls += 1))
    })
    for (const expected of [0, 1]) {
      table.begin()
      table.call(event)
      expect(calls).to.equal(expected)
    }
  })
})
