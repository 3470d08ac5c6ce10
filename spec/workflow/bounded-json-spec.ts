import { expect } from 'chai'
import { runInNewContext } from 'node:vm'
import * as fc from 'fast-check'
import { boundedJson, OwnFormError, TooDeepError } from '../../lib/workflow/bounded-json.ts'

const anything = fc.anything({
  withBoxedValues: true,
  withDate: true,
  withSparseArray: true,
  withNullPrototype: true,
})

describe('boundedJson', () => {
  it('writes what JSON.stringify writes', () => {
    fc.assert(
      fc.property(anything, (value) => {
        expect(boundedJson(value, { maxLength: 1_000_000, maxDepth: 1_000 })?.json).to.equal(JSON.stringify(value))
      }),
    )
  })

  it('asks toJSON as JSON.stringify does', () => {
    const value = {
      at: new Date(0),
      url: new URL('http://localhost/'),
      key: { toJSON: (key: string) => `called ${key}` },
      list: [{ toJSON: (key: string) => key }, { toJSON: () => undefined }],
      bytes: Buffer.from('ab'),
      gone: { toJSON: () => undefined },
    }
    expect(boundedJson(value, { maxLength: 1_000, maxDepth: 10 })).to.deep.equal({
      json: JSON.stringify(value),
      isWhole: true,
    })
  })

  it('stops at its bound with the beginning of it', () => {
    fc.assert(
      fc.property(fc.jsonValue(), fc.nat(100), (value, maxLength) => {
        const whole = JSON.stringify(value)
        expect(boundedJson(value, { maxLength, maxDepth: 100 })).to.deep.equal({
          json: whole.slice(0, maxLength),
          isWhole: whole.length <= maxLength,
        })
      }),
    )
  })

  it('looks at nothing behind its end', () => {
    const value = {
      text: 'x'.repeat(100),
      get more(): never {
        throw new Error('looked at')
      },
    }
    expect(boundedJson(value, { maxLength: 50, maxDepth: 10 })?.isWhole).to.equal(false)
    expect(() => boundedJson(value, { maxLength: 500, maxDepth: 10 })).to.throw('looked at')
  })

  it('refuses a circle, a BigInt and what is too deep; the same object twice is no circle', () => {
    const circle: unknown[] = []
    circle.push(circle)
    expect(() => boundedJson(circle, { maxLength: 100, maxDepth: 10 })).to.throw(TypeError)
    expect(() => boundedJson({ a: 1n }, { maxLength: 100, maxDepth: 10 })).to.throw(TypeError)
    expect(() => boundedJson([[[]]], { maxLength: 100, maxDepth: 2 })).to.throw(TooDeepError)
    const shared = { a: 1 }
    expect(boundedJson([shared, shared], { maxLength: 100, maxDepth: 2 })?.json).to.equal('[{"a":1},{"a":1}]')
  })

  it('refuses an instance of which JSON would hold nothing, and not one of which it holds something', () => {
    class Empty {
      readonly #hidden = 1
      get hidden(): number {
        return this.#hidden
      }
    }
    class Point {
      readonly x = 1
    }
    for (const value of [new Map([[1, 2]]), new Set([1]), Promise.resolve(1), new Error('x'), /x/, new Empty()]) {
      expect(() => boundedJson({ deep: [value] }, { maxLength: 100, maxDepth: 10 })).to.throw(TypeError)
    }
    for (const [value, json] of [
      [new Point(), '{"x":1}'],
      [{}, '{}'],
      [Object.create(null), '{}'],
      [runInNewContext('({})'), '{}'],
      [new Date(0), '"1970-01-01T00:00:00.000Z"'],
    ] as const) {
      expect(boundedJson(value, { maxLength: 100, maxDepth: 10 })?.json).to.equal(json)
    }
  })

  it('asks no forms of their own where it may not, but those of dates', () => {
    const options = { maxLength: 100, maxDepth: 10, asksOwnForms: false }
    expect(boundedJson([new Date(0)], options)?.json).to.equal('["1970-01-01T00:00:00.000Z"]')
    for (const value of [{ toJSON: () => 1 }, new URL('http://x.y'), Buffer.from('x')]) {
      expect(() => boundedJson([value], options)).to.throw(OwnFormError)
    }
  })

  it('has no JSON for what is none', () => {
    for (const value of [undefined, () => 1, Symbol('s'), { toJSON: () => undefined }]) {
      expect(boundedJson(value, { maxLength: 100, maxDepth: 10 })).to.equal(undefined)
    }
  })
})
