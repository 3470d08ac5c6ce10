import { expect } from 'chai'
import * as t from 'io-ts'
import { OptionError } from '../../lib/base/options.ts'
import { defineEvents, type EventDefinition, type EventDefinitions } from '../../lib/event/definition.ts'
import { thrownBy } from '../base/thrown.ts'

const definition = { data: t.type({ orderId: t.string }) }
const offender = (definitions: EventDefinitions): string =>
  thrownBy(OptionError, () => defineEvents(definitions)).option

describe('defineEvents', () => {
  it('gives back what it was given', () => {
    const definitions = { 'order.placed': definition, 'order.paid': { ...definition, stored: false } }
    expect(defineEvents(definitions)).to.equal(definitions)
    expect(defineEvents({})).to.deep.equal({})
  })

  it('refuses a name that is not lower-case words joined by dots, and names it', () => {
    for (const name of ['order', 'Order.placed', 'order.*', 'order.placed ', 'ORDER_PLACED', '', '__proto__']) {
      expect(offender(Object.fromEntries([[name, definition]])), name).to.equal(name)
    }
    const { message } = thrownBy(OptionError, () => defineEvents({ Order: definition }))
    expect(message).to.match(/^defineEvents: option "Order" must be a name of lower-case words/)
  })

  it('refuses two names with one upper-case form, and names both', () => {
    const error = thrownBy(OptionError, () =>
      defineEvents({ 'order.was_paid': definition, 'order.was.paid': definition }),
    )
    expect(error.option).to.equal('order.was.paid')
    expect(error.message).to.include('"order.was_paid"')
  })

  it('refuses fields that the data does not have: nothing would be cut, and nothing conflated', () => {
    for (const [option, named] of [
      ['conflateBy', ['orderid']],
      ['conflateBy', ['orderId', 7]],
      ['bulky', ['rows']],
      ['bulky', 'orderId'],
    ] as const) {
      const broken = { ...definition, [option]: named } as EventDefinition
      expect(offender({ 'order.placed': broken })).to.equal(`order.placed.${option}`)
    }
    const data = t.intersection([definition.data, t.partial({ rows: t.array(t.string) })])
    const open = { data: t.record(t.string, t.string), conflateBy: ['anything'] }
    expect(defineEvents({ 'a.b': { data, conflateBy: ['orderId'], bulky: ['rows'] }, 'a.c': open })).to.have.all.keys(
      'a.b',
      'a.c',
    )
  })

  it('refuses what has no codec', () => {
    for (const broken of [{}, { data: undefined }, { data: { orderId: 'string' } }, { data: () => true }, null]) {
      expect(offender({ 'order.placed': broken as unknown as EventDefinition })).to.equal('order.placed.data')
    }
  })
})
