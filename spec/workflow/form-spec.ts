import { expect } from 'chai'
import * as fc from 'fast-check'
import { formProblems, valueProblems } from '../../lib/workflow/form.ts'

function wrong(form: object, value: unknown): readonly string[] {
  expect(formProblems(form, 'form')).to.deep.equal([])
  return valueProblems(form as Readonly<Record<string, unknown>>, value, 'value').map(
    ({ path, expected, actual }) => `${path}: ${expected}, not ${actual}`,
  )
}

describe('a form', () => {
  it('knows the types of JSON, and integers', () => {
    const samples = { string: 'x', number: 1.5, integer: 2, boolean: false, object: {}, array: [], null: null }
    for (const [type, sample] of Object.entries(samples)) {
      for (const [other, value] of Object.entries(samples)) {
        const fits = other === type || (type === 'number' && other === 'integer')
        expect(wrong({ type }, value), `${type}: ${JSON.stringify(value)}`).to.have.lengthOf(fits ? 0 : 1)
        expect(valueProblems({ type }, sample, 'value')).to.deep.equal([])
      }
    }
    expect(wrong({ type: 'integer' }, 'x')).to.deep.equal(['value: a value of the type integer, not "x"'])
  })

  it('bounds texts in characters and numbers in size', () => {
    const form = { type: 'string', minLength: 2, maxLength: 3 }
    expect(wrong(form, 'x')).to.deep.equal(['value: at least 2 characters, not "x"'])
    expect(wrong(form, '👍👍👍')).to.deep.equal([])
    expect(wrong(form, '👍👍👍👍')).to.have.lengthOf(1)
    expect(wrong({ minimum: 1, maximum: 2 }, 0.9)).to.deep.equal(['value: at least 1, not 0.9'])
    expect(wrong({ minimum: 1, maximum: 2 }, 2.1)).to.deep.equal(['value: at most 2, not 2.1'])
    expect(wrong({ minimum: 1, minLength: 3 }, 1)).to.deep.equal([])
  })

  it('lists what may be chosen', () => {
    const form = { enum: ['yes', 'no', 3, null] }
    for (const value of form.enum) expect(wrong(form, value)).to.deep.equal([])
    expect(wrong(form, 'maybe')).to.deep.equal(['value: one of "yes", "no", 3, null, not "maybe"'])
    expect(wrong(form, '3')).to.have.lengthOf(1)
  })

  it('looks into objects and lists, and says where', () => {
    const form = {
      type: 'object',
      title: 'Who comes?',
      properties: {
        guests: {
          type: 'array',
          items: { type: 'object', properties: { name: { type: 'string' } }, required: ['name'] },
        },
      },
      required: ['guests'],
      additionalProperties: false,
    }
    expect(wrong(form, { guests: [{ name: 'Ann' }, { name: 5 }, {}], more: 1 })).to.deep.equal([
      'value.guests[1].name: a value of the type string, not 5',
      'value.guests[2].name: a value, not nothing',
      'value.more: no field of this name, not 1',
    ])
    expect(wrong(form, {})).to.deep.equal(['value.guests: a value, not nothing'])
    expect(wrong({ type: 'object' }, { anything: 1 })).to.deep.equal([])
  })

  it('is not deceived by names of prototypes', () => {
    const form = { type: 'object', required: ['toString'], additionalProperties: false }
    expect(wrong(form, {})).to.deep.equal(['value.toString: a value, not nothing'])
    expect(wrong(form, { constructor: 1 })).to.deep.equal([
      'value.toString: a value, not nothing',
      'value.constructor: no field of this name, not 1',
    ])
  })

  it('lists at most 20 things that are wrong with a value', () => {
    const form = { type: 'array', items: { type: 'string' } }
    expect(wrong(form, Array(50_000).fill(1))).to.have.lengthOf(20)
  })

  const bad: readonly (readonly [form: unknown, path: string])[] = [
    ['text', 'form'],
    [[], 'form'],
    [{ pattern: 'x' }, 'form.pattern'],
    [{ $ref: '#' }, 'form.$ref'],
    [{ type: ['string', 'null'] }, 'form.type'],
    [{ type: 'text' }, 'form.type'],
    [{ properties: [] }, 'form.properties'],
    [{ properties: { a: 1 } }, 'form.properties.a'],
    [{ properties: { a: { items: { oneOf: [] } } } }, 'form.properties.a.items.oneOf'],
    [{ required: 'a' }, 'form.required'],
    [{ required: [1] }, 'form.required'],
    [{ enum: [{}] }, 'form.enum'],
    [{ minLength: -1 }, 'form.minLength'],
    [{ maximum: '1' }, 'form.maximum'],
    [{ items: [{}] }, 'form.items'],
    [{ additionalProperties: {} }, 'form.additionalProperties'],
  ]
  for (const [form, path] of bad) {
    it(`is refused as ${JSON.stringify(form)}`, () => {
      expect(formProblems(form, 'form').map((problem) => problem.path)).to.deep.equal([path])
    })
  }

  it('is refused where it is nested too deep', () => {
    let form: object = { type: 'string' }
    for (let depth = 0; depth < 17; depth++) form = { items: form }
    expect(formProblems(form, 'form').map(({ expected }) => expected)).to.deep.equal(['a form nested at most 16 deep'])
  })

  it('never throws, whatever it is and whatever it is asked about', () => {
    fc.assert(
      fc.property(fc.jsonValue(), fc.jsonValue(), (form, value) => {
        if (formProblems(form, 'form').length === 0) valueProblems(form as Record<string, unknown>, value, 'value')
      }),
    )
  })
})
