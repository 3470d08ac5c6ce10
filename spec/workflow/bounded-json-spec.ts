import { expect } from 'chai'
import * as fc from 'fast-check'
import { boundedJson, TooDeepError } from '../../lib/workflow/bounded-json.ts'

const anything = fc.anything({
  withBoxedValues: true,
  withDate: true,
  withMap: true,
  withSet: true,
  withTypedArray: true,
  withSparseArray: true,
  withNullPrototype: true,
})

describe('boundedJson', () => {
  it('writes what JSON.stringify writes', () => {
    fc.assert(
      fc.property(anything, (value) => {
        expect(boundedJson(value, 1_000_000, 1_000)?.json).to.equal(JSON.stringify(value))
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
    expect(boundedJson(value, 1_000, 10)).to.deep.equal({ json: JSON.stringify(value), isWhole: true })
  })

  it('stops at its bound with the beginning of it', () => {
    fc.assert(
      fc.property(fc.jsonValue(), fc.nat(100), (value, maxLength) => {
        const whole = JSON.stringify(value)
        expect(boundedJson(value, maxLength, 100)).to.deep.equal({
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
    expect(boundedJson(value, 50, 10)?.isWhole).to.equal(false)
    expect(() => boundedJson(value, 500, 10)).to.throw('looked at')
  })

  it('refuses a circle, a BigInt and what is too deep; the same object twice is no circle', () => {
    const circle: unknown[] = []
    circle.push(circle)
    expect(() => boundedJson(circle, 100, 10)).to.throw(TypeError)
    expect(() => boundedJson({ a: 1n }, 100, 10)).to.throw(TypeError)
    expect(() => boundedJson([[[]]], 100, 2)).to.throw(TooDeepError)
    const shared = { a: 1 }
    expect(boundedJson([shared, shared], 100, 2)?.json).to.equal('[{"a":1},{"a":1}]')
  })

  it('has no JSON for what is none', () => {
    for (const value of [undefined, () => 1, Symbol('s'), { toJSON: () => undefined }]) {
      expect(boundedJson(value, 100, 10)).to.equal(undefined)
    }
  })
})
